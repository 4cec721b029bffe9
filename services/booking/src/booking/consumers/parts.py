"""Where the parts of a booked visit stand (B7). A fact about a repair order's lines is reception's concern (R9)."""

from typing import Any

from chassis.facts import Fact, NotYet
from chassis.unit import Unit
from contracts.parts import (
    PartNumber,
    PartsArrived,
    PartsEtaChanged,
    PartsReleased,
    PartsReserved,
    PartsShort,
    ReservedPart,
    ShortPart,
)

from booking.domain.parts_check import PlannedPart
from booking.storage.documents import APPOINTMENTS
from booking.usecases.check_parts import Answer, TakeInAnswer, take_in_answer


async def on_parts_reserved(unit: Unit, fact: Fact[PartsReserved]) -> None:
    """Kept on the shelf."""
    await _told(unit, fact, {i.number: (i.quantity, _reserved(i)) for i in fact.event.items if not i.line_id})


async def on_parts_short(unit: Unit, fact: Fact[PartsShort]) -> None:
    """Missing; with a time, or without one while nobody knows."""
    await _told(unit, fact, {i.number: (i.missing, _missed(i)) for i in fact.event.items if not i.line_id})


async def on_parts_eta_changed(unit: Unit, fact: Fact[PartsEtaChanged]) -> None:
    """Expected at another time."""
    event = fact.event
    if not event.line_id:
        await _told(unit, fact, {event.number: (1, lambda part: part.expected(event.eta))})


async def on_parts_arrived(unit: Unit, fact: Fact[PartsArrived]) -> None:
    """What was missing came."""
    event = fact.event
    if not event.line_id:
        await _told(unit, fact, {event.number: (event.quantity, lambda part: part.arrived(event.quantity))})


async def on_parts_released(unit: Unit, fact: Fact[PartsReleased]) -> None:
    """Nothing is kept any more, unless it speaks of lines; also for a visit that was never booked."""
    appointment = await unit.find(APPOINTMENTS, fact.key)
    if appointment is None or fact.event.lines:
        return
    answers = {part.number: (part.quantity, PlannedPart.released) for part in appointment.parts.items}
    await take_in_answer(unit, TakeInAnswer(fact.key, answers))


async def _told(unit: Unit, fact: Fact[Any], answers: dict[PartNumber, tuple[int, Answer]]) -> None:
    """Parts are kept without a line for a booking only: before it is known here, the fact is early."""
    if not answers:
        return
    if await unit.find(APPOINTMENTS, fact.key) is None:
        raise NotYet(APPOINTMENTS, fact.key)
    await take_in_answer(unit, TakeInAnswer(fact.key, answers))


def _reserved(item: ReservedPart) -> Answer:
    return lambda part: part.reserved(item.quantity)


def _missed(item: ShortPart) -> Answer:
    return lambda part: part.missed(item.missing, item.eta, item.order_class)


HANDLERS = {
    PartsReserved: on_parts_reserved,
    PartsShort: on_parts_short,
    PartsEtaChanged: on_parts_eta_changed,
    PartsArrived: on_parts_arrived,
    PartsReleased: on_parts_released,
}
