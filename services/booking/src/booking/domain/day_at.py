"""A dealer day at one moment: what stands, what is free, and whether a wish can be had (B1, B2).

Made once and asked often: offers look at every slot of several days.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property

from contracts.values import StaffId, TechnicianHours, WorkClass

from booking.domain.capacity import CLASSES, Balance, CapacityPlan, minutes_of, of_class, total
from booking.domain.dealer import Dealer
from booking.domain.errors import (
    AdvisorNotOnDuty,
    AdvisorTaken,
    BayTaken,
    DayNotPlanned,
    HoursTaken,
    HoursTakenTwice,
    NotASlot,
    QualifiedHoursTaken,
    SlotInThePast,
    SlotTaken,
    TechnicianNotOnDuty,
    TechnicianNotQualified,
)
from booking.domain.taking import CarryOver, Taking, Wish

INSTANT = timedelta(milliseconds=1)
QUICK_LANE = "QUICK-LANE"
"""Who receives a vehicle that drives straight into the quick-service lane (B1)."""


class DayAt:
    """Plan, standing takings and reserves of a day at ``now``; nothing in it changes."""

    def __init__(
        self, day: date, plan: CapacityPlan, takings: Sequence[Taking], carry_overs: Sequence[CarryOver], now: datetime
    ) -> None:
        self.day, self.plan, self.now = day, plan, now
        self.carry_overs = tuple(carry_overs)
        self.standing = sorted((t for t in takings if t.stands(now)), key=lambda t: (t.arrival, t.visit_id))
        self._balances: dict[WorkClass, Balance] = {}

    @cached_property
    def _is_planned(self) -> bool:
        return self.plan != CapacityPlan()

    @cached_property
    def _advisors_busy(self) -> dict[datetime, list[StaffId]]:
        busy: dict[datetime, list[StaffId]] = {}
        for taking in self.standing:
            if taking.advisor:
                busy.setdefault(taking.arrival, []).append(taking.advisor)
        return busy

    @cached_property
    def _arrivals_by_advisor(self) -> Counter[StaffId | None]:
        return Counter(taking.advisor for taking in self.standing)

    @cached_property
    def work_by_arrival(self) -> dict[WorkClass, Counter[datetime]]:
        """Minutes of each class by the time at which their vehicles come."""
        work: dict[WorkClass, Counter[datetime]] = defaultdict(Counter)
        for taking in self.standing:
            for line in taking.lines:
                work[line.work_class][taking.arrival] += line.hours.minutes
        return work

    def balance(self, work_class: WorkClass) -> Balance:
        """The hours of one class (B1)."""
        if work_class not in self._balances:
            self._balances[work_class] = self._balance(work_class)
        return self._balances[work_class]

    def balances(self) -> list[Balance]:
        """The classes that the day knows anything of."""
        return [balance for balance in map(self.balance, CLASSES) if not balance.is_empty]

    def advisors(self, dealer: Dealer) -> tuple[StaffId, ...]:
        """Who receives vehicles on this day."""
        return self.plan.advisors or dealer.advisors

    def slots(self, dealer: Dealer) -> tuple[datetime, ...]:
        """Starts of the day's reception slots; the plan may have other hours than the dealer's usual ones (B2)."""
        return dealer.slots_on(self.day, self.plan.opening)

    def free_places(self, dealer: Dealer, slot: datetime) -> int:
        """How many vehicles can still be received in the slot."""
        if slot not in self._advisors_busy:
            return len(self.advisors(dealer))
        free, room = self._free(dealer, slot)
        return min(len(free), room)

    def free_advisors(self, dealer: Dealer, slot: datetime) -> list[StaffId]:
        """Advisors on duty without an arrival in the slot, the least busy of the day first (B2)."""
        free, room = self._free(dealer, slot)
        return sorted(free, key=lambda advisor: self._arrivals_by_advisor[advisor])[:room]

    def bay_is_free(self, wish: Wish) -> bool:
        """Whether fewer vehicles than bays are in work at every moment of the wished work (B1)."""
        bays = self.plan.bays_of(wish.work_class)
        if bays is None:
            return True
        end = wish.arrival + timedelta(minutes=wish.hours.minutes)
        others = [t for t in self.standing if t.occupies_bay(wish.work_class, wish.arrival, end)]
        moments = {wish.arrival, *(t.arrival for t in others if t.arrival > wish.arrival)}
        return all(
            sum(t.occupies_bay(wish.work_class, moment, moment + INSTANT) for t in others) < bays for moment in moments
        )

    def free_of(self, technician: StaffId, work_class: WorkClass) -> TechnicianHours:
        """A technician's hours of a class that nobody asked for by name. Raises ``TechnicianNotOnDuty``."""
        plan = self.plan.technician(technician)
        if plan is None or not of_class(plan.hours, work_class).minutes:
            raise TechnicianNotOnDuty()
        named = [t.of_class(work_class) for t in self.standing if t.technician == technician]
        kept = [of_class(c.hours, work_class) for c in self.carry_overs if c.technician == technician]
        return of_class(plan.hours, work_class) - total(named) - total(kept)

    def check(self, wish: Wish, dealer: Dealer) -> StaffId:
        """Whether the wish can be had. Returns the advisor who would receive it, or raises what stands against it."""
        if any(taking.visit_id == wish.visit_id for taking in self.standing):
            raise HoursTakenTwice()
        if not self._is_planned:
            raise DayNotPlanned()
        if wish.arrival not in self.slots(dealer):
            raise NotASlot()
        if wish.arrival < self.now:
            raise SlotInThePast()
        advisor = self._advisor_for(wish, dealer)
        if self.balance(wish.work_class).bookable < wish.hours:
            raise HoursTaken()
        self._check_qualified(wish)
        if wish.technician is not None and self.free_of(wish.technician, wish.work_class) < wish.hours:
            raise HoursTaken("The wished technician has not enough hours left: leave him out, or take an offer.")
        if not self.bay_is_free(wish):
            raise BayTaken()
        return advisor

    def _balance(self, work_class: WorkClass) -> Balance:
        return Balance(
            work_class=work_class,
            available=self.plan.available(work_class),
            assigned=TechnicianHours(minutes=sum(taking.minutes_of(work_class) for taking in self.standing)),
            carry_over_reserve=TechnicianHours(minutes=sum(minutes_of(c.hours, work_class) for c in self.carry_overs)),
            walk_in_reserve=of_class(self.plan.walk_in_reserve, work_class),
        )

    def _free(self, dealer: Dealer, slot: datetime) -> tuple[list[StaffId], int]:
        """Advisors without an arrival in the slot, and how many vehicles still find one: some may be off duty now."""
        on_duty = self.advisors(dealer)
        busy = [advisor for advisor in self._advisors_busy.get(slot, ()) if advisor != QUICK_LANE]
        free = [advisor for advisor in on_duty if advisor not in busy] if busy else list(on_duty)
        return free, max(0, len(on_duty) - len(busy))

    def _check_qualified(self, wish: Wish) -> None:
        """W14, a hard rule. Who needs no qualification takes other hours as long as there are any, so it is enough that
        those who need it find hours among the qualified, and all together find hours at all."""
        for need in wish.needs:
            theirs = [t.of_class(wish.work_class) for t in self.standing if need in t.needs]
            if self.plan.qualified(need, wish.work_class) - total(theirs) < wish.hours:
                raise QualifiedHoursTaken()
            named = self.plan.technician(wish.technician) if wish.technician else None
            if named is not None and need not in named.qualifications:
                raise TechnicianNotQualified()

    def _advisor_for(self, wish: Wish, dealer: Dealer) -> StaffId:
        if wish.work_class is WorkClass.QUICK_SERVICE and self.plan.quick_lane:
            if self._advisors_busy.get(wish.arrival, []).count(QUICK_LANE) >= self.plan.quick_lane:
                raise SlotTaken("The quick-service lane is full in this slot: take one of the offers in `details`.")
            return QUICK_LANE
        free = self.free_advisors(dealer, wish.arrival)
        if wish.advisor and wish.advisor not in self.advisors(dealer):
            raise AdvisorNotOnDuty()
        if not free:
            raise SlotTaken()
        if wish.advisor and wish.advisor not in free:
            raise AdvisorTaken()
        liked = [advisor for advisor in wish.preferred if advisor in free]
        return wish.advisor or (liked + free)[0]
