"""An appointment's life: held, confirmed, arrived or missed, changed or cancelled (B4, B6, B9-B11, B15)."""

from datetime import timedelta

import pytest
from booking.domain.appointment import State
from booking.domain.appointment_timers import due_times
from booking.domain.details import ChangeReason, NoShowReason, WhoseChange
from booking.domain.errors import (
    AppointmentClosed,
    DeliveryBeforeArrival,
    HoldIsOver,
    MenuExceedsHours,
    NotConfirmed,
    NotHeld,
    NotMissed,
    ReadBackMissing,
)
from booking_builders import (
    THE_DAY_BEFORE,
    a_booked_appointment,
    a_dealer,
    a_held_appointment,
    a_wish,
    at,
    hours,
    some_details,
)
from contracts.booking import (
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentMissed,
    AppointmentRescheduled,
    HoldExpired,
    MenuItem,
    NoShowWithdrawn,
    ReminderDue,
)
from contracts.values import Party

DEALER = a_dealer()
NOW = THE_DAY_BEFORE
GRACE_END = at("09:30")


def a_missed_appointment():
    appointment = a_booked_appointment()
    appointment.miss()
    return appointment


def a_cancelled_appointment():
    appointment = a_booked_appointment()
    appointment.cancel(WhoseChange("advisor:anna", ChangeReason.PRICE), NOW)
    return appointment


def an_arrived_appointment():
    appointment = a_booked_appointment()
    appointment.arrive(at("08:55"))
    return appointment


def an_expired_appointment():
    appointment = a_held_appointment()
    appointment.expire()
    return appointment


def reschedule(appointment, wish=None, now=NOW):
    return appointment.reschedule(
        wish or a_wish("10:00"), DEALER, advisor="li", change=WhoseChange("app:a", ChangeReason.NO_TIME), now=now
    )


def test_a_confirmed_hold_announces_the_appointment_once():
    """B8: the booking notice."""
    appointment = a_held_appointment()
    (told,) = appointment.confirm(some_details(), DEALER, read_back=True, now=NOW)
    assert isinstance(told, AppointmentConfirmed)
    assert appointment.state is State.CONFIRMED
    with pytest.raises(NotHeld):
        appointment.confirm(some_details(), DEALER, read_back=True, now=NOW)


def test_nothing_is_confirmed_before_it_was_read_back():
    """B6."""
    with pytest.raises(ReadBackMissing):
        a_held_appointment().confirm(some_details(), DEALER, read_back=False, now=NOW)


@pytest.mark.parametrize(("after", "allowed"), [(14.99, True), (15, False), (60, False)])
def test_a_hold_can_be_confirmed_until_it_ends(after, allowed):
    """B15: the clock decides, not the timer."""
    appointment, now = a_held_appointment(), NOW + timedelta(minutes=after)
    if allowed:
        appointment.confirm(some_details(), DEALER, read_back=True, now=now)
    else:
        with pytest.raises(HoldIsOver):
            appointment.confirm(some_details(), DEALER, read_back=True, now=now)


def test_a_delivery_estimate_lies_after_the_arrival_or_is_to_be_confirmed():
    """B6."""
    with pytest.raises(DeliveryBeforeArrival):
        a_held_appointment().confirm(some_details(delivery_estimate=at("09:00")), DEALER, read_back=True, now=NOW)
    (told,) = a_held_appointment().confirm(some_details(delivery_estimate=None), DEALER, read_back=True, now=NOW)
    assert isinstance(told, AppointmentConfirmed) and told.delivery_estimate is None


def test_menu_items_fit_into_the_hours_taken():
    """B4, B1: otherwise the day would promise hours it does not have."""
    menu = tuple(MenuItem(code=f"M{n}", title="Service", hours=hours(0.5)) for n in range(3))
    with pytest.raises(MenuExceedsHours):
        a_held_appointment().confirm(some_details(menu_items=menu), DEALER, read_back=True, now=NOW)
    a_held_appointment(a_wish(work=1.5)).confirm(some_details(menu_items=menu), DEALER, read_back=True, now=NOW)


def test_a_hold_waits_for_its_end_and_for_nothing_else():
    """B15."""
    assert due_times(a_held_appointment()) == {"hold-expiry": NOW + timedelta(minutes=15)}


def test_a_confirmed_appointment_waits_for_reminder_and_grace_time():
    """B9: 24 h before. B8: two hours before, for what is not ready. B10: 30 min after."""
    assert due_times(a_booked_appointment()) == {
        "reminder": at("09:00") - timedelta(hours=24),
        "readiness": at("07:00"),
        "no-show": GRACE_END,
    }


def test_who_books_less_than_a_day_before_is_not_reminded_of_what_was_said_just_now():
    """B9."""
    assert set(due_times(a_booked_appointment(now=at("07:00")))) == {"no-show"}


@pytest.mark.parametrize(
    "closed", [an_expired_appointment, an_arrived_appointment, a_missed_appointment, a_cancelled_appointment]
)
def test_a_closed_appointment_waits_for_nothing_and_cannot_be_changed(closed):
    """B11."""
    appointment = closed()
    assert due_times(appointment) == {}
    with pytest.raises(AppointmentClosed):
        reschedule(appointment)
    with pytest.raises(AppointmentClosed):
        appointment.cancel(WhoseChange("app:a", ChangeReason.PRICE), NOW)


