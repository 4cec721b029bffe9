"""/dealers: the registry (H1)."""

from typing import Annotated

from chassis.access import Look, command, reader
from chassis.commands import Call
from chassis.paging import Listing, Page, paging
from chassis.scopes import Network
from contracts.values import DealerId
from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from headquarters.api.dealer_bodies import DealerAnswer, NewDealerBody, RegistrationBody
from headquarters.api.roles import DEALERSHIP, SPANNING
from headquarters.domain.errors import NetworkReachNeeded
from headquarters.storage.dealers import DEALERS, Wanted, dealers_by_code
from headquarters.usecases.change_dealer import ChangeDealer
from headquarters.usecases.change_dealer import change_dealer as change
from headquarters.usecases.register_dealer import RegisterDealer
from headquarters.usecases.register_dealer import register_dealer as register

router = APIRouter(tags=["dealers"])


@router.post("/dealers", status_code=201, response_model=DealerAnswer, summary="Register a dealer (H1)")
async def register_dealer(
    body: NewDealerBody, call: Annotated[Call, Depends(command("headquarters", network=True))]
) -> Response:
    """The dealer is announced to all services, which know it from then on. Needs reach over the whole network.

    409 `dealer-already-registered`: change it with PUT. 422 `registration-invalid`: `details.field` says what to mend.
    """
    if not isinstance(call.scope, Network):
        raise NetworkReachNeeded("a dealer is registered by headquarters: use a token whose reach is the network")
    wanted = RegisterDealer(body.dealer_id, body.registration())
    return await call.perform(DEALERS, body.dealer_id, lambda unit: register(unit, wanted), DealerAnswer.of)


@router.put("/dealers/{dealer_id}", response_model=DealerAnswer, summary="Change a dealer's registration (H1)")
async def change_dealer(
    dealer_id: DealerId, body: RegistrationBody, call: Annotated[Call, Depends(command("headquarters"))]
) -> Response:
    """Send the whole registration with `If-Match` of the version you read. Zone, currency and opening date stay as
    registered (409 `fixed-since-registration`)."""
    wanted = ChangeDealer(dealer_id, body.registration())
    return await call.perform(DEALERS, dealer_id, lambda unit: change(unit, wanted), DealerAnswer.of)


@router.get("/dealers/{dealer_id}", response_model=DealerAnswer, summary="One dealer's registration (H1)")
async def read_dealer(dealer_id: DealerId, look: Annotated[Look, Depends(reader(*DEALERSHIP))]) -> DealerAnswer:
    """`ETag` is the version to send as `If-Match` with a change."""
    dealer = await look.unit.get(DEALERS, dealer_id)
    look.etag(DEALERS, dealer_id)
    return DealerAnswer.of(dealer)


@router.get("/dealers", response_model=Listing[DealerAnswer], summary="Dealers in your reach (H1)")
async def list_dealers(
    look: Annotated[Look, Depends(reader(*SPANNING, network=True))],
    page: Annotated[Page, Depends(paging)],
    region: Annotated[str | None, Query(max_length=60)] = None,
    area: Annotated[str | None, Query(max_length=60)] = None,
    group: Annotated[str | None, Query(max_length=60)] = None,
) -> Listing[DealerAnswer]:
    """By code; those of one region, area or dealer group where asked for."""
    found = await dealers_by_code(look.unit, Wanted(region, area, group), limit=page.limit + 1, after=page.after)
    return page.listing(found, DealerAnswer.of, key=lambda dealer: dealer.dealer_id)
