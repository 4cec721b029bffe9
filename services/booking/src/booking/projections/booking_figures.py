"""Figures and forecast of one dealer (B13, B14, B20), read day by day: each day is bounded, and so is the period."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chassis.unit import Unit
from contracts.values import WorkClass

from booking.domain.arrival import Arrival
from booking.domain.capacity import CLASSES, CapacityPlan
from booking.domain.dealer import Dealer
from booking.domain.errors import RangeTooWide
from booking.domain.figures import Figures, LearnedReserve, learned_reserve
from booking.domain.forecast import BackTest, Expected, back_test, forecast
from booking.storage.days import known_dealer, look_at_days, survey_days
from booking.storage.documents import APPOINTMENTS, ARRIVALS

MOST_DAYS = 92
MOST_A_DAY = 2_000
HISTORY_DAYS = 91
"""Days of the past that a forecast looks at: eight same weekdays and four weeks for the back-test."""
LEARN_DAYS = 56
FEWEST_VISITS = 20
"""From fewer booked visits of a class nothing is learned (B20)."""


@dataclass(frozen=True)
class Forecast:
    """The coming days, and how well the method did in the past."""

    days: list[Expected]
    tried: BackTest


async def figures_of(unit: Unit, dealer_id: str, first: date, last: date) -> Figures:
    """Raises ``RangeTooWide``."""
    dealer = await known_dealer(unit, dealer_id)
    if not 0 <= (last - first).days < MOST_DAYS:
        raise RangeTooWide(most=MOST_DAYS)
    figures = Figures()
    async for day in _days(first, last):
        (seen,) = await look_at_days(unit, dealer, [day])
        figures.add_day(seen.at(unit.now))
        figures.add_appointments(await unit.query(APPOINTMENTS, {"day": day}, limit=MOST_A_DAY))
        figures.add_arrivals(await unit.query(ARRIVALS, {"day": day}, limit=MOST_A_DAY))
    return figures


async def forecast_of(unit: Unit, dealer_id: str, days: int) -> Forecast:
    """Of the coming days, today included."""
    dealer = await known_dealer(unit, dealer_id)
    today = dealer.day_of(unit.now)
    history = await _history(unit, dealer, today)
    coming = [today + timedelta(days=n) for n in range(days)]
    return Forecast(forecast(coming, history, today), back_test(history, today))


async def reserves_of(unit: Unit, dealer_id: str, day: date | None = None) -> list[LearnedReserve]:
    """What the last eight weeks say of work found later: for the hours of a day, else for their mean day worked."""
    dealer = await known_dealer(unit, dealer_id)
    today = dealer.day_of(unit.now)
    past = [one async for one in _days(today - timedelta(days=LEARN_DAYS), today)]
    arrivals: list[Arrival] = []
    for one in past:
        arrivals += await unit.query(ARRIVALS, {"day": one}, limit=MOST_A_DAY)
    plans = [seen.plan for seen in await survey_days(unit, dealer, [day] if day else past)]
    worked = [plan for plan in plans if plan != CapacityPlan()]
    return [learned_reserve(arrivals, c, _mean_minutes(worked, c), FEWEST_VISITS) for c in CLASSES]


def _mean_minutes(plans: Sequence[CapacityPlan], work_class: WorkClass) -> int:
    """What a class has on the mean of some days; of no day nothing."""
    return sum(plan.available(work_class).minutes for plan in plans) // max(1, len(plans))


async def _history(unit: Unit, dealer: Dealer, today: date) -> dict[date, int]:
    """Bookings of each worked day: confirmed ones that were not cancelled."""
    history: dict[date, int] = {}
    async for day in _days(today - timedelta(days=HISTORY_DAYS), today - timedelta(days=1)):
        (seen,) = await look_at_days(unit, dealer, [day])
        if seen.plan != CapacityPlan():
            kept = {"day": day, "state": {"$in": ["CONFIRMED", "ARRIVED", "NO_SHOW"]}}
            history[day] = await unit.count(APPOINTMENTS, kept)
    return history


async def _days(first: date, last: date) -> AsyncIterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)
