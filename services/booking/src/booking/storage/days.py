"""How a dealer and his days are found: a day without a plan of its own is as the calendar has it (B1)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from chassis.documents import Documents, Raw
from chassis.unit import Unit
from contracts.values import VisitId

from booking.domain.calendar import Calendar
from booking.domain.capacity import CapacityPlan
from booking.domain.day_at import DayAt
from booking.domain.dealer import Dealer
from booking.domain.dealer_day import DealerDay, day_id
from booking.domain.errors import DealerUnknown
from booking.storage.briefs import NOTHING_TAKEN, day_in_brief
from booking.storage.documents import APPOINTMENTS, CALENDARS, DAYS, DEALERS
from booking.storage.public_holidays import public_day

_zones: dict[str, ZoneInfo] = {}


async def known_dealer(unit: Unit, dealer_id: str) -> Dealer:
    """The dealer. Raises ``DealerUnknown``."""
    dealer = await unit.find(DEALERS, dealer_id)
    if dealer is None:
        raise DealerUnknown()
    _zones[dealer_id] = dealer.tz
    return dealer


async def look_ahead(
    unit: Unit,
    dealer_id: str,
    when: datetime | date | None = None,
    visit_id: VisitId | None = None,
    survey: tuple[date, date] | None = None,
) -> None:
    """Reads a dealer, his calendar, perhaps one of his days and an appointment with one question, for what follows;
    ``survey``: also the days from one to another in brief.

    Only the dealer says on whose day an instant is, so that is guessed by the zone he was last seen in. A wrong guess
    costs one more question and nothing else.
    """
    wanted: list[tuple[Documents[Any], str]] = [(DEALERS, dealer_id), (CALENDARS, dealer_id)]
    if isinstance(when, datetime):
        zone = _zones.get(dealer_id)
        when = when.astimezone(zone).date() if zone else None
    if when is not None:
        wanted.append((DAYS, day_id(dealer_id, when)))
    if visit_id is not None:
        wanted.append((APPOINTMENTS, visit_id))
    await unit.look_ahead(*wanted, briefs=(DAYS, _between(*survey)) if survey else None)


async def look_at_days(unit: Unit, dealer: Dealer, days: Iterable[date]) -> list[DealerDay]:
    """Days to read: those without a plan of their own are as the calendar has them."""
    wanted = list(days)
    if len(wanted) == 1:
        known = await unit.find(DAYS, day_id(dealer.dealer_id, wanted[0]))
        found = {known.day: known} if known else {}
    else:
        found = {day.day: day for day in await unit.query(DAYS, {"day": {"$in": wanted}})}
    seen = [found.get(day) or DealerDay(dealer.dealer_id, day) for day in wanted]
    followers = [day for day in seen if not day.own_plan]
    if followers and (calendar := await unit.find(CALENDARS, dealer.dealer_id)) is not None:
        for day in followers:
            day.follow(planned_by(calendar, day.day, dealer))
    return seen


async def survey_days(unit: Unit, dealer: Dealer, days: Iterable[date]) -> list[DayAt]:
    """Many days to search for free slots, read in brief: it is not known which visits take of them."""
    wanted = list(days)
    briefs = await unit.briefs(DAYS, _between(min(wanted), max(wanted)))
    calendar = await unit.find(CALENDARS, dealer.dealer_id)

    def in_brief(day: date) -> DayAt:
        brief = briefs.get(day_id(dealer.dealer_id, day), NOTHING_TAKEN)
        return day_in_brief(
            day, brief, lambda: planned_by(calendar, day, dealer) if calendar else CapacityPlan(), unit.now
        )

    return [in_brief(day) for day in wanted]


def _between(first: date, last: date) -> Raw:
    return {"day": {"$gte": first, "$lte": last}}


async def open_day(unit: Unit, dealer: Dealer, day: date) -> DealerDay:
    """The day to change; the first change makes its document, from the calendar (B1)."""
    found = await unit.find(DAYS, day_id(dealer.dealer_id, day))
    if found is None:
        found = DealerDay(dealer.dealer_id, day)
        unit.add(DAYS, found)
    if not found.own_plan and (calendar := await unit.find(CALENDARS, dealer.dealer_id)) is not None:
        found.follow(planned_by(calendar, day, dealer))
    return found


def planned_by(calendar: Calendar, day: date, dealer: Dealer) -> CapacityPlan:
    """The calendar's plan of a day, public holidays considered where the dealer keeps them."""
    return calendar.plan_of(day, dealer, public_day(calendar.holidays_on(day), day))
