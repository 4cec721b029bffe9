"""/dealers/{dealer}/customers: one record for each person, with everything that touched him (C1, C3)."""

from typing import Annotated

from chassis.access import Look, command, reader
from chassis.commands import Call
from chassis.paging import Listing, Page, paging
from contracts.values import DealerId, PersonId
from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from crm.api.customer_bodies import (
    CustomerAnswer,
    CustomerCard,
    CustomerChange,
    HistoryLine,
    Merge,
    Phone,
    SharedVehicle,
    Verified,
)
from crm.api.newest import listing, seen
from crm.api.roles import CARE, COUNTER
from crm.domain.customer import Customer
from crm.domain.errors import CustomerUnknown
from crm.projections.duplicates import shared_vehicles
from crm.projections.history import history_of
from crm.storage.customers import CUSTOMERS, speaking_customer
from crm.storage.newest_first import Seen
from crm.usecases.change_customer import change_customer as change
from crm.usecases.merge_customers import MergeCustomers
from crm.usecases.merge_customers import merge_customers as merge
from crm.usecases.verify_customer import verify_customer as verify

router = APIRouter(prefix="/dealers/{dealer_id}/customers", tags=["customers"])


@router.get("", response_model=Listing[CustomerCard], summary="Find a customer by phone (C1)")
async def find_customers(
    dealer_id: DealerId,
    phone: Annotated[Phone, Query(description="In any usual spelling", examples=["+86 138 0000 0001"])],
    look: Annotated[Look, Depends(reader(*COUNTER))],
) -> Listing[CustomerCard]:
    """At most one; none when nobody here has this number."""
    customer = await speaking_customer(look.unit, look.unit.person_id(dealer_id, phone))
    return Listing(items=[await CustomerCard.opened(look.unit, customer)] if customer else [])


@router.get("/duplicates", response_model=Listing[SharedVehicle], summary="Candidate duplicates (C1)")
async def list_duplicates(
    dealer_id: DealerId, look: Annotated[Look, Depends(reader(*COUNTER))], page: Annotated[Page, Depends(paging)]
) -> Listing[SharedVehicle]:
    """Vehicles that several customers own by their records, by VIN. Merge them, or say who only drives."""
    rows = await shared_vehicles(look.unit, limit=page.limit + 1, after=page.after)
    return page.listing(rows, SharedVehicle.of, key=lambda row: row.vin)


@router.get("/{person_id}", response_model=CustomerCard, summary="One customer (C1)")
async def read_customer(
    dealer_id: DealerId, person_id: PersonId, look: Annotated[Look, Depends(reader(*COUNTER))]
) -> CustomerCard:
    """An alias answers with the record that speaks for the person. `ETag`: the version to send with a change."""
    customer = await _known(look, person_id)
    look.etag(CUSTOMERS, customer.person_id)
    return await CustomerCard.opened(look.unit, customer)


@router.patch("/{person_id}", response_model=CustomerAnswer, summary="Correct data or wishes (C1, C4)")
async def change_customer(
    dealer_id: DealerId,
    person_id: PersonId,
    body: CustomerChange,
    call: Annotated[Call, Depends(command(*COUNTER))],
) -> Response:
    """Send `If-Match` with the version you read. 409 `phone-belongs-to-another`: `details.other`, merge the two.
    409 `customer-merged`: `details.kept` is the record to change. 422 `vehicle-not-linked`: a role of no vehicle."""
    wanted = body.command(person_id)
    return await call.perform(CUSTOMERS, person_id, lambda unit: change(unit, wanted), CustomerAnswer.of)


@router.post("/{person_id}/verification", response_model=CustomerAnswer, summary="Fields were checked (C1)")
async def verify_customer(
    dealer_id: DealerId, person_id: PersonId, body: Verified, call: Annotated[Call, Depends(command(*COUNTER))]
) -> Response:
    """Keeps who checked them when; a field that changes later is unchecked again."""
    return await call.perform(
        CUSTOMERS, person_id, lambda unit: verify(unit, person_id, body.fields), CustomerAnswer.of
    )


@router.post("/{person_id}/merge", response_model=CustomerAnswer, summary="Two records are one person (C1)")
async def merge_customers(
    dealer_id: DealerId, person_id: PersonId, body: Merge, call: Annotated[Call, Depends(command(*CARE))]
) -> Response:
    """The record in the path stays; the other becomes its alias. All history is found under both."""
    wanted = MergeCustomers(kept=person_id, merged=body.merged)
    return await call.perform(CUSTOMERS, person_id, lambda unit: merge(unit, wanted), CustomerAnswer.of)


@router.get("/{person_id}/contacts", response_model=Listing[HistoryLine], summary="Contact history (C3)")
async def list_contact_history(
    dealer_id: DealerId,
    person_id: PersonId,
    look: Annotated[Look, Depends(reader(*COUNTER))],
    page: Annotated[Page, Depends(paging)],
) -> Listing[HistoryLine]:
    """Bookings, visits, messages, calls, answers and complaints, newest first."""
    customer = await _known(look, person_id)
    rows = await history_of(look.unit, customer, limit=page.limit + 1, after=seen(page))
    return listing(page, [(Seen(row.at, row.row_id), HistoryLine.of(row)) for row in rows])


async def _known(look: Look, person_id: str) -> Customer:
    customer = await speaking_customer(look.unit, person_id)
    if customer is None:
        raise CustomerUnknown(person_id)
    return customer