def test_an_expired_hold_is_announced_and_cannot_be_confirmed():
    """B15."""
    appointment = a_held_appointment()
    assert [type(e) for e in appointment.expire()] == [HoldExpired]
    with pytest.raises(HoldIsOver):
        appointment.confirm(some_details(), DEALER, read_back=True, now=NOW)


def test_a_reminder_is_due_once():
    """B9."""
    appointment = a_booked_appointment()
    assert [type(e) for e in appointment.remind(at("08:59"))] == [ReminderDue]
    assert "reminder" not in due_times(appointment)


def test_nobody_is_reminded_of_an_arrival_that_is_over():
    """B9: the reminder fell due during an outage that outlasted the arrival."""
    appointment = a_booked_appointment()
    assert appointment.remind(at("09:00")) == []
    assert "reminder" not in due_times(appointment)


def test_a_rescheduled_appointment_keeps_its_history():
    """B11."""
    appointment = a_booked_appointment()
    (told,) = reschedule(appointment)
    assert isinstance(told, AppointmentRescheduled)
    assert (told.previous_arrival, told.arrival, told.by) == (at("09:00"), at("10:00"), Party.CUSTOMER)
    assert [(c.previous_arrival, c.arrival, c.reason) for c in appointment.history] == [
        (at("09:00"), at("10:00"), ChangeReason.NO_TIME)
    ]


def test_a_rescheduled_appointment_has_a_new_reminder_and_grace_time():
    """B9, B10."""
    appointment = a_booked_appointment()
    appointment.remind(NOW)
    reschedule(appointment)
    due = {"reminder": at("10:00") - timedelta(hours=24), "readiness": at("08:00"), "no-show": at("10:30")}
    assert due_times(appointment) == due


def test_a_hold_is_not_rescheduled_but_held_anew():
    """B15."""
    with pytest.raises(NotConfirmed):
        reschedule(a_held_appointment())


def test_fewer_hours_than_the_menu_needs_are_no_new_appointment():
    """B4."""
    menu = (MenuItem(code="M1", title="Service", hours=hours(1)),)
    with pytest.raises(MenuExceedsHours):
        reschedule(a_booked_appointment(menu_items=menu), a_wish("10:00", 0.5))


def test_an_overdue_appointment_cannot_be_moved_before_its_timer_fires():
    """B10: the outcome does not hang on when the timer fires."""
    with pytest.raises(AppointmentClosed):
        reschedule(a_booked_appointment(), now=GRACE_END + timedelta(minutes=1))


@pytest.mark.parametrize("appointment", [a_held_appointment, a_booked_appointment])
def test_a_customer_may_cancel_a_hold_or_an_appointment(appointment):
    """B11."""
    cancelled = appointment()
    (told,) = cancelled.cancel(WhoseChange("app:a", ChangeReason.PRICE), NOW)
    assert isinstance(told, AppointmentCancelled)
    assert cancelled.state is State.CANCELLED and not cancelled.takes_hours


@pytest.mark.parametrize(
    ("clock", "state"), [("08:00", State.ARRIVED), ("09:30", State.ARRIVED), ("09:31", State.NO_SHOW)]
)
def test_who_comes_by_the_grace_time_has_arrived(clock, state):
    """B10: 30 minutes of grace; later he is a no-show, even if the news come before the timer."""
    appointment = a_booked_appointment()
    events = appointment.arrive(at(clock))
    assert appointment.state is state
    assert [type(e) for e in events] == ([AppointmentMissed] if state is State.NO_SHOW else [])


def test_late_news_of_an_arrival_in_time_withdraw_the_no_show_once():
    """B10."""
    appointment = a_missed_appointment()
    appointment.record_no_show_reason(NoShowReason.OTHER)
    assert appointment.arrive(at("09:10")) == [NoShowWithdrawn(arrived_at=at("09:10"))]
    assert (appointment.state, appointment.no_show_reason) == (State.ARRIVED, None)
    assert appointment.arrive(at("09:10")) == []


def test_who_comes_after_the_grace_time_stays_a_no_show():
    """B10."""
    appointment = a_missed_appointment()
    assert appointment.arrive(at("11:00")) == []
    assert (appointment.state, appointment.arrived_at, appointment.takes_hours) == (State.NO_SHOW, at("11:00"), False)


def test_an_arrival_changes_nothing_in_a_cancelled_appointment():
    """B11: the visit is received like a walk-in."""
    appointment = a_cancelled_appointment()
    assert appointment.arrive(at("09:00")) == []
    assert appointment.state is State.CANCELLED


def test_a_reason_is_recorded_for_a_no_show_only():
    """B10."""
    (told,) = a_missed_appointment().record_no_show_reason(NoShowReason.ILL)
    assert told.reason == "ILL"
    with pytest.raises(NotMissed):
        a_booked_appointment().record_no_show_reason(NoShowReason.ILL)
