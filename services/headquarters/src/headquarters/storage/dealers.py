"""Where dealers are kept, and who is in which region, area and group (H1)."""

from dataclasses import dataclass
from typing import Any

from chassis.documents import Documents
from chassis.unit import Unit

from headquarters.domain.dealer import Dealer

DEALERS = Documents(
    "dealers",
    "dealer",
    Dealer,
    id_of=lambda dealer: dealer.dealer_id,
    indexes=[("registration.area",), ("registration.group",), ("_id",)],  # the last one: pages of the whole network
)

MOST_DEALERS = 20_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dealers; None asks for all."""

    region: str | None = None
    area: str | None = None
    group: str | None = None

    @property
    def all_of_them(self) -> bool:
        return not self.filter()

    def filter(self) -> dict[str, Any]:
        named = {"region": self.region, "area": self.area, "group": self.group}
        return {f"registration.{name}": value for name, value in named.items() if value is not None}


async def dealers_by_code(
    unit: Unit, wanted: Wanted, *, limit: int = MOST_DEALERS, after: str | None = None
) -> list[Dealer]:
    """Dealers within the unit's scope, in the order of their codes."""
    later = {"dealer_id": {"$gt": after}} if after else {}
    return await unit.query(DEALERS, {**wanted.filter(), **later}, sort=[("dealer_id", 1)], limit=limit)


async def count_dealers(unit: Unit, wanted: Wanted) -> int:
    """How many there are of these within the unit's scope."""
    return await unit.count(DEALERS, {**wanted.filter(), "dealer_id": {"$gt": ""}})


async def dealers_in(unit: Unit, kind: str, which: str) -> set[str]:
    """The dealers that a token's reach spans: ``area`` or ``group`` and its name. Others span none (X1)."""
    if kind not in ("area", "group") or not which:
        return set()
    found = await dealers_by_code(unit, Wanted(**{kind: which}))
    return {dealer.dealer_id for dealer in found}
