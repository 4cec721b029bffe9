"""A thousand callers, two booking processes, one place (B1, B2, B15)."""

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest
from dealership import Dealership, at
from network import Answer, Body, Network

pytestmark = pytest.mark.journey

CALLERS = 1_000
AT_ONCE = 200


async def test_of_a_thousand_callers_for_the_last_slot_exactly_one_gets_it(network: Network) -> None:
    """B2, B15: two advisors receive two vehicles in a slot; one place is given away already."""
    dealer = await Dealership(network, walk_in_reserve=1).open()
    day = await network.free_day()
    slot = at(day, 10)
    await dealer.book(dealer.customer(), slot, hours=0.5)

    async def hours_add_up() -> None:
        assert (await dealer.balance(day, "PM"))["assigned"] in (0.5, 1)

    answers = await _all_call(dealer, [dealer.wish(slot, hours=0.5)] * CALLERS, hours_add_up, "the last place")

    _one_has_it(answers, "slot-taken")
    assert await dealer.places(slot) == (2, 0)
    assert (await dealer.balance(day, "PM")) | {"bookable": 6} == await dealer.balance(day, "PM")
    await _the_others_can_have_an_offer(dealer, answers)


async def test_of_a_thousand_callers_for_the_last_hour_of_a_day_exactly_one_gets_it(network: Network) -> None:
    """B1, B2: of 4 h one is left, in whichever slot; callers ask for all slots of the day."""
    dealer = await Dealership(network, hours={"PM": 4, "GR": 8}).open()
    day = await network.free_day()
    await dealer.book(dealer.customer(), at(day, 8), hours=3)
    slots = [at(day, 9) + timedelta(minutes=15 * n) for n in range(32)]
    wishes = [dealer.wish(slots[n % len(slots)], hours=1) for n in range(CALLERS)]

    async def hours_add_up() -> None:
        assert (await dealer.balance(day, "PM"))["assigned"] in (3, 4)

    answers = await _all_call(dealer, wishes, hours_add_up, "the last hour")

    _one_has_it(answers, "hours-taken")
    assert (await dealer.balance(day, "PM"))["bookable"] == 0
    assert sum([taken for taken, _ in [await dealer.places(slot) for slot in slots]]) == 1


async def test_in_twenty_races_of_two_exactly_one_gets_the_place(network: Network) -> None:
    """B1, B15: each time two callers at two processes, in the same instant, want the only place of a slot."""
    dealer = await Dealership(network, hours={"PM": 8, "GR": 8}).open()
    day = await network.free_day()
    slots = [at(day, 9) + timedelta(minutes=15 * n) for n in range(20)]
    for slot in slots:  # of two advisors, one is taken
        await dealer.book(dealer.customer(), slot, hours=0.1)

    async def nothing_else() -> None:
        assert max([taken for taken, _ in [await dealer.places(slot) for slot in slots[:2]]]) <= 2

    for slot in slots:
        wishes = [dealer.wish(slot, hours=0.1)] * 2
        _one_has_it(await _all_call(dealer, wishes, nothing_else, "one place"), "slot-taken")
    assert {await dealer.places(slot) for slot in slots} == {(2, 0)}


async def test_a_held_place_that_was_not_confirmed_is_free_for_the_next_caller(network: Network) -> None:
    """B15: the winner never comes back; a quarter of an hour later the place is somebody else's."""
    dealer = await Dealership(network, hours={"PM": 1, "GR": 1}).open()
    slot = at(await network.free_day(), 10)
    held = await dealer.do("booking", "/appointments", dealer.wish(slot))
    refused = await dealer.ask("booking", "POST", "/appointments", body=dealer.wish(slot), process=1)
    assert refused["code"] == "hours-taken"

    await network.until(await network.now() + timedelta(minutes=15))
    assert (await dealer.get("booking", f"/appointments/{held['visit_id']}"))["state"] == "EXPIRED"
    await dealer.book(dealer.customer(), slot)


async def _all_call(
    dealer: Dealership, wishes: Sequence[Body], watched: Callable[[], Awaitable[None]], what: str
) -> list[Answer]:
    """Every second caller reaches the other process. While they call, ``watched`` is checked again and again."""
    gate = asyncio.Semaphore(AT_ONCE)
    urls = [f"{url}{dealer.path('/appointments')}" for url in dealer.network.platform.urls("booking")]
    assert len(urls) == 2
    tokens = [await dealer.network.token("advisor", dealer.code, f"advisor-{n}") for n in range(10)]

    async def caller(n: int, wish: Body) -> Answer:
        headers = {"Authorization": f"Bearer {tokens[n % len(tokens)]}", "Idempotency-Key": str(uuid.uuid4())}
        async with gate:
            return await dealer.network.sent("POST", urls[n % 2], headers, wish)

    async def watch() -> None:
        while True:
            await watched()
            await asyncio.sleep(0.1)

    watching = asyncio.create_task(watch())
    began = time.monotonic()
    answers = await asyncio.gather(*(caller(n, wish) for n, wish in enumerate(wishes)))
    took = time.monotonic() - began
    assert not watching.done(), watching.exception()
    watching.cancel()
    await dealer.network.quiet()
    print(f"{len(wishes)} callers for {what}: {took:.1f} s, {len(wishes) / took:.0f} calls a second")
    return answers


def _one_has_it(answers: Sequence[Answer], refusal: str) -> None:
    outcomes = Counter((answer.status, answer.body.get("code")) for answer in answers)
    assert outcomes == {(201, None): 1, (409, refusal): len(answers) - 1}
    assert all(answer.offers for answer in answers if answer.status == 409)


async def _the_others_can_have_an_offer(dealer: Dealership, answers: Sequence[Answer]) -> None:
    refused = next(answer for answer in answers if answer.status == 409)
    best = {"arrival": refused.offers[0]["arrival"], "work_class": "PM", "hours": 0.5, "channel": "PHONE"}
    assert (await dealer.ask("booking", "POST", "/appointments", body=best)).status == 201
