"""A process stops even when a library below swallows a cancellation."""

import asyncio
import random
from typing import Any

import pytest
from chassis.runtime import end


async def test_a_loop_that_swallows_oneendlation_is_stopped_all_the_same() -> None:
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed > 1:
                    raise

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await end([task])
    assert task.cancelled()
    assert swallowed == 2


async def test_a_loop_that_never_listens_does_not_hold_up_the_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.runtime.CANCELLED_TIMES", 2)
    over = asyncio.Event()

    async def deaf() -> None:
        while not over.is_set():
            try:
                await over.wait()
            except asyncio.CancelledError:
                continue

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await end([task])
    assert not task.done()
    over.set()
    await task


@pytest.mark.stack
async def test_a_process_stops_at_any_moment_of_its_start(toy: Any) -> None:
    """A change stream that was just being opened swallowed the one cancellation it got, and the stop never ended."""
    moments = random.Random(7)

    async def start_and_stop(process: str) -> None:
        runtime = await toy.listener({toy.Raised: toy.mirror}, process)
        await asyncio.sleep(moments.random() * 0.2)
        async with asyncio.timeout(25):
            await runtime.stop()

    for number in range(15):
        await asyncio.gather(*(start_and_stop(f"p{number}-{beside}") for beside in range(4)))
    toy.runtimes.clear()
