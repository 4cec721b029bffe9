"""R8: does the maker pay? His policy as rules by operation, part, age and mileage; what it leaves open is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from contracts.values import WorkLine


class Verdict(StrEnum):
    """What the policy alone can say."""

    COVERED = "COVERED"
    NOT_COVERED = "NOT_COVERED"
    UNDECIDED = "UNDECIDED"


class WarrantyState(StrEnum):
    """Where a line stands with the maker."""

    PENDING_DIAGNOSIS = "PENDING_DIAGNOSIS"
    COVERED = "COVERED"
    NOT_COVERED = "NOT_COVERED"
    REQUESTED = "REQUESTED"
    AUTHORISED = "AUTHORISED"
    REFUSED = "REFUSED"


WAITING = {WarrantyState.PENDING_DIAGNOSIS, WarrantyState.REQUESTED}
"""The line is not worked before this is over."""
NOT_PAID = {WarrantyState.NOT_COVERED, WarrantyState.REFUSED}


@dataclass(frozen=True)
class WarrantyRule:
    """One rule of the maker's policy; the first that fits a line holds. Empty prefixes fit everything.

    ``goodwill_percent``: how far beyond a limit it is worth asking. ``ask_above``: in minor units; dearer lines need
    the maker's word even within the limits; None: never.
    """

    code: str
    months: int
    km: int
    operations: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    goodwill_percent: int = 10
    ask_above: int | None = None

    def fits(self, line: WorkLine) -> bool:
        """By the beginning of the operation's code or of any part's number."""
        if not self.operations and not self.parts:
            return True
        return line.operation.startswith(self.operations or ("\0",)) or any(
            part.number.startswith(self.parts or ("\0",)) for part in line.parts
        )


POLICY: tuple[WarrantyRule, ...] = (
    WarrantyRule("HIGH_VOLTAGE_BATTERY", 96, 160_000, operations=("HV",), parts=("HVB",), ask_above=0),
    WarrantyRule("WEAR", 6, 10_000, operations=("WEAR", "PM"), parts=("PAD", "WIPER", "BULB"), goodwill_percent=0),
    WarrantyRule("POWERTRAIN", 60, 100_000, operations=("ENG", "TRM"), ask_above=1_000_000),
    WarrantyRule("WHOLE_VEHICLE", 36, 60_000, ask_above=500_000),
)
"""A usual policy; a network sets its maker's own."""


@dataclass(frozen=True)
class Judgement:
    """What the policy says, by which rule, and why in words for the advisor."""

    verdict: Verdict
    rule: str
    why: str


@dataclass(frozen=True)
class WarrantyCase:
    """One line and the maker."""

    state: WarrantyState
    rule: str
    why: str
    at: datetime
    request_id: str | None = None
    reference: str = ""


def age_months(registered_on: date | None, today: date) -> int | None:
    """Whole months since the registration."""
    if registered_on is None:
        return None
    months = (today.year - registered_on.year) * 12 + today.month - registered_on.month
    return months - (today.day < registered_on.day)


def judge(line: WorkLine, months: int | None, km: int | None, rules: Sequence[WarrantyRule]) -> Judgement:
    """What the policy says of a line on a car of this age (None: unknown) and mileage in kilometres."""
    rule = next((rule for rule in rules if rule.fits(line)), None)
    if rule is None:
        return Judgement(Verdict.UNDECIDED, "", "no rule of the policy fits this line")
    if months is None or km is None:
        return Judgement(Verdict.UNDECIDED, rule.code, "registration date or odometer is not known")
    limits = f"{rule.months} months / {rule.km} km; this car: {months} months / {km} km"
    if months > _stretched(rule.months, rule) or km > _stretched(rule.km, rule):
        return Judgement(Verdict.NOT_COVERED, rule.code, f"beyond {limits}")
    if months > rule.months or km > rule.km:
        return Judgement(Verdict.UNDECIDED, rule.code, f"little beyond {limits}: goodwill is possible")
    if rule.ask_above is not None and line.total.amount > rule.ask_above:
        return Judgement(Verdict.UNDECIDED, rule.code, f"within {limits}, but dearer than the dealer may decide")
    return Judgement(Verdict.COVERED, rule.code, f"within {limits}")


def _stretched(limit: int, rule: WarrantyRule) -> int:
    return limit * (100 + rule.goodwill_percent) // 100
