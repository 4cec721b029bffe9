"""Plays many stories on one clock: the next planned instant comes when everybody waits and the platform is quiet.

A story is a coroutine that waits for its next instant, or for the platform to have taken in all that was said so far.
Stories take turns, so every run goes the same way.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from demo.client import Platform

QUIET_WITHIN_S = 60.0
_WORK = ("pending_events", "lag", "due_timers")


class NotQuiet(Exception):
    """The platform did not come to rest; the message says what was left."""


@dataclass
class _Turn:
    """A story at the place where it waits. ``at`` None: it waits for quiet only."""

    at: datetime | None
    go: asyncio.Event = field(default_factory=asyncio.Event)


class Director:
    """Owns the clock."""

    PAUSE_S = 0.02
    """Between two looks whether the platform is quiet."""

    def __init__(self, platform: Platform, start: datetime, told: Callable[[datetime, int], None]) -> None:
        self.now = start
        self.instants = 0
        self.waited_s = 0.0
        self._platform = platform
        self._told = told
        self._waiting: list[_Turn] = []
        self._back = asyncio.Event()

    async def until(self, at: datetime) -> None:
        """A story goes on at this instant (or at once, when it is past)."""
        if at > self.now:
            await self._wait(_Turn(at))

    async def settled(self) -> None:
        """A story goes on when everything said so far has had its effects."""
        await self._wait(_Turn(None))

    async def play(self, stories: list[Coroutine[Any, Any, None]]) -> None:
        """Until all stories are told. Raises what a story raised, and ``NotQuiet``."""
        tasks: list[asyncio.Task[None]] = []
        try:
            for story in stories:
                tasks.append(await self._take_turn(lambda story=story: self._begin(story)))
            self._raise_failed(tasks)
            await self._tell(tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._waiting.clear()

    async def _tell(self, tasks: list[asyncio.Task[None]]) -> None:
        while self._waiting:
            await self.quiet()
            ready = [turn for turn in self._waiting if turn.at is None]
            if not ready:
                await self.move(min(turn.at for turn in self._waiting if turn.at is not None))
                await self.quiet()
                ready = [turn for turn in self._waiting if turn.at is not None and turn.at <= self.now]
            for turn in ready:
                self._waiting.remove(turn)
                await self._take_turn(lambda turn=turn: turn.go.set())
                self._raise_failed(tasks)
        await self.quiet()
        self._raise_failed(tasks)

    async def move(self, to: datetime) -> None:
        """Business time goes on for every process."""
        await self._platform.move_clock(to)
        self.now = to
        self.instants += 1
        self._told(to, len(self._waiting))

    async def quiet(self) -> None:
        """Returns when outboxes, lags and due timers are at zero, twice in a row with nothing done in between."""
        began = time.monotonic()
        before: int | None = None
        while True:
            backlogs = await self._platform.backlogs()
            activity = sum(backlog["activity"] for backlog in backlogs)
            left = [{name: backlog[name] for name in _WORK} for backlog in backlogs]
            busy = any(any(one.values()) for one in left)
            if not busy and activity == before:
                self.waited_s += time.monotonic() - began
                return
            before = None if busy else activity
            if time.monotonic() - began > QUIET_WITHIN_S:
                raise NotQuiet(f"after {QUIET_WITHIN_S:.0f} s there is still work: {backlogs}")
            await asyncio.sleep(self.PAUSE_S)

    # --- turns -------------------------------------------------------------------------------------------------------

    async def _begin_and_end(self, story: Coroutine[Any, Any, None]) -> None:
        try:
            await story
        finally:
            self._back.set()

    def _begin(self, story: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return asyncio.create_task(self._begin_and_end(story))

    async def _take_turn(self, start: Callable[[], Any]) -> Any:
        self._back.clear()
        begun = start()
        await self._back.wait()
        return begun

    async def _wait(self, turn: _Turn) -> None:
        self._waiting.append(turn)
        self._back.set()
        await turn.go.wait()

    @staticmethod
    def _raise_failed(tasks: list[asyncio.Task[None]]) -> None:
        for task in tasks:
            if task.done() and task.exception() is not None:
                task.result()
