"""The parts pre-check: asked, answered, flagged in time (B7)."""

from datetime import timedelta

import pytest
from booking.consumers import parts as parts_facts
from booking_builders import THE_DAY, THE_DAY_BEFORE, at
from booking_desk import a_confirm_body, instant
from booking_journeys import Desk
from chassis.facts import NotYet
from chassis.testing import a_fact
from contracts.booking import (
    AppointmentConfirmed,
    PartsAsked,
    PartsInTimeAgain,
    PartsWillBeLate,
    ReadinessAcknowledged,
)
from contracts.parts import (
    OrderClass,
    PartsArrived,
    PartsEtaChanged,
    PartsReleased,
    PartsReserved,
    PartsShort,
    ReservedPart,
    ShortPart,
    SupplyWay,
)

ARRIVAL = at("09:00")
PADS, FILTER = "04465-02220", "90915-YZZD2"
NEEDED = [{"number": PADS, "quantity": 2}, {"number": FILTER, "quantity": 1}]


async def a_visit_with_parts(desk, needed=NEEDED) -> str:
    await desk.plan()
    booked = await desk.book("09:00", confirm=a_confirm_body(parts=needed))
    assert booked.status_code == 201, booked.text
    return booked.json()["visit_id"]


async def answers(runtime, visit, *events):
    for event in events:
        fact = a_fact(event, visit_id=visit, at=THE_DAY_BEFORE)
        await Desk(runtime.store).do(lambda unit, fact=fact: parts_facts.HANDLERS[type(fact.event)](unit, fact))


def reserved(number=PADS, quantity=2) -> PartsReserved:
    return PartsReserved(items=(ReservedPart(number=number, quantity=quantity),))


def short(number=PADS, missing=2, eta=None, **more) -> PartsShort:
    return PartsShort(items=(ShortPart(number=number, missing=missing, way=SupplyWay.ORDER, eta=eta, **more),))


def told(runtime, kind) -> list:
    return [event for event in runtime.store.announced_events() if isinstance(event, kind)]


async def states(desk, visit) -> dict[str, str]:
    shown = (await desk.get(f"/appointments/{visit}")).json()["parts"]
    return {part["number"]: part["state"] for part in shown}


async def late_visits(desk) -> list[str]:
    found = (await desk.get("/late-parts", day=str(THE_DAY - timedelta(days=3)))).json()["items"]
    return [row["visit_id"] for row in found]


async def test_the_parts_of_a_booking_are_asked_for_as_soon_as_it_is_confirmed(desk, runtime):
    """B7: after the booking notice, with the time they are needed by."""
    visit = await a_visit_with_parts(desk)
    (asked,) = told(runtime, PartsAsked)
    assert (asked.needed_by, [(part.number, part.quantity) for part in asked.items]) == (
        ARRIVAL,
        [(PADS, 2), (FILTER, 1)],
    )
    kinds = [type(event) for event in runtime.store.announced_events()]
    assert kinds.index(AppointmentConfirmed) < kinds.index(PartsAsked)
    assert await states(desk, visit) == {PADS: "ASKED", FILTER: "ASKED"}


async def test_once_everything_is_kept_the_parts_department_counts_as_ready(desk, runtime):
    """B7, B8: its facts speak for it; half of the pieces are not enough."""
    visit = await a_visit_with_parts(desk)
    await answers(runtime, visit, reserved(PADS, 1), reserved(FILTER, 1))
    assert (await states(desk, visit))[PADS] == "ASKED"
    assert told(runtime, ReadinessAcknowledged) == []
    await answers(runtime, visit, PartsArrived(number=PADS, quantity=1))
    (row,) = (await desk.get(f"/days/{THE_DAY}/readiness")).json()["items"]
    assert [word["ready"] for word in row["words"]] == [None, True]
    assert {part["state"] for part in row["parts"]} == {"RESERVED"}
    (said,) = told(runtime, ReadinessAcknowledged)
    assert said.ready


@pytest.mark.parametrize(
    ("eta", "state", "late"),
    [
        (ARRIVAL - timedelta(hours=1), "COMING", False),
        (ARRIVAL, "COMING", False),
        (ARRIVAL + timedelta(minutes=1), "LATE", True),
        (None, "UNAVAILABLE", True),
    ],
)
async def test_what_will_not_be_there_in_time_is_told_to_the_advisor_at_once(desk, runtime, eta, state, late):
    """B7: days before, so that the customer can be called; in time up to the very arrival."""
    visit = await a_visit_with_parts(desk)
    await answers(runtime, visit, short(PADS, 1, eta, order_class=OrderClass.EMERGENCY))
    assert (await states(desk, visit))[PADS] == state
    flags = told(runtime, PartsWillBeLate)
    assert [(flag.items[0].number, flag.items[0].missing, flag.items[0].eta) for flag in flags] == (
        [(PADS, 1, eta)] if late else []
    )
    assert await late_visits(desk) == ([visit] if late else [])
    (row,) = (await desk.get(f"/days/{THE_DAY}/readiness")).json()["items"]
    assert row["words"][1]["ready"] is False
    assert PADS in row["words"][1]["note"]
    assert row["parts"][0]["order_class"] == "EMERGENCY"


