"""Histories of competition for capacity: several people and the timers work on two narrow days at once (B1, B2, B15).

A history is made by its seed alone: who does what, and in which order they are switched at the store.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from booking.domain.capacity import CapacityPlan, ClassBays
from booking.domain.details import ChangeReason
from booking.domain.errors import Taken
from booking.domain.policy import Policy
from booking.domain.taking import TakenHours, Wish
from booking.settings import Settings
from booking.storage.days import known_dealer, look_at_days
from booking.storage.documents import ALL, APPOINTMENTS, CALENDARS, WAITING
from booking.usecases.cancel_appointment import CancelAppointment, cancel_appointment
from booking.usecases.confirm_appointment import ConfirmAppointment, confirm_appointment
from booking.usecases.due import expire_hold, miss_appointment, remind_customer
from booking.usecases.hold_appointment import HoldAppointment, hold_appointment
from booking.usecases.offer_slots import OfferSlots, next_best, offer_slots
from booking.usecases.plan_capacity import PlanDay, plan_day
from booking.usecases.record_arrival import RecordArrival, record_arrival
from booking.usecases.register_dealer import register_dealer
from booking.usecases.reschedule_appointment import RescheduleAppointment, reschedule_appointment
from booking.usecases.reserve_carry_over import ReserveCarryOver, reserve_carry_over
from booking.usecases.take_unbooked_work import TakeUnbookedWork, take_unbooked_work
from booking.usecases.wait_for_place import WaitForPlace, accept_place, wait_for_place
from booking_builders import GR, PM, THE_DAY, THE_DAY_BEFORE, a_dealer, a_plan, at, class_hours, hours
from booking_interleaver import SteppingStore, interleave, step_aside
from booking_journeys import a_confirmation
from booking_keepers import CALENDAR_DAY, Keepers, minutes_by_calendar
from booking_ledger import Ledger, Wrong
from chassis.ids import new_id
from chassis.runtime import Parts, Runtime
from chassis.scopes import Dealers
from chassis.store import AlreadyExists, Store, VersionConflict
from chassis.testing import TEST_LINKS, MemoryStore
from chassis.unit import Unit
from contracts.values import Channel

DAYS = (THE_DAY, date(2025, 6, 24), CALENDAR_DAY)
"""The last one has no plan of its own: it is as the calendar has it."""
ADVISORS = ("wang", "li")
OPERATIONS = 30
"""Operations of one history."""
MOST_TRIES = 200
POLICY = Policy(next_best=3, offer_wait=timedelta(minutes=5))
TIMERS = {
    "hold-expiry": partial(expire_hold, policy=POLICY),
    "reminder": remind_customer,
    "no-show": partial(miss_appointment, policy=POLICY),
}

Work = Callable[[Unit], Awaitable[Any]]


@dataclass
class History:
    """One dealer, three days of 3 h maintenance and 2 h repair, two advisors, one repair bay and two loaner cars."""

    store: Store
    seed: int
    dealer_id: str = "SH001"
    outcomes: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.now = self.chance.choice((THE_DAY_BEFORE, at("07:45"), at("08:00")))
        self.ledger = Ledger(len(ADVISORS), lambda: self.now)
        self.stepping = SteppingStore(self.store, self.ledger.follow)
        self.keepers = Keepers(self.dealer_id, self.chance, self._do, self._somebody)
        self.visits = 0
        self.left = 0
        self.switches = 0

    async def play(self) -> "History":
        """Opens the dealer, then lets everybody work until the operations are used up. Raises ``Wrong``."""
        await interleave([self._opening()], lambda count: 0)
        self.left = OPERATIONS
        actors = [self._booker("a"), self._booker("b"), self._customer(), self._planner(), self._clockwork()]
        actors += [self._working(self.keepers.change_calendar), self._working(self.keepers.lend)]
        self.switches = await interleave(actors, self.chance.randrange)
        await interleave([self._last_look()], lambda count: 0)
        return self

    # -- who works ------------------------------------------------------------------------------------------------

    async def _opening(self) -> None:
        await self._do("open", lambda unit: register_dealer(unit, a_dealer(self.dealer_id, advisors=ADVISORS)))
        for day in DAYS[:-1]:
            await self._plan(day, a_narrow_plan())
        await self.keepers.open(a_dealer(self.dealer_id).day_of(self.now))

    async def _last_look(self) -> None:
        """When all is done, the calendar's day offers what the calendar says, by a second opinion (B1)."""
        unit = self._unit()
        dealer = await known_dealer(unit, self.dealer_id)
        (day,) = await look_at_days(unit, dealer, [CALENDAR_DAY])
        kept = self.ledger.mirror.documents[CALENDARS.name][self.dealer_id]
        for work_class in (PM, GR):
            planned, says = day.plan.available(work_class).minutes, minutes_by_calendar(kept, work_class)
            if planned != says:
                raise Wrong(f"{work_class} has {planned} minutes, the calendar says {says}")

    async def _working(self, work: Callable[[], Awaitable[None]]) -> None:
        while self.left:
            await work()

    async def _booker(self, name: str) -> None:
        """Takes slots: held, confirmed, or both at once; sometimes from a page that he opened a while ago."""
        while self.left:
            await self.chance.choice((self._hold, self._book, self._book, self._confirm, self._from_a_stale_page))()

    async def _customer(self) -> None:
        """Moves and cancels what is booked; waits for places and takes those that are offered."""
        works = (self._reschedule, self._reschedule, self._cancel, self._cancel, self._wait)
        while self.left:
            await step_aside()
            offered = self._offered()
            work = self.chance.choice(works)
            await (self._accept(self.chance.choice(offered)) if offered and self.chance.random() < 0.8 else work())

    async def _planner(self) -> None:
        """Plans days anew; learns of vehicles that stay overnight, arrive, or come unbooked."""
        works = (self._replan, self._carry_over, self._arrive, self._unbooked, self._confirm)
        while self.left:
            await self.chance.choice(works)()

    async def _clockwork(self) -> None:
        """Time passes; timers fire, some of them late."""
        while self.left:
            await step_aside()
            if self.chance.random() < 0.3:
                self.now += timedelta(minutes=self.chance.choice((1, 7, 15, 16, 30)))
            await self._fire()

    # -- what they do ---------------------------------------------------------------------------------------------

    async def _hold(self) -> None:
        wish = self._wish()
        await self._do("hold", lambda unit: hold_appointment(unit, self._order(wish), POLICY))

    async def _book(self) -> None:
        wish = self._wish()

        async def both(unit: Unit) -> None:
            await hold_appointment(unit, self._order(wish), POLICY)
            await confirm_appointment(unit, self._confirmation(wish.visit_id), POLICY)

        await self._do("book", both)

    async def _from_a_stale_page(self) -> None:
        """Looks at offers, thinks about it, and takes the best one: if it is gone, the answer has others (B2)."""
        wish = self._wish()
        command = OfferSlots(self.dealer_id, wish, DAYS[0], DAYS[-1], 3)
        seen = await offer_slots(self._unit(), command, POLICY)
        if not seen:
            return
        chosen = wish.at(seen[0].arrival)
        refused = await self._do("stale", lambda unit: hold_appointment(unit, self._order(chosen), POLICY))
        if isinstance(refused, Taken):
            told = await next_best(self._unit(), self.dealer_id, chosen, refused, POLICY)
            assert "offers" in told.details

    async def _confirm(self) -> None:
        visit = self._somebody()
        await self._do("confirm", lambda unit: confirm_appointment(unit, self._confirmation(visit), POLICY))

    async def _reschedule(self) -> None:
        wish = self._wish(self._somebody())
        command = RescheduleAppointment(self.dealer_id, wish, ChangeReason.NO_TIME)
        await self._do("reschedule", lambda unit: reschedule_appointment(unit, command, POLICY))

    async def _cancel(self) -> None:
        command = CancelAppointment(self.dealer_id, self._somebody(), ChangeReason.NO_TIME)
        await self._do("cancel", lambda unit: cancel_appointment(unit, command, POLICY))

    async def _wait(self) -> None:
        wish = self._wish()
        command = WaitForPlace(wish, DAYS[0], DAYS[-1], self._confirmation(wish.visit_id))
        await self._do("wait", lambda unit: wait_for_place(unit, command, POLICY))

    def _offered(self) -> list[str]:
        kept = self.ledger.mirror.documents.get(WAITING.name, {}).values()
        return sorted(raw["_id"] for raw in kept if raw["state"] == "OFFERED")

    async def _accept(self, visit: str) -> None:
        """Perhaps too late: the place may be gone by then."""
        await self._do("accept", lambda unit: accept_place(unit, visit))

    async def _replan(self) -> None:
        await self._plan(self.chance.choice(DAYS[:-1]), a_narrow_plan(pm=self.chance.choice((1, 3, 4))))

    async def _plan(self, day: date, plan: CapacityPlan) -> None:
        await self._do("calendar", lambda unit: plan_day(unit, PlanDay(self.dealer_id, day, plan)))

    async def _carry_over(self) -> None:
        kept = (class_hours(GR, self.chance.choice((0, 0.5, 1))),)
        to_day = self.chance.choice(DAYS)
        command = ReserveCarryOver(self.dealer_id, f"{self.dealer_id}-kept", to_day - timedelta(days=1), to_day, kept)
        await self._do("carry over", lambda unit: reserve_carry_over(unit, command))

    async def _arrive(self) -> None:
        """In time, late, or told after the no-show."""
        visit, ago = self._somebody(), timedelta(minutes=self.chance.choice((0, 10, 60)))
        command = RecordArrival(self.dealer_id, visit, self.now - ago)
        await self._do("arrive", lambda unit: record_arrival(unit, command))

    async def _unbooked(self) -> None:
        line = TakenHours("L1", PM, hours(0.5))
        command = TakeUnbookedWork(self.dealer_id, f"{self.dealer_id}-walk-in-{self.visits}", (line,), at("09:00"))
        await self._do("unbooked", lambda unit: take_unbooked_work(unit, command))

    async def _fire(self) -> None:
        """As the timers of the chassis do it: whoever still asks for one that is due gets it."""
        for name, fire in TIMERS.items():
            for visit, due in self._due(name)[:1]:
                await self._do(name, self._firing(name, fire, visit, due))

    @staticmethod
    def _firing(name: str, fire: Callable[[Unit, str, datetime], Awaitable[None]], visit: str, due: datetime) -> Work:
        async def fired(unit: Unit) -> None:
            if await unit.timer_due(APPOINTMENTS, visit, name) == due:
                await fire(unit, visit, due)

        return fired

    def _due(self, name: str) -> list[tuple[str, datetime]]:
        kept = self.ledger.mirror.documents.get(APPOINTMENTS.name, {}).values()
        due = ((raw["_id"], raw["_timers"].get(name)) for raw in kept)
        return [(visit, when) for visit, when in due if when is not None and when <= self.now]

    # -- how a command is carried out -------------------------------------------------------------------------------

    async def _do(self, name: str, work: Work) -> Exception | None:
        """Again from the start when somebody else was faster, as the door does; returns the refusal."""
        self.left = max(0, self.left - 1)
        for _ in range(MOST_TRIES):
            unit = self._unit()
            try:
                await work(unit)
                await unit.commit()
                self.outcomes[name] += 1
                return None
            except (VersionConflict, AlreadyExists):
                self.outcomes["overtaken"] += 1
            except Exception as refused:
                if not hasattr(refused, "code"):
                    raise
                self.outcomes["refused"] += 1
                return refused
        raise AssertionError(f"{name} was overtaken {MOST_TRIES} times")

    def _unit(self) -> Unit:
        return Unit(
            self.stepping,
            scope=Dealers.of(self.dealer_id),
            actor="advisor:anna",
            now=self.now,
            sealing=self.stepping.sealing,
            links=TEST_LINKS,
        )

    def _wish(self, visit: str | None = None) -> Wish:
        if visit is None:
            self.visits += 1
            visit = f"{self.dealer_id}-{self.visits}"
        arrival = at("08:00", self.chance.choice(DAYS)) + timedelta(minutes=15 * self.chance.randrange(4))
        work_class = self.chance.choice((PM, PM, GR))
        return Wish(visit, arrival, work_class, hours(self.chance.choice((0.5, 1, 1.5))))

    def _somebody(self) -> str:
        return f"{self.dealer_id}-{self.chance.randint(max(1, self.visits - 4), max(1, self.visits))}"

    def _order(self, wish: Wish) -> HoldAppointment:
        return HoldAppointment(self.dealer_id, wish, Channel.APP)

    def _confirmation(self, visit: str) -> ConfirmAppointment:
        return a_confirmation(visit, dealer_id=self.dealer_id)


