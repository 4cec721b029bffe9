"""A process stops even when a library below swallows a cancellation."""

import asyncio
import random
from typing import Any

import pytest
from chassis.consumer import Listening
from chassis.stopping import end, told_to_stop


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
    monkeypatch.setattr("chassis.stopping.CANCELLED_TIMES", 2)
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


async def test_a_cancellation_that_leaks_from_a_library_is_no_order_to_stop() -> None:
    """aiokafka cancels futures of its own when a connection is closed; a loop that took that for its end was gone."""
    orders: list[bool] = []

    async def loop() -> None:
        while True:
            try:
                leaked = asyncio.get_running_loop().create_future()
                if not orders:
                    leaked.cancel()
                await leaked
            except asyncio.CancelledError:
                orders.append(told_to_stop())
                if told_to_stop():
                    raise

    task = asyncio.create_task(loop())
    await asyncio.sleep(0.01)
    async with asyncio.timeout(5):
        await end([task])
    assert orders == [False, True]


async def test_a_consumer_whose_client_was_cancelled_below_it_is_built_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen after all brokers had been killed at once: the loop had ended and the process stayed not ready."""
    monkeypatch.setattr("chassis.consumer.START_AGAIN_S", 0.01)
    listening = Listening.__new__(Listening)
    listening.group, listening.failing = "toy.mirrors", None
    again = asyncio.Event()
    sessions = 0

    async def session() -> None:
        nonlocal sessions
        sessions += 1
        if sessions == 1:
            raise asyncio.CancelledError
        again.set()
        await asyncio.sleep(3600)

    monkeypatch.setattr(listening, "_session", session, raising=False)
    task = asyncio.create_task(listening.run())
    async with asyncio.timeout(5):
        await again.wait()
        await end([task])
    assert sessions == 2


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


@pytest.mark.stack
@pytest.mark.timeout(60)
async def test_a_change_stream_that_ended_does_not_take_every_turn(toy: Any) -> None:
    """Dropping a database ends the stream without an error; asked again and again it answers without ever waiting."""
    announcer = await toy.announcer()
    await asyncio.sleep(2)
    await announcer.client.drop_database(announcer.database.name)
    await asyncio.sleep(2)
    await announcer.stop()
    toy.runtimes.clear()
