"""What booking remembers of a vehicle at one dealer: its visits, and who received it last (B5, B18)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from contracts.values import StaffId, Vin, VisitId

MOST_VISITS = 30
"""Older ones are not shown to the booker any more."""


def file_id(dealer_id: str, vin: Vin) -> str:
    """One file for each vehicle and dealer (X1)."""
    return f"{dealer_id}:{vin}"


@dataclass(frozen=True)
class PastVisit:
    """One visit in the history. ``operations``: what the customer authorised, by code and title."""

    visit_id: VisitId
    day: date
    odometer_km: int | None = None
    advisor: StaffId | None = None
    operations: tuple[tuple[str, str], ...] = ()
    delivered: bool = False


@dataclass
class VehicleFile:
    """Grows with reception's facts; newest visit last."""

    dealer_id: str
    vin: Vin
    visits: list[PastVisit] = field(default_factory=list)

    @property
    def last_advisor(self) -> StaffId | None:
        """Who received the vehicle last (B18)."""
        return next((visit.advisor for visit in reversed(self.visits) if visit.advisor), None)

    def visit(self, visit_id: VisitId) -> PastVisit | None:
        return next((visit for visit in self.visits if visit.visit_id == visit_id), None)

    def keep(self, visit: PastVisit) -> None:
        """A visit, or what became of one that is known: what is known stays where the news do not say otherwise."""
        known = self.visit(visit.visit_id)
        others = [one for one in self.visits if one.visit_id != visit.visit_id]
        others.append(_merged(known, visit) if known else visit)
        self.visits = sorted(others, key=lambda one: one.day)[-MOST_VISITS:]


def _merged(known: PastVisit, news: PastVisit) -> PastVisit:
    return PastVisit(
        visit_id=known.visit_id,
        day=min(known.day, news.day),
        odometer_km=news.odometer_km if news.odometer_km is not None else known.odometer_km,
        advisor=news.advisor or known.advisor,
        operations=_each_once((*known.operations, *news.operations)),
        delivered=known.delivered or news.delivered,
    )


def _each_once(operations: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(dict(operations).items())
