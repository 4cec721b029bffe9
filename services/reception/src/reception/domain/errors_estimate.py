"""Refusals about estimates, authorisations and delivery (R10-R16)."""

from collections.abc import Iterable

from reception.domain.errors import Kind, Refused, Said


class ContingencyTooHigh(Refused):
    """R10."""

    code = "contingency-too-high"
    kind: Kind = "invalid"
    text = "The contingency may be 0 to {limit} per cent of labour and parts: lower it."

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit)


class TooManyVersions(Refused):
    """R10."""

    code = "too-many-estimate-versions"
    text = "A repair order has at most {limit} estimate versions: settle it and open another visit."

    def __init__(self, limit: int) -> None:
        super().__init__({"limit": limit})


class EstimateUnknown(Refused):
    """R10."""

    code = "estimate-unknown"
    kind: Kind = "not-found"
    text = "There is no estimate version {version}: list them at /estimates."

    def __init__(self, version: int) -> None:
        super().__init__({"version": version})


class EstimateSuperseded(Refused):
    """R10, R12."""

    code = "estimate-superseded"
    text = "Estimate {version} was replaced by version {by}: decide on that one."

    def __init__(self, version: int, by: int) -> None:
        super().__init__({"version": version, "by": by}, version=by)


class EstimateDecided(Refused):
    """R12."""

    code = "estimate-already-decided"
    text = "The customer decided on estimate {version} already, once for all. More work needs a supplement."

    def __init__(self, version: int) -> None:
        super().__init__({"version": version})


class DecisionIncomplete(Refused):
    """R12."""

    code = "decision-incomplete"
    kind: Kind = "invalid"
    text = (
        "Accept or decline every line of this version, each once. Without exactly one decision: {undecided}; "
        "not in this version: {foreign}."
    )

    def __init__(self, undecided: Iterable[str], foreign: Iterable[str]) -> None:
        undecided, foreign = sorted(undecided), sorted(foreign)
        super().__init__(undecided=undecided, foreign=foreign)


class EvidenceBroken(Refused):
    """R12."""

    code = "evidence-broken"
    text = (
        "What is kept of this order is not what was issued and decided; nothing goes on with it. Read "
        "/evidence/verification, compare with the announced facts, and have operations restore the order."
    )

    def __init__(self, faults: Iterable[Said]) -> None:
        faults = list(faults)
        super().__init__(faults=faults)


class NothingAuthorisedYet(Refused):
    """R12, R14."""

    code = "nothing-authorised-yet"
    text = "A supplement adds to authorised work: have the first estimate authorised before."


class FindingUnknown(Refused):
    """R14."""

    code = "finding-unknown"
    text = (
        "The workshop has not reported finding {finding_id} on this visit. If it did so a moment ago, retry "
        "in a few seconds; else check the id."
    )

    def __init__(self, finding_id: str) -> None:
        super().__init__({"finding_id": finding_id})


class LineNotAuthorised(Refused):
    """R12: never worked, never charged."""

    code = "line-not-authorised"
    text = "Lines {lines} are not authorised: they are neither worked nor charged. Have them authorised first."

    def __init__(self, lines: Iterable[str]) -> None:
        lines = sorted(lines)
        super().__init__(lines=lines)


class LineNotDone(Refused):
    """S1, R16."""

    code = "line-not-done"
    text = "Lines {lines} were not finished in the workshop: leave them off the bill."

    def __init__(self, lines: Iterable[str]) -> None:
        lines = sorted(lines)
        super().__init__(lines=lines)


class AboveAuthorised(Refused):
    """R12: the ceiling of the lines that one payer pays."""

    code = "above-authorised-total"
    text = "{charged} is more than the {ceiling} (minor units) authorised for {lines} together: charge less."

    def __init__(self, charged: int, ceiling: int, lines: Iterable[str]) -> None:
        super().__init__(charged=charged, ceiling=ceiling, lines=sorted(lines))


class PromiseInThePast(Refused):
    """R11."""

    code = "promise-in-the-past"
    kind: Kind = "invalid"
    text = "Promise a time that is still to come."


class VehicleNotReady(Refused):
    """R16, W7."""

    code = "vehicle-not-ready"
    text = (
        "Quality control has not released the vehicle with all authorised work: wait for the workshop's ready"
        " notice, or retry in a few seconds if it came just now."
    )

    def __init__(self, missing: Iterable[str]) -> None:
        missing = sorted(missing)
        super().__init__(missing=missing)


class DeliveryChecksIncomplete(Refused):
    """R16."""

    code = "delivery-checks-incomplete"
    text = "Check the vehicle before the hand-over and post /delivery-checks; still open: {missing}."

    def __init__(self, missing: Iterable[str]) -> None:
        missing = list(missing)
        super().__init__(missing=missing)


class DeliveryChecksUnknown(Refused):
    """R16."""

    code = "delivery-checks-unknown"
    kind: Kind = "invalid"
    text = "The final check list has no items {unknown}: see /check-lists."

    def __init__(self, unknown: Iterable[str]) -> None:
        unknown = sorted(unknown)
        super().__init__(unknown=unknown)
