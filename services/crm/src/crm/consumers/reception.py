"""Reception: walk-ins get known; links, promised times and the ready vehicle are told (R1, R2, R7, R11-R16)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chassis.facts import Fact
from chassis.unit import Unit
from contracts.crm import Purpose
from contracts.reception import (
    AuthorisationRequested,
    DelayForeseen,
    EstimateAuthorised,
    LinesDeclined,
    PickUpDue,
    PromisedTimeChanged,
    RepairOrderOpened,
    VehicleArrived,
    VehicleDelivered,
    VisitCorrected,
)
from contracts.values import Channel, Money, Person, PersonId, Vehicle

from crm.consumers.contacts import contact_for
from crm.consumers.prerequisites import needs_customer
from crm.domain.visit import Visit
from crm.projections.history import HistoryRow, Kind, remember, what_of
from crm.usecases.drop_contacts import drop_contacts
from crm.usecases.follow_visit import follow_visit
from crm.usecases.meet_customer import MeetCustomer, meet_customer

MINOR_DIGITS = {"JPY": 0, "KRW": 0}
"""Digits of a currency's minor unit by ISO 4217 where they are not two."""
ON_THE_PROMISE = (Purpose.PROGRESS, Purpose.DELAY, Purpose.READY_NOTICE)
"""When the vehicle will be ready, or that it is: newer news make older ones senseless."""


async def on_vehicle_arrived(unit: Unit, fact: Fact[VehicleArrived]) -> None:
    """Without a customer (his data follow with the repair order) there is nobody to get to know yet."""
    if fact.event.customer is not None:
        await _meet(unit, fact, fact.event.customer, fact.event.vehicle)


async def on_visit_corrected(unit: Unit, fact: Fact[VisitCorrected]) -> None:
    """Name, phone or vehicle were put right at the counter (R2): the customer's record follows (B4)."""
    await _meet(unit, fact, fact.event.customer, fact.event.vehicle)


async def on_repair_order_opened(unit: Unit, fact: Fact[RepairOrderOpened]) -> None:
    told = fact.event
    await _meet(unit, fact, told.customer, told.vehicle, waits=told.waiting, likes=told.follow_up.channel)


async def on_vehicle_delivered(unit: Unit, fact: Fact[VehicleDelivered]) -> None:
    """Who has his vehicle back is not told any more when it will be ready."""
    await _meet(unit, fact, fact.event.customer, fact.event.vehicle)
    if fact.visit_id:
        await drop_contacts(unit, fact.visit_id, ON_THE_PROMISE, "the customer has his vehicle back")


async def on_authorisation_requested(unit: Unit, fact: Fact[AuthorisationRequested]) -> None:
    told = fact.event
    about = {"amount": in_words(told.amount), "expires": told.expires_at.isoformat()}
    await contact_for(
        unit, fact, told.person_id, Purpose.AUTHORISATION, about, link=told.link, useful_until=told.expires_at
    )


async def on_decision(unit: Unit, fact: Fact[EstimateAuthorised] | Fact[LinesDeclined]) -> None:
    """The customer has decided: a request that still waits has lost its sense."""
    if fact.visit_id:
        await drop_contacts(unit, fact.visit_id, [Purpose.AUTHORISATION], "the customer has decided already")


async def on_delay_foreseen(unit: Unit, fact: Fact[DelayForeseen]) -> None:
    """R15. The new time, once a person has agreed on it, is a message of its own."""
    about = {"promised": fact.event.promised_at.isoformat()}
    await _tell_on_the_promise(unit, fact, fact.event.person_id, Purpose.DELAY, about)


async def on_promised_time_changed(unit: Unit, fact: Fact[PromisedTimeChanged]) -> None:
    told = fact.event
    about = {"previous": told.previous.isoformat(), "promised": told.promised_at.isoformat()}
    await _tell_on_the_promise(unit, fact, told.person_id, Purpose.PROGRESS, about, told.promised_at)


async def on_pick_up_due(unit: Unit, fact: Fact[PickUpDue]) -> None:
    """R15, R16."""
    await _tell_on_the_promise(unit, fact, fact.event.person_id, Purpose.READY_NOTICE, {})


async def _tell_on_the_promise(
    unit: Unit,
    fact: Fact[Any],
    person_id: PersonId,
    purpose: Purpose,
    about: Mapping[str, str],
    useful_until: datetime | None = None,
) -> None:
    """What still waits on the same subject would leave in the same moment, in any order: only the newest is told."""
    await needs_customer(unit, fact, person_id)  # before anything is dropped for it
    if fact.visit_id:
        await drop_contacts(unit, fact.visit_id, ON_THE_PROMISE, "there is newer news of when the vehicle is ready")
    await contact_for(unit, fact, person_id, purpose, about, useful_until=useful_until)


def in_words(amount: Money) -> str:
    """An amount as customers read it: ``1234.50 CNY``, ``1234 JPY`` (X4)."""
    digits = MINOR_DIGITS.get(amount.currency, 2)
    sign, whole = ("-" if amount.amount < 0 else ""), abs(amount.amount)
    if digits == 0:
        return f"{sign}{whole} {amount.currency}"
    major, minor = divmod(whole, 10**digits)
    return f"{sign}{major}.{minor:0{digits}d} {amount.currency}"


async def _meet(
    unit: Unit,
    fact: Fact[Any],
    person: Person,
    vehicle: Vehicle,
    *,
    waits: bool = False,
    likes: Channel | None = None,
) -> None:
    await meet_customer(unit, MeetCustomer(fact.dealer_id, person, vehicle, fact.at, fact.visit_id, likes))
    if fact.visit_id:
        await follow_visit(unit, Visit(fact.dealer_id, fact.visit_id, person.person_id, vehicle, waits))
    what = what_of(fact.event)
    remember(unit, HistoryRow(fact.dealer_id, fact.id, person.person_id, fact.at, Kind.VISIT, what, fact.visit_id))


HANDLERS = {
    VehicleArrived: on_vehicle_arrived,
    VisitCorrected: on_visit_corrected,
    RepairOrderOpened: on_repair_order_opened,
    VehicleDelivered: on_vehicle_delivered,
    AuthorisationRequested: on_authorisation_requested,
    EstimateAuthorised: on_decision,
    LinesDeclined: on_decision,
    DelayForeseen: on_delay_foreseen,
    PromisedTimeChanged: on_promised_time_changed,
    PickUpDue: on_pick_up_due,
}
