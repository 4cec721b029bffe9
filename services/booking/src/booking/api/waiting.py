"""The wait list (B16)."""

from datetime import UTC, datetime
from typing import Any

from chassis.access import Look, command, reader
from chassis.commands import Call
from contracts.values import Channel, Day, StaffId, TechnicianHours, UtcTime, VisitId, WorkClass
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.responses import Response

from booking.api.appointment_bodies import CONFIRMATION, AppointmentAnswer, ConfirmBody
from booking.api.words import (
    DESK,
    Body,
    BookableClass,
    BookingChannel,
    Code,
    DealerPath,
    Hours,
    Need,
    VisitPath,
    example,
    policy,
)
from booking.domain.policy import Policy
from booking.domain.taking import Wish
from booking.domain.waiting import Waiting, WaitingState
from booking.storage.documents import APPOINTMENTS, WAITING
from booking.usecases.wait_for_place import WaitForPlace, accept_place, withdraw_waiting
from booking.usecases.wait_for_place import wait_for_place as do_wait

router = APIRouter(tags=["wait list"])
BOOKERS = ("advisor", "agent")
NO_TIME = datetime.min.replace(tzinfo=UTC)
WISH: dict[str, Any] = {"work_class": "PM", "hours": 2.0, "first_day": "2025-06-23", "last_day": "2025-06-27"}


class WaitBody(Body):
    """What the customer waits for. `details`: what a confirmation records; it is used when a place is taken.

    A `delivery_estimate` that does not lie after the place is dropped then: it is to be confirmed on arrival.
    """

    model_config = example({**WISH, "details": CONFIRMATION})

    work_class: BookableClass
    hours: Hours
    first_day: Day
    last_day: Day
    advisor: Code | None = None
    needs: list[Need] = Field([], max_length=5)
    channel: BookingChannel = Channel.PHONE
    details: ConfirmBody

    def order(self, dealer_id: str, visit_id: str) -> WaitForPlace:
        hours, needs = TechnicianHours.of(self.hours), tuple(self.needs)
        wish = Wish(visit_id, NO_TIME, self.work_class, hours, self.advisor, needs=needs)
        told = self.details.order(dealer_id, visit_id)
        return WaitForPlace(wish, self.first_day, self.last_day, told, self.channel)


class NothingBody(Body):
    """Nothing more to say."""

    model_config = example({})


class WaitingOut(BaseModel):
    """One who waits. `offered` and `offered_until`: the place that is held for him now."""

    visit_id: VisitId
    state: WaitingState
    work_class: WorkClass
    hours: float
    first_day: Day
    last_day: Day
    advisor: StaffId | None
    since: UtcTime
    offered: UtcTime | None
    offered_until: UtcTime | None

    @classmethod
    def of(cls, waiting: Waiting) -> "WaitingOut":
        own = {name: getattr(waiting, name) for name in cls.model_fields if name != "hours"}
        return cls(hours=waiting.hours.hours, **own)


class WaitListOut(BaseModel):
    """In the order in which places are offered."""

    items: list[WaitingOut]


@router.post("/dealers/{dealer_id}/waiting", status_code=201, response_model=WaitingOut)
async def wait_for_place(
    dealer_id: DealerPath,
    body: WaitBody,
    call: Call = Depends(command(*BOOKERS)),
    rules: Policy = Depends(policy),
) -> Response:
    """Nothing suits: wait for a place. The visit's id is born here.

    A place that becomes free (cancelled, moved, missed, a hold that ran out) is held for the first of those who wait
    and can use it, two hours by default, and the customer gets a personal link to take it. Then it is the next one's.
    """
    visit_id = call.derived_id()
    order = body.order(dealer_id, visit_id)
    return await call.perform(WAITING, visit_id, lambda unit: do_wait(unit, order, rules), answer=WaitingOut.of)


@router.get("/dealers/{dealer_id}/waiting", response_model=WaitListOut)
async def list_waiting(dealer_id: DealerPath, look: Look = Depends(reader(*DESK))) -> WaitListOut:
    """Who waits, and to whom a place is offered now."""
    wanted = {"state": {"$in": [WaitingState.WAITING, WaitingState.OFFERED]}}
    found = await look.unit.query(WAITING, wanted, sort=[("since", 1)])
    return WaitListOut(items=[WaitingOut.of(waiting) for waiting in found])


@router.post("/dealers/{dealer_id}/waiting/{visit_id}/acceptance", response_model=AppointmentAnswer)
async def take_place(
    dealer_id: DealerPath, visit_id: VisitPath, body: NothingBody, call: Call = Depends(command(*BOOKERS))
) -> Response:
    """The customer takes the offered place: it is an appointment now, with what was written down before."""
    return await call.perform(
        APPOINTMENTS, visit_id, lambda unit: accept_place(unit, visit_id), answer=AppointmentAnswer.of
    )


@router.post("/dealers/{dealer_id}/waiting/{visit_id}/withdrawal", response_model=WaitingOut)
async def stop_waiting(
    dealer_id: DealerPath,
    visit_id: VisitPath,
    body: NothingBody,
    call: Call = Depends(command(*BOOKERS)),
    rules: Policy = Depends(policy),
) -> Response:
    """The customer does not wait any more; a place held for him goes to the next."""
    return await call.perform(
        WAITING, visit_id, lambda unit: withdraw_waiting(unit, visit_id, rules), answer=WaitingOut.of
    )
