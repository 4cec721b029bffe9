"""Customers by pseudonym; an alias is a record of its own, so that facts with an old pseudonym find their person."""

from chassis.documents import Documents
from chassis.unit import Unit

from crm.domain.customer import Customer

CUSTOMERS = Documents("customers", "customer", Customer, id_of=lambda customer: customer.person_id)


async def speaking_customer(unit: Unit, person_id: str) -> Customer | None:
    """The record that speaks for this person, whichever of his pseudonyms is given; None when unknown."""
    customer = await unit.find(CUSTOMERS, person_id)
    while customer is not None and customer.merged_into:
        customer = await unit.find(CUSTOMERS, customer.merged_into)
    return customer
