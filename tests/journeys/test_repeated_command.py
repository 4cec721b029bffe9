"""The same command sent again, to whichever process: done once, answered the same."""

import asyncio
import uuid

import pytest
from dealership import Dealership, at
from network import Network

pytestmark = pytest.mark.journey


async def test_the_same_command_sent_twice_to_two_processes_is_done_once(network: Network) -> None:
    """The caller got no answer and repeats; another process answers what the first one did."""
    dealer = await Dealership(network).open()
    slot = at(await network.free_day(), 9)
    order, key = dealer.wish(slot, hours=2), str(uuid.uuid4())
    first = await dealer.ask("booking", "POST", "/appointments", body=order, key=key)
    again = await dealer.ask("booking", "POST", "/appointments", body=order, key=key, process=1)
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["ETag"] == first.headers["ETag"]
    assert (await dealer.balance(slot.date(), "PM"))["assigned"] == 2


async def test_another_command_under_a_used_key_is_refused_by_every_process(network: Network) -> None:
    """A key names one command: 422 rather than an answer to something that was not asked."""
    dealer = await Dealership(network).open()
    slot, key = at(await network.free_day(), 9), str(uuid.uuid4())
    assert (await dealer.ask("booking", "POST", "/appointments", body=dealer.wish(slot), key=key)).status == 201
    other = dealer.wish(slot, hours=3)
    for process in (0, 1):
        refused = await dealer.ask("booking", "POST", "/appointments", body=other, key=key, process=process)
        assert (refused.status, refused["code"]) == (422, "idempotency-key-reused")
    assert (await dealer.balance(slot.date(), "PM"))["assigned"] == 1


async def test_fifty_identical_orders_for_the_last_hour_all_get_the_one_answer(network: Network) -> None:
    """B2: whoever wins under this key, all fifty are told of the same appointment and none that he came too late."""
    dealer = await Dealership(network, hours={"PM": 1, "GR": 1}).open()
    for hour in range(9, 14):
        slot = at(await network.free_day(), hour)
        order, key = dealer.wish(slot), str(uuid.uuid4())
        calls = [dealer.ask("booking", "POST", "/appointments", body=order, key=key, process=n % 2) for n in range(50)]
        answers = await asyncio.gather(*calls)
        assert {answer.status for answer in answers} == {201}, [answer.body for answer in answers]
        assert len({answer["visit_id"] for answer in answers}) == 1
        assert (await dealer.balance(slot.date(), "PM"))["assigned"] == 1
        path = f"/appointments/{answers[0]['visit_id']}/cancellation"
        await dealer.do("booking", path, {"reason": "NO_LONGER_NEEDED"})
    await network.nothing_lost()
