"""Mobility of customers, and the calendar of loaner cars (B17)."""

from typing import Annotated

from chassis.access import Look, command, reader
from chassis.commands import Call
from contracts.values import Plate, UtcTime, VisitId
from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field, StringConstraints
from starlette.responses import Response

from booking.api.appointment_bodies import AppointmentAnswer
from booking.api.words import DESK, Body, Code, DealerPath, KnownMobility, VisitPath, example
from booking.domain.loaner import Loaner
from booking.storage.documents import APPOINTMENTS, LOANERS
from booking.usecases.mobility import ArrangeMobility, KeepLoaner
from booking.usecases.mobility import arrange_mobility as do_arrange
from booking.usecases.mobility import keep_loaner as do_keep

router = APIRouter(tags=["mobility"])
LoanerPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$", examples=["L1"])]


class LoanerBody(Body):
    """A loaner car. From `out_of_service_from` on it is lent to nobody."""

    model_config = example({"plate": "沪B00001", "model": "Corolla"})

    plate: Plate
    model: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    out_of_service_from: UtcTime | None = None


class MobilityBody(Body):
    """How the customer stays mobile. For LOANER: `until` when, and a car by code if it matters which."""

    model_config = example({"mobility": "LOANER", "until": "2025-06-23T18:00:00+08:00"})

    mobility: KnownMobility
    loaner: Code | None = None
    until: UtcTime | None = None


class LoanOut(BaseModel):
    visit_id: VisitId
    start: UtcTime
    end: UtcTime


class LoanerOut(BaseModel):
    """One car and its calendar."""

    code: str
    plate: str
    model: str
    out_of_service_from: UtcTime | None
    loans: list[LoanOut]

    @classmethod
    def of(cls, loaner: Loaner) -> "LoanerOut":
        loans = [LoanOut(visit_id=loan.visit_id, start=loan.start, end=loan.end) for loan in loaner.loans]
        return cls(
            code=loaner.code,
            plate=loaner.plate,
            model=loaner.model,
            out_of_service_from=loaner.out_from,
            loans=loans,
        )


class LoanersOut(BaseModel):
    items: list[LoanerOut] = Field(description="By code")


@router.put("/dealers/{dealer_id}/loaners/{loaner}", response_model=LoanerOut)
async def keep_loaner(
    dealer_id: DealerPath, loaner: LoanerPath, body: LoanerBody, call: Call = Depends(command("manager", "dispatcher"))
) -> Response:
    """A car joins the fleet, or changes; what is lent already stays lent."""
    order = KeepLoaner(dealer_id, loaner, body.plate, body.model, body.out_of_service_from)
    return await call.perform(LOANERS, f"{dealer_id}:{loaner}", lambda unit: do_keep(unit, order), answer=LoanerOut.of)


@router.get("/dealers/{dealer_id}/loaners", response_model=LoanersOut)
async def list_loaners(dealer_id: DealerPath, look: Look = Depends(reader(*DESK))) -> LoanersOut:
    """The fleet: who has which car from when to when."""
    return LoanersOut(items=[LoanerOut.of(car) for car in await look.unit.query(LOANERS, {}, sort=[("code", 1)])])


@router.post("/dealers/{dealer_id}/appointments/{visit_id}/mobility", response_model=AppointmentAnswer)
async def arrange_mobility(
    dealer_id: DealerPath,
    visit_id: VisitPath,
    body: MobilityBody,
    call: Call = Depends(command("advisor", "agent")),
) -> Response:
    """Waits, shuttle, loaner car, pick-up and delivery, or service at the customer's place; the newest word holds.

    A loaner is kept from the arrival to `until`, and from now on for a customer who is here already; 409 `loaner-taken`
    when none is free. An appointment that moves takes its car with it, or another one, for as long; if none is free its
    mobility is `NONE`. One that is missed or cancelled gives its car back. Who is here and goes on otherwise stays in
    the calendar of the car that he had, until then; the delivery frees the car, too.
    """
    order = ArrangeMobility(visit_id, body.mobility, body.loaner, body.until)
    return await call.perform(APPOINTMENTS, visit_id, lambda unit: do_arrange(unit, order), answer=AppointmentAnswer.of)
