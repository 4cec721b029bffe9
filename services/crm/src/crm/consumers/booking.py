"""Booking's facts: customers get known; reminders, missed visits and offered places are told (B4, B9, B10, B16)."""

from typing import Any

from chassis.facts import Fact
from chassis.unit import Unit
from contracts.booking import (
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentMissed,
    AppointmentRescheduled,
    HoldExpired,
    NoShowWithdrawn,
    PlaceOffered,
    ReminderDue,
    WaitingEnded,
)
from contracts.crm import Purpose
from contracts.values import Channel

from crm.consumers.contacts import contact_for
from crm.domain.texts import join_instants
from crm.domain.visit import Visit
from crm.projections.history import HistoryRow, Kind, remember, what_of
from crm.storage.customers import speaking_customer
from crm.storage.visits import VISITS
from crm.usecases.drop_contacts import drop_contacts
from crm.usecases.follow_visit import follow_visit
from crm.usecases.meet_customer import MeetCustomer, meet_customer


async def on_appointment_confirmed(unit: Unit, fact: Fact[AppointmentConfirmed]) -> None:
    told = fact.event
    await meet_customer(unit, MeetCustomer(fact.dealer_id, told.customer, told.vehicle, fact.at, fact.visit_id))
    if fact.visit_id and await unit.find(VISITS, fact.visit_id) is None:  # what reception saw since then is newer
        await follow_visit(unit, Visit(fact.dealer_id, fact.visit_id, told.customer.person_id, told.vehicle))
    _remember(unit, fact, told.customer.person_id, channel=told.channel)


async def on_appointment_rescheduled(unit: Unit, fact: Fact[AppointmentRescheduled]) -> None:
    """The reminder of the old time is void; booking announces one for the new time."""
    await _void(unit, fact, "the appointment was moved", fact.event.reason)


async def on_appointment_cancelled(unit: Unit, fact: Fact[AppointmentCancelled]) -> None:
    await _void(unit, fact, "the appointment was cancelled", fact.event.reason)


async def on_reminder_due(unit: Unit, fact: Fact[ReminderDue]) -> None:
    told = fact.event
    about = {"arrival": told.arrival.isoformat()}
    await contact_for(unit, fact, told.person_id, Purpose.REMINDER, about, link=told.link, useful_until=told.arrival)


async def on_appointment_missed(unit: Unit, fact: Fact[AppointmentMissed]) -> None:
    """Somebody calls, asks why, and offers another time (B10)."""
    told = fact.event
    about = {"arrival": told.arrival.isoformat()}
    if told.rebook_offers:
        about["offers"] = join_instants(told.rebook_offers)
    await contact_for(unit, fact, told.person_id, Purpose.NO_SHOW_FOLLOW_UP, about, wanted=Channel.PHONE)
    _remember(unit, fact, told.person_id)


async def on_no_show_withdrawn(unit: Unit, fact: Fact[NoShowWithdrawn]) -> None:
    """The vehicle had come in time: nobody is to be called any more (B10)."""
    if fact.visit_id:
        await drop_contacts(unit, fact.visit_id, [Purpose.NO_SHOW_FOLLOW_UP], "the vehicle had come in time")
        await _remember_if_known(unit, fact, "")


async def on_place_offered(unit: Unit, fact: Fact[PlaceOffered]) -> None:
    """The place is held for a short time only; who waits for his first visit is not known from anywhere else (B16)."""
    told = fact.event
    if await speaking_customer(unit, told.person_id) is None:
        if told.customer is not None:
            await meet_customer(unit, MeetCustomer(fact.dealer_id, told.customer, told.vehicle, fact.at, fact.visit_id))
        elif unit.now >= told.expires_at:  # told before offers named the customer, and of use to nobody any more
            return
    about = {"arrival": told.arrival.isoformat(), "expires": told.expires_at.isoformat()}
    await contact_for(
        unit, fact, told.person_id, Purpose.PLACE_OFFER, about, link=told.link, useful_until=told.expires_at
    )


async def on_offer_over(unit: Unit, fact: Fact[HoldExpired] | Fact[WaitingEnded]) -> None:
    """The offered place is taken, let go, or somebody else's by now (B16)."""
    if fact.visit_id:
        await drop_contacts(unit, fact.visit_id, [Purpose.PLACE_OFFER], "the place is not offered any more")


async def _void(unit: Unit, fact: Fact[Any], reason: str, told_reason: str) -> None:
    if fact.visit_id:
        await drop_contacts(unit, fact.visit_id, [Purpose.REMINDER], reason)
        await _remember_if_known(unit, fact, told_reason)


async def _remember_if_known(unit: Unit, fact: Fact[Any], reason: str) -> None:
    """A hold that was given up before anybody confirmed it has no customer, and so no history."""
    visit = await unit.find(VISITS, fact.visit_id or "")
    if visit is not None:
        _remember(unit, fact, visit.person_id, reason=reason)


def _remember(unit: Unit, fact: Fact[Any], person_id: str, *, channel: Channel | None = None, reason: str = "") -> None:
    row = HistoryRow(fact.dealer_id, fact.id, person_id, fact.at, Kind.BOOKING, what_of(fact.event), fact.visit_id)
    row.channel, row.reason = channel, reason
    remember(unit, row)


HANDLERS = {
    AppointmentConfirmed: on_appointment_confirmed,
    AppointmentRescheduled: on_appointment_rescheduled,
    AppointmentCancelled: on_appointment_cancelled,
    ReminderDue: on_reminder_due,
    AppointmentMissed: on_appointment_missed,
    NoShowWithdrawn: on_no_show_withdrawn,
    PlaceOffered: on_place_offered,
    HoldExpired: on_offer_over,
    WaitingEnded: on_offer_over,
}
