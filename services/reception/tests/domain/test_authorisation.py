"""Explicit authorisation and its evidence (R9, R12-R14)."""

from dataclasses import replace

import pytest
from contracts.reception import (
    DelayForeseen,
    EstimateAuthorised,
    EstimateIssued,
    LinePartsAsked,
    LinesDeclined,
    RepairOrderCancelled,
)
from reception.domain import errors, errors_estimate
from reception.domain.authorisation import DeclineReason
from reception.domain.evidence import is_unbroken
from reception.domain.promise import PromiseReason
from reception_builders import (
    NINE,
    POLICY,
    a_choice,
    a_draft,
    a_finding,
    an_authorised_order,
    an_order,
    terms,
    yuan,
)

LATER, DEAR = DeclineReason.LATER, DeclineReason.TOO_EXPENSIVE


def _three_lines():
    order = an_order(a_draft(100, 0), a_draft(200, 0), a_draft(400, 0))
    order.issue_estimate(None, terms(10), POLICY)
    return order


def test_only_accepted_lines_are_authorised():
    """R12: the amount is theirs, with their share of the contingency."""
    order = _three_lines()
    authorised, declined, asked = order.decide(1, a_choice("L1", "L3", decline={"L2": LATER}))
    assert isinstance(authorised, EstimateAuthorised)
    assert [line.line_id for line in authorised.lines] == ["L1", "L3"]
    assert authorised.amount == authorised.authorised_total == yuan(550)
    assert declined == LinesDeclined(
        version=1, supplement=False, lines=("L2",), reason="LATER", evidence_sha256=order.agreement.head
    )
    assert isinstance(asked, LinePartsAsked)
    assert [item.line_id for item in asked.items] == ["L1", "L3"]


def test_lines_declined_for_different_reasons_are_told_apart():
    """R13."""
    order = _three_lines()
    events = order.decide(1, a_choice("L1", decline={"L2": LATER, "L3": DEAR}))
    assert [(event.lines, event.reason) for event in events[1:-1]] == [(("L2",), "LATER"), (("L3",), "TOO_EXPENSIVE")]


@pytest.mark.parametrize(
    ("accept", "decline"),
    [
        (("L1",), {"L2": LATER}),
        (("L1", "L2", "L3"), {"L3": LATER}),
        (("L1", "L2", "L3", "L4"), {}),
        (("L1", "L1", "L2"), {"L3": LATER}),
        ((), {}),
    ],
)
def test_each_line_gets_exactly_one_decision(accept, decline):
    """R12."""
    order = _three_lines()
    with pytest.raises(errors_estimate.DecisionIncomplete):
        order.decide(1, a_choice(*accept, decline=decline))
    assert len(order.agreement.evidence) == 1 and order.agreement.decisions == []


def test_a_version_is_decided_once():
    """R12: a second decision is refused, whatever it says."""
    order = an_authorised_order()
    with pytest.raises(errors_estimate.EstimateDecided):
        order.decide(1, a_choice(decline={"L1": LATER}))
    with pytest.raises(errors_estimate.EstimateDecided):
        order.issue_estimate(None, terms(), POLICY)


def test_when_nothing_is_authorised_the_order_is_cancelled_with_thanks():
    """R9: and nothing stays reserved."""
    order = an_order()
    order.issue_estimate(None, terms(), POLICY)
    events = order.decide(1, a_choice(decline={"L1": DEAR}))
    assert [type(event) for event in events] == [LinesDeclined, RepairOrderCancelled, LinePartsAsked]
    assert events[-1].items == ()
    with pytest.raises(errors.RepairOrderClosed):
        order.issue_estimate(None, terms(), POLICY)


def test_a_supplement_raises_the_ceiling_only_when_authorised():
    """R14: until then only the authorised lines go on."""
    order = an_authorised_order(a_draft(100, 0))
    order.work.found(a_finding())
    issued, _ = order.issue_supplement([a_draft(300, 0)], terms(finding_id="finding-1"), POLICY)
    assert isinstance(issued, EstimateIssued)
    assert (issued.version, issued.supplement, issued.finding_id) == (2, True, "finding-1")
    assert order.agreement.authorised_total == yuan(100)
    with pytest.raises(errors_estimate.LineNotAuthorised):
        order.line_may_be_worked("L2")
    authorised, delay = order.decide(2, a_choice("L2"))
    assert (authorised.amount, authorised.authorised_total) == (yuan(300), yuan(400))
    order.line_may_be_worked("L2")
    assert isinstance(delay, DelayForeseen) and order.promise_at_risk == delay.reason == PromiseReason.MORE_WORK


def test_a_refused_supplement_leaves_the_authorised_work_as_it_is():
    """R14, R9: the order goes on."""
    order = an_authorised_order(a_draft(100, 0))
    order.work.found(a_finding())
    order.issue_supplement([a_draft(300, 0)], terms(finding_id="finding-1"), POLICY)
    declined, asked = order.decide(2, a_choice(decline={"L2": LATER}))
    assert (declined.supplement, declined.finding_id) == (True, "finding-1")
    assert [item.line_id for item in asked.items] == ["L1"]
    assert order.agreement.authorised_total == yuan(100) and order.cancelled_at is None


def test_a_supplement_needs_a_finding_and_authorised_work():
    """R14."""
    with pytest.raises(errors_estimate.FindingUnknown):
        an_authorised_order().issue_supplement([a_draft()], terms(finding_id="finding-9"), POLICY)
    order = an_order()
    order.work.found(a_finding())
    with pytest.raises(errors_estimate.NothingAuthorisedYet):
        order.issue_supplement([a_draft()], terms(finding_id="finding-1"), POLICY)


def test_a_second_supplement_for_one_finding_takes_the_place_of_the_first():
    """R14, R10; and once decided there is no other."""
    order = an_authorised_order()
    for finding in ("finding-1", "finding-2"):
        order.work.found(a_finding(finding))
    for finding in ("finding-1", "finding-2", "finding-1"):
        order.issue_supplement([a_draft()], terms(finding_id=finding), POLICY)
    with pytest.raises(errors_estimate.EstimateSuperseded):
        order.decide(2, a_choice("L2"))
    order.decide(3, a_choice("L3"))
    order.decide(4, a_choice("L4"))
    with pytest.raises(errors_estimate.EstimateDecided):
        order.issue_supplement([a_draft()], terms(finding_id="finding-1"), POLICY)


def test_the_evidence_chain_breaks_when_anything_in_it_is_changed():
    """R12: who, when, how, which version, which amount."""
    order = an_authorised_order()
    order.work.found(a_finding())
    order.issue_supplement([a_draft()], terms(finding_id="finding-1"), POLICY)
    order.decide(2, a_choice("L2"))
    chain = order.agreement.evidence
    assert len(chain) == 4 and is_unbroken(chain)
    for change in (
        {"amount": 1},
        {"person_id": "somebody"},
        {"at": NINE.replace(year=2024)},
        {"version": 7},
        {"text": "another text"},
        {"how": "LINK"},
        {"accepted": ()},
        {"text_sha256": "f" * 64},
        {"signature": None},
    ):
        assert not is_unbroken([chain[0], replace(chain[1], **change), *chain[2:]])
    assert not is_unbroken(chain[1:])
