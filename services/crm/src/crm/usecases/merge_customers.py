"""Two records turn out to be one person (C1)."""

from dataclasses import dataclass

from chassis.unit import Unit

from crm.domain.customer import Customer
from crm.domain.errors import CustomerUnknown
from crm.projections.duplicates import remember_owner
from crm.storage.customers import CUSTOMERS


@dataclass(frozen=True, slots=True)
class MergeCustomers:
    kept: str
    merged: str


async def merge_customers(unit: Unit, command: MergeCustomers) -> Customer:
    """The kept record speaks for both; all history stays and is found under it.

    Raises ``CustomerUnknown``, ``CustomerMerged``, ``CannotMergeWithItself``.
    """
    kept, merged = await _known(unit, command.kept), await _known(unit, command.merged)
    events = kept.absorb(merged)
    for pseudonym in merged.aliases:
        alias = await _known(unit, pseudonym)
        alias.merged_into = kept.person_id
        unit.save(CUSTOMERS, alias)
    unit.save(CUSTOMERS, kept, events)
    unit.save(CUSTOMERS, merged)
    for customer in (merged, kept):
        await remember_owner(unit, customer, [vehicle.vin for vehicle in customer.vehicles])
    return kept


async def _known(unit: Unit, person_id: str) -> Customer:
    customer = await unit.find(CUSTOMERS, person_id)
    if customer is None:
        raise CustomerUnknown(person_id)
    return customer
