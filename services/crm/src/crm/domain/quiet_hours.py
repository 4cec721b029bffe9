"""Quiet hours (C4): when a dealer's customers are left in peace, in the dealer's own time."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``starts`` (included) until ``ends`` (excluded) on the clock of ``zone``; equal times mean none."""

    starts: time
    ends: time
    zone: str

    def holds_at(self, now: datetime) -> bool:
        clock = now.astimezone(ZoneInfo(self.zone)).time()
        if self.starts <= self.ends:
            return self.starts <= clock < self.ends
        return clock >= self.starts or clock < self.ends

    def end_after(self, now: datetime) -> datetime:
        """The instant at which the quiet hours that hold at ``now`` end, in UTC."""
        return next_at(self.ends, now, self.zone)


def next_at(wall: time, now: datetime, zone: str) -> datetime:
    """The next instant after ``now`` at which the clock of ``zone`` shows ``wall``.

    Where clocks skip ``wall``, the time as it would have been without the change counts (RFC 5545), so nothing comes
    early; where they show it twice, the next of the two.
    """
    local = ZoneInfo(zone)
    today = now.astimezone(local).date()
    for day in (today, today + timedelta(days=1), today + timedelta(days=2)):
        for fold in (0, 1):
            named = datetime.combine(day, wall)
            instant = named.replace(tzinfo=local, fold=fold).astimezone(UTC)
            comes_early = instant.astimezone(local).replace(tzinfo=None) < named
            if instant > now and not comes_early:
                return instant
    raise ValueError(f"no {wall} in {zone} after {now}")
