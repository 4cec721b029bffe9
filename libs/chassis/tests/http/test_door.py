"""What happens at the door itself."""

from typing import Any

import pytest
from chassis import metrics
from chassis.addresses import Addresses
from chassis.door import CALLER_LEFT, Door
from starlette.requests import Request


async def test_a_caller_who_leaves_in_the_middle_of_his_body_is_no_mistake_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted: list[int] = []
    monkeypatch.setattr(metrics, "observe", lambda method, route, status, seconds: counted.append(status))
    arriving: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]
    answered: list[Any] = []

    async def receive() -> dict[str, Any]:
        return arriving.pop(0)

    async def send(message: Any) -> None:
        answered.append(message)

    async def read(scope: Any, receive: Any, send: Any) -> None:
        await Request(scope, receive).body()

    scope = {"type": "http", "method": "POST", "path": "/things", "headers": []}
    await Door(read, Addresses([]), lambda: True)(scope, receive, send)
    assert answered == []
    assert counted == [CALLER_LEFT]
