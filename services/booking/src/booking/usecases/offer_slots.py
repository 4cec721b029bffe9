"""Offering slots (B2): to who asks, and to whoever came too late."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from chassis.unit import Unit
from contracts.values import StaffId, Vin

from booking.domain.dealer import Dealer
from booking.domain.errors import RangeTooWide, Taken
from booking.domain.levelling import Offer, offers
from booking.domain.policy import Policy
from booking.domain.taking import Wish
from booking.domain.vehicle_file import file_id
from booking.storage.days import known_dealer, look_ahead, look_at_days, survey_days
from booking.storage.documents import APPOINTMENTS, VEHICLES


@dataclass(frozen=True)
class OfferSlots:
    """``wish.arrival`` is the preferred time; the days are the dealer's own."""

    dealer_id: str
    wish: Wish
    first: date
    last: date
    limit: int


async def offer_slots(unit: Unit, command: OfferSlots, policy: Policy) -> list[Offer]:
    """The best slots that can be had now, best first."""
    dealer = await dealer_to_search(unit, command.dealer_id, command.first, command.last, policy)
    span = (command.last - command.first).days + 1
    return await _offers(unit, dealer, command.wish, command.first, span, command.limit)


async def dealer_to_search(unit: Unit, dealer_id: str, first: date, last: date, policy: Policy) -> Dealer:
    """The dealer; the same question brings what a search over these days of his reads.

    Raises ``RangeTooWide``, ``DealerUnknown``.
    """
    if not 1 <= (last - first).days + 1 <= policy.offer_days:
        raise RangeTooWide(most=policy.offer_days)
    await look_ahead(unit, dealer_id, survey=(first, last))
    return await known_dealer(unit, dealer_id)


async def next_best(unit: Unit, dealer_id: str, wish: Wish, refused: Taken, policy: Policy) -> Taken:
    """The refusal with the next best offers in it: near the wished time, else as soon after as there are any.

    Asked by the door after the refusal, so that nobody who still waits for the day waits for these too.
    """
    await look_ahead(unit, dealer_id, visit_id=wish.visit_id)
    dealer = await known_dealer(unit, dealer_id)
    if appointment := await unit.find(APPOINTMENTS, wish.visit_id):  # it moves, and needs whom it needed (W14)
        wish = replace(wish, needs=appointment.needs)
    else:  # it takes nothing yet, so the days in brief are enough
        wish = replace(wish, visit_id="")
    first, near = dealer.day_of(wish.arrival), policy.next_best_days
    found = await _offers(unit, dealer, wish, first, near, policy.next_best)
    if not found:
        later, rest = first + timedelta(days=near), policy.rebook_days - near
        found = await _offers(unit, dealer, wish, later, rest, policy.next_best)
    refused.details["offers"] = [offer_told(offer, dealer) for offer in found]
    return refused


async def last_advisor(unit: Unit, dealer_id: str, vin: Vin | None) -> StaffId | None:
    """Who received the vehicle last (B18)."""
    file = await unit.find(VEHICLES, file_id(dealer_id, vin)) if vin else None
    return file.last_advisor if file else None


def offer_told(offer: Offer, dealer: Dealer) -> dict[str, Any]:
    """An offer as callers see it: the arrival in UTC, and as the dealer's clock shows it."""
    return {
        "arrival": offer.arrival.isoformat().replace("+00:00", "Z"),
        "local": dealer.wall_clock(offer.arrival).isoformat(timespec="minutes"),
        "advisor": offer.advisor,
        "load": offer.load,
        "why": [{"code": r.code, "value": r.value, "minutes": r.minutes} for r in offer.reasons],
    }


async def _offers(unit: Unit, dealer: Dealer, wish: Wish, first: date, span: int, limit: int) -> list[Offer]:
    days = [first + timedelta(days=n) for n in range(span)]
    if wish.visit_id:  # what it takes itself does not stand in its way
        whole = await look_at_days(unit, dealer, days)
        return offers([day.at(unit.now, without=wish.visit_id) for day in whole], dealer, wish, limit)
    return offers(await survey_days(unit, dealer, days), dealer, wish, limit)
