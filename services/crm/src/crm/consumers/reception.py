"""Reception's facts: walk-ins get known, links and new promised times are to be told (R1, R7, R11, R12)."""

from typing import Any

from chassis.facts import Fact
from chassis.unit import Unit
from contracts.crm import Purpose
from contracts.reception import (
    AuthorisationRequested,
    EstimateAuthorised,
    LinesDeclined,
    PromisedTimeChanged,
    RepairOrderOpened,
    VehicleArrived,
    VehicleDelivered,
)
from contracts.values import Channel, Money, Person, Vehicle

from crm.consumers.prerequisites import needs_customer
from crm.domain.visit import Visit
from crm.projections.history import HistoryRow, Kind, remember, what_of
from crm.usecases.drop_contacts import drop_contacts
from crm.usecases.follow_visit import follow_visit
from crm.usecases.meet_customer import MeetCustomer, meet_customer
from crm.usecases.request_contact import RequestContact, request_contact

MINOR_DIGITS = {"JPY": 0, "KRW": 0}
"""Digits of a currency's minor unit by ISO 4217 where they are not two."""


async def on_vehicle_arrived(unit: Unit, fact: Fact[VehicleArrived]) -> None:
    """Without a customer (his data follow with the repair order) there is nobody to get to know yet."""
    if fact.event.customer is not None:
        await _meet(unit, fact, fact.event.customer, fact.event.vehicle)


async def on_repair_order_opened(unit: Unit, fact: Fact[RepairOrderOpened]) -> None:
    told = fact.event
    await _meet(unit, fact, told.customer, told.vehicle, waits=told.waiting, likes=told.follow_up.channel)


async def on_vehicle_delivered(unit: Unit, fact: Fact[VehicleDelivered]) -> None:
    await _meet(unit, fact, fact.event.customer, fact.event.vehicle)


async def on_authorisation_requested(unit: Unit, fact: Fact[AuthorisationRequested]) -> None:
    told = fact.event
    await needs_customer(unit, fact, told.person_id)
    await request_contact(
        unit,
        RequestContact(
            dealer_id=fact.dealer_id,
            cause=fact.id,
            person_id=told.person_id,
            visit_id=fact.visit_id,
            purpose=Purpose.AUTHORISATION,
            about={"amount": in_words(told.amount), "expires": told.expires_at.isoformat()},
            link=told.link,
            useful_until=told.expires_at,
        ),
    )


async def on_decision(unit: Unit, fact: Fact[EstimateAuthorised] | Fact[LinesDeclined]) -> None:
    """The customer has decided: a request that still waits has lost its sense."""
    if fact.visit_id:
        await drop_contacts(unit, fact.visit_id, [Purpose.AUTHORISATION], "the customer has decided already")


async def on_promised_time_changed(unit: Unit, fact: Fact[PromisedTimeChanged]) -> None:
    told = fact.event
    await needs_customer(unit, fact, told.person_id)
    await request_contact(
        unit,
        RequestContact(
            dealer_id=fact.dealer_id,
            cause=fact.id,
            person_id=told.person_id,
            visit_id=fact.visit_id,
            purpose=Purpose.PROGRESS,
            about={"previous": told.previous.isoformat(), "promised": told.promised_at.isoformat()},
            useful_until=told.promised_at,
        ),
    )


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
    RepairOrderOpened: on_repair_order_opened,
    VehicleDelivered: on_vehicle_delivered,
    AuthorisationRequested: on_authorisation_requested,
    EstimateAuthorised: on_decision,
    LinesDeclined: on_decision,
    PromisedTimeChanged: on_promised_time_changed,
}
