"""How long a Kafka client waits for an answer: not equally long for every question, as aiokafka does.

A client makes one connection at a time, and asks one broker after the other who leads. With the limit that joining a
group needs, a single silent broker would keep it from all others for 10 s, and then again.
"""

from typing import Any

from aiokafka import conn
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.group import JoinGroupRequest, SyncGroupRequest

from chassis import settings as limits

_SLOW = (JoinGroupRequest, SyncGroupRequest, FetchRequest)
"""A rebalance waits for a dead member, and what was fetched may be much for a slow line."""


def install() -> None:
    """From now on for every client of this process."""
    conn.AIOKafkaConnection = Connection  # type: ignore[misc]


class Connection(conn.AIOKafkaConnection):
    """Gives each question its own time."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._request_timeout = limits.KAFKA_ANSWER_S

    def send(self, request: Any, expect_response: bool = True) -> Any:
        self._request_timeout = limits.KAFKA_REQUEST_S if isinstance(request, _SLOW) else limits.KAFKA_ANSWER_S
        return super().send(request, expect_response)
