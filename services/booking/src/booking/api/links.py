"""/links/{token}: the customer's own door to one appointment (B9, B10, B16)."""

from datetime import datetime
from typing import Annotated, Any

from chassis.links import LinkExpired
from chassis.links_door import LinkCall, link_call
from chassis.texts import Language, Words, words_asked
from contracts.values import Money, UtcTime
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from booking.api.appointment_bodies import AppointmentAnswer
from booking.api.ics import calendar_file
from booking.api.late_comers import offering_next_best
from booking.api.waiting import NothingBody
from booking.api.words import Body, example, policy
from booking.domain.appointment import Appointment, State
from booking.domain.arrival import NO_VISIT
from booking.domain.dealer import Dealer
from booking.domain.details import ChangeReason
from booking.domain.policy import Policy
from booking.storage.days import known_dealer, look_ahead
from booking.storage.documents import APPOINTMENTS
from booking.usecases.answer_by_link import accept_by_link as do_accept
from booking.usecases.answer_by_link import give_up_by_link
from booking.usecases.offer_slots import OfferSlots, offer_slots
from booking.usecases.personal_link import PURPOSE
from booking.usecases.reschedule_appointment import RescheduleAppointment, reschedule_appointment

router = APIRouter(tags=["customer's link"])
OFFERS = 10


async def _in_time(link: Annotated[LinkCall, Depends(link_call(PURPOSE))]) -> LinkCall:
    """Until the appointment's time is over, wherever it was moved by this link or at the desk (B9).

    Raises ``LinkExpired``.
    """
    await look_ahead(link.unit, link.dealer_id, visit_id=link.claims.subject)
    appointment = await link.unit.get(APPOINTMENTS, link.claims.subject)
    dealer = await known_dealer(link.unit, link.dealer_id)
    over = dealer.missed_after(appointment.arrival)
    if link.unit.now >= over:
        raise LinkExpired(over)
    return link


Link = Annotated[LinkCall, Depends(_in_time)]
STATE_TEXTS = {
    State.RESERVED: "A place at {at} is held for you: take it, or let it go to the next.",
    State.CONFIRMED: "You are expected at {at}.",
    State.ARRIVED: "Your vehicle is with us.",
    State.NO_SHOW: "We missed you at {at}: call us for another time.",
    State.CANCELLED: "Your appointment at {at} is cancelled.",
    State.EXPIRED: "The place at {at} went to somebody else: you stay on the wait list.",
}
"""What the customer is told, by where the appointment stands (B9, B10, B11, B16)."""
LEFT_TEXT = "You left before we greeted you: come back today, or call us for another time."
"""What he is told who was here and went, as long as he may come back (R1)."""
OVER_TEXT = "This appointment is over: call us for another time."
"""What he is told later, and who was taken out as no visit of his own: perhaps he is being served (R1, B13)."""


class LinkedOfferOut(BaseModel):
    arrival: UtcTime
    local: str = Field(examples=["2025-06-23T08:15+08:00"])


class LinkedAppointmentOut(BaseModel):
    """The appointment as its customer sees it. `offers`: other times for the same work, while it can be moved."""

    language: Language = Field(description="Of the texts: by Accept-Language, else the dealer's own")
    dealer_name: str
    text: str = Field(description="What the customer is told", examples=["You are expected at 2025-06-23 08:15."])
    state: State
    arrival: UtcTime
    local: str = Field(description="The arrival on the dealer's clock", examples=["2025-06-23T08:15+08:00"])
    plate: str | None
    estimated_price: Money | None
    delivery_estimate: UtcTime | None
    expires_at: UtcTime | None = Field(description="An offered place is held until then")
    attendance_confirmed: bool
    offers: list[LinkedOfferOut]

    @classmethod
    def of(
        cls, appointment: Appointment, dealer: Dealer, offers: list[LinkedOfferOut], words: Words, now: datetime
    ) -> "LinkedAppointmentOut":
        details = appointment.details
        at = f"{dealer.wall_clock(appointment.arrival):%Y-%m-%d %H:%M}"
        text = _text_of(appointment, dealer, now)
        return cls(
            language=words.language,
            dealer_name=dealer.name_in(words.language),
            text=words.say(text, at=at),
            state=appointment.state,
            arrival=appointment.arrival,
            local=dealer.wall_clock(appointment.arrival).isoformat(timespec="minutes"),
            plate=details.vehicle.plate if details else None,
            estimated_price=details.estimated_price if details else None,
            delivery_estimate=details.delivery_estimate if details else None,
            expires_at=appointment.expires_at,
            attendance_confirmed=appointment.attendance_confirmed,
            offers=offers,
        )


class MoveBody(Body):
    """The new arrival; take it from the offers. Work and hours stay."""

    model_config = example({"arrival": "2025-06-24T08:15:00+08:00", "reason": "NO_TIME"})

    arrival: UtcTime
    reason: ChangeReason = ChangeReason.OTHER


class GiveUpBody(Body):
    model_config = example({"reason": "NO_LONGER_NEEDED"})

    reason: ChangeReason = ChangeReason.OTHER


