"""A customer was met: on a booking, or at the counter (C1)."""

from dataclasses import dataclass
from datetime import datetime

from chassis.unit import Unit
from contracts.values import Channel, Person, Vehicle

from crm.domain.customer import Customer
from crm.projections.duplicates import remember_owner
from crm.storage.customers import CUSTOMERS, speaking_customer


@dataclass(frozen=True, slots=True)
class MeetCustomer:
    """``at``: business time of the meeting. ``likes``: the channel the customer named on the spot."""

    dealer_id: str
    person: Person
    vehicle: Vehicle | None
    at: datetime
    visit_id: str | None = None
    likes: Channel | None = None


async def meet_customer(unit: Unit, command: MeetCustomer) -> Customer:
    """Registers the person once; later meetings bring name and vehicles up to date."""
    person = command.person
    customer = await speaking_customer(unit, person.person_id)
    if customer is None:
        customer, events = Customer.register(command.dealer_id, person, command.vehicle, command.at)
        events += customer.learn_channel(command.likes)
        unit.add(CUSTOMERS, customer, events, visit_id=command.visit_id)
        await remember_owner(unit, customer, _vins(command))
        return customer
    events = customer.link(command.vehicle) if command.vehicle else []
    if await unit.open(person.name) != await unit.open(customer.name):
        events += customer.change_contact_data(command.at, name=person.name, phone=None)
    events += customer.learn_channel(command.likes)
    unit.save(CUSTOMERS, customer, events, visit_id=command.visit_id)
    await remember_owner(unit, customer, _vins(command))
    return customer


def _vins(command: MeetCustomer) -> list[str]:
    return [command.vehicle.vin] if command.vehicle else []
