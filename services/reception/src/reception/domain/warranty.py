"""R8: does the maker pay? His policy as rules by operation, part, age and mileage; what it leaves open is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from contracts.values import WorkLine

from reception.domain.errors import Said


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
    why: Said


@dataclass(frozen=True)
class WarrantyCase:
    """One line and the maker. ``why``: in English, as headquarters is told it; ``said``: the same for whoever reads it,
    None where it was not kept."""

    state: WarrantyState
    rule: str
    why: str
    at: datetime
    request_id: str | None = None
    reference: str = ""
    said: Said | None = None


def age_months(registered_on: date | None, today: date) -> int | None:
    """Months begun since the registration; on its very day a month is just over and the next has not begun."""
    if registered_on is None:
        return None
    months = (today.year - registered_on.year) * 12 + today.month - registered_on.month
    return months + (today.day > registered_on.day)


def judge(line: WorkLine, months: int | None, km: int | None, rules: Sequence[WarrantyRule]) -> Judgement:
    """What the policy says of a line on a car of this age (None: unknown) and mileage in kilometres."""
    rule = next((rule for rule in rules if rule.fits(line)), None)
    if rule is None:
        return Judgement(Verdict.UNDECIDED, "", Said("no rule of the policy fits this line"))
    if months is None or km is None:
        return Judgement(Verdict.UNDECIDED, rule.code, Said("registration date or odometer is not known"))
    values = {"months": rule.months, "km": rule.km, "age": months, "shown": km}
    if months > _stretched(rule.months, rule) or km > _stretched(rule.km, rule):
        said = Said("beyond {months} months / {km} km; this car: {age} months / {shown} km", values)
        return Judgement(Verdict.NOT_COVERED, rule.code, said)
    if months > rule.months or km > rule.km:
        text = "little beyond {months} months / {km} km; this car: {age} months / {shown} km: goodwill is possible"
        return Judgement(Verdict.UNDECIDED, rule.code, Said(text, values))
    if rule.ask_above is not None and line.total.amount > rule.ask_above:
        text = (
            "within {months} months / {km} km; this car: {age} months / {shown} km, but dearer than the dealer may "
            "decide"
        )
        return Judgement(Verdict.UNDECIDED, rule.code, Said(text, values))
    said = Said("within {months} months / {km} km; this car: {age} months / {shown} km", values)
    return Judgement(Verdict.COVERED, rule.code, said)


def of_campaign(campaign: str) -> Judgement:
    """B5, H7: what the policy says of a campaign's or recall's work: headquarters, who launched it, decides."""
    said = Said("campaign {campaign}: it goes by neither age nor mileage", {"campaign": campaign})
    return Judgement(Verdict.UNDECIDED, "CAMPAIGN", said)


def _stretched(limit: int, rule: WarrantyRule) -> int:
    return limit * (100 + rule.goodwill_percent) // 100
