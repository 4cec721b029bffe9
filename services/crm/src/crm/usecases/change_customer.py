"""Somebody corrects a customer's data or wishes (C1, C4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.unit import Unit
from contracts.crm import CustomerKind, VehicleRole
from contracts.values import Channel

from crm.domain.customer import Customer
from crm.domain.errors import CustomerUnknown, NothingToChange, PhoneBelongsToAnother
from crm.projections.duplicates import remember_owner
from crm.storage.customers import CUSTOMERS, speaking_customer


@dataclass(frozen=True, slots=True)
class ChangeCustomer:
    """None leaves a field as it is. ``forget_preference`` takes the preferred channel away; roles are by VIN."""

    person_id: str
    name: str | None = None
    phone: str | None = None
    preferred_channel: Channel | None = None
    forget_preference: bool = False
    refused_channels: Sequence[Channel] | None = None
    kind: CustomerKind | None = None
    vehicle_roles: Mapping[str, VehicleRole] | None = None


async def change_customer(unit: Unit, command: ChangeCustomer) -> Customer:
    """Raises ``CustomerUnknown``, ``CustomerMerged``, ``PhoneBelongsToAnother``, ``ChannelPreferredAndRefused``,
    ``VehicleNotLinked``, ``NothingToChange``."""
    if command == ChangeCustomer(command.person_id):
        raise NothingToChange
    customer = await unit.find(CUSTOMERS, command.person_id)
    if customer is None:
        raise CustomerUnknown(command.person_id)
    name = await unit.seal(customer.person_id, command.name) if command.name else None
    phone = await unit.seal(customer.person_id, command.phone) if command.phone else None
    events = customer.change_contact_data(unit.now, name=name, phone=phone)
    if command.phone:
        await _find_under(unit, customer, command.phone)
    preferred = None if command.forget_preference else command.preferred_channel or customer.preferred_channel
    refused = customer.refused_channels if command.refused_channels is None else command.refused_channels
    events += customer.change_wishes(preferred, refused)
    events += customer.change_kind(command.kind or customer.kind)
    roles = command.vehicle_roles or {}
    events += customer.change_roles(roles)
    unit.save(CUSTOMERS, customer, events)
    await remember_owner(unit, customer, roles)
    return customer


async def _find_under(unit: Unit, customer: Customer, phone: str) -> None:
    """From now on the new number's pseudonym leads to this record as well."""
    pseudonym = unit.person_id(customer.dealer_id, phone)
    holder = await speaking_customer(unit, pseudonym)
    if holder is None:
        unit.add(CUSTOMERS, customer.another_pseudonym(pseudonym))
    elif holder is not customer:
        raise PhoneBelongsToAnother(holder.person_id)
