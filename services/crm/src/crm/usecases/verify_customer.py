"""Somebody checked a customer's basic fields (C1)."""

from collections.abc import Sequence

from chassis.unit import Unit

from crm.domain.customer import Customer, VerifiableField
from crm.domain.errors import CustomerUnknown
from crm.storage.customers import CUSTOMERS


async def verify_customer(unit: Unit, person_id: str, fields: Sequence[VerifiableField]) -> Customer:
    """Keeps when and by whom. Raises ``CustomerUnknown``, ``CustomerMerged``."""
    customer = await unit.find(CUSTOMERS, person_id)
    if customer is None:
        raise CustomerUnknown(person_id)
    customer.verify(fields, unit.now, unit.actor)
    unit.save(CUSTOMERS, customer)
    return customer
