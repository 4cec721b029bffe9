"""R12: the evidence as a document that stands by itself, and its verification: whoever holds it can check it.

Stored orders and exported files go through the same check, so what is verified here is what is verified there. A chain
begun before dealer and visit were written into it (``about`` is empty) is checked for its hashes only.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from contracts.reception import AuthorisedHow

from reception.domain.agreement import Agreement
from reception.domain.authorisation import Decision, LinkRequest, PendingDiagnosis, Withdrawal
from reception.domain.errors import Said
from reception.domain.evidence import (
    EvidenceKind,
    chain_faults,
    same,
    text_hash,
    written,
    written_estimate,
    written_hash,
)

FORM = "sevenstep-evidence/1"
Written = Mapping[str, Any]


def export(agreement: Agreement) -> dict[str, Any]:
    """Everything that proves what the customer decided, in plain JSON; ``head`` is the last entry's hash.

    The same head stands in the facts that were announced, so that a chain whose end was cut off is found too.
    """
    chain = [written(entry) for entry in agreement.evidence]
    return {
        "form": FORM,
        "about": agreement.about,
        "entries": chain,
        "estimates": [written_estimate(estimate) for estimate in agreement.estimates],
        "decisions": [_decision(decision) for decision in agreement.decisions],
        "link_requests": [_request(request) for request in agreement.link_requests],
        "diagnoses": [_diagnosis(pending) for pending in agreement.diagnoses],
        "withdrawals": [_withdrawal(withdrawal) for withdrawal in agreement.withdrawals],
        "head": chain[-1]["sha256"] if chain else "",
    }


def faults(exported: Written) -> list[Said]:
    """What does not fit in an exported document; empty when all of it is as it was written."""
    try:
        return _faults(exported)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError):
        return [Said("the document is not of its form")]


def _faults(exported: Written) -> list[Said]:
    chain = exported["entries"]
    found = [] if exported["form"] == FORM else [Said("the form is not {form}", {"form": FORM})]
    found += chain_faults(chain)
    if exported["head"] != (chain[-1]["sha256"] if chain else ""):
        found.append(Said("the head is not the last entry's hash"))
    if any(entry.get("about", "") != exported["about"] for entry in chain):
        found.append(Said("an entry belongs to another dealer or visit"))
    if not exported["about"]:
        return found
    found += _estimate_faults(chain, exported["estimates"])
    for name, said, entry_kind, proven_by in _PROVEN:
        if not same(exported[name], [proven_by(entry) for entry in _of(chain, entry_kind)]):
            found.append(Said("{name} are not those of the chain", {"name": said}))
    return found


def _estimate_faults(chain: Sequence[Written], estimates: Sequence[Written]) -> list[Said]:
    """Each version is exactly as it was issued, and what was decided on is what was issued."""
    kept = [written_hash(estimate) for estimate in estimates]
    found = []
    if not same(kept, [entry["estimate_sha256"] for entry in _of(chain, EvidenceKind.ISSUED)]):
        found.append(Said("the estimates are not those that were issued"))
    for number, entry in enumerate(chain, start=1):
        shown = entry.get("estimate_sha256")
        if shown and shown != kept[entry["version"] - 1]:
            found.append(Said("entry {number} is about another estimate than the one kept", {"number": number}))
    return found


def _of(chain: Sequence[Written], kind: EvidenceKind) -> list[Written]:
    return [entry for entry in chain if entry["kind"] == kind]


def _decision(decision: Decision) -> dict[str, Any]:
    """A decision in plain JSON; a name that another person signed with stands as its hash."""
    name = decision.signed_name
    return {
        "version": decision.version,
        "accepted": list(decision.accepted),
        "declined": {line: str(reason) for line, reason in decision.declined.items()},
        "amount": decision.amount.amount,
        "currency": decision.amount.currency,
        "how": str(decision.how),
        "person_id": decision.person_id,
        "at": decision.at.isoformat(timespec="milliseconds"),
        "signed_name_sha256": text_hash(name.ciphertext) if name else "",
    }


def _decided_by(entry: Written) -> dict[str, Any]:
    """The decision that an entry proves."""
    reasons = entry.get("reasons", [])
    return {
        "version": entry["version"],
        "accepted": list(entry["accepted"]),
        "declined": dict(zip(entry["declined"], reasons, strict=True)),
        "amount": entry["amount"],
        "currency": entry["currency"],
        "how": entry["how"],
        "person_id": entry["person_id"],
        "at": entry["at"],
        "signed_name_sha256": entry.get("signed_name_sha256", ""),
    }


def _request(request: LinkRequest) -> dict[str, Any]:
    return {
        "version": request.version,
        "requested_at": request.requested_at.isoformat(timespec="milliseconds"),
        "expires_at": request.expires_at.isoformat(timespec="milliseconds"),
    }


def _asked_by(entry: Written) -> dict[str, Any]:
    return {"version": entry["version"], "requested_at": entry["at"], "expires_at": entry["expires_at"]}


def _diagnosis(pending: PendingDiagnosis) -> dict[str, Any]:
    return {
        "person_id": pending.person_id,
        "at": pending.at.isoformat(timespec="milliseconds"),
        "limit": pending.limit.amount,
        "currency": pending.limit.currency,
        "signature": pending.signature,
    }


def _acknowledged_by(entry: Written) -> dict[str, Any]:
    told = {"limit": entry["amount"], "currency": entry["currency"], "signature": entry["signature"]}
    return {"person_id": entry["person_id"], "at": entry["at"], **told}


def _withdrawal(withdrawal: Withdrawal) -> dict[str, Any]:
    return {
        "lines": list(withdrawal.lines),
        "person_id": withdrawal.person_id,
        "at": withdrawal.at.isoformat(timespec="milliseconds"),
        "reason": withdrawal.reason,
        **_how(withdrawal.how),
    }


def _withdrawn_by(entry: Written) -> dict[str, Any]:
    reason = entry["reasons"][0]
    told = {"lines": entry["declined"], "person_id": entry["person_id"], "at": entry["at"], "reason": reason}
    return {**told, **_how(entry["how"])}


def _how(how: str) -> dict[str, str]:
    """How lines were taken back. At the counter it is left out, as in files that were exported before it was told."""
    return {} if how == AuthorisedHow.ON_SITE else {"how": str(how)}


_PROVEN: tuple[tuple[str, Said, EvidenceKind, Callable[[Written], dict[str, Any]]], ...] = (
    ("decisions", Said("the decisions"), EvidenceKind.DECIDED, _decided_by),
    ("link_requests", Said("the requests by link"), EvidenceKind.LINK_REQUESTED, _asked_by),
    ("diagnoses", Said("the acknowledged diagnoses"), EvidenceKind.DIAGNOSIS_ACKNOWLEDGED, _acknowledged_by),
    ("withdrawals", Said("the lines taken back"), EvidenceKind.LINES_WITHDRAWN, _withdrawn_by),
)
"""What an order keeps beside its chain, how it is called, and the kind of entry each of it must come from."""
