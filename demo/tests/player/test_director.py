"""Stories on one clock: they take turns, and the clock goes on only when the platform rests."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from demo.client import Platform, Refused
from demo.director import Director, NotQuiet

from demo import director as directing

START = datetime(2025, 6, 23, tzinfo=UTC)
LATER = START + timedelta(hours=1)


class FakePlatform:
    """One process; its backlog is what the test says: ``left`` events, done one at each look."""

    def __init__(self, left: int = 0, *, rests: bool = True) -> None:
        self.left = left
        self.rests = rests
        self.activity = 0
        self.moves: list[datetime] = []

    async def move_clock(self, to: datetime) -> None:
        self.moves.append(to)

    async def backlogs(self) -> list[dict[str, Any]]:
        told = {"pending_events": self.left, "lag": 0, "due_timers": 0, "activity": self.activity}
        if self.left or not self.rests:
            self.activity += 1
            self.left -= self.rests
        return [told]


def directed(platform: FakePlatform) -> Director:
    return Director(cast(Platform, platform), START, lambda now, waiting: None)


async def test_stories_at_one_instant_take_turns_in_the_order_in_which_they_began() -> None:
    director, told = directed(FakePlatform()), []

    async def story(name: str) -> None:
        for at in (LATER, LATER + timedelta(hours=1)):
            await director.until(at)
            told.append((name, director.now))

    await director.play([story("a"), story("b")])
    assert told == [(name, at) for at in (LATER, LATER + timedelta(hours=1)) for name in ("a", "b")]


async def test_the_clock_goes_to_the_earliest_instant_that_somebody_waits_for() -> None:
    platform = FakePlatform()
    director = directed(platform)
    await director.play([director.until(LATER + timedelta(hours=1)), director.until(LATER)])
    assert platform.moves == [LATER, LATER + timedelta(hours=1)]


async def test_an_instant_in_the_past_is_not_waited_for() -> None:
    platform = FakePlatform()
    director, told = directed(platform), []

    async def story() -> None:
        await director.until(START - timedelta(hours=1))
        told.append(director.now)

    await director.play([story()])
    assert told == [START]
    assert platform.moves == []


async def test_a_story_that_waits_for_the_effects_goes_on_when_they_are_there_without_moving_the_clock() -> None:
    platform = FakePlatform()
    director, told = directed(platform), []

    async def story() -> None:
        platform.left = 3
        await director.settled()
        told.append(platform.left)

    await director.play([story()])
    assert told == [0]
    assert platform.moves == []


async def test_a_platform_that_never_rests_is_told_with_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directing, "QUIET_WITHIN_S", 0.0)
    director = directed(FakePlatform(left=5, rests=False))
    with pytest.raises(NotQuiet, match="'pending_events': 5"):
        await director.play([director.until(LATER)])


async def test_a_platform_that_goes_on_doing_things_is_not_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is pending, but something was done between two looks."""
    monkeypatch.setattr(directing, "QUIET_WITHIN_S", 0.0)
    director = directed(FakePlatform(rests=False))
    with pytest.raises(NotQuiet):
        await director.quiet()


async def test_what_one_story_raises_ends_all_of_them() -> None:
    director, ended = directed(FakePlatform()), []

    async def refused() -> None:
        await director.until(LATER)
        raise Refused("409 slot-taken")

    async def waits() -> None:
        try:
            await director.until(LATER + timedelta(hours=1))
        finally:
            ended.append(director.now)

    with pytest.raises(Refused, match="slot-taken"):
        await director.play([refused(), waits()])
    assert ended == [LATER]


async def test_a_story_that_fails_at_its_beginning_fails_before_the_clock_moves() -> None:
    platform = FakePlatform()
    director = directed(platform)

    async def refused() -> None:
        raise Refused("403 forbidden")

    with pytest.raises(Refused, match="forbidden"):
        await director.play([refused(), director.until(LATER)])
    assert platform.moves == []
