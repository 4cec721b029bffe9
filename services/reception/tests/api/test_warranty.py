"""Warranty of lines and free services over HTTP (R8, R20)."""

from datetime import date
from typing import Any

import pytest
from contracts.headquarters import FreeServiceGranted, WarrantyAuthorised, WarrantyRefused
from contracts.reception import (
    EstimateAuthorised,
    FreeServiceUsed,
    LinesWithdrawn,
    RepairOrderCancelled,
    WarrantyAuthorisationRequested,
)
from reception_door import CHECKS, WALK_IN, Door
from reception_requests import LINE

WARRANTY = {**LINE, "operation": "BODY1", "pay_type": "WARRANTY", "parts": []}
FREE = {**LINE, "pay_type": "INTERNAL"}
YOUNG, OLD, LITTLE_BEYOND = "2024-06-01", "2015-06-01", "2022-05-01"


async def estimated(door: Door, *lines: dict[str, Any], registered: str = LITTLE_BEYOND) -> str:
    visit = (await door.post("/arrivals", WALK_IN)).json()["visit_id"]
    await door.checks_in(visit)
    body = {"lines": list(lines), "particulars": {"registered_on": registered}}
    assert (await door.post(f"/visits/{visit}/repair-order", body)).status_code == 201
    assert (await door.post(f"/visits/{visit}/estimates", {})).status_code == 201
    return visit


async def checked(door: Door, visit: str, line: str = "L1", diagnosed: bool = True) -> dict[str, Any]:
    answer = await door.post(f"/visits/{visit}/lines/{line}/warranty-check", {"diagnosed": diagnosed, "cause": "rust"})
    assert answer.status_code == 200, answer.text
    return answer.json()["cases"][line]


async def accepted(door: Door, visit: str, *lines: str) -> Any:
    return await door.post(f"/visits/{visit}/estimates/1/authorisation", {"accept": [*lines], "signature": "s/2"})


@pytest.mark.parametrize(
    ("registered", "state"), [(YOUNG, "COVERED"), (OLD, "NOT_COVERED"), (LITTLE_BEYOND, "REQUESTED")]
)
async def test_a_line_is_checked_by_age_and_mileage(door: Door, registered: str, state: str) -> None:
    """R8: what is undecided is asked at headquarters, once."""
    visit = await estimated(door, WARRANTY, registered=registered)
    case = await checked(door, visit)
    assert (case["state"], case["rule"]) == (state, "WHOLE_VEHICLE")
    asked = door.others.announced(WarrantyAuthorisationRequested)
    assert [one.request_id for one in asked] == ([case["request_id"]] if state == "REQUESTED" else [])
    assert (await door.get(f"/visits/{visit}/warranty")).json()["cases"]["L1"]["state"] == state


async def test_the_line_waits_for_headquarters_and_goes_on_with_its_answer(door: Door) -> None:
    """R8, R12: accepted meanwhile, it is neither worked nor charged nor counted before."""
    visit = await estimated(door, WARRANTY, LINE)
    case = await checked(door, visit)
    decided = (await accepted(door, visit, "L1", "L2")).json()
    assert (decided["accepted"], decided["authorised_total"]["amount"]) == (["L1", "L2"], 35_000)
    (first,) = door.others.announced(EstimateAuthorised)
    assert [line.line_id for line in first.lines] == ["L2"] and first.amount.amount == 35_000
    await door.work_done(visit, "L2")
    early = await door.post(f"/visits/{visit}/delivery-checks", CHECKS)
    assert (early.json()["code"], early.json()["details"]["missing"]) == ("vehicle-not-ready", ["L1"])
    stale = WarrantyAuthorised(request_id="another", line_id="L1")
    await door.others.hears(stale, visit)
    assert len(door.others.announced(EstimateAuthorised)) == 1
    await door.others.hears(WarrantyAuthorised(request_id=case["request_id"], line_id="L1", reference="HQ 7"), visit)
    second = door.others.announced(EstimateAuthorised)[1]
    assert [line.line_id for line in second.lines] == ["L1"] and second.version == 1
    assert (second.amount.amount, second.authorised_total.amount) == (20_000, 55_000)
    order = (await door.get(f"/visits/{visit}/repair-order")).json()
    assert order["authorised_lines"] == ["L1", "L2"] and order["warranty"]["L1"]["reference"] == "HQ 7"


async def test_a_refused_line_is_off_and_comes_back_as_a_finding_the_customer_may_pay(door: Door) -> None:
    """R8, R14."""
    visit = await estimated(door, WARRANTY)
    case = await checked(door, visit)
    await accepted(door, visit, "L1")
    assert door.others.announced(EstimateAuthorised) == []
    await door.others.hears(WarrantyRefused(request_id=case["request_id"], line_id="L1", reason="stone chips"), visit)
    (told,) = door.others.announced(LinesWithdrawn)
    assert (told.lines, told.reason, told.authorised_total.amount) == (("L1",), "WARRANTY_REFUSED", 0)
    assert door.others.announced(RepairOrderCancelled) == []
    payable = {"finding_id": "warranty-L1", "lines": [{**WARRANTY, "pay_type": "CUSTOMER_PAY"}]}
    assert (await door.post(f"/visits/{visit}/supplements", payable)).json()["version"] == 2


