"""A visit as one story over all services, and what a bad one leads to."""

from datetime import timedelta

import pytest
from dealership import Dealership, at
from network import Network
from visit import A_WHOLE_STORY, CONTENT, Visit

pytestmark = pytest.mark.journey


async def test_a_visit_goes_through_all_seven_steps(network: Network) -> None:
    """B4, R1, R12, W1, W7, R16, V2: from the customer's call to his answer, over six processes."""
    dealer = await Dealership(network).open()
    day = await network.free_day()

    visit = await dealer.book(dealer.customer(), at(day, 9))
    await network.until(at(day, 9) - timedelta(hours=23))
    assert [one["state"] for one in await dealer.contacts("REMINDER", visit.id)] == ["SENT"]

    await network.until(at(day, 9))
    await visit.arrives()
    await visit.is_checked_in()
    await visit.is_agreed()
    await network.quiet()
    await visit.is_given_out()
    await network.until(at(day, 10))
    await visit.is_finished()
    await visit.is_inspected()
    await network.until(at(day, 10, 30))
    assert [one["state"] for one in await dealer.contacts("READY_NOTICE", visit.id)] == ["SENT"]
    await visit.is_delivered()

    await visit.asked_a_day_later()
    await visit.is_answered(CONTENT)
    await network.nothing_lost()

    steps = await visit.steps()
    assert None not in steps.values()
    assert list(steps.values()) == sorted(steps.values())
    assert await visit.facts() == A_WHOLE_STORY
    figures = await dealer.figures(day, day + timedelta(days=1))
    assert figures["visits"] == figures["booked_visits"] == figures["deliveries"] == figures["answers"] == 1
    assert figures["no_shows"] == figures["reworks"] == figures["open_complaints"] == 0


async def test_a_low_score_becomes_a_complaint_that_holds_back_other_contacts(
    network: Network, disappointed: Visit
) -> None:
    """V4, C5, C4: while the complaint is open, not even the reminder of his next appointment leaves the house."""
    dealer = disappointed.dealer
    complaints = await dealer.get("crm", "/complaints", role="agent")
    assert [(case["origin"], case["about_visit"]) for case in complaints["items"]] == [("LOW_SCORE", disappointed.id)]
    assert (await dealer.figures(disappointed.day, disappointed.day + timedelta(days=2)))["open_complaints"] == 1

    day = await network.free_day()
    again = await dealer.book(disappointed.customer, at(day, 9))
    await network.until(at(day, 9) - timedelta(hours=23))
    (reminder,) = await dealer.contacts("REMINDER", again.id)
    assert reminder["state"] == "WITHHELD"
    facts = await again.facts()
    assert (facts["crm.contact-withheld"], facts["crm.contact-made"]) == (1, 0)
