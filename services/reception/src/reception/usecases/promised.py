"""R11: what a promised time goes by: the work, its parts, how full the workshop is, and who stands before."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import chain

from chassis.unit import Unit
from contracts.values import NO_HOURS, TechnicianHours, WorkClass, WorkLine

from reception.domain.dealer import Dealer
from reception.domain.policy import Policy
from reception.domain.promise import Proposal, propose
from reception.domain.repair_order import RepairOrder
from reception.domain.workload import Ahead
from reception.storage.collections import REPAIR_ORDERS, WORKLOADS

_DAYS_COUNTED = 400
_STAYS = timedelta(days=7)
"""A vehicle that is in the house for longer waits for something else than its turn."""


async def proposed(
    unit: Unit, dealer: Dealer, policy: Policy, hours: Mapping[WorkClass, TechnicianHours], due: datetime | None
) -> Proposal:
    """For work nobody has counted yet: its days need room for all of it, and it stands behind what is worked on.

    ``due``: when the last missing part is expected. Raises ``DealerNeverOpen``.
    """
    today = dealer.day_of(unit.now)
    loads = await unit.query(WORKLOADS, {"day": {"$gte": today}}, sort=[("day", 1)], limit=_DAYS_COUNTED)
    ahead = await _ahead(unit, hours) if loads and loads[0].day == today else Ahead()
    return propose(unit.now, hours, dealer, policy, loads, due, ahead)


def hours_of(lines: Iterable[WorkLine]) -> dict[WorkClass, TechnicianHours]:
    """Flat-rate hours by class."""
    hours: dict[WorkClass, TechnicianHours] = defaultdict(lambda: NO_HOURS)
    for line in lines:
        hours[line.work_class] += line.hours
    return dict(hours)


async def _ahead(unit: Unit, classes: Collection[WorkClass]) -> Ahead:
    here = {"opened_at": {"$gt": unit.now - _STAYS}, "delivery": None, "cancelled_at": None}
    orders = await unit.query(REPAIR_ORDERS, here, sort=[("opened_at", 1)], limit=200)
    working = [left for order in orders if (left := _left(order, classes))]
    minutes: Counter[WorkClass] = Counter()
    for line in chain(*working):
        minutes[line.work_class] += line.hours.minutes
    return Ahead(len(working), dict(minutes))


def _left(order: RepairOrder, classes: Collection[WorkClass]) -> list[WorkLine]:
    """Authorised work of these classes that is not done."""
    lines, done = order.agreement.authorised_lines.values(), order.work.done
    return [line for line in lines if line.work_class in classes and line.line_id not in done]