async def test_before_the_diagnosis_the_line_is_pending_and_is_checked_when_the_cause_is_known(door: Door) -> None:
    """R8: warranty pending diagnosis is a state before the request."""
    visit = await estimated(door, WARRANTY, registered=YOUNG)
    assert (await checked(door, visit, diagnosed=False))["state"] == "PENDING_DIAGNOSIS"
    await accepted(door, visit, "L1")
    assert door.others.announced(EstimateAuthorised) == []
    assert (await checked(door, visit))["state"] == "COVERED"
    assert [one.lines[0].line_id for one in door.others.announced(EstimateAuthorised)] == ["L1"]
    again = await door.post(f"/visits/{visit}/lines/L1/warranty-check", {"diagnosed": True})
    assert again.json()["code"] == "line-decided-already"


async def test_what_the_maker_does_not_pay_is_not_accepted_in_his_name(door: Door) -> None:
    """R8: another version names who pays."""
    visit = await estimated(door, WARRANTY, registered=OLD)
    await checked(door, visit)
    assert (await accepted(door, visit, "L1")).json()["code"] == "warranty-not-paid"
    await door.post(f"/visits/{visit}/estimates", {"lines": [{**WARRANTY, "pay_type": "CUSTOMER_PAY"}]})
    body = {"accept": ["L2"], "signature": "s/2"}
    assert (await door.post(f"/visits/{visit}/estimates/2/authorisation", body)).status_code == 200


async def test_an_answer_may_be_written_down_by_hand_and_only_once(door: Door) -> None:
    """R8."""
    visit = await estimated(door, WARRANTY)
    await checked(door, visit)
    answer = f"/visits/{visit}/lines/L1/warranty-answer"
    said = {"granted": True, "reason": "by telephone"}
    assert (await door.post(answer, said)).status_code == 403
    assert (await door.post(answer, said, role="manager")).json()["cases"]["L1"]["state"] == "AUTHORISED"
    assert (await door.post(answer, said, role="manager")).json()["code"] == "no-warranty-request"


GRANT = {
    "vin": WALK_IN["vehicle"]["vin"],  # type: ignore[index]
    "code": "FIRST_SERVICE",
    "title": "First service",
    "valid_until": "2025-12-31",
    "max_km": 30_000,
    "first": True,
}


async def balance(door: Door, visit: str) -> tuple[int, int, int]:
    (one,) = (await door.get(f"/visits/{visit}/free-services")).json()["items"]
    return one["left"], one["claimed"], one["used"]


async def test_a_free_service_is_claimed_used_at_the_hand_over_and_counts_as_the_first(door: Door) -> None:
    """R20: balance, expiry, use."""
    visit = await estimated(door, FREE)
    told = FreeServiceGranted(
        vin=str(GRANT["vin"]),
        entitlement="FIRST_SERVICE",
        title="First service",
        count=1,
        valid_until=date(2025, 12, 31),
        max_km=30_000,
        first=True,
    )
    await door.others.hears(told, visit)
    assert await balance(door, visit) == (1, 0, 0)
    claim = f"/visits/{visit}/lines/L1/free-service"
    assert (await door.post(claim, {"code": "SECOND"})).json()["code"] == "free-service-unknown"
    assert (await door.post(claim, {"code": "FIRST_SERVICE"})).status_code == 200
    assert (await door.post(claim, {"code": "FIRST_SERVICE"})).json()["code"] == "free-service-claimed"
    assert await balance(door, visit) == (0, 1, 0)
    await accepted(door, visit, "L1")
    await door.work_done(visit, "L1")
    await door.post(f"/visits/{visit}/delivery-checks", CHECKS)
    assert (await door.post(f"/visits/{visit}/delivery", {})).status_code == 200
    assert await balance(door, visit) == (0, 0, 1)
    (used,) = door.others.announced(FreeServiceUsed)
    assert (used.entitlement, used.first, used.left, used.line_id) == ("FIRST_SERVICE", True, 0, "L1")


async def test_a_declined_line_gives_its_free_service_back(door: Door) -> None:
    """R20, R9."""
    visit = await estimated(door, FREE)
    assert (await door.post("/free-services", GRANT, role="manager")).status_code == 201
    await door.post(f"/visits/{visit}/lines/L1/free-service", {"code": "FIRST_SERVICE"})
    refused = {"decline": [{"line_id": "L1", "reason": "LATER"}], "signature": "s/2"}
    await door.post(f"/visits/{visit}/estimates/1/authorisation", refused)
    assert await balance(door, visit) == (1, 0, 0)
    assert door.others.announced(FreeServiceUsed) == []


@pytest.mark.parametrize(
    ("change", "line", "code"),
    [
        ({"valid_until": "2025-06-22"}, FREE, "free-service-expired"),
        ({"max_km": 20_112}, FREE, "free-service-expired"),
        ({}, LINE, "free-service-charged"),
    ],
)
async def test_a_free_service_is_refused_that_does_not_hold(door: Door, change: dict, line: dict, code: str) -> None:
    """R20: after its day, beyond its mileage, or on a line the customer pays."""
    visit = await estimated(door, line)
    await door.post("/free-services", {**GRANT, **change}, role="manager")
    refused = await door.post(f"/visits/{visit}/lines/L1/free-service", {"code": "FIRST_SERVICE"})
    assert refused.json()["code"] == code


async def test_one_free_service_is_not_claimed_by_two_visits(door: Door) -> None:
    """R20."""
    first, second = await estimated(door, FREE), await estimated(door, FREE)
    await door.post("/free-services", GRANT, role="manager")
    await door.post(f"/visits/{first}/lines/L1/free-service", {"code": "FIRST_SERVICE"})
    refused = await door.post(f"/visits/{second}/lines/L1/free-service", {"code": "FIRST_SERVICE"})
    assert refused.json()["code"] == "free-service-used-up"
