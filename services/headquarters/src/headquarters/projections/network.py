"""Roll-ups of the whole network, so that its figures cost the same for ten dealers and for ten thousand (H5).

One document per month, publishing service and shard. A row's shard follows from its visit as Kafka's partition does:
processes that share the partitions write to different documents, and none belongs to the network as a whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chassis.documents import Documents
from chassis.ids import shard_of
from chassis.unit import Unit

from headquarters.domain.figures import BALANCE_PARTS, Row, Sums, added
from headquarters.domain.period import Period

NETWORK = "*"
"""Whose documents these are: no dealer's, for no dealer's code looks like it."""

SHARDS = 6
"""As many as partitions, or a multiple: then a document has one writer. Never changed."""

_MOST = 100_000
"""Months, services and shards of a life time."""


@dataclass
class NetworkMonth:
    """Sums of all dealers by day, as far as one service's facts and one shard's visits make them."""

    month: str
    service: str
    shard: int
    dealer_id: str = NETWORK
    days: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.month}/{self.service}/{self.shard}"


@dataclass
class NetworkBalance:
    """Sums of all dealers from the beginning, for parts that are a balance (open complaints)."""

    shard: int
    dealer_id: str = NETWORK
    sums: dict[str, int] = field(default_factory=dict)


NETWORK_MONTHS = Documents(
    "network_months",
    "network-month",
    NetworkMonth,
    id_of=lambda rolled: rolled.id,
    indexes=[("month",)],
    announces=False,
)
NETWORK_BALANCES = Documents(
    "network_balances", "network-balance", NetworkBalance, id_of=lambda balance: str(balance.shard), announces=False
)


async def move_network(unit: Unit, row: Row) -> None:
    """Adds a row's amount to the network's roll-ups. The unit's scope has ``NETWORK`` in it."""
    service, day = row.event_type.partition(".")[0], row.day.isoformat()
    empty = NetworkMonth(_month(row.day), service, _shard(row))
    held = await unit.find(NETWORK_MONTHS, empty.id)
    rolled = held or empty
    sums = added([*rolled.days.get(day, {}).items(), (row.part, row.amount)])
    others = {other: there for other, there in rolled.days.items() if other != day}
    rolled.days = dict(sorted((others | ({day: sums} if sums else {})).items()))
    _write(unit, NETWORK_MONTHS, rolled, held is not None, rolled.days)
    if row.part in BALANCE_PARTS:
        await _move_balance(unit, row)


async def _move_balance(unit: Unit, row: Row) -> None:
    held = await unit.find(NETWORK_BALANCES, str(_shard(row)))
    balance = held or NetworkBalance(_shard(row))
    balance.sums = added([*balance.sums.items(), (row.part, row.amount)])
    _write(unit, NETWORK_BALANCES, balance, held is not None, balance.sums)


def _write(unit: Unit, documents: Documents[Any], rolled: Any, held: bool, content: Mapping[str, Any]) -> None:
    """A roll-up that comes to nothing is removed, so that it ends as if its rows had never been."""
    if not held:
        unit.add(documents, rolled)
    elif content:
        unit.save(documents, rolled)
    else:
        unit.remove(documents, rolled)


async def network_sums(unit: Unit, period: Period) -> Sums:
    """Sums of parts over all dealers. Balance parts are sums up to the period's end: everything there is, less what
    came after."""
    first, last = period.first.isoformat(), period.last.isoformat()
    wanted = {"dealer_id": NETWORK, "month": {"$gte": _month(period.first)}}
    amounts: list[tuple[str, int]] = []
    for rolled in await unit.query(NETWORK_MONTHS, wanted, limit=_MOST):
        for day, sums in rolled.days.items():
            if first <= day <= last:
                amounts += [(part, amount) for part, amount in sums.items() if part not in BALANCE_PARTS]
            elif day > last:
                amounts += [(part, -amount) for part, amount in sums.items() if part in BALANCE_PARTS]
    for balance in await unit.query(NETWORK_BALANCES, {"dealer_id": NETWORK}, limit=_MOST):
        amounts += balance.sums.items()
    return added(amounts)


def _shard(row: Row) -> int:
    """By the visit, whose id is the key of most facts about it."""
    return shard_of(row.visit_id or row.event_id, SHARDS)


def _month(day: date) -> str:
    return day.isoformat()[:7]
