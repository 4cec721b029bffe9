"""Which dealers a token's reach spans (X1)."""

from chassis.unit import Unit

from booking.storage.documents import DEALERS

MOST_DEALERS = 20_000


async def dealers_in(unit: Unit, kind: str, which: str) -> set[str]:
    """The dealers of an ``area`` or a ``group``; other words span none."""
    if kind not in ("area", "group") or not which:
        return set()
    return {dealer.dealer_id for dealer in await unit.query(DEALERS, {kind: which}, limit=MOST_DEALERS)}
