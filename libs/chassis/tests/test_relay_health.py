"""What a relay says of itself while store or broker are away."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from chassis.outbox import Relay
from pymongo.errors import AutoReconnect


class StoreThatIsAway:
    """Every question fails."""

    def get_collection(self, name: str, **more: Any) -> "StoreThatIsAway":
        return self

    def find(self, *given: Any, **more: Any) -> Any:
        raise AutoReconnect("connection reset by peer")


async def test_a_relay_that_fails_and_then_loses_its_lease_is_no_reason_to_be_unready() -> None:
    lease = cast(Any, SimpleNamespace(held=asyncio.Event()))
    things = cast(Any, SimpleNamespace(name="things", announces=True))
    relay = Relay(cast(Any, StoreThatIsAway()), [things], cast(Any, None), lease, "one")
    lease.held.set()
    relay.ring("things")
    relaying = asyncio.create_task(relay._relay_for_ever())
    async with asyncio.timeout(10):
        while relay.failing is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert "connection reset" in relay.failing
    lease.held.clear()
    assert relay.failing is None
    relaying.cancel()