async def test_the_same_news_twice_alarm_once_and_better_news_take_the_alarm_back(desk, runtime):
    """B7, P6."""
    visit = await a_visit_with_parts(desk)
    late = ARRIVAL + timedelta(days=1)
    await answers(runtime, visit, short(eta=late), short(eta=late))
    await answers(runtime, visit, PartsEtaChanged(number=PADS, previous=late, eta=ARRIVAL + timedelta(days=2)))
    assert len(told(runtime, PartsWillBeLate)) == 2
    await answers(runtime, visit, PartsEtaChanged(number=PADS, eta=ARRIVAL - timedelta(hours=3)))
    assert len(told(runtime, PartsInTimeAgain)) == 1
    assert await late_visits(desk) == []


async def test_a_visit_that_moves_behind_its_parts_is_in_time_again(desk, runtime):
    """B7, B11: the move asks anew, with the new time."""
    visit = await a_visit_with_parts(desk)
    await answers(runtime, visit, short(eta=ARRIVAL + timedelta(hours=2)))
    body = {"arrival": at("13:00").isoformat(), "work_class": "PM", "hours": 1, "reason": "PARTS_LATE"}
    assert (await desk.post(f"/appointments/{visit}/reschedule", body)).status_code == 200
    assert [asked.needed_by for asked in told(runtime, PartsAsked)] == [ARRIVAL, at("13:00")]
    assert [flag.arrival for flag in told(runtime, PartsInTimeAgain)] == [at("13:00")]
    assert (await states(desk, visit))[PADS] == "COMING"


async def test_the_list_can_be_named_later_and_what_is_kept_stays_kept(desk, runtime):
    """B7: parts that came on the list afterwards make a visit unready again."""
    visit = await a_visit_with_parts(desk, [{"number": FILTER}])
    await answers(runtime, visit, reserved(FILTER, 1))
    body = {"parts": [{"number": FILTER}, {"number": PADS}, {"number": PADS}]}
    assert (await desk.post(f"/appointments/{visit}/parts", body)).status_code == 200
    assert [part.quantity for part in told(runtime, PartsAsked)[-1].items] == [1, 2]
    assert await states(desk, visit) == {FILTER: "RESERVED", PADS: "ASKED"}
    assert [said.ready for said in told(runtime, ReadinessAcknowledged)] == [True, False]


async def test_another_number_that_came_instead_is_shown_too(desk, runtime):
    """B7, P1: a superseded number is answered by the one that follows it."""
    visit = await a_visit_with_parts(desk, [{"number": FILTER}])
    await answers(runtime, visit, reserved("90915-YZZD4", 1))
    assert await states(desk, visit) == {FILTER: "ASKED", "90915-YZZD4": "RESERVED"}


async def test_released_parts_are_asked_for_again_by_nobody_but_shown_as_open(desk, runtime):
    """B7: a release that speaks of an order's lines is not about the booking."""
    visit = await a_visit_with_parts(desk, [{"number": FILTER}])
    await answers(runtime, visit, reserved(FILTER, 1), PartsReleased(lines=("L1",), reason="declined"))
    assert await states(desk, visit) == {FILTER: "RESERVED"}
    await answers(runtime, visit, PartsReleased(reason="count"))
    assert await states(desk, visit) == {FILTER: "ASKED"}


async def test_answers_about_lines_or_after_the_cancellation_flag_nobody(desk, runtime):
    """B7, R9."""
    visit = await a_visit_with_parts(desk)
    await answers(runtime, visit, short(line_id="L1"))
    assert (await states(desk, visit))[PADS] == "ASKED"
    await desk.post(f"/appointments/{visit}/cancellation", {"reason": "ILL"})
    await answers(runtime, visit, short())
    assert told(runtime, PartsWillBeLate) == []


async def test_an_answer_that_comes_before_its_booking_waits_for_it(runtime):
    """B7: topics have no order among each other."""
    with pytest.raises(NotYet):
        await answers(runtime, "unknown", reserved())
    await answers(runtime, "unknown", reserved().model_copy(update={"items": ()}), PartsReleased(reason="none"))


async def test_a_hold_has_no_parts_yet(desk):
    """B7: they are asked for once the customer agreed."""
    await desk.plan()
    held = (await desk.hold()).json()
    assert instant(held["arrival"]) == ARRIVAL
    refused = await desk.post(f"/appointments/{held['visit_id']}/parts", {"parts": NEEDED})
    assert refused.json()["code"] == "appointment-not-confirmed"
