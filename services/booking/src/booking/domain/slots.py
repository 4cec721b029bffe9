"""Reception slots in the dealer's own time (B2, B19)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from contracts.headquarters import OpeningHours


@lru_cache(maxsize=4096)
def slots_on(
    day: date, opening_hours: tuple[OpeningHours, ...], slot_minutes: int, zone: ZoneInfo
) -> tuple[datetime, ...]:
    """The starts of all slots of a dealer's day, in UTC and in order.

    Slots follow the clock on the wall: a wall time that summer time skips is no slot, one that comes twice is two
    slots. A slot ends when the dealer closes at the latest; closing at 00:00 means midnight.
    """
    starts: set[datetime] = set()
    for hours in opening_hours:
        if hours.weekday == day.weekday():
            for wall in _wall_times(day, hours, slot_minutes):
                starts.update(_instants(wall, zone))
    return tuple(sorted(starts))


def _wall_times(day: date, hours: OpeningHours, slot_minutes: int) -> Iterable[datetime]:
    wall = datetime.combine(day, hours.opens)
    closes = datetime.combine(day, hours.closes)
    if hours.closes == time(0):
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
