"""The figures of a dealer and of the network (H4), each the sum of explanation rows (H9).

A row says: this event changed this part of a figure, on this dealer's day, by this amount. Amounts are integers, so
that sums do not depend on the order in which facts come. A figure is a formula over sums of parts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from headquarters.domain.evidence import Evidence


class Part(StrEnum):
    """What is counted. Scores are counted in hundredths, lead time in minutes."""

    VISITS = "visits"
    BOOKED_VISITS = "booked_visits"
    MISSED = "missed"
    DELIVERIES = "deliveries"
    ON_TIME = "on_time"
    REWORKS = "reworks"
    LEAD_MINUTES = "lead_minutes"
    ANSWERS = "answers"
    SCORE = "score"
    SATISFIED = "satisfied"
    VERY_SATISFIED = "very_satisfied"
    COMPLAINTS_OPENED = "complaints_opened"
    COMPLAINTS_CLOSED = "complaints_closed"


HUNDREDTHS = frozenset({Part.SCORE})
"""Parts whose amounts are hundredths."""


@dataclass(frozen=True, slots=True)
class Row:
    """One event's effect on one part (H9). At most one row per part and event. ``order`` sorts rows by time."""

    dealer_id: str
    day: date
    part: Part
    event_id: str
    event_type: str
    at: datetime
    visit_id: str | None
    amount: int
    order: str

    @classmethod
    def of(
        cls, because: Evidence, *, dealer_id: str, visit_id: str | None, day: date, part: Part, amount: int
    ) -> "Row":
        return cls(
            dealer_id=dealer_id,
            day=day,
            part=part,
            event_id=because.event_id,
            event_type=because.event_type,
            at=because.at,
            visit_id=visit_id,
            amount=amount,
            order=f"{because.order}/{part}",
        )

    @property
    def row_id(self) -> str:
        return f"{self.part}/{self.event_id}"


Sums = Mapping[str, int]
"""Part -> sum of amounts. A part that is not there is 0."""


def summed(rows: Iterable[Row]) -> dict[str, int]:
    """The sums of rows by part."""
    return added((row.part, row.amount) for row in rows)


def added(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Sums by part; parts that come to nothing are left out, so that equal sums are equal mappings."""
    sums: dict[str, int] = {}
    for part, amount in amounts:
        sums[str(part)] = sums.get(str(part), 0) + amount
    return {part: amount for part, amount in sums.items() if amount}


def joined(*many: Sums) -> dict[str, int]:
    """Sums of sums, for example of days to a period and of dealers to the network."""
    return added(item for sums in many for item in sums.items())


class Kind(StrEnum):
    """How a figure comes from its parts."""

    COUNT = "count"
    """Sum of the numerator's parts."""
    RATE = "rate"
    """Numerator / denominator."""
    COMPLEMENT = "complement"
    """1 - numerator / denominator. May fall below 0 in short periods: judge it over a month."""
    MEAN = "mean"
    """Numerator / denominator, in the numerator's unit."""
    BALANCE = "balance"
    """Numerator - denominator over everything up to the period's end."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure's formula."""

    name: str
    kind: Kind
    formula: str
    numerator: tuple[Part, ...]
    denominator: tuple[Part, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts that explain the figure, each once."""
        return tuple(dict.fromkeys(self.numerator + self.denominator))

    def value(self, sums: Sums) -> float | int | None:
        """The figure from sums of its parts. None where nothing was there to be divided by: never 0."""
        above, below = self.above(sums), self.below(sums)
        match self.kind:
            case Kind.COUNT:
                return above
            case Kind.BALANCE:
                return above - below
        if below <= 0:
            return None
        scale = 100 if HUNDREDTHS & set(self.numerator) else 1
        quotient = above / below / scale
        return round(1 - quotient if self.kind is Kind.COMPLEMENT else quotient, 6)

    def above(self, sums: Sums) -> int:
        return sum(sums.get(part, 0) for part in self.numerator)

    def below(self, sums: Sums) -> int:
        return sum(sums.get(part, 0) for part in self.denominator)


_P = Part
FIGURES: Mapping[str, Figure] = {
    figure.name: figure
    for figure in (
        Figure("visits", Kind.COUNT, "vehicles arrived for a visit (R1)", (_P.VISITS,)),
        Figure(
            "booked_visits",
            Kind.COUNT,
            "visits with an appointment not missed (B10)",
            (_P.BOOKED_VISITS,),
        ),
        Figure("booking_rate", Kind.RATE, "booked visits / visits (B13)", (_P.BOOKED_VISITS,), (_P.VISITS,)),
        Figure("no_shows", Kind.COUNT, "appointments missed - no-shows withdrawn (B10)", (_P.MISSED,)),
        Figure(
            "no_show_rate",
            Kind.RATE,
            "no-shows / (no-shows + booked visits) (B13)",
            (_P.MISSED,),
            (_P.MISSED, _P.BOOKED_VISITS),
        ),
        Figure("deliveries", Kind.COUNT, "vehicles delivered", (_P.DELIVERIES,)),
        Figure("reworks", Kind.COUNT, "visits whose vehicle came back with the same complaint (W9)", (_P.REWORKS,)),
        Figure(
            "first_time_fix_rate", Kind.COMPLEMENT, "1 - reworks / deliveries (W9)", (_P.REWORKS,), (_P.DELIVERIES,)
        ),
        Figure("on_time_rate", Kind.RATE, "delivered as promised / deliveries", (_P.ON_TIME,), (_P.DELIVERIES,)),
        Figure(
            "lead_time_minutes",
            Kind.MEAN,
            "minutes from arrival to delivery / deliveries",
            (_P.LEAD_MINUTES,),
            (_P.DELIVERIES,),
        ),
        Figure("answers", Kind.COUNT, "follow-ups answered (V2)", (_P.ANSWERS,)),
        Figure("satisfaction", Kind.MEAN, "sum of scores / answers, 0-100 (V2)", (_P.SCORE,), (_P.ANSWERS,)),
        Figure("satisfied_rate", Kind.RATE, "satisfied / answers (V3)", (_P.SATISFIED,), (_P.ANSWERS,)),
        Figure(
            "very_satisfied_rate",
            Kind.RATE,
            "very satisfied / answers (V3)",
            (_P.VERY_SATISFIED,),
            (_P.ANSWERS,),
        ),
        Figure(
            "open_complaints",
            Kind.BALANCE,
            "complaints opened - complaints closed, up to the period's end (C5)",
            (_P.COMPLAINTS_OPENED,),
            (_P.COMPLAINTS_CLOSED,),
        ),
    )
}

BALANCE_PARTS = frozenset(part for figure in FIGURES.values() if figure.kind is Kind.BALANCE for part in figure.parts)
"""Parts summed from the beginning rather than over a period."""
