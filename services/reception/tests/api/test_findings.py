"""Diagnosis, inspection sheet, recommendations, news without asking, hand-over (R6, R13, R15, R16, R17)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from contracts.headquarters import TechnicalSupportAnswered
from contracts.reception import (
    DelayForeseen,
    PickUpDue,
    RecommendationAnswered,
    RecommendationPostponed,
    TechnicalSupportRequested,
)
from contracts.workshop import JobCarriedOver, QualityCheckFailed, VehicleReady
from reception_builders import NINE
from reception_door import CHECKS, WALK_IN, Door
from reception_requests import LINE


async def arrived(door: Door) -> str:
    return (await door.post("/arrivals", WALK_IN)).json()["visit_id"]


async def test_readings_are_kept_and_an_open_cause_is_asked_with_all_its_codes(door: Door) -> None:
    """R6: headquarters' answer stands beside the question; once the cause is known nobody is asked."""
    visit = await arrived(door)
    look = {
        "reproduced": True,
        "with_customer": True,
        "road_test": True,
        "explained": True,
        "readings": [{"device": "OBD", "code": "P0301"}, {"device": "meter", "value": "11.9", "unit": "V"}],
    }
    assert (await door.get(f"/visits/{visit}/diagnosis")).json()["examinations"] == []
    assert (await door.post(f"/visits/{visit}/diagnosis", look, role="technician")).json()["cause"] == ""
    asked = (await door.post(f"/visits/{visit}/support-requests", {"question": "What else?"})).json()
    (told,) = door.others.announced(TechnicalSupportRequested)
    assert (told.codes, told.request_id) == (("P0301",), asked["requests"][0]["request_id"])
    await door.others.hears(TechnicalSupportAnswered(request_id=told.request_id, answer="Check the coil"), visit)
    found = (await door.post(f"/visits/{visit}/diagnosis", {"cause": "Coil of cylinder 1"})).json()
    assert (found["cause"], found["requests"][0]["answer"]) == ("Coil of cylinder 1", "Check the coil")
    assert found["examinations"][0]["readings"][1]["unit"] == "V"
    refused = await door.post(f"/visits/{visit}/support-requests", {"question": "What else?"})
    assert refused.json()["code"] == "cause-found"


PADS = {"code": "BRAKE_PADS_FRONT", "grade": "YELLOW", "measured": 3.0, "proposal": LINE}


async def test_the_customer_looks_at_the_inspection_sheet_and_each_look_is_recorded(door: Door) -> None:
    """R17: by a link of its own; the same showing sent twice counts once."""
    visit = await arrived(door)
    assert (await door.get(f"/visits/{visit}/inspection")).json()["link"] is None
    sheet = {"results": [PADS, {"code": "LIGHTS", "grade": "GREEN"}]}
    assert (await door.post(f"/visits/{visit}/inspection", sheet, role="technician")).status_code == 200
    link = (await door.get(f"/visits/{visit}/inspection")).json()["link"]
    shown = (await door.client.get(link)).json()
    assert [one["grade"] for one in shown["results"]] == ["YELLOW", "GREEN"]
    assert shown["results"][0]["proposed_total"] == {"amount": 35_000, "currency": "CNY"}
    for key in ("first", "first", "second"):
        assert (await door.client.post(link, json={}, headers={"Idempotency-Key": key})).status_code == 200
    assert len((await door.get(f"/visits/{visit}/inspection")).json()["views"]) == 2
    assert (await door.client.get(link[:-3] + "abc")).status_code == 404
    door.runtime.clock.move(NINE + timedelta(hours=48))
    assert (await door.client.get(link)).status_code == 410


