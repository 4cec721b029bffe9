"""Holding, confirming, moving and cancelling appointments (B2-B4, B6, B10, B11, B15)."""

from typing import Annotated

from chassis.access import Look, command, reader
from chassis.commands import Call
from chassis.unit import Unit
from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from booking.api.appointment_bodies import (
    AppointmentAnswer,
    AppointmentOut,
    CancelBody,
    ConfirmBody,
    CustomerOut,
    HandOverBody,
    HoldBody,
    LinkOut,
    NoShowReasonBody,
    RescheduleBody,
)
from booking.api.late_comers import offering_next_best
from booking.api.words import DESK, DealerPath, VisitPath, policy
from booking.domain.appointment import Appointment
from booking.domain.dealer_day import day_id
from booking.domain.policy import Policy
from booking.storage.days import known_dealer
from booking.storage.documents import APPOINTMENTS
from booking.usecases.cancel_appointment import cancel_appointment as do_cancel
from booking.usecases.confirm_appointment import confirm_appointment as do_confirm
from booking.usecases.confirm_appointment import confirm_new_hold
from booking.usecases.hand_over_case import HandOverCase
from booking.usecases.hand_over_case import hand_over_case as do_hand_over
from booking.usecases.hold_appointment import HoldAppointment, refuse_late_comers
from booking.usecases.hold_appointment import hold_appointment as do_hold
from booking.usecases.personal_link import link_token
from booking.usecases.record_no_show_reason import RecordNoShowReason
from booking.usecases.record_no_show_reason import record_no_show_reason as do_record_reason
from booking.usecases.reschedule_appointment import reschedule_appointment as do_reschedule

router = APIRouter(tags=["appointments"])
BOOKERS = ("advisor", "agent")
Simulate = Annotated[bool, Query(description="All checks and the answer, without any effect; `Simulated: true` is set")]


@router.post("/dealers/{dealer_id}/appointments", status_code=201, response_model=AppointmentAnswer)
async def hold_appointment(
    dealer_id: DealerPath,
    body: HoldBody,
    simulate: Simulate = False,
    call: Call = Depends(command(*BOOKERS)),
    rules: Policy = Depends(policy),
) -> Response:
    """Hold a slot and technician hours while the customer decides, or book at once with `confirm`.

    The visit's id is born here. A hold ends by itself at `expires_at`. When somebody else was first, the answer is 409
    `slot-taken`, `hours-taken`, `bay-taken` or `advisor-taken`, and `details.offers` holds the next best offers.
    """
    visit_id = call.derived_id()
    hold = HoldAppointment(dealer_id, body.wish(visit_id), body.channel)

    async def book(unit: Unit) -> Appointment:
        appointment = await do_hold(unit, hold, rules)
        if body.confirm is None:
            return appointment
        return await confirm_new_hold(unit, body.confirm.order(dealer_id, visit_id), rules)

    async with offering_next_best(call, dealer_id, hold.wish, rules):
        if simulate:
            return await call.rehearse(book, answer=AppointmentAnswer.of)
        seen = call.reading()
        day = await refuse_late_comers(seen, hold)
        return await call.perform(APPOINTMENTS, visit_id, book, answer=AppointmentAnswer.of, queue=day, seen=seen)


@router.post("/dealers/{dealer_id}/appointments/{visit_id}/confirmation", response_model=AppointmentAnswer)
async def confirm_appointment(
    dealer_id: DealerPath,
    visit_id: VisitPath,
    body: ConfirmBody,
    call: Call = Depends(command(*BOOKERS)),
    rules: Policy = Depends(policy),
) -> Response:
    """Confirm a hold with customer, vehicle and work, after reading the details back to the customer."""
    order = body.order(dealer_id, visit_id)
    seen = call.reading()
    return await call.perform(
        APPOINTMENTS,
        visit_id,
        lambda unit: do_confirm(unit, order, rules),
        answer=AppointmentAnswer.of,
        queue=await _day_of(seen, visit_id),
        seen=seen,
    )


