"""Figures of booking over a period (B13, B14, B20): plain counts and sums of what the days hold."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.values import WorkClass

from booking.domain.appointment import Appointment, State
from booking.domain.arrival import Arrival
from booking.domain.capacity import CLASSES
from booking.domain.day_at import DayAt

LEARNED_TEXT = "{visits} booked visits in 8 weeks: {booked} h booked, {found} h found later, {share} more than booked"
TOO_FEW_TEXT = "{visits} booked visits in 8 weeks: {booked} h booked, {found} h found later, too few to learn from"


@dataclass
class SourceFigures:
    """How many came to book by one source (card, sign, web site …), and what became of it (B14)."""

    booked: int = 0
    arrived: int = 0
    missed: int = 0
    cancelled: int = 0


@dataclass
class ClassFigures:
    """Minutes of one work class."""

    available: int = 0
    assigned: int = 0
    carried_over: int = 0

    @property
    def utilisation(self) -> float | None:
        """Taken hours by available hours; None where nothing was available."""
        return (self.assigned + self.carried_over) / self.available if self.available else None


@dataclass
class Figures:
    """Counts of a period; a rate is None where nothing was counted."""

    visits: int = 0
    booked_visits: int = 0
    appointments: int = 0
    missed: int = 0
    cancelled: int = 0
    carry_overs: int = 0
    carry_over_reasons: Counter[str] = field(default_factory=Counter)
    no_show_reasons: Counter[str] = field(default_factory=Counter)
    classes: dict[WorkClass, ClassFigures] = field(default_factory=lambda: {c: ClassFigures() for c in CLASSES})
    sources: dict[str, SourceFigures] = field(default_factory=dict)
    traffic: Counter[tuple[int, int, bool]] = field(default_factory=Counter)
    """(weekday, hour, booked) -> arrivals; Monday is 0."""

    @property
    def booking_rate(self) -> float | None:
        """Booked visits by all visits."""
        return self.booked_visits / self.visits if self.visits else None

    @property
    def no_show_rate(self) -> float | None:
        """Missed appointments by all appointments of the period that were not cancelled."""
        kept = self.appointments - self.cancelled
        return self.missed / kept if kept else None

    def mix(self, work_class: WorkClass) -> float | None:
        """The class's share of all assigned hours."""
        whole = sum(one.assigned for one in self.classes.values())
        return self.classes[work_class].assigned / whole if whole else None

    def add_day(self, day: DayAt) -> None:
        """Hours and carry-overs of one day as it stood."""
        for work_class, sums in self.classes.items():
            balance = day.balance(work_class)
            sums.available += balance.available.minutes
            sums.assigned += balance.assigned.minutes
            sums.carried_over += balance.carry_over_reserve.minutes
        self.carry_overs += len(day.carry_overs)
        self.carry_over_reasons.update(kept.reason for kept in day.carry_overs if kept.reason)

    def add_appointments(self, appointments: Iterable[Appointment]) -> None:
        """Those of the period's days; holds that nobody confirmed are none."""
        for one in appointments:
            if one.details is None:
                continue
            source = self.sources.setdefault(one.details.source, SourceFigures())
            self.appointments += 1
            source.booked += 1
            if one.state is State.ARRIVED:
                source.arrived += 1
            elif one.state is State.NO_SHOW:
                self.missed += 1
                source.missed += 1
                self.no_show_reasons[one.no_show_reason.value if one.no_show_reason else "NOT_ASKED_YET"] += 1
            elif one.state is State.CANCELLED:
                self.cancelled += 1
                source.cancelled += 1

    def add_arrivals(self, arrivals: Iterable[Arrival]) -> None:
        """Vehicles at the counter, booked and not; who was registered twice or at the wrong dealer is none (R1)."""
        for one in arrivals:
            if not one.is_visit:
                continue
            self.visits += 1
            self.booked_visits += one.booked
            self.traffic[one.day.weekday(), one.hour, one.booked] += 1


@dataclass(frozen=True)
class LearnedReserve:
    """What booked visits of a class needed beyond the booked hours, and what that means for a full day (B20).

    ``share``: found minutes by booked minutes; None while there are too few visits to learn from.
    """

    work_class: WorkClass
    visits: int
    booked: int
    found: int
    share: float | None
    reserve: int | None
    """Minutes of a full day: available minutes x share / (1 + share)."""

    @property
    def reason(self) -> tuple[str, dict[str, Any]]:
        """The sentence, and the sums that stand in it."""
        sums = {"visits": self.visits, "booked": f"{self.booked / 60:g}", "found": f"{self.found / 60:g}"}
        return (TOO_FEW_TEXT, sums) if self.share is None else (LEARNED_TEXT, {**sums, "share": f"{self.share:.0%}"})


def learned_reserve(arrivals: Sequence[Arrival], work_class: WorkClass, available: int, fewest: int) -> LearnedReserve:
    """From booked visits of the class; work of another class that was found counts for that class.

    Who left before the greeting (R1) teaches nothing: nobody looked at his car.
    """
    seen = [one for one in arrivals if one.booked and one.left is None]
    mine = [one for one in seen if one.work_class is work_class]
    booked = sum(one.expected.minutes for one in mine)
    found = sum(w.hours.minutes for one in seen for w in one.found if w.work_class is work_class)
    if len(mine) < fewest or not booked:
        return LearnedReserve(work_class, len(mine), booked, found, None, None)
    share = found / booked
    return LearnedReserve(work_class, len(mine), booked, found, round(share, 4), round(available * share / (1 + share)))
