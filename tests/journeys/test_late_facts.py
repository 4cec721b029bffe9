"""Facts that come too early, too late, or after a process died: each has its effect once, and none is lost."""

from datetime import timedelta

import pytest
from dealership import Dealership, at
from faults import a_document_that_cannot_be_written, a_relay_that_does_not_send, partition_of, readers
from network import Network
from visit import Visit

pytestmark = pytest.mark.journey


async def test_a_fact_that_comes_before_its_prerequisite_waits_and_is_applied(network: Network) -> None:
    """One booking process cannot write the new dealer; the other hears of authorised work there, and waits for him."""
    stack = network.platform.description
    dealer = Dealership(network)
    held_up = readers(stack, "booking.facts")[partition_of(stack, "headquarters", dealer.code)]
    day = (await network.now()).astimezone(at(await network.free_day(), 0).tzinfo).date()

    with a_document_that_cannot_be_written(stack, "booking", "dealers", dealer.code):
        await dealer.registered()
        visit = await _walk_in_read_by_another(network, dealer, held_up)
        await visit.is_checked_in()
        await visit.is_agreed()
        backlog = await network.eventually(
            lambda: network.backlog("booking"), lambda one: "WAITING" in one["set_aside"]
        )
        assert backlog["set_aside"]["WAITING"] >= 1
        waiting = await network.get("booking", "/ops/deadletters", role="operations", state="WAITING")
        assert {fact["waits_for"] for fact in waiting["items"]} == {f"dealer/{dealer.code}"}
        assert (await dealer.ask("booking", "GET", f"/days/{day}/capacity"))["code"] == "dealer-unknown"

    await network.nothing_lost()
    await dealer.staffed()
    assert (await dealer.balance(day, "PM"))["assigned"] == visit.hours


async def _walk_in_read_by_another(network: Network, dealer: Dealership, held_up: str) -> Visit:
    """Vehicles come unannounced until one's facts are read by the process that is not held up."""
    stack = network.platform.description
    reads = readers(stack, "booking.facts")
    while True:
        visit = await dealer.walk_in(dealer.customer(), await network.now())
        if reads[partition_of(stack, "reception", visit.id)] != held_up:
            return visit


async def test_timers_that_fall_due_during_an_outage_fire_after_it_once(network: Network) -> None:
    """X5, B9, B15: both booking processes die; a hold's end and a reminder fall due; the others go on."""
    dealer = await Dealership(network).open()
    day = await network.free_day()
    visit = await dealer.book(dealer.customer(), at(day, 10))
    held = await dealer.do("booking", "/appointments", dealer.wish(at(day, 10), hours=2))
    hold = Visit(dealer, dealer.customer(), held["visit_id"], at(day, 10))
    await network.quiet()

    await network.kill("booking-1", "booking-2")
    await network.until(at(day, 11) - timedelta(days=1))
    assert await visit.told("booking.reminder-due") == await hold.told("booking.hold-expired") == 0
    await network.restart("booking-1", "booking-2")
    await network.nothing_lost()

    assert await visit.told("booking.reminder-due") == await hold.told("booking.hold-expired") == 1
    assert [one["state"] for one in await dealer.contacts("REMINDER", visit.id)] == ["SENT"]
    assert (await dealer.balance(day, "PM"))["assigned"] == visit.hours


async def test_a_no_show_is_withdrawn_when_the_arrival_was_only_late_news(network: Network) -> None:
    """B10, X5: reception took the vehicle in and died before it could say so; booking had to judge without it."""
    dealer = await Dealership(network).open(grace_minutes=15)
    day = await network.free_day()
    visit = await dealer.book(dealer.customer(), at(day, 9), hours=2)
    await network.until(at(day, 9))

    async with a_relay_that_does_not_send(network, "reception"):
        await visit.arrives()
        await network.kill("reception-1")
    await network.until(at(day, 9, 16))
    assert await _state_of(visit) == "NO_SHOW"
    assert (await dealer.balance(day, "PM"))["assigned"] == 0
    assert (await dealer.figures(day, day))["no_shows"] == 1
    assert [one["state"] for one in await dealer.contacts("NO_SHOW_FOLLOW_UP", visit.id)] == ["TASK"]

    await network.restart("reception-1")
    await network.nothing_lost()
    assert await _state_of(visit) == "ARRIVED"
    assert (await dealer.balance(day, "PM"))["assigned"] == visit.hours
    assert (await dealer.figures(day, day))["no_shows"] == 0
    rows = (await dealer.explanation("no_shows", day, day))["items"]
    assert [row["amount"] for row in rows] == [1, -1]
    assert [one["state"] for one in await dealer.contacts("NO_SHOW_FOLLOW_UP", visit.id)] == ["WITHHELD"]
    assert (await visit.steps())["arrived"] == at(day, 9)
    assert await visit.told("booking.no-show-withdrawn") == 1


async def _state_of(visit: Visit) -> str:
    return (await visit.dealer.get("booking", f"/appointments/{visit.id}"))["state"]
