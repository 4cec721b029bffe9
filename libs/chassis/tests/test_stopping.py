"""A process stops even when a library below swallows a cancellation."""

import asyncio

from chassis.runtime import _cancel


async def test_a_loop_that_swallows_one_cancellation_is_stopped_all_the_same() -> None:
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
        await _cancel([task])
    assert task.cancelled()
    assert swallowed == 2
