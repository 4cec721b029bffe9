"""Who is cancelled while he waits for the store leaves no lock behind, and who waits for ever is not made from it."""

import asyncio

import chassis.runtime  # noqa: F401 (what makes the store's client installs it)
import pytest
from pymongo import lock

WITHIN_S = 0.02


async def test_a_lock_is_free_again_when_its_waiter_is_cancelled_while_he_takes_it_back() -> None:
    """As PyMongo waits for a server: the wait is over, somebody else has the lock, and the caller gives up."""
    held = lock._async_create_lock()
    changed = lock._async_create_condition(held)

    async def waits() -> None:
        async with held:
            await lock._async_cond_wait(changed, WITHIN_S)

    waiting = asyncio.create_task(waits())
    await asyncio.sleep(0)
    async with held:
        await asyncio.sleep(WITHIN_S * 2)
        waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.sleep(0)
    assert not held.locked()


async def test_what_is_waited_for_runs_in_the_task_that_waits() -> None:
    async def who() -> object:
        return asyncio.current_task()

    assert await asyncio.wait_for(who(), 5) is asyncio.current_task()


async def test_a_cancellation_is_not_lost_when_what_was_waited_for_is_there_at_the_same_moment() -> None:
    there = asyncio.get_running_loop().create_future()

    async def waits() -> None:
        await asyncio.wait_for(there, 5)
        raise AssertionError("went on although it was cancelled")

    waiting = asyncio.create_task(waits())
    await asyncio.sleep(0)
    there.set_result(None)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_whoever_waits_too_long_is_told_so() -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), WITHIN_S)
