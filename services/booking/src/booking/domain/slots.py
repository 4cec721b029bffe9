"""Reception slots in the dealer's own time (B2, B19)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from contracts.headquarters import OpeningHours


def slots_on(
    day: date, opening_hours: tuple[OpeningHours, ...], slot_minutes: int, zone: ZoneInfo
) -> tuple[datetime, ...]:
    """The starts of all slots of a dealer's day, in UTC and in order.

    Slots follow the clock on the wall: a wall time that summer time skips is no slot, one that comes twice is two
    slots. A slot ends when the dealer closes at the latest; closing at 00:00 means midnight.
    """
    weekday = day.weekday()
    return _starts(day, tuple([(h.opens, h.closes) for h in opening_hours if h.weekday == weekday]), slot_minutes, zone)


@lru_cache(maxsize=4096)
def _starts(day: date, spans: tuple[tuple[time, time], ...], slot_minutes: int, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Kept by times of day: to compare a whole week of opening hours took longer than all else of a look-up."""
    starts: set[datetime] = set()
    for opens, closes in spans:
        for wall in _wall_times(day, opens, closes, slot_minutes):
            starts.update(_instants(wall, zone))
    return tuple(sorted(starts))


def _wall_times(day: date, opening: time, closing: time, slot_minutes: int) -> Iterable[datetime]:
    wall = datetime.combine(day, opening)
    closes = datetime.combine(day, closing)
    if closing == time(0):
        closes += timedelta(days=1)
    while wall + timedelta(minutes=slot_minutes) <= closes:
        yield wall
        wall += timedelta(minutes=slot_minutes)


def _instants(wall: datetime, zone: ZoneInfo) -> Iterable[datetime]:
    """No instant, one or two: the ones that really show this time on the wall."""
    for fold in (0, 1):
        instant = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
            yield instant
