"""What a search over many days reads of each: what is taken of it, added up, kept beside the day with every write.

Text, because most of it is never looked at: a search is over when it has enough near the wanted time.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from chassis.documents import AsText

from booking.domain.capacity import CapacityPlan
from booking.domain.day_at import DayAt
from booking.domain.dealer_day import DealerDay
from booking.domain.taken import Taken
from booking.domain.taking import Taking

_PLAN = AsText(CapacityPlan)
_TAKEN = AsText(Taken)
_HOLDS = AsText(list[Taking])


def brief_of(day: DealerDay) -> dict[str, str | None]:
    """Holds stand beside the sums: whether they still count is known only when somebody asks (B15)."""
    firm = [taking for taking in day.takings if taking.held_until is None]
    holds = [taking for taking in day.takings if taking.held_until is not None]
    return {
        "own_plan": _PLAN.write(day.plan) if day.own_plan else None,
        "taken": _TAKEN.write(Taken.of(firm, day.carry_overs)),
        "holds": _HOLDS.write(holds) if holds else None,
    }


NOTHING_TAKEN = brief_of(DealerDay("", date.min))
"""Of a day without a document."""


def day_in_brief(day: date, brief: Mapping[str, Any], planned: Callable[[], CapacityPlan], now: datetime) -> DayAt:
    """The day as ``DealerDay.at`` shows it, but nobody can say which visits take of it.

    ``planned``: the calendar's plan, which a day without a plan of its own follows.
    """

    def plan() -> CapacityPlan:
        return _PLAN.read(brief["own_plan"]) if brief["own_plan"] else planned()

    def taken() -> Taken:
        firm = _TAKEN.read(brief["taken"])
        holds = _HOLDS.read(brief["holds"]) if brief["holds"] else []
        return firm.add(hold for hold in holds if hold.stands(now))

    return DayAt(day, plan, now, taken)
