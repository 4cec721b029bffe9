"""A visit's trail reads as one story: who, when, what, why (X2)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from chassis.testing import a_fact
from contracts.booking import AppointmentRescheduled
from contracts.catalogue import published_by
from contracts.values import Party, TechnicianHours, WorkClass
from reception.consumers import trail
from reception.main import STORY
from reception.projections.trail import TrailLine
from reception_builders import NINE
from reception_counter import an_appointment
from reception_door import ISSUER, Door

MOVED = AppointmentRescheduled(
    previous_arrival=NINE,
    arrival=NINE,
    work_class=WorkClass.PM,
    hours=TechnicianHours.of(1),
    advisor="anna",
    by=Party.DEALER,
    reason="STAFF_ABSENT",
)


async def heard(door: Door, *events: Any) -> None:
    """What booking announced the day before."""
    before = NINE - timedelta(days=1)
    for number, event in enumerate(events):
        fact = a_fact(event, visit_id="visit-1", at=before + timedelta(minutes=number), actor="agent:mei")
        await door.others.do(lambda unit, fact=fact: trail.on_fact(unit, fact))


def test_what_was_recorded_in_the_same_millisecond_stands_in_the_order_in_which_it_was_recorded() -> None:
    """X2: whatever its aggregates are called."""

    def line(aggregate: str) -> TrailLine:
        return TrailLine.heard(replace(a_fact(MOVED, at=NINE), aggregate=aggregate), "visit-1")

    first, then = line("visit"), line("repair-order")
    assert first.order < then.order


async def test_a_visit_is_told_from_its_booking_to_its_delivery_with_who_and_why(door: Door) -> None:
    """X2: bookings first; each line with its actor, its fact and the code of its reason."""
    await door.others.goes_through("visit-1")
    await heard(door, an_appointment(), MOVED)
    lines = (await door.get("/visits/visit-1/trail")).json()["items"]
    assert [line["type"].split(".")[1] for line in lines] == [
        *("appointment-confirmed", "appointment-rescheduled", "vehicle-arrived", "customer-greeted"),
        *("questionnaire-recorded", "walk-around-completed"),
        *("repair-order-opened", "line-parts-asked", "estimate-issued", "estimate-authorised", "pick-up-due"),
        *("delivery-checked", "vehicle-delivered"),
    ]
    assert (lines[1]["actor"], lines[1]["reason"], lines[1]["service"]) == ("agent:mei", "STAFF_ABSENT", "booking")
    assert lines[9]["reason"] == "ON_SITE" and lines[9]["event_id"]
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "2025-06-22 09:01  Customer relations agent mei: Appointment moved (Staff absent)"),
        ("zh", "2025-06-22 09:01  客服专员 mei: 预约已改期 (人员缺勤)"),
    ],
)
async def test_the_trail_is_read_as_text_in_both_languages_by_the_dealers_clock(
    door: Door, language: str, said: str
) -> None:
    """X2, X4."""
    await door.others.goes_through("visit-1")
    await heard(door, an_appointment(), MOVED)
    page = await door.get(f"/visits/visit-1/trail/text?language={language}")
    assert page.headers["content-type"].startswith("text/plain") and page.headers["content-language"] == language
    lines = page.text.splitlines()
    assert len(lines) == 13 and lines[1] == said


async def test_the_trail_holds_no_personal_value_and_no_id_of_a_person_who_decided_by_link(door: Door) -> None:
    """X2, C15."""
    visit = await door.walk_in_with_estimate()
    link = await door.link_of(visit)
    shown = (await door.client.get(link)).json()["text_sha256"]
    decided = await door.client.post(link, json={"accept": ["L1", "L2"], "text_sha256": shown})
    assert decided.status_code == 200
    text = (await door.get(f"/visits/{visit}/trail/text?language=en")).text
    assert "Customer: " in text and visit not in text
    kept = str([raw["history"] for raw in door.others.store.documents["repair_orders"].values()])
    assert "estimate-authorised" in kept
    assert not [secret for secret in ("Li Wei", "13800138000", "沪A12345", "squeal") if secret in kept]


async def test_a_long_trail_comes_in_pages(door: Door) -> None:
    """X2, X3."""
    await door.others.goes_through("visit-1")
    first = (await door.get("/visits/visit-1/trail?limit=6")).json()
    second = (await door.get(f"/visits/visit-1/trail?limit=6&after={first['next']}")).json()
    types = [line["type"] for line in (*first["items"], *second["items"])]
    assert len(types) == 11 and len(set(types)) == 11 and second["next"] is None


async def test_a_foreign_trail_is_as_unknown_as_none_at_all(door: Door) -> None:
    """X1."""
    await door.others.goes_through("visit-1")
    unknown = await door.get("/visits/visit-9/trail")
    foreign = ISSUER.bearer("advisor", dealers=("SH002",))
    other = await door.client.get("/dealers/SH002/visits/visit-1/trail", headers=foreign)
    assert [(one.status_code, one.json()["code"]) for one in (unknown, other)] == [(404, "unknown")] * 2


async def test_each_fact_that_reception_announced_stands_in_a_trail(door: Door) -> None:
    """X2: under its own id and sequence, whatever kept it: visit, order, diagnosis, recommendation."""
    visit = await door.walk_in_with_estimate()
    await door.post(f"/visits/{visit}/diagnosis", {"reproduced": False, "readings": [{"device": "OBD", "code": "P1"}]})
    await door.post(f"/visits/{visit}/support-requests", {"question": "What else?"})
    offered = await door.post(f"/visits/{visit}/recommendations", {"title": "Pads", "reason": "worn"})
    later = {"answer": "POSTPONED", "due_km": 50_000}
    await door.post(f"/recommendations/{offered.json()['recommendation_id']}/answer", later)
    lines = (await door.get(f"/visits/{visit}/trail?limit=200")).json()["items"]
    announced = [(fact.id, fact.type, fact.actor, fact.sequence) for fact in door.others.store.events]
    assert sorted((one["event_id"], one["type"], one["actor"], one["sequence"]) for one in lines) == sorted(announced)
    assert {line["aggregate"].partition("/")[0] for line in lines} >= {"visit", "repair-order", "recommendation"}


def test_every_fact_of_booking_about_visits_is_listened_to() -> None:
    """X2."""
    others = {event.wire_type for event in {*published_by("booking")} - set(STORY.handlers)}
    assert others == {"booking.capacity-changed.v1", "booking.maintenance-due.v1", "booking.opening-planned.v1"}