@pytest.mark.parametrize(
    ("measured", "grade", "status"),
    [(4.0, "GREEN", 200), (3.9, "YELLOW", 200), (2.0, "YELLOW", 200), (1.9, "RED", 200), (1.9, "GREEN", 422)],
)
async def test_a_measurement_grades_itself(door: Door, measured: float, grade: str, status: int) -> None:
    """R17: limits are data; a grade that contradicts its measurement is refused."""
    visit = await arrived(door)
    result = {"code": "BRAKE_PADS_FRONT", "grade": grade, "measured": measured, "note": "seen"}
    assert (await door.post(f"/visits/{visit}/inspection", {"results": [result]})).status_code == status


async def test_a_finding_needs_words_and_a_point_of_the_sheet(door: Door) -> None:
    """R17."""
    visit = await arrived(door)
    results = [{"code": "LIGHTS", "grade": "RED"}, {"code": "ASHTRAY", "grade": "GREEN"}]
    refused = await door.post(f"/visits/{visit}/inspection", {"results": results})
    assert refused.json()["code"] == "inspection-invalid" and len(refused.json()["details"]["faults"]) == 2


async def test_a_postponed_recommendation_goes_to_the_due_list_and_comes_up_at_the_next_visit(door: Door) -> None:
    """R13, B12: accepted then, it is closed."""
    visit = await arrived(door)
    body = {"title": "Brake pads", "reason": "3 mm left"}
    offered = (await door.post(f"/visits/{visit}/recommendations", body)).json()
    answer = f"/recommendations/{offered['recommendation_id']}/answer"
    assert (await door.post(answer, {"answer": "POSTPONED"})).json()["code"] == "postponed-to-never"
    later = {"answer": "POSTPONED", "due_on": "2025-12-01", "due_km": 30_000}
    assert (await door.post(answer, later)).json()["state"] == "POSTPONED"
    (told,) = door.others.announced(RecommendationPostponed)
    assert (told.title, told.due_on, told.due_km) == ("Brake pads", date(2025, 12, 1), 30_000)
    door.runtime.clock.move(NINE + timedelta(days=160))
    second = await arrived(door)
    (again,) = (await door.get(f"/visits/{second}/recommendations")).json()["items"]
    assert (again["visit_id"], again["state"]) == (visit, "POSTPONED")
    assert (await door.post(answer, {"answer": "ACCEPTED"})).json()["state"] == "ACCEPTED"
    assert (await door.get(f"/visits/{second}/recommendations")).json()["items"] == []
    assert (await door.post(answer, {"answer": "DECLINED"})).json()["code"] == "recommendation-closed"
    assert len((await door.get(f"/visits/{visit}/recommendations")).json()["items"]) == 1


async def test_what_was_put_off_leaves_the_due_list_with_the_customers_word(door: Door) -> None:
    """R13, B12: what was never put off is on no list."""
    visit, told = await arrived(door), []
    for answers in (["POSTPONED", "ACCEPTED"], ["POSTPONED", "DECLINED"], ["DECLINED"]):
        body = {"title": "Brake pads", "reason": "3 mm left"}
        offered = (await door.post(f"/visits/{visit}/recommendations", body)).json()
        for answer in answers:
            said = {"answer": answer} | ({"due_on": "2025-12-01"} if answer == "POSTPONED" else {})
            await door.post(f"/recommendations/{offered['recommendation_id']}/answer", said)
        told.append(offered["recommendation_id"])
    found = door.others.announced(RecommendationAnswered)
    assert [(one.recommendation_id, one.accepted) for one in found] == [(told[0], True), (told[1], False)]


