"""A dealer's calendar: from it comes the plan of every day that has none of its own (B1, B17).

Two ways to fill it: an ordinary week by weekdays, or staff with shifts, leave and skills. From the first technician's
day on staff decides. Everything holds from a day on, and days that are over never change.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta

from contracts.booking import OpeningPlanned, PlannedOpening
from contracts.event import Event
from contracts.headquarters import OpeningHours
from contracts.values import ClassHours, StaffId, WorkClass

from booking.domain.capacity import CapacityPlan, ClassBays, of_class
from booking.domain.dealer import Dealer
from booking.domain.due import ServicePlan
from booking.domain.errors import PastDaysAreFrozen, PlanContradictory
from booking.domain.policy import default_mix
from booking.domain.staff import Employment, Leave, Member

MOST_TOLD = 200
"""Days of one announcement, the nearest of them: it stays below the 64 KiB of a fact."""


@dataclass(frozen=True)
class WeekdayPlan:
    """The plan of one weekday. Monday is 0."""

    weekday: int
    plan: CapacityPlan


@dataclass(frozen=True)
class OrdinaryWeek:
    """A weekday that is not in it has no hours."""

    effective_from: date
    weekdays: tuple[WeekdayPlan, ...]


@dataclass(frozen=True)
class Shop:
    """What the shop has from a day on, beside its people. ``holidays``: country whose public holidays it keeps."""

    effective_from: date
    bays: tuple[ClassBays, ...] = ()
    quick_lane: int = 0
    walk_in_reserve: tuple[ClassHours, ...] = ()
    mix: Mapping[WorkClass, int] = field(default_factory=default_mix)
    holidays: str = ""
    service: ServicePlan = field(default_factory=ServicePlan)
    """How often maintenance is due (B12)."""
    reserve_reason: str = ""
    """Why the reserve is what it is (B20)."""
    learned_reserve: tuple[ClassHours, ...] | None = None
    """Kept free for additional work, beside the walk-in reserve (B20); None: nobody has said anything of it."""

    @property
    def reserve(self) -> tuple[ClassHours, ...]:
        """All that is kept free, each class once (B1, B20)."""
        both = (*self.walk_in_reserve, *(self.learned_reserve or ()))
        classes = dict.fromkeys(part.work_class for part in both)
        return tuple(ClassHours(work_class=one, hours=of_class(both, one)) for one in classes)

    @property
    def learned_apart(self) -> tuple[ClassHours, ...] | None:
        """What was learned; None: it stands in the walk-in reserve, for it had no place of its own yet (B20)."""
        return None if self.learned_reserve is None and self.reserve_reason else self.learned_reserve or ()

    def keeping_free(self, learned: tuple[ClassHours, ...], reason: str) -> "Shop":
        """With this reserve for additional work; a class of which nothing was learned keeps the one it has (B20)."""
        had, told = self.learned_apart, {part.work_class for part in learned}
        kept = tuple(part for part in had or () if part.work_class not in told)
        walk_ins = tuple(part for part in self.walk_in_reserve if had is not None or part.work_class not in told)
        apart = (*kept, *learned) or had
        return replace(self, walk_in_reserve=walk_ins, learned_reserve=apart, reserve_reason=reason)


@dataclass(frozen=True)
class DayRule:
    """The dealer's own word on one day; it outweighs the public calendar.

    ``works_like``: the weekday whose shifts are worked; ``opening``: other hours than usual.
    """

    day: date
    closed: bool
    works_like: int | None = None
    opening: tuple[time, time] | None = None
    reason: str = ""

    @property
    def weekday(self) -> int:
        """The weekday as which the day is worked."""
        return self.day.weekday() if self.works_like is None else self.works_like


@dataclass(frozen=True)
class PublicDay:
    """What the public calendar says of a day: a holiday, or a day off that is worked to make up for one."""

    name: str
    works_like: int | None
    """None: a holiday."""


@dataclass
class Calendar:
    """One for each dealer."""

    dealer_id: str
    weeks: list[OrdinaryWeek] = field(default_factory=list)
    staff: list[Member] = field(default_factory=list)
    shops: list[Shop] = field(default_factory=list)
    days: list[DayRule] = field(default_factory=list)
    mix: Mapping[WorkClass, int] = field(default_factory=default_mix)
    """The network's shares of the classes when the calendar was begun: they hold until the shop says its own (B1)."""
    announced: tuple[PlannedOpening, ...] = ()
    """The days of the last ``OpeningPlanned``."""

    # -- changing it ----------------------------------------------------------------------------------------------

    def plan_week(self, weekdays: tuple[WeekdayPlan, ...], effective_from: date, today: date) -> None:
        """The whole week anew; days with a plan of their own keep it. The first week holds from ever on."""
        if len({plan.weekday for plan in weekdays}) != len(weekdays):
            raise PlanContradictory("A weekday stands in the calendar twice: give each weekday once.")
        _not_past(effective_from, today)
        kept = [week for week in self.weeks if week.effective_from < effective_from]
        self.weeks = [*kept, OrdinaryWeek(effective_from if kept else date.min, weekdays)]

    def employ(self, code: StaffId, employment: Employment, today: date) -> None:
        """What holds of somebody from a day on."""
        _not_past(employment.effective_from, today)
        self._put(self._member(code).changed(employment))

    def grant_leave(self, code: StaffId, leaves: tuple[Leave, ...], today: date) -> None:
        """The leaves that are not over, all of them anew. One that has begun may end otherwise, not begin otherwise."""
        member = self._member(code)
        over = [leave for leave in member.leaves if leave.last < today]
        begun = {leave.first for leave in member.leaves if leave.first < today <= leave.last}
        if {leave.first for leave in leaves if leave.first < today} != begun:
            raise PastDaysAreFrozen("Leave of days that are over stays: repeat one that has begun with its first day.")
        self._put(member.on_leave((*over, *leaves)))

    def equip(self, shop: Shop, today: date) -> None:
        """Bays, lane, reserve, mix and public holidays from a day on. A learned reserve of None: it stays as it is."""
        _not_past(shop.effective_from, today)
        if shop.learned_reserve is None:
            before = self.shop_on(shop.effective_from)
            shop = replace(shop, learned_reserve=before.learned_apart if before else ())
        self.shops = [*(one for one in self.shops if one.effective_from < shop.effective_from), shop]

    def keep_free(self, learned: tuple[ClassHours, ...], reason: str, effective_from: date, today: date) -> None:
        """The learned reserve from a day on, also in what is planned of the shop for later; all else stays (B20)."""
        _not_past(effective_from, today)
        shop = self.shop_on(effective_from) or Shop(effective_from, mix=self.mix)
        before = [one for one in self.shops if one.effective_from < effective_from]
        later = [one for one in self.shops if one.effective_from > effective_from]
        changed = [replace(shop, effective_from=effective_from), *later]
        self.shops = [*before, *(one.keeping_free(learned, reason) for one in changed)]

    def rule_day(self, rule: DayRule, today: date) -> None:
        """The dealer's own word on one day."""
        _not_past(rule.day, today)
        self.days = sorted([*(one for one in self.days if one.day != rule.day), rule], key=lambda one: one.day)

    def tell_openings(
        self, dealer: Dealer, today: date, public: Callable[[str, date], PublicDay | None]
    ) -> list[Event]:
        """``OpeningPlanned``, if the days from today on are not opened as was announced last (R11).

        They are reckoned to the end of next year: one change of the calendar a year tells whatever is to be known.
        ``public``: what a country's public calendar says of a day.
        """
        coming = [today + timedelta(days=n) for n in range((date(today.year + 2, 1, 1) - today).days)]
        opened = [(day, self._opening_on(day, dealer, public(self.holidays_on(day), day))) for day in coming]
        special = [PlannedOpening(day=day, opening=hours) for day, hours in opened if hours != dealer.usually_on(day)]
        days = tuple(special[:MOST_TOLD])
        if days == tuple(one for one in self.announced if one.day >= today):
            return []
        self.announced = days
        return [OpeningPlanned(days=days)]

    # -- reading it -----------------------------------------------------------------------------------------------

    def holidays_on(self, day: date) -> str:
        """The country whose public calendar counts on a day; empty: none."""
        shop = self.shop_on(day)
        return shop.holidays if shop else ""

    def shop_on(self, day: date) -> Shop | None:
        return next((shop for shop in reversed(self.shops) if shop.effective_from <= day), None)

    def week_on(self, day: date) -> OrdinaryWeek | None:
        return next((week for week in reversed(self.weeks) if week.effective_from <= day), None)

    def rule_of(self, day: date) -> DayRule | None:
        return next((rule for rule in self.days if rule.day == day), None)

    def plan_of(self, day: date, dealer: Dealer, public: PublicDay | None = None) -> CapacityPlan:
        """What the calendar says for a day: a closed one has an empty plan."""
        rule = self.rule_of(day) or _by_public_calendar(day, public)
        if rule.closed:
            return CapacityPlan()
        plan = self._by_staff(day, rule.weekday) if self._staff_decides(day) else self._by_week(day, rule.weekday)
        opening = _opening(rule, dealer)
        return plan if opening == plan.opening or plan == CapacityPlan() else replace(plan, opening=opening)

    def _opening_on(self, day: date, dealer: Dealer, public: PublicDay | None) -> tuple[OpeningHours, ...]:
        """When the dealer is open on a day, whoever works then. Empty: closed."""
        rule = self.rule_of(day) or _by_public_calendar(day, public)
        if rule.closed:
            return ()
        return _opening(rule, dealer) or dealer.usually_on(day)

    def _staff_decides(self, day: date) -> bool:
        """From the first technician's day on; before it, and where there is none, the ordinary week does."""
        return any(employment.work_classes for employment in self._begun(day))

    def _begun(self, day: date) -> list[Employment]:
        """The versions that hold on a day or held before it."""
        return [one for member in self.staff for one in member.employments if one.effective_from <= day]

    def _by_week(self, day: date, weekday: int) -> CapacityPlan:
        week = self.week_on(day)
        plans = week.weekdays if week else ()
        return next((plan.plan for plan in plans if plan.weekday == weekday), CapacityPlan())

    def _by_staff(self, day: date, weekday: int) -> CapacityPlan:
        shop = self.shop_on(day) or Shop(date.min, mix=self.mix)
        hours = [member.hours_on(day, weekday, shop.mix) for member in self.staff]
        working = [(member.code, member.working(day, weekday)) for member in self.staff]
        receivers = tuple(code for code, employment in working if employment and employment.receives)
        has_receivers = any(employment.receives for employment in self._begun(day))
        technicians = tuple(plan for plan in hours if plan)
        if not technicians or (has_receivers and not receivers):
            return CapacityPlan()
        return CapacityPlan(technicians, shop.reserve, shop.bays, receivers, shop.quick_lane)

    def _member(self, code: StaffId) -> Member:
        return next((member for member in self.staff if member.code == code), Member(code))

    def _put(self, member: Member) -> None:
        self.staff = sorted([*(m for m in self.staff if m.code != member.code), member], key=lambda m: m.code)


def _by_public_calendar(day: date, public: PublicDay | None) -> DayRule:
    if public is None:
        return DayRule(day, closed=False)
    return DayRule(day, closed=public.works_like is None, works_like=public.works_like, reason=public.name)


def _opening(rule: DayRule, dealer: Dealer) -> tuple[OpeningHours, ...]:
    """Empty: the dealer's usual hours of the weekday it is."""
    if rule.opening:
        opens, closes = rule.opening
        return (OpeningHours(weekday=rule.day.weekday(), opens=opens, closes=closes),)
    if rule.weekday == rule.day.weekday():
        return ()
    like = [hours for hours in dealer.opening_hours if hours.weekday == rule.weekday]
    return tuple(OpeningHours(weekday=rule.day.weekday(), opens=hours.opens, closes=hours.closes) for hours in like)


def _not_past(day: date, today: date) -> None:
    if day < today:
        raise PastDaysAreFrozen()
