"""Business time: what rules, timers and personal links go by. System time is never touched by it."""

import asyncio
from datetime import UTC, datetime
from typing import Protocol


def milliseconds(instant: datetime) -> datetime:
    """In UTC and whole milliseconds, as the store keeps it."""
    if instant.tzinfo is not UTC:
        instant = instant.astimezone(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000) if instant.microsecond % 1000 else instant


def system_now() -> datetime:
    """System time in UTC: for leases, back-off and the times of recording."""
    return milliseconds(datetime.now(UTC))


class Clock(Protocol):
    """Business time."""

    def now(self) -> datetime: ...

    async def changed(self, timeout_s: float) -> None:
        """Returns when the clock was moved by hand, at the latest after the time limit."""
        ...


class SystemClock:
    """Production: business time is the system's."""

    def now(self) -> datetime:
        return system_now()

    async def changed(self, timeout_s: float) -> None:
        await asyncio.sleep(timeout_s)


class ClockGoesForwardOnly(Exception):
    """Business time never goes back: rules already decided by the later time."""

    code = "clock-goes-forward-only"
    kind = "conflict"
    text = "It is {now} already: name a later time, not {to}."

    def __init__(self, now: datetime, to: datetime) -> None:
        self.details = {"now": now.isoformat(), "to": to.isoformat()}
        super().__init__(self.text.format(**self.details))


class MovableClock:
    """Tests and the demo: business time stands until it is moved by hand."""

    def __init__(self, start: datetime) -> None:
        self._now = milliseconds(start)
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        return self._now

    def move(self, to: datetime) -> None:
        """Raises ``ClockGoesForwardOnly`` for an earlier time; the same time again is fine."""
        to = milliseconds(to)
        if to < self._now:
            raise ClockGoesForwardOnly(self._now, to)
        self._now = to
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def changed(self, timeout_s: float) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                await self._moved.wait()
        except TimeoutError:
            return