@router.post("/dealers/{dealer_id}/appointments/{visit_id}/reschedule", response_model=AppointmentAnswer)
async def reschedule_appointment(
    dealer_id: DealerPath,
    visit_id: VisitPath,
    body: RescheduleBody,
    simulate: Simulate = False,
    call: Call = Depends(command(*BOOKERS)),
    rules: Policy = Depends(policy),
) -> Response:
    """Move a confirmed appointment; old hours are freed and new ones taken in one step.

    By the dealer's wish only with the evidence that the customer agreed: 422 `agreement-missing`.

    When the new slot cannot be had, the old one stays, and `details.offers` holds the next best offers.
    """
    order = body.order(dealer_id, visit_id)
    async with offering_next_best(call, dealer_id, order.wish, rules):
        if simulate:
            return await call.rehearse(lambda unit: do_reschedule(unit, order, rules), answer=AppointmentAnswer.of)
        seen = call.reading()
        return await call.perform(
            APPOINTMENTS,
            visit_id,
            lambda unit: do_reschedule(unit, order, rules),
            answer=AppointmentAnswer.of,
            queue=await _day_of(seen, visit_id),
            seen=seen,
        )


@router.post("/dealers/{dealer_id}/appointments/{visit_id}/cancellation", response_model=AppointmentAnswer)
async def cancel_appointment(
    dealer_id: DealerPath,
    visit_id: VisitPath,
    body: CancelBody,
    call: Call = Depends(command(*BOOKERS)),
    rules: Policy = Depends(policy),
) -> Response:
    """Cancel an appointment, or drop a hold; slot and hours are free at once, and offered to whoever waits for them.

    By the dealer's wish only with the evidence that the customer agreed: 422 `agreement-missing`.
    """
    order = body.order(dealer_id, visit_id)
    seen = call.reading()
    return await call.perform(
        APPOINTMENTS,
        visit_id,
        lambda unit: do_cancel(unit, order, rules),
        answer=AppointmentAnswer.of,
        queue=await _day_of(seen, visit_id),
        seen=seen,
    )


@router.post("/dealers/{dealer_id}/appointments/{visit_id}/no-show-reason", response_model=AppointmentAnswer)
async def record_no_show_reason(
    dealer_id: DealerPath,
    visit_id: VisitPath,
    body: NoShowReasonBody,
    call: Call = Depends(command(*BOOKERS)),
) -> Response:
    """Record why a customer did not come, as told in the follow-up contact."""
    order = RecordNoShowReason(visit_id, body.reason)
    return await call.perform(
        APPOINTMENTS, visit_id, lambda unit: do_record_reason(unit, order), answer=AppointmentAnswer.of
    )


@router.post("/dealers/{dealer_id}/appointments/{visit_id}/hand-over", response_model=AppointmentAnswer)
async def hand_over_case(
    dealer_id: DealerPath,
    visit_id: VisitPath,
    body: HandOverBody,
    call: Call = Depends(command(*BOOKERS, "manager")),
) -> Response:
    """Somebody else looks after this visit from now on; until then it is whoever answered the customer first."""
    order = HandOverCase(visit_id, body.owner, body.reason)
    return await call.perform(
        APPOINTMENTS, visit_id, lambda unit: do_hand_over(unit, order), answer=AppointmentAnswer.of
    )


@router.get("/dealers/{dealer_id}/appointments/{visit_id}", response_model=AppointmentOut)
async def read_appointment(
    dealer_id: DealerPath, visit_id: VisitPath, look: Look = Depends(reader(*DESK))
) -> AppointmentOut:
    """An appointment with its customer, vehicle, work, state and history of changes."""
    appointment = await look.unit.get(APPOINTMENTS, visit_id)
    look.etag(APPOINTMENTS, visit_id)
    details = appointment.details
    if details is None:
        return AppointmentOut.opened(appointment, None, None)
    customer = CustomerOut(
        person_id=details.customer.person_id,
        name=await look.unit.open(details.customer.name),
        phone=await look.unit.open(details.customer.phone),
    )
    return AppointmentOut.opened(appointment, customer, await look.unit.open(details.concern))


@router.get("/dealers/{dealer_id}/appointments/{visit_id}/link", response_model=LinkOut)
async def read_link(dealer_id: DealerPath, visit_id: VisitPath, look: Look = Depends(reader(*BOOKERS))) -> LinkOut:
    """The customer's personal link, to hand it over at the counter or in the dealer's app.

    By it the customer looks at the appointment, says that he comes, moves or cancels it, and puts it in his calendar.
    """
    appointment = await look.unit.get(APPOINTMENTS, visit_id)
    dealer = await known_dealer(look.unit, dealer_id)
    return LinkOut(
        token=link_token(look.unit, dealer, appointment), expires_at=dealer.missed_after(appointment.arrival)
    )


async def _day_of(seen: Unit, visit_id: str) -> str | None:
    """The queue in which commands on this appointment's day take turns."""
    appointment = await seen.find(APPOINTMENTS, visit_id)
    return day_id(appointment.dealer_id, appointment.day) if appointment else None