@router.get("/links/{token}", response_model=LinkedAppointmentOut)
async def read_appointment_by_link(
    token: str, request: Request, link: Link, rules: Policy = Depends(policy)
) -> LinkedAppointmentOut:
    """What is booked or offered, and other times for the same work. 404 for a changed link, 410 after its time."""
    appointment = await link.unit.get(APPOINTMENTS, link.claims.subject)
    dealer = await known_dealer(link.unit, link.dealer_id)
    offers = await _other_times(link, appointment, dealer, rules) if appointment.state is State.CONFIRMED else []
    words = words_asked(request.scope, dealer.language)
    return LinkedAppointmentOut.of(appointment, dealer, offers, words, link.unit.now)


def _text_of(appointment: Appointment, dealer: Dealer, now: datetime) -> str:
    if appointment.left_because is None:
        return STATE_TEXTS[appointment.state]
    came = appointment.arrived_at
    may_return = came is not None and dealer.day_of(came) == dealer.day_of(now)
    return LEFT_TEXT if may_return and appointment.left_because not in NO_VISIT else OVER_TEXT


async def _other_times(link: LinkCall, appointment: Appointment, dealer: Dealer, rules: Policy) -> list[LinkedOfferOut]:
    """Where he could move it himself: the same work, received by whoever is free (B9)."""
    first, last = rules.days_around(dealer.day_of(appointment.arrival), dealer.day_of(link.unit.now))
    wish = appointment.any_advisor(appointment.arrival)
    found = await offer_slots(link.unit, OfferSlots(link.dealer_id, wish, first, last, OFFERS), rules)
    told = [(offer.arrival, dealer.wall_clock(offer.arrival).isoformat(timespec="minutes")) for offer in found]
    return [LinkedOfferOut(arrival=arrival, local=local) for arrival, local in told]


def _for_the_customer(offer: dict[str, Any]) -> dict[str, Any]:
    """Who would receive him and how full the dealer is are not his to know (X1)."""
    return {name: offer[name] for name in LinkedOfferOut.model_fields}


@router.get("/links/{token}/calendar.ics", response_class=Response)
async def read_calendar_file(token: str, request: Request, link: Link) -> Response:
    """The appointment for the customer's own calendar (iCalendar)."""
    appointment = await link.unit.get(APPOINTMENTS, link.claims.subject)
    dealer = await known_dealer(link.unit, link.dealer_id)
    words = words_asked(request.scope, dealer.language)
    return Response(calendar_file(appointment, dealer, link.unit.now, words), media_type="text/calendar; charset=utf-8")


@router.post("/links/{token}/acceptance", response_model=AppointmentAnswer)
async def accept_by_link(token: str, body: NothingBody, link: Link) -> Response:
    """ "I come": the reminder is answered, or the place offered from the wait list is taken."""
    visit = link.claims.subject
    appointment = await link.unit.get(APPOINTMENTS, visit)
    # Whoever took an offered place by this link says by the same link, once reminded, that he comes.
    reminded = appointment.state is State.CONFIRMED and appointment.reminder_at is None
    called = link.about(appointment.arrival.isoformat(), "reminded" if reminded else "")
    return await called.perform(APPOINTMENTS, visit, lambda unit: do_accept(unit, visit), answer=AppointmentAnswer.of)


@router.post("/links/{token}/reschedule", response_model=AppointmentAnswer)
async def reschedule_by_link(token: str, body: MoveBody, link: Link, rules: Policy = Depends(policy)) -> Response:
    """Another time for the same work; when it cannot be had the old one stays, and `details.offers` holds others."""
    appointment = await link.unit.get(APPOINTMENTS, link.claims.subject)
    if not link.keyed and appointment.state is State.CONFIRMED and appointment.arrival == body.arrival:
        return Response(AppointmentAnswer.of(appointment).model_dump_json(), media_type="application/json")
    wish = appointment.any_advisor(body.arrival)
    order = RescheduleAppointment(link.dealer_id, wish, body.reason)
    # Who moves there, back, and there again by one link means it each time.
    called = link.about(str(len(appointment.history)))
    async with offering_next_best(link.call, link.dealer_id, wish, rules, told=_for_the_customer):
        return await called.perform(
            APPOINTMENTS,
            wish.visit_id,
            lambda unit: reschedule_appointment(unit, order, rules),
            answer=AppointmentAnswer.of,
        )


@router.post("/links/{token}/cancellation", response_model=AppointmentAnswer)
async def cancel_by_link(token: str, body: GiveUpBody, link: Link, rules: Policy = Depends(policy)) -> Response:
    """The customer does not come; or does not want the offered place and goes on waiting."""
    visit = link.claims.subject
    appointment = await link.unit.get(APPOINTMENTS, visit)
    return await link.about(appointment.arrival.isoformat()).perform(
        APPOINTMENTS,
        visit,
        lambda unit: give_up_by_link(unit, link.dealer_id, visit, body.reason, rules),
        answer=AppointmentAnswer.of,
    )
