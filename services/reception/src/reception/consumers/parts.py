"""Where parts stand (R9): those of an order's lines, and before there is an order those kept for a booking (B7)."""

from collections.abc import Iterable
from dataclasses import replace

from chassis.facts import Fact, NotYet
from chassis.unit import Unit
from contracts.parts import PartsArrived, PartsEtaChanged, PartsReleased, PartsReserved, PartsShort

from reception.domain.order_parts import off_the_line, parts_told
from reception.domain.repair_order import RepairOrder
from reception.domain.supply import OF_BOOKING, BookedParts, PartSupply, SupplyState
from reception.storage.collections import BOOKED_PARTS, REPAIR_ORDERS


async def on_parts_reserved(unit: Unit, fact: Fact[PartsReserved]) -> None:
    await _told(
        unit,
        fact,
        [
            PartSupply(
                item.line_id or OF_BOOKING, item.number, SupplyState.RESERVED, item.quantity, fact.at, price=item.price
            )
            for item in fact.event.items
        ],
    )


async def on_parts_short(unit: Unit, fact: Fact[PartsShort]) -> None:
    await _told(
        unit,
        fact,
        [
            PartSupply(
                line_id=item.line_id or OF_BOOKING,
                number=item.number,
                state=SupplyState.SHORT,
                quantity=item.missing,
                at=fact.at,
                way=item.way,
                order_class=item.order_class,
                from_dealer=item.from_dealer,
                eta=item.eta,
                price=item.price,
            )
            for item in fact.event.items
        ],
    )


async def on_parts_eta_changed(unit: Unit, fact: Fact[PartsEtaChanged]) -> None:
    event = fact.event
    supply = (await _order(unit, fact)).supply if event.line_id else (await _booked(unit, fact)).supply
    if known := supply.of(event.line_id or OF_BOOKING, event.number):
        await _told(unit, fact, [replace(known, state=SupplyState.SHORT, eta=event.eta, at=fact.at, agreed=False)])


async def on_parts_arrived(unit: Unit, fact: Fact[PartsArrived]) -> None:
    event = fact.event
    arrived = PartSupply(event.line_id or OF_BOOKING, event.number, SupplyState.ARRIVED, event.quantity, fact.at)
    await _told(unit, fact, [arrived])


async def on_parts_released(unit: Unit, fact: Fact[PartsReleased]) -> None:
    """Also for a visit that never came to an order."""
    if order := await unit.find(REPAIR_ORDERS, fact.key):
        order.supply.release(fact.event.lines or order.known_lines, fact.at)
        unit.save(REPAIR_ORDERS, order)
    if not fact.event.lines and (booked := await unit.find(BOOKED_PARTS, fact.key)):
        unit.remove(BOOKED_PARTS, booked)


async def _told(unit: Unit, fact: Fact, supplies: Iterable[PartSupply]) -> None:
    """What has a line stands in its order, and waits for it, unless the line needs it no more; the rest is the
    booking's."""
    supplies = list(supplies)
    if of_lines := [one for one in supplies if one.line_id != OF_BOOKING]:
        order = await _order(unit, fact)
        still_needed = [one for one in of_lines if not off_the_line(order, one)]
        unit.save(REPAIR_ORDERS, order, parts_told(order, still_needed))
    if of_booking := [one for one in supplies if one.line_id == OF_BOOKING]:
        booked = await _booked(unit, fact)
        for one in of_booking:
            booked.supply.told(one)
        unit.save(BOOKED_PARTS, booked)


async def _order(unit: Unit, fact: Fact) -> RepairOrder:
    """Parts are named by line only once there is an order: before it is known here, the fact is early."""
    order = await unit.find(REPAIR_ORDERS, fact.key)
    if order is None:
        raise NotYet(REPAIR_ORDERS, fact.key)
    return order


async def _booked(unit: Unit, fact: Fact) -> BookedParts:
    booked = await unit.find(BOOKED_PARTS, fact.key)
    if booked is None:
        booked = BookedParts(fact.key, fact.dealer_id)
        unit.add(BOOKED_PARTS, booked)
    return booked


HANDLERS = {
    PartsReserved: on_parts_reserved,
    PartsShort: on_parts_short,
    PartsEtaChanged: on_parts_eta_changed,
    PartsArrived: on_parts_arrived,
    PartsReleased: on_parts_released,
}
