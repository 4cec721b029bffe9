"""What is known of a vehicle before it is booked (B5), and who is due (B12)."""

from datetime import date
from typing import Annotated

from chassis.access import Look, reader
from chassis.tables import AS_TABLE, told
from contracts.values import Day, StaffId, VisitId
from contracts.values import Vin as KnownVin
from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from booking.api.words import DESK, DealerPath
from booking.domain.campaign import Campaign
from booking.domain.due import NextService, PostponedWork
from booking.domain.regional_offer import RegionalOffer
from booking.domain.vehicle_file import PastVisit, VehicleFile
from booking.projections.vehicles import due_vehicles, look_at_vehicle, regional_offers_on

router = APIRouter(tags=["vehicles"])
VinPath = Annotated[KnownVin, Path(examples=["LFV2A21K8B3000001"])]


class OperationOut(BaseModel):
    code: str
    title: str


class PastVisitOut(BaseModel):
    """One visit at this dealer, and what the customer authorised."""

    visit_id: VisitId
    day: date
    odometer_km: int | None
    advisor: StaffId | None
    delivered: bool
    operations: list[OperationOut]

    @classmethod
    def of(cls, visit: PastVisit) -> "PastVisitOut":
        operations = [OperationOut(code=code, title=title) for code, title in visit.operations]
        own = ("visit_id", "day", "odometer_km", "advisor", "delivered")
        return cls(operations=operations, **{name: getattr(visit, name) for name in own})


class CampaignOut(BaseModel):
    """A campaign or recall that is open on this vehicle."""

    campaign_id: str
    title: str
    title_zh: str
    recall: bool
    operations: list[str]
    ends_on: date | None

    @classmethod
    def of(cls, campaign: Campaign) -> "CampaignOut":
        return cls(**{name: getattr(campaign, name) for name in cls.model_fields})


class RegionalOfferOut(BaseModel):
    """What headquarters offers customers of the region. No models: for any."""

    offer_id: str
    title: str
    title_zh: str
    first_day: date
    last_day: date
    models: list[str]
    operations: list[str]

    @classmethod
    def of(cls, offer: RegionalOffer) -> "RegionalOfferOut":
        return cls(**{name: getattr(offer, name) for name in cls.model_fields})


class RegionalOffersOut(BaseModel):
    day: date
    items: list[RegionalOfferOut]


class DueOut(BaseModel):
    """What is due next. `because`: TIME, MILEAGE, or POSTPONED by the customer; `odometer_km`: foreseen on that day."""

    due_on: date
    because: str
    odometer_km: int | None

    @classmethod
    def of(cls, due: NextService) -> "DueOut":
        return cls(due_on=due.due_on, because=due.because, odometer_km=due.odometer_km)


class PostponedOut(BaseModel):
    """Recommended work that the customer wants on a day, at a mileage, or whichever comes first (R13)."""

    title: str
    due_on: date | None
    due_km: int | None

    @classmethod
    def of(cls, work: PostponedWork) -> "PostponedOut":
        return cls(title=work.title, due_on=work.due_on, due_km=work.due_km)


class VehicleOut(BaseModel):
    """All that the booker sees of a vehicle: visits, newest first, open campaigns, recalls first, and what is due."""

    vin: str
    last_advisor: StaffId | None
    visits: list[PastVisitOut]
    campaigns: list[CampaignOut]
    regional_offers: list[RegionalOfferOut] = Field(description="Of today, for its model")
    due: DueOut | None = Field(description="The next maintenance")
    postponed: list[PostponedOut]


class DueVehicleOut(DueOut):
    vin: str
    plate: str | None
    model: str | None
    person_id: str | None = Field(description="Whom crm knows under this id")
    postponed: list[str] = Field(description="Titles of recommended work that the customer wants later (R13)")


class DueVehiclesOut(BaseModel):
    items: list[DueVehicleOut]


@router.get("/dealers/{dealer_id}/vehicles/{vin}", response_model=VehicleOut)
async def read_vehicle(dealer_id: DealerPath, vin: VinPath, look: Look = Depends(reader(*DESK))) -> VehicleOut:
    """History and open campaigns of a VIN at this dealer. A vehicle that was never here has campaigns only."""
    seen = await look_at_vehicle(look.unit, dealer_id, vin)
    return VehicleOut(
        vin=vin,
        last_advisor=seen.file.last_advisor,
        visits=[PastVisitOut.of(visit) for visit in reversed(seen.file.visits)],
        campaigns=[CampaignOut.of(campaign) for campaign in seen.campaigns],
        regional_offers=[RegionalOfferOut.of(offer) for offer in seen.regional_offers],
        due=DueOut.of(coming) if (coming := seen.file.next_maintenance) else None,
        postponed=[PostponedOut.of(work) for work in seen.file.postponed],
    )


@router.get("/dealers/{dealer_id}/regional-offers", response_model=RegionalOffersOut)
async def list_regional_offers(
    dealer_id: DealerPath,
    day: Annotated[Day | None, Query(description="Left out: today", examples=["2025-06-23"])] = None,
    model: Annotated[str | None, Query(max_length=60, examples=["AE100"])] = None,
    look: Look = Depends(reader(*DESK)),
) -> RegionalOffersOut:
    """What customers of the dealer's region are offered on a day, to tell whoever books; the soonest over first."""
    on, found = await regional_offers_on(look.unit, dealer_id, day, model)
    return RegionalOffersOut(day=on, items=[RegionalOfferOut.of(offer) for offer in found])


@router.get("/dealers/{dealer_id}/due-vehicles", response_model=DueVehiclesOut, responses=AS_TABLE)
async def list_due_vehicles(
    dealer_id: DealerPath,
    request: Request,
    until: Annotated[Day, Query(description="Due by this day", examples=["2025-12-31"])],
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    skip: Annotated[int, Query(ge=0, le=100_000)] = 0,
    look: Look = Depends(reader(*DESK)),
) -> DueVehiclesOut | Response:
    """Whom to call: vehicles whose maintenance, or work their customers put off, is due by time or by foreseen
    kilometres; the longest overdue first."""
    found = await due_vehicles(look.unit, dealer_id, until, limit, skip)
    due = DueVehiclesOut(items=[_due_vehicle(file) for file in found])
    return told(request, due, {"because": "due-because"})


def _due_vehicle(file: VehicleFile) -> DueVehicleOut:
    assert file.due_on is not None, "asked for by its due day"
    vehicle = file.vehicle
    return DueVehicleOut(
        due_on=file.due_on,
        because=file.due_because,
        odometer_km=file.due_odometer_km,
        vin=file.vin,
        plate=vehicle.plate if vehicle else None,
        model=vehicle.model if vehicle else None,
        person_id=file.person_id,
        postponed=[work.title for work in file.postponed],
    )
