"""Where the parts of a repair order's lines stand (R9). A fact about a booking's parts is booking's concern (B7)."""

from collections.abc import Iterable
from dataclasses import replace

from chassis.facts import Fact, NotYet
from chassis.unit import Unit
from contracts.parts import PartsArrived, PartsEtaChanged, PartsReleased, PartsReserved, PartsShort

from reception.domain.repair_order import RepairOrder
from reception.domain.supply import PartSupply, SupplyState
from reception.storage.collections import REPAIR_ORDERS


async def on_parts_reserved(unit: Unit, fact: Fact[PartsReserved]) -> None:
    await _told(
        unit,
        fact,
        [
            PartSupply(item.line_id, item.number, SupplyState.RESERVED, item.quantity, fact.at, price=item.price)
            for item in fact.event.items
            if item.line_id
        ],
    )


async def on_parts_short(unit: Unit, fact: Fact[PartsShort]) -> None:
    await _told(
        unit,
        fact,
        [
            PartSupply(
                line_id=item.line_id,
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
            if item.line_id
        ],
    )


async def on_parts_eta_changed(unit: Unit, fact: Fact[PartsEtaChanged]) -> None:
    if fact.event.line_id is None:
        return
    order = await _order(unit, fact)
    if known := order.supply.of(fact.event.line_id, fact.event.number):
        supply = replace(known, state=SupplyState.SHORT, eta=fact.event.eta, at=fact.at, agreed=False)
        unit.save(REPAIR_ORDERS, order, order.parts_told([supply]))


async def on_parts_arrived(unit: Unit, fact: Fact[PartsArrived]) -> None:
    event = fact.event
    if event.line_id:
        supply = PartSupply(event.line_id, event.number, SupplyState.ARRIVED, event.quantity, fact.at)
        await _told(unit, fact, [supply])


async def on_parts_released(unit: Unit, fact: Fact[PartsReleased]) -> None:
    """Also for a visit that never came to an order: then nothing was kept here."""
    if order := await unit.find(REPAIR_ORDERS, fact.key):
        order.supply.release(fact.event.lines or order.known_lines, fact.at)
        unit.save(REPAIR_ORDERS, order)


async def _told(unit: Unit, fact: Fact, supplies: Iterable[PartSupply]) -> None:
    if supplies := list(supplies):
        order = await _order(unit, fact)
        unit.save(REPAIR_ORDERS, order, order.parts_told(supplies))


async def _order(unit: Unit, fact: Fact) -> RepairOrder:
    """Parts are named by line only once there is an order: before it is known here, the fact is early."""
    order = await unit.find(REPAIR_ORDERS, fact.key)
    if order is None:
        raise NotYet(REPAIR_ORDERS, fact.key)
    return order


HANDLERS = {
    PartsReserved: on_parts_reserved,
    PartsShort: on_parts_short,
    PartsEtaChanged: on_parts_eta_changed,
    PartsArrived: on_parts_arrived,
    PartsReleased: on_parts_released,
}
