"""A dealer day at one moment: what stands, what is free, and whether a wish can be had (B1, B2).

Made once and asked often: offers look at every slot of several days.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import accumulate

from contracts.values import StaffId, TechnicianHours, VisitId, WorkClass

from booking.domain.capacity import CLASSES, Balance, CapacityPlan, minutes_of, of_class
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
from booking.domain.taken import Taken
from booking.domain.taking import CarryOver, Wish

HOUR = timedelta(hours=1)
QUICK_LANE = "QUICK-LANE"
"""Who receives a vehicle that drives straight into the quick-service lane (B1)."""


class DayAt:
    """Plan and what is taken of a day at ``now``; nothing in it changes.

    Both are asked for when they are first needed: most days of a long search are never looked into. ``visits``: who
    takes of the day, where that is known.
    """

    def __init__(
        self,
        day: date,
        plan: Callable[[], CapacityPlan],
        now: datetime,
        taken: Callable[[], Taken],
        visits: Collection[VisitId] = (),
    ) -> None:
        self.day, self.now = day, now
        self._look_up, self._add_up, self._visits = plan, taken, visits
        self._balances: dict[WorkClass, Balance] = {}
        self._sums: dict[WorkClass, tuple[list[datetime], list[int]]] = {}
        """By class: when its vehicles come, and the minutes of those before."""
        self._slots: tuple[datetime, ...] | None = None

    @cached_property
    def plan(self) -> CapacityPlan:
        return self._look_up()

    @cached_property
    def taken(self) -> Taken:
        return self._add_up()

    @property
    def carry_overs(self) -> list[CarryOver]:
        return self.taken.carry_overs

    @cached_property
    def _is_planned(self) -> bool:
        return self.plan != CapacityPlan()

    @cached_property
    def _arrivals_by_advisor(self) -> Counter[StaffId]:
        return self.taken.arrivals_by_advisor()

    @cached_property
    def work_by_arrival(self) -> dict[WorkClass, dict[datetime, int]]:
        """Minutes of each class by the time at which their vehicles come."""
        return {work_class: self.taken.work_by_arrival(work_class) for work_class in self.taken.work}

    def work_near(self, work_class: WorkClass, slot: datetime) -> int:
        """Minutes of a class whose vehicles come less than an hour before or after."""
        if work_class not in self._sums:
            work = sorted(self.taken.work_by_arrival(work_class).items())
            self._sums[work_class] = [at for at, _ in work], [0, *accumulate(minutes for _, minutes in work)]
        arrivals, sums = self._sums[work_class]
        return sums[bisect_left(arrivals, slot + HOUR)] - sums[bisect_right(arrivals, slot - HOUR)]

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
        if self._slots is None:
            self._slots = dealer.slots_on(self.day, self.plan.opening)
        return self._slots

    def slots_with_room(self, dealer: Dealer, work_class: WorkClass) -> list[datetime]:
        """Slots in which somebody could still receive a vehicle for work of this class."""
        if self._drives_into_lane(work_class):
            return [slot for slot in self.slots(dealer) if self._free_in_lane(slot)]
        return [slot for slot in self.slots(dealer) if self.free_places(dealer, slot)]

    def received(self, slot: datetime) -> int:
        """How many vehicles advisors receive in the slot."""
        busy = self.taken.received_at(slot)
        return len(busy) - busy.count(QUICK_LANE)

    def free_places(self, dealer: Dealer, slot: datetime) -> int:
        """How many vehicles can still be received in the slot; who receives one may be off duty by now."""
        return max(0, len(self.advisors(dealer)) - self.received(slot))

    def free_advisors(self, dealer: Dealer, slot: datetime) -> list[StaffId]:
        """Advisors on duty without an arrival in the slot, the least busy of the day first (B2)."""
        busy = self.taken.received_at(slot)
        free = [advisor for advisor in self.advisors(dealer) if advisor not in busy]
        return sorted(free, key=lambda advisor: self._arrivals_by_advisor[advisor])[: self.free_places(dealer, slot)]

    def bay_is_free(self, wish: Wish) -> bool:
        """Whether fewer vehicles than bays are in work at every moment of the wished work (B1), from arrival on."""
        bays = self.plan.bays_of(wish.work_class)
        if bays is None:
            return True
        begin, end = wish.arrival, wish.arrival + timedelta(minutes=wish.hours.minutes)
        works = [
            (arrival, arrival + timedelta(minutes=minutes))
            for arrival, some in self.taken.work.get(wish.work_class, {}).items()
            for minutes in some
        ]
        moments = {begin, *(arrival for arrival, _ in works if begin < arrival < end)}
        return all(sum(arrival <= moment < done for arrival, done in works) < bays for moment in moments)

    def free_of(self, technician: StaffId, work_class: WorkClass) -> TechnicianHours:
        """A technician's hours of a class that nobody asked for by name. Raises ``TechnicianNotOnDuty``."""
        plan = self.plan.technician(technician)
        if plan is None or not of_class(plan.hours, work_class).minutes:
            raise TechnicianNotOnDuty()
        named = self.taken.by_name.get(technician, {}).get(work_class, 0)
        kept = sum([minutes_of(c.hours, work_class) for c in self.carry_overs if c.technician == technician])
        return TechnicianHours(minutes=minutes_of(plan.hours, work_class) - named - kept)

    def check(self, wish: Wish, dealer: Dealer) -> StaffId:
        """Whether the wish can be had. Returns the advisor who would receive it, or raises what stands against it."""
        if wish.visit_id in self._visits:
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
            assigned=TechnicianHours(minutes=self.taken.minutes_of(work_class)),
            carry_over_reserve=TechnicianHours(minutes=sum(minutes_of(c.hours, work_class) for c in self.carry_overs)),
            walk_in_reserve=of_class(self.plan.walk_in_reserve, work_class),
        )

    def _drives_into_lane(self, work_class: WorkClass) -> bool:
        return work_class is WorkClass.QUICK_SERVICE and self.plan.quick_lane > 0

    def _free_in_lane(self, slot: datetime) -> int:
        return self.plan.quick_lane - self.taken.received_at(slot).count(QUICK_LANE)

    def _check_qualified(self, wish: Wish) -> None:
        """W14, a hard rule. Who needs no qualification takes other hours as long as there are any, so it is enough that
        those who need it find hours among the qualified, and all together find hours at all."""
        for need in wish.needs:
            theirs = self.taken.qualified.get(need, {}).get(wish.work_class, 0)
            if self.plan.qualified(need, wish.work_class).minutes - theirs < wish.hours.minutes:
                raise QualifiedHoursTaken()
            named = self.plan.technician(wish.technician) if wish.technician else None
            if named is not None and need not in named.qualifications:
                raise TechnicianNotQualified()

    def _advisor_for(self, wish: Wish, dealer: Dealer) -> StaffId:
        if self._drives_into_lane(wish.work_class):
            if self._free_in_lane(wish.arrival) <= 0:
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
