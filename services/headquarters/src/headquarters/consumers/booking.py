"""Facts of booking: plans, confirmations and no-shows."""

from chassis.facts import Fact
from contracts.booking import (
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentHeld,
    AppointmentMissed,
    AppointmentRescheduled,
    HoldExpired,
    NoShowWithdrawn,
)

from headquarters.domain.figures import Part
from headquarters.domain.visit_record import Mark, Step
from headquarters.projections.effects import Effect, handlers


def on_appointment_held(fact: Fact[AppointmentHeld]) -> Effect:
    return Effect(reached=[Mark.HELD], planned_arrival=fact.event.arrival)


def on_hold_expired(fact: Fact[HoldExpired]) -> Effect:
    return Effect(reached=[Mark.HOLD_EXPIRED])


def on_appointment_confirmed(fact: Fact[AppointmentConfirmed]) -> Effect:
    return Effect(reached=[Step.BOOKED, Mark.APPOINTED], planned_arrival=fact.event.arrival)


def on_appointment_rescheduled(fact: Fact[AppointmentRescheduled]) -> Effect:
    return Effect(reached=[Mark.APPOINTED], planned_arrival=fact.event.arrival)


def on_appointment_cancelled(fact: Fact[AppointmentCancelled]) -> Effect:
    return Effect(reached=[Mark.CANCELLED])


def on_appointment_missed(fact: Fact[AppointmentMissed]) -> Effect:
    """B10: counted on the day of the appointment."""
    return Effect(counts=[(Part.MISSED, 1)], counts_at=fact.event.arrival, reached=[Mark.MISSED])


def on_no_show_withdrawn(fact: Fact[NoShowWithdrawn]) -> Effect:
    """B10: taken off the day on which the vehicle had come in time, which is the appointment's, however late the
    news."""
    return Effect(counts=[(Part.MISSED, -1)], counts_at=fact.event.arrived_at, reached=[Mark.MISS_WITHDRAWN])


HANDLERS = handlers(
    "booking",
    {
        AppointmentHeld: on_appointment_held,
        HoldExpired: on_hold_expired,
        AppointmentConfirmed: on_appointment_confirmed,
        AppointmentRescheduled: on_appointment_rescheduled,
        AppointmentCancelled: on_appointment_cancelled,
        AppointmentMissed: on_appointment_missed,
        NoShowWithdrawn: on_no_show_withdrawn,
    },
)