async def test_a_foreseen_delay_and_the_ready_vehicle_are_told_without_asking(door: Door) -> None:
    """R15, C4: announced, not sent; a delay once until another time is promised; a new time is a person's word."""
    visit = await door.walk_in_with_estimate()
    await door.post(f"/visits/{visit}/estimates/1/authorisation", {"accept": ["L1", "L2"], "signature": "s/2"})
    failed = QualityCheckFailed(inspector="ines", lines=("L1",), reason="noise", failures=1)
    tomorrow = (NINE + timedelta(days=1)).date()
    over = JobCarriedOver(from_day=NINE.date(), to_day=tomorrow, remaining=(), reason="QUALITY")
    await door.others.hears(failed, visit)
    await door.others.hears(over, visit)
    (told,) = door.others.announced(DelayForeseen)
    promised = (await door.get(f"/visits/{visit}/repair-order")).json()["promised_at"]
    assert (told.reason, told.promised_at) == ("QUALITY", datetime.fromisoformat(promised).astimezone(UTC))
    later = {"promised_at": (NINE + timedelta(days=1)).isoformat(), "reason": "QUALITY"}
    assert (await door.post(f"/visits/{visit}/promised-time", later)).json()["promise_at_risk"] is None
    await door.others.hears(failed, visit)
    assert len(door.others.announced(DelayForeseen)) == 2
    assert door.others.announced(PickUpDue) == []
    await door.work_done(visit, "L1", "L2")
    assert [one.person_id for one in door.others.announced(PickUpDue)] == [told.person_id]


async def test_a_release_ends_when_more_work_goes_to_the_workshop(door: Door) -> None:
    """R15, R9, W7: what was added is taken back, and quality control and wash are repeated all the same."""
    visit = await door.walk_in_with_estimate()
    await door.post(f"/visits/{visit}/estimates/1/authorisation", {"accept": ["L1", "L2"], "signature": "s/2"})
    await door.work_done(visit, "L1", "L2")
    await door.others.finds_more(visit_id=visit)
    await door.post(f"/visits/{visit}/supplements", {"finding_id": "finding-1", "lines": [LINE]})
    await door.post(f"/visits/{visit}/estimates/2/authorisation", {"accept": ["L3"], "signature": "s/3"})
    await door.post(f"/visits/{visit}/lines/L3/parts-agreement", {"agreed": False})
    assert (await door.get(f"/visits/{visit}/repair-order")).json()["state"] == "AUTHORISED"
    assert len(door.others.announced(PickUpDue)) == 1
    await door.others.hears(VehicleReady(lines=("L1", "L2")), visit)
    assert len(door.others.announced(PickUpDue)) == 2


async def test_a_refused_supplement_leaves_the_release_as_it_is(door: Door) -> None:
    """R14, R15: nothing goes to the workshop."""
    visit = await door.walk_in_with_estimate()
    await door.post(f"/visits/{visit}/estimates/1/authorisation", {"accept": ["L1", "L2"], "signature": "s/2"})
    await door.work_done(visit, "L1", "L2")
    await door.others.finds_more(visit_id=visit)
    await door.post(f"/visits/{visit}/supplements", {"finding_id": "finding-1", "lines": [LINE]})
    no = {"decline": [{"line_id": "L3", "reason": "LATER"}], "signature": "s/3"}
    await door.post(f"/visits/{visit}/estimates/2/authorisation", no)
    assert (await door.get(f"/visits/{visit}/repair-order")).json()["state"] == "READY"


async def test_the_hand_over_keeps_what_was_done_with_the_customer(door: Door) -> None:
    """R16: ready notice, booklet, settlement, old parts, next service."""
    visit = await door.walk_in_with_estimate()
    await door.post(f"/visits/{visit}/estimates/1/authorisation", {"accept": ["L1", "L2"], "signature": "s/2"})
    await door.work_done(visit, "L1", "L2")
    await door.post(f"/visits/{visit}/delivery-checks", CHECKS)
    body = {"booklet_updated": False, "next_service": {"due_km": 30_000}, "opinion_card_filled": True}
    await door.post(f"/visits/{visit}/delivery", body)
    told = (await door.get(f"/visits/{visit}/repair-order")).json()["delivery"]["hand_over"]
    assert (told["booklet_updated"], told["settlement_explained"], told["opinion_card_filled"]) == (False, True, True)
    assert told["next_service"]["due_km"] == 30_000
