"""Who changes what others book from, in histories of competition: the calendar (B1) and the loaner cars (B17).

The calendar's own day has no plan of its own: shifts, leave, opening hours, single days and public holidays make it.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random
from typing import Any

from booking.domain.calendar import DayRule, Shop
from booking.domain.capacity import ClassBays
from booking.domain.policy import Policy
from booking.domain.staff import Employment, Leave, LeaveReason, Shift
from booking.usecases.change_calendar import Changed, Employ, EquipShop, GrantLeave, RuleDay, change_calendar
from booking.usecases.mobility import ArrangeMobility, KeepLoaner, arrange_mobility, keep_loaner
from booking_builders import GR, PM, at
from chassis.unit import Unit
from contracts.booking import Mobility
from contracts.values import WorkClass

CALENDAR_DAY = date(2025, 6, 25)
CARS = ("L1", "L2")
CLOSED_BY = "SI"
"""Slovenia keeps a public holiday on the calendar's day."""
TEAM: Mapping[str, tuple[int, WorkClass | None]] = {"tim": (3, PM), "tom": (2, GR), "wang": (2, None), "li": (2, None)}
"""Hours, and the class; the advisors have none."""

Do = Callable[[str, Callable[[Unit], Awaitable[Any]]], Awaitable[Any]]


def employed(code: str, hours: int, since: date) -> Employment:
    """So many hours from eight on, any day of the week; none: does not work here any more."""
    work_class = TEAM[code][1]
    shifts = tuple(Shift(weekday, time(8), time(8 + hours)) for weekday in range(7)) if hours else ()
    return Employment(since, shifts, (work_class,) if work_class else (), receives=work_class is None)


@dataclass
class Keepers:
    """The planner of the calendar and whoever lends the cars. ``do``: carries a command out, as the history does."""

    dealer_id: str
    chance: Random
    do: Do
    somebody: Callable[[], str]

    async def open(self, today: date) -> None:
        """The team, the shop and the cars before anything is booked."""
        for code, (hours, _) in TEAM.items():
            await self._change("calendar", Employ(self.dealer_id, code, employed(code, hours, today)))
        await self._change("calendar", EquipShop(self.dealer_id, Shop(today, bays=(ClassBays(GR, 1),))))
        for car in CARS:
            await self._keep(car)

    async def change_calendar(self) -> None:
        """One change with effect from the calendar's day, or a day before it."""
        await self.chance.choice((self._shift, self._leave, self._leave, self._rule, self._holiday))()

    async def lend(self) -> None:
        """A car for somebody, whichever or this one; another way to stay mobile; a car that leaves the fleet."""
        if self.chance.random() < 0.15:
            await self._keep(self.chance.choice(CARS), self.chance.choice((None, 8, 12)))
            return
        visit, car = self.somebody(), self.chance.choice((None, *CARS))
        back = at("08:00", self.chance.choice((date(2025, 6, 23), date(2025, 6, 24), CALENDAR_DAY)))
        until = back + timedelta(hours=self.chance.choice((1, 6)))
        wish = ArrangeMobility(visit, Mobility.LOANER, car, until)
        if self.chance.random() < 0.2:
            wish = ArrangeMobility(visit, Mobility.SHUTTLE)
        await self.do("lend", lambda unit: arrange_mobility(unit, wish))

    async def _keep(self, car: str, out_from: int | None = None) -> None:
        out = at(f"{out_from:02}:00", CALENDAR_DAY) if out_from else None
        order = KeepLoaner(self.dealer_id, car, "沪B00001", "Corolla", out)
        await self.do("fleet", lambda unit: keep_loaner(unit, order))

    async def _shift(self) -> None:
        code = self.chance.choice(list(TEAM))
        since = CALENDAR_DAY - timedelta(days=self.chance.choice((0, 1)))
        work = employed(code, self.chance.choice((0, 1, 2, 4)), since)
        await self._change("shift", Employ(self.dealer_id, code, work))

    async def _leave(self) -> None:
        away = Leave(CALENDAR_DAY, CALENDAR_DAY, self.chance.choice(list(LeaveReason)))
        leaves = self.chance.choice(((away,), ()))
        await self._change("leave", GrantLeave(self.dealer_id, self.chance.choice(list(TEAM)), leaves))

    async def _rule(self) -> None:
        closed, opening = self.chance.choice(((True, None), (False, (time(8), time(9))), (False, None)))
        await self._change("day rule", RuleDay(self.dealer_id, DayRule(CALENDAR_DAY, closed, opening=opening)))

    async def _holiday(self) -> None:
        shop = Shop(CALENDAR_DAY, bays=(ClassBays(GR, 1),), holidays=self.chance.choice(("", CLOSED_BY)))
        await self._change("holiday", EquipShop(self.dealer_id, shop))

    async def _change(self, name: str, change: Changed) -> None:
        await self.do(name, lambda unit: change_calendar(unit, change, Policy()))


def minutes_by_calendar(calendar: Mapping[str, Any], work_class: str) -> int:
    """The second opinion on the calendar's day: plain sums over the calendar as the store holds it."""
    day = CALENDAR_DAY.isoformat()
    rule = next((one for one in calendar["days"] if one["day"] == day), None)
    shop = [one for one in calendar["shops"] if one["effective_from"] <= day][-1]
    if rule["closed"] if rule else shop["holidays"] == CLOSED_BY:
        return 0
    here = [one for one in calendar["staff"] if _works(one, day)]
    if not any(_version(one, day)["receives"] for one in here):
        return 0
    skilled = [_version(one, day) for one in here if work_class in _version(one, day)["work_classes"]]
    return sum(_worked(one["shifts"]) for one in skilled)


def _works(member: Mapping[str, Any], day: str) -> bool:
    away = any(leave["first"] <= day <= leave["last"] for leave in member["leaves"])
    return not away and bool(_version(member, day)["shifts"])


def _version(member: Mapping[str, Any], day: str) -> Mapping[str, Any]:
    return [one for one in member["employments"] if one["effective_from"] <= day][-1]


def _worked(shifts: Iterable[Mapping[str, Any]]) -> int:
    mine = next(shift for shift in shifts if shift["weekday"] == CALENDAR_DAY.weekday())
    return 60 * (int(mine["end"][:2]) - int(mine["start"][:2]))