def a_narrow_plan(pm: float = 3) -> CapacityPlan:
    return a_plan(pm=pm, gr=2, bays=(ClassBays(GR, 1),))


async def play_histories(
    operations: int,
    first_seed: int = 0,
    store: Callable[[], Store] = MemoryStore,
    dealer_of: Callable[[int], str] = lambda seed: "SH001",
) -> Counter[str]:
    """So many operations in histories one after the other; what came of them. Raises ``Wrong`` with the seed."""
    told: Counter[str] = Counter()
    for seed in range(first_seed, first_seed + -(-operations // OPERATIONS)):
        history = History(store(), seed, dealer_of(seed))
        try:
            await history.play()
        except Exception as wrong:
            wrong.add_note(f"history of seed {seed}")
            raise
        told.update(history.outcomes)
        told.update(operations=OPERATIONS, histories=1, switches=history.switches, commits=history.ledger.commits)
    return told


@asynccontextmanager
async def real_store(url: str) -> AsyncIterator[Store]:
    """Booking's collections in a MongoDB database of their own."""
    settings = Settings(
        mongo_url=url, mongo_database=f"booking_{new_id()[-8:]}", clock="manual", clock_start=at("08:00")
    )
    runtime = Runtime(Parts("booking", ALL), settings)
    try:
        await runtime.store.prepare(ALL)
        yield runtime.store
        await runtime.client.drop_database(runtime.database.name)
    finally:
        await runtime.stop()
