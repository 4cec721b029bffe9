"""The evidence stands up: whatever is changed in it is found, in the store and in an exported file (R12)."""

import copy
import json
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from contracts.values import PayType
from reception.domain import errors_estimate
from reception.domain.authorisation import DeclineReason, PendingDiagnosis, Withdrawal
from reception.domain.proof import export, faults
from reception.domain.repair_order import RepairOrder
from reception.domain.warranty import WarrantyCase, WarrantyState
from reception_builders import CUSTOMER, NINE, POLICY, a_choice, a_draft, a_finding, an_order, terms, yuan


def a_much_decided_order() -> RepairOrder:
    """A diagnosis, two versions, a request by link, a decision signed by another, a supplement, a line taken back."""
    order = an_order(a_draft(), a_draft(100, 30, 2, PayType.WARRANTY))
    order.acknowledge_diagnosis(PendingDiagnosis("person-1", NINE, yuan(200), "signature-0"), "wait", "advisor:anna")
    order.warranty["L2"] = WarrantyCase(WarrantyState.COVERED, "WHOLE_VEHICLE", "within its limits", NINE)
    order.issue_estimate(None, terms(5), POLICY)
    order.issue_estimate(None, terms(10), POLICY)
    order.request_authorisation(2, CUSTOMER.name, NINE + timedelta(hours=48), "Estimate 2: 贰", NINE, "advisor:anna")
    choice = a_choice("L1", decline={"L2": DeclineReason.LATER})
    order.decide(2, replace(choice, signed_name=CUSTOMER.name))
    order.work.found(a_finding())
    order.issue_supplement([a_draft(50, 0)], terms(finding_id="finding-1"), POLICY)
    order.decide(3, a_choice("L3"))
    order.withdraw(Withdrawal(("L3",), "person-1", NINE, "PARTS_NOT_AWAITED"), "advisor:anna")
    return order


def test_an_untouched_order_and_its_exported_file_hold():
    """R12: exact version, amount, text, time, person, channel."""
    exported = export(a_much_decided_order().agreement)
    assert faults(exported) == []
    assert faults(json.loads(json.dumps(exported))) == []
    kinds = [entry["kind"] for entry in exported["entries"]]
    assert kinds == [
        "DIAGNOSIS_ACKNOWLEDGED",
        *("ISSUED", "ISSUED", "LINK_REQUESTED", "DECIDED"),
        *("ISSUED", "DECIDED", "LINES_WITHDRAWN"),
    ]
    decided = exported["entries"][4]
    assert (decided["version"], decided["amount"], decided["how"]) == (2, 385_00, "ON_SITE")
    assert (decided["text"], decided["person_id"]) == ("Estimate 1", "person-1")
    assert decided["at"] == "2025-06-23T01:00:00.000+00:00"


def leaves(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every plain value, and of every list and mapping, in a document."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    found = [path] if path else []
    for key, value in inner:
        found += leaves(value, (*path, key))
    return found


def tampered(exported: dict[str, Any], chance: random.Random) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """The document with one value, list or mapping changed, taken away or put in twice; and where."""
    changed = copy.deepcopy(exported)
    path = chance.choice(leaves(changed))
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    old = holder[path[-1]]
    if chance.random() < 0.15:
        del holder[path[-1]]
    elif isinstance(old, list):
        holder[path[-1]] = [*old, chance.choice([*old, "L9"])]
    elif isinstance(old, dict):
        holder[path[-1]] = {**old, "foreign": 1}
    else:
        holder[path[-1]] = _another(old, chance)
    return changed, path


def _another(old: Any, chance: random.Random) -> Any:
    if isinstance(old, bool) or old is None:
        return chance.choice([1, "true", not old])
    if isinstance(old, int):
        return chance.choice([old + 1, -old - 1, bool(old), str(old), old * 100 + 1])
    place = chance.randrange(len(old) + 1)
    return old[:place] + chance.choice("0aL贰 ") + old[place:]


def test_each_of_1000_tamperings_is_found():
    """R12: any field of any version, text, decision, request or entry, changed, taken away or added to."""
    exported, chance = export(a_much_decided_order().agreement), random.Random(12)
    missed, where = [], set()
    for _ in range(1000):
        changed, path = tampered(exported, chance)
        assert changed != exported or json.dumps(changed) != json.dumps(exported)
        where.add(path)
        if not faults(changed):
            missed.append(path)
    assert missed == []
    assert len(where) > 200, "the tamperings reach the whole document"


def test_entries_cannot_be_exchanged_or_cut_out():
    """R12: also with the head set right again."""
    exported = export(a_much_decided_order().agreement)
    for entries in (exported["entries"][1:], exported["entries"][:3] + exported["entries"][4:]):
        cut = {**exported, "entries": entries, "head": entries[-1]["sha256"]}
        assert faults(cut)


def test_an_end_cut_off_with_its_decision_is_seen_by_the_announced_head():
    """R12: the chain alone cannot know how long it was; the fact on the topic does."""
    order = a_much_decided_order()
    announced = order.agreement.head
    order.agreement.evidence.pop()
    order.agreement.withdrawals.pop()
    assert faults(export(order.agreement)) == []
    assert announced not in {entry.sha256 for entry in order.agreement.evidence}


def test_an_order_whose_agreement_was_changed_behind_its_back_goes_no_further():
    """R12: the evidence is checked again at each change."""
    order = a_much_decided_order()
    order.agreement.decisions[0] = replace(order.agreement.decisions[0], amount=yuan(9_999))
    with pytest.raises(errors_estimate.EvidenceBroken) as refused:
        order.check_delivery((), NINE)
    assert [str(fault) for fault in refused.value.details["faults"]] == ["the decisions are not those of the chain"]
    dearer = a_much_decided_order()
    lines = (dearer.agreement.estimates[2].lines[0].model_copy(update={"labour": yuan(500)}),)
    dearer.agreement.estimates[2] = replace(dearer.agreement.estimates[2], lines=lines)
    with pytest.raises(errors_estimate.EvidenceBroken):
        dearer.issue_supplement([a_draft()], terms(finding_id="finding-1"), POLICY)


def test_what_is_no_evidence_at_all_is_told_as_such():
    """R12: a file from elsewhere."""
    for strange in ({}, {"form": "other"}, {**export(an_order().agreement), "entries": [1]}):
        assert [str(fault) for fault in faults(strange)] == ["the document is not of its form"]
