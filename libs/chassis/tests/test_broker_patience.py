"""A silent broker keeps a client no longer than an answer takes; joining a group may take longer."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import chassis.kafka  # noqa: F401 (what makes clients installs it)
import pytest
from aiokafka import conn
from aiokafka.protocol.group import HeartbeatRequest, JoinGroupRequest
from chassis import broker_patience
from chassis import settings as limits

LONG_MS = 60_000
HEARTBEAT = HeartbeatRequest("group", 1, "member")
JOINING = JoinGroupRequest("group", 8000, 8000, "member", "instance", "consumer", [])


class Nobody:
    """Where what is said goes to."""

    def write(self, data: bytes) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
async def silent() -> AsyncIterator[int]:
    """The port of somebody who takes connections and never says anything, as a paused process does."""
    over = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    over.set()
    server.close()


async def test_a_silent_broker_is_left_after_the_time_of_an_answer(
    silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "KAFKA_ANSWER_S", 0.1)
    async with asyncio.timeout(20):
        with pytest.raises(TimeoutError):
            await conn.create_conn("127.0.0.1", silent, request_timeout_ms=LONG_MS)


def test_every_client_of_ours_has_that_patience() -> None:
    assert conn.AIOKafkaConnection is broker_patience.Connection


@pytest.mark.parametrize(("question", "patient"), [(HEARTBEAT, False), (JOINING, True)], ids=["heartbeat", "joining"])
async def test_joining_a_group_waits_for_its_dead_members_and_other_questions_do_not(
    question: Any, patient: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "KAFKA_ANSWER_S", 0.01)
    made = broker_patience.Connection("127.0.0.1", 1, request_timeout_ms=LONG_MS)
    made._writer, made._versions = Nobody(), {question.API_KEY: (0, 0)}
    asked = asyncio.create_task(made.send(question))
    _, waiting = await asyncio.wait([asked], timeout=2)
    assert bool(waiting) is patient
    asked.cancel()
    await asyncio.wait([asked])


def test_who_joins_may_wait_for_a_whole_session_and_nobody_else() -> None:
    assert limits.KAFKA_REQUEST_S > limits.KAFKA_SESSION_S > limits.KAFKA_ANSWER_S
