"""Whatever happens in whatever order: hours always add up, and nobody takes what is not there (B1, B2, B10-B15)."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from booking.domain.appointment import Appointment, State
from booking.domain.dealer_day import DealerDay
from booking.domain.details import ChangeReason, WhoseChange
from booking.domain.errors import Refused
from booking.domain.taking import TakenHours, Wish
from booking_builders import GR, PM, THE_DAY_BEFORE, a_dealer, a_plan, at, class_hours, hours, some_details
from contracts.booking import CapacityChanged
from contracts.values import Channel
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

DEALER = a_dealer(advisors=("wang", "li"))
DAYS = (date(2025, 6, 23), date(2025, 6, 24))
CLASSES = st.sampled_from([PM, GR])
WORK = st.integers(1, 16).map(lambda quarters: hours(quarters / 4))
MOMENTS = st.builds(
    lambda day, quarter: at("08:00", day) + timedelta(minutes=15 * quarter),
    st.sampled_from(DAYS),
    st.integers(0, 7),
)
PICK = st.integers(0, 100)


class TwoDays(RuleBasedStateMachine):
    """Two dealer days, their appointments, and what was announced of their hours."""

    def __init__(self) -> None:
        super().__init__()
        self.now = THE_DAY_BEFORE
        self.days = {day: DealerDay("SH001", day) for day in DAYS}
        self.appointments: dict[str, Appointment] = {}
        self.unbooked: dict[str, tuple[date, TakenHours]] = {}
        self.carried: Counter[date] = Counter()
        self.announced: dict[tuple[date, str], CapacityChanged] = {}
        for day in self.days.values():
            self.hear(day.replan(a_plan(pm=8, gr=8), self.now))

    def hear(self, events) -> None:
        for event in events:
            if isinstance(event, CapacityChanged):
                self.announced[event.day, event.work_class] = event

    def one(self, pick: int, *states: State) -> Appointment | None:
        found = [a for a in self.appointments.values() if a.state in states]
        return found[pick % len(found)] if found else None

    def day_of(self, appointment: Appointment) -> DealerDay:
        return self.days[appointment.day]

    @rule(arrival=MOMENTS, work_class=CLASSES, work=WORK)
    def hold(self, arrival: datetime, work_class, work) -> None:
        wish = Wish(f"visit-{len(self.appointments)}", arrival, work_class, work)
        day = self.days[DEALER.day_of(arrival)]
        before = day.at(self.now).balance(work_class).bookable
        until = self.now + timedelta(minutes=15)
        try:
            self.hear(day.take(wish, DEALER, self.now, until))
        except Refused:
            return
        assert work <= before, "more was taken than was bookable"
        appointment, _ = Appointment.hold(
            wish,
            DEALER,
            advisor=day.advisor_of(wish.visit_id),
            channel=Channel.APP,
            owner="app:a",
            now=self.now,
            until=until,
        )
        self.appointments[wish.visit_id] = appointment

    @rule(pick=PICK)
    def confirm(self, pick: int) -> None:
        if (appointment := self.one(pick, State.RESERVED)) is None:
            return
        if self.now >= (appointment.expires_at or self.now):
            with pytest.raises(Refused):
                appointment.confirm(some_details(), DEALER, read_back=True, now=self.now)
            return
        appointment.confirm(some_details(), DEALER, read_back=True, now=self.now)
        self.hear(self.day_of(appointment).confirm(appointment.visit_id, self.now))

    @rule(minutes=st.integers(1, 20))
    def time_passes(self, minutes: int) -> None:
        """Timers come late on purpose: they fire in ``a_timer_fires``."""
        self.now += timedelta(minutes=minutes)

    @rule(pick=PICK)
    def a_timer_fires(self, pick: int) -> None:
        appointment = self.one(pick, State.RESERVED)
        if appointment is not None and self.now >= (appointment.expires_at or self.now):
            appointment.expire()
            self.hear(self.day_of(appointment).release(appointment.visit_id, self.now))

    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        appointment = self.one(pick, State.RESERVED, State.CONFIRMED)
        if appointment is None:
            return
        try:
            appointment.cancel(WhoseChange("app:a", ChangeReason.NO_TIME), self.now)
        except Refused:
            return
        self.hear(self.day_of(appointment).release(appointment.visit_id, self.now))

    @rule(pick=PICK, arrival=MOMENTS, work_class=CLASSES, work=WORK)
    def reschedule(self, pick: int, arrival: datetime, work_class, work) -> None:
        """One write over both days: when the new hours cannot be had, the old ones stay."""
        if (appointment := self.one(pick, State.CONFIRMED)) is None:
            return
        wish = Wish(appointment.visit_id, arrival, work_class, work)
        old, new = self.day_of(appointment), self.days[DEALER.day_of(arrival)]
        kept = list(old.takings)
        given_back = old.release(wish.visit_id, self.now)
        try:
            taken = new.take(wish, DEALER, self.now)
        except Refused:
            old.takings = kept
            old._announce(self.now)
            return
        self.hear([*given_back, *taken])
        advisor = new.advisor_of(wish.visit_id)
        appointment.reschedule(
            wish, DEALER, advisor=advisor, change=WhoseChange("app:a", ChangeReason.NO_TIME), now=self.now
        )

    @rule(pick=PICK)
    def miss(self, pick: int) -> None:
        if (appointment := self.one(pick, State.CONFIRMED)) is not None:
            appointment.miss()
            self.hear(self.day_of(appointment).release(appointment.visit_id, self.now))

    @rule(pick=PICK, minutes=st.sampled_from([-5, 0, 30, 31, 90]))
    def arrive(self, pick: int, minutes: int) -> None:
        """In time or late, before the no-show's timer or after it."""
        appointment = self.one(pick, State.CONFIRMED, State.NO_SHOW)
        if appointment is None:
            return
        took = appointment.takes_hours
        appointment.arrive(appointment.arrival + timedelta(minutes=minutes))
        day = self.day_of(appointment)
        if appointment.takes_hours and not took:
            self.hear(day.take_back(appointment.wish, self.now))
        elif took and not appointment.takes_hours:
            self.hear(day.release(appointment.visit_id, self.now))

    @rule(day=st.sampled_from(DAYS), work_class=CLASSES, work=WORK)
    def unbooked_work_is_authorised(self, day: date, work_class, work) -> None:
        visit, line = f"walk-in-{len(self.unbooked)}", TakenHours("L1", work_class, work)
        self.unbooked[visit] = (day, line)
        for _ in range(2):
            self.hear(self.days[day].take_unbooked(visit, [line], at("10:00", day), self.now))

    @rule(day=st.sampled_from(DAYS), minutes=st.integers(0, 300))
    def carry_over(self, day: date, minutes: int) -> None:
        kept = (class_hours(GR, minutes / 60),)
        self.hear(self.days[day].reserve_carry_over("kept", kept, self.now))
        self.carried[day] = minutes

    @rule(day=st.sampled_from(DAYS), pm=st.integers(0, 20), gr=st.integers(0, 20))
    def the_plan_changes(self, day: date, pm: int, gr: int) -> None:
        self.hear(self.days[day].replan(a_plan(pm=pm, gr=gr), self.now))

    @invariant()
    def assigned_hours_are_those_of_holds_appointments_and_unbooked_work(self) -> None:
        """B1: each visit once."""
        for day in self.days.values():
            for work_class in (PM, GR):
                booked = sum(
                    a.hours.minutes
                    for a in self.appointments.values()
                    if a.day == day.day and a.work_class is work_class and a.takes_hours and self.in_force(a)
                )
                unbooked = sum(
                    line.hours.minutes
                    for on, line in self.unbooked.values()
                    if on == day.day and line.work_class is work_class
                )
                assert day.at(self.now).balance(work_class).assigned.minutes == booked + unbooked

    @invariant()
    def the_formula_holds_and_what_was_announced_is_what_stands(self) -> None:
        """B1; a hold that ran out is announced with the next change of its day."""
        for day in self.days.values():
            for work_class in (PM, GR):
                balance = day.at(self.now).balance(work_class)
                if work_class is GR:
                    assert balance.carry_over_reserve.minutes == self.carried[day.day]
                told = self.announced.get((day.day, work_class))
                if told is not None and all(t.stands(self.now) for t in day.takings):
                    assert told == balance.announced(day.day)

    @invariant()
    def a_visit_takes_once_and_no_slot_has_more_holds_and_bookings_than_advisors(self) -> None:
        """B2. Only a withdrawn no-show may exceed a slot: his vehicle is there."""
        came_back = {a.visit_id for a in self.appointments.values() if a.state is State.ARRIVED}
        for day in self.days.values():
            assert max(Counter(t.visit_id for t in day.takings).values(), default=0) <= 1
            slots = Counter(t.arrival for t in day.standing(self.now) if t.advisor and t.visit_id not in came_back)
            assert max(slots.values(), default=0) <= len(DEALER.advisors)

    def in_force(self, appointment: Appointment) -> bool:
        return appointment.expires_at is None or self.now < appointment.expires_at


TestTwoDays = TwoDays.TestCase
TestTwoDays.settings = settings(max_examples=min(40, settings().max_examples), stateful_step_count=30)
