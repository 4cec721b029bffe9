"""The dealer day: the one place where slots and technician hours are taken (B1, B2, B15)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from contracts.event import Event
from contracts.values import ClassHours, StaffId, VisitId

from booking.domain.capacity import CLASSES, Balance, CapacityPlan, empty_balance
from booking.domain.day_at import DayAt
from booking.domain.dealer import Dealer
from booking.domain.errors import HoldIsOver
from booking.domain.taken import Taken
from booking.domain.taking import CarryOver, TakenHours, Taking, TakingKind, Wish


def day_id(dealer_id: str, day: date) -> str:
    """Id and event key of a dealer day."""
    return f"{dealer_id}:{day.isoformat()}"


@dataclass
class DealerDay:
    """Plan, takings and reserves of one dealer and day. Every visit takes at most once.

    Each method that moves hours returns ``CapacityChanged`` for the classes whose figures differ from what was
    announced last.
    """

    dealer_id: str
    day: date
    plan: CapacityPlan = field(default_factory=CapacityPlan)
    own_plan: bool = False
    """False: the plan follows the dealer's weekly calendar."""
    takings: list[Taking] = field(default_factory=list)
    carry_overs: list[CarryOver] = field(default_factory=list)
    announced: list[Balance] = field(default_factory=list)

    @property
    def id(self) -> str:
        return day_id(self.dealer_id, self.day)

    # -- what there is ------------------------------------------------------------------------------------------

    def at(self, now: datetime, without: VisitId | None = None) -> DayAt:
        """The day as it stands at a moment: lapsed holds take nothing, nor does a visit that is left out."""
        standing = [taking for taking in self.takings if taking.stands(now) and taking.visit_id != without]
        visits = {taking.visit_id for taking in standing}
        return DayAt(self.day, lambda: self.plan, now, lambda: Taken.of(standing, self.carry_overs), visits)

    def standing(self, now: datetime) -> list[Taking]:
        """What takes hours at a moment, by arrival."""
        return sorted((t for t in self.takings if t.stands(now)), key=lambda t: (t.arrival, t.visit_id))

    def taking_of(self, visit_id: VisitId) -> Taking | None:
        return next((taking for taking in self.takings if taking.visit_id == visit_id), None)

    def advisor_of(self, visit_id: VisitId) -> StaffId:
        """Who receives a visit that takes a slot of this day."""
        taking = self.taking_of(visit_id)
        if taking is None or taking.advisor is None:
            raise HoldIsOver()
        return taking.advisor

    # -- taking and giving back ---------------------------------------------------------------------------------

    def take(self, wish: Wish, dealer: Dealer, now: datetime, held_until: datetime | None = None) -> list[Event]:
        """Take a slot and hours (B2): held until then (B15), or for good. Refuses what ``DayAt.check`` refuses."""
        advisor = self.at(now).check(wish, dealer)
        self._drop_lapsed(now)
        kind = TakingKind.APPOINTMENT if held_until is None else TakingKind.HOLD
        self.takings.append(self._taking(wish, kind, advisor, held_until))
        return self._announce(now)

    def confirm(self, visit_id: VisitId, now: datetime) -> list[Event]:
        """The hold becomes an appointment: its hours stay taken, without an end."""
        held = self.taking_of(visit_id)
        if held is None or not held.stands(now):
            raise HoldIsOver()
        self._drop_lapsed(now)
        self.takings = [t.confirmed() if t.visit_id == visit_id else t for t in self.takings]
        return self._announce(now)

    def release(self, visit_id: VisitId, now: datetime) -> list[Event]:
        """Slot and hours of the visit are free again; a visit that takes nothing gives nothing back."""
        self._drop_lapsed(now)
        self.takings = [taking for taking in self.takings if taking.visit_id != visit_id]
        return self._announce(now)

    def take_back(self, wish: Wish, now: datetime) -> list[Event]:
        """A missed visit had come in time (B10), or who left is back (R1): it takes its slot and hours back, once, even
        if the day overloads."""
        self._drop_lapsed(now)
        if self.taking_of(wish.visit_id) is None:
            self.takings.append(self._taking(wish, TakingKind.APPOINTMENT, wish.advisor, None))
        return self._announce(now)

    def take_unbooked(self, visit_id: VisitId, lines: Iterable[TakenHours], at: datetime, now: datetime) -> list[Event]:
        """Authorised work without an appointment takes its hours (B1): each line once, supplements add to it."""
        self._drop_lapsed(now)
        known = self.taking_of(visit_id) or Taking(visit_id, TakingKind.UNBOOKED, at, ())
        others = [taking for taking in self.takings if taking.visit_id != visit_id]
        self.takings = [*others, known.with_lines(lines)]
        return self._announce(now)

    def release_lines(self, visit_id: VisitId, lines: Iterable[str], now: datetime) -> list[Event]:
        """Authorised lines are off (R9): their hours are free. A visit of which no line is left takes nothing."""
        self._drop_lapsed(now)
        left = [taking.without(lines) if taking.visit_id == visit_id else taking for taking in self.takings]
        self.takings = [taking for taking in left if taking.lines]
        return self._announce(now)

    # -- plan and reserves --------------------------------------------------------------------------------------

    def replan(self, plan: CapacityPlan, now: datetime) -> list[Event]:
        """The day gets a plan of its own. Takings stand, even where the day is overloaded now (B1)."""
        self._drop_lapsed(now)
        self.plan, self.own_plan = plan, True
        return self._announce(now)

    def follow(self, plan: CapacityPlan) -> None:
        """Take over the calendar's plan, unless the day has its own. Announced with the next change of hours."""
        if not self.own_plan:
            self.plan = plan

    def reserve_carry_over(
        self, visit_id: VisitId, hours: tuple[ClassHours, ...], now: datetime, reason: str = ""
    ) -> list[Event]:
        """A vehicle stays overnight and needs these hours here (W8). Each visit once; the newest figure holds."""
        self._drop_lapsed(now)
        others = [kept for kept in self.carry_overs if kept.visit_id != visit_id]
        self.carry_overs = [*others, CarryOver(visit_id, hours, reason=reason)]
        return self._announce(now)

    def drop_carry_over(self, visit_id: VisitId, now: datetime) -> list[Event]:
        """The vehicle goes on upon another day, or is delivered: nothing is kept free for it here any more (W8)."""
        self._drop_lapsed(now)
        self.carry_overs = [kept for kept in self.carry_overs if kept.visit_id != visit_id]
        return self._announce(now)

    # -- inside -------------------------------------------------------------------------------------------------

    @staticmethod
    def _taking(wish: Wish, kind: TakingKind, advisor: StaffId | None, held_until: datetime | None) -> Taking:
        return Taking(
            visit_id=wish.visit_id,
            kind=kind,
            arrival=wish.arrival,
            lines=(TakenHours("", wish.work_class, wish.hours),),
            advisor=advisor,
            technician=wish.technician,
            needs=wish.needs,
            held_until=held_until,
        )

    def _drop_lapsed(self, now: datetime) -> None:
        self.takings = [taking for taking in self.takings if taking.stands(now)]

    def _announce(self, now: datetime) -> list[Event]:
        said = {balance.work_class: balance for balance in self.announced}
        standing = self.at(now)
        current = [standing.balance(work_class) for work_class in CLASSES]
        moved = [b for b in current if b != (said.get(b.work_class) or empty_balance(b.work_class))]
        self.announced = [balance for balance in current if not balance.is_empty]
        return [balance.announced(self.day) for balance in moved]
