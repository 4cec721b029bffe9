"""Warranty of lines and free services over HTTP (R8, R20)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from contracts.headquarters import FreeServiceGranted, WarrantyAuthorised, WarrantyRefused
from contracts.parts import PartsReserved, PartsShort, ReservedPart, ShortPart, SupplyWay
from contracts.reception import (
    EstimateAuthorised,
    FreeServiceUsed,
    LinesWithdrawn,
    PickUpDue,
    RepairOrderCancelled,
    WarrantyAuthorisationRequested,
)
from contracts.workshop import VehicleReady
from reception.domain.errors_estimate import EvidenceBroken
from reception.domain.order_warranty import warranty_answered
from reception.domain.proof import faults
from reception_builders import NINE, yuan
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


async def test_a_vehicle_that_waited_only_for_a_refused_line_is_to_be_picked_up(door: Door) -> None:
    """R8, R15, R9: the workshop never heard of the line; the customer hears that his vehicle is ready, and nothing
    stays reserved for what is not done."""
    visit = await estimated(door, LINE, {**WARRANTY, "parts": LINE["parts"]})
    case = await checked(door, visit, "L2")
    await accepted(door, visit, "L1", "L2")
    await door.others.hears(PartsReserved(items=(ReservedPart(line_id="L2", number="90915", quantity=1),)), visit)
    await door.work_done(visit, "L1")
    assert door.others.announced(PickUpDue) == []
    await door.others.hears(WarrantyRefused(request_id=case["request_id"], line_id="L2", reason="stone chips"), visit)
    order = await door.others.order(visit)
    assert order.state == "READY" and len(door.others.announced(PickUpDue)) == 1
    supply = order.supply.of("L2", "90915")
    assert supply is not None and supply.state == "RELEASED"


async def test_who_takes_back_the_only_line_that_is_left_is_told_that_the_vehicle_is_ready(door: Door) -> None:
    """R15, R9: a line that waits for headquarters is unknown to the workshop."""
    visit = await estimated(door, LINE, WARRANTY)
    await checked(door, visit, "L2")
    await accepted(door, visit, "L1", "L2")
    await door.work_done(visit, "L1")
    await door.post(f"/visits/{visit}/lines/L2/parts-agreement", {"agreed": False})
    assert len(door.others.announced(PickUpDue)) == 1


async def test_a_line_that_headquarters_grants_ends_the_release_of_the_others(door: Door) -> None:
    """R15, R8, W7: the workshop gets it, and makes the vehicle ready anew whoever takes the line back."""
    visit = await estimated(door, LINE, WARRANTY)
    case = await checked(door, visit, "L2")
    await accepted(door, visit, "L1", "L2")
    await door.work_done(visit, "L1")
    await door.others.hears(WarrantyAuthorised(request_id=case["request_id"], line_id="L2", reference="HQ 7"), visit)
    await door.post(f"/visits/{visit}/lines/L2/parts-agreement", {"agreed": False})
    assert door.others.announced(PickUpDue) == []
    await door.others.hears(VehicleReady(lines=("L1",)), visit)
    assert len(door.others.announced(PickUpDue)) == 1


async def test_the_evidence_names_who_refused_a_line_and_not_the_customer(door: Door) -> None:
    """R8, R12: the maker's no is not the customer's word at the counter; who wrote it down stands there."""
    visit = await estimated(door, WARRANTY, LINE)
    await checked(door, visit)
    await accepted(door, visit, "L1", "L2")
    said = {"granted": False, "reason": "by telephone"}
    assert (await door.post(f"/visits/{visit}/lines/L1/warranty-answer", said, role="manager")).status_code == 200
    exported = (await door.get(f"/visits/{visit}/evidence/export")).json()
    entry = exported["entries"][-1]
    assert (entry["kind"], entry["how"], entry["person_id"]) == ("LINES_WITHDRAWN", "MAKER", "")
    assert entry["actor"].startswith("manager:")
    (withdrawal,) = exported["withdrawals"]
    assert (withdrawal["how"], withdrawal["person_id"], faults(exported)) == ("MAKER", "", [])


@pytest.mark.parametrize("granted", [True, False])
async def test_an_answer_changes_nothing_where_the_evidence_does_not_hold(door: Door, granted: bool) -> None:
    """R12, R8: nothing is released or taken back on what was tampered with."""
    visit = await estimated(door, WARRANTY)
    await checked(door, visit)
    await accepted(door, visit, "L1")
    order = await door.others.order(visit)
    order.agreement.decisions[0] = replace(order.agreement.decisions[0], amount=yuan(1))
    with pytest.raises(EvidenceBroken):
        warranty_answered(order, "L1", granted, "HQ 7", NINE, "manager:mo")


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


async def test_nothing_is_accepted_in_the_makers_name_before_it_was_checked(door: Door) -> None:
    """R8: neither at the counter nor by a link that could not be answered; the customer may decline it."""
    visit = await estimated(door, WARRANTY, LINE, registered=YOUNG)
    for refused in (
        await accepted(door, visit, "L1", "L2"),
        await door.post(f"/visits/{visit}/estimates/1/authorisation-request", {}),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "warranty-not-checked")
    await checked(door, visit)
    assert (await door.post(f"/visits/{visit}/estimates/1/authorisation-request", {})).status_code == 202
    assert (await accepted(door, visit, "L1", "L2")).status_code == 200


async def test_an_unchecked_line_may_be_declined(door: Door) -> None:
    """R8, R12."""
    visit = await estimated(door, WARRANTY, LINE)
    no = [{"line_id": "L1", "reason": "LATER"}]
    body = {"accept": ["L2"], "decline": no, "signature": "s/2"}
    assert (await door.post(f"/visits/{visit}/estimates/1/authorisation", body)).status_code == 200


async def test_a_link_sent_before_lines_were_checked_is_answered_and_the_line_waits_for_its_check(door: Door) -> None:
    """R8, R12: the customer cannot check it; nothing is authorised before the maker's word."""
    visit = await estimated(door, WARRANTY, registered=YOUNG)
    await checked(door, visit)
    link = await door.link_of(visit)
    door.others.store.documents["repair_orders"][visit]["warranty"] = {}
    shown = (await door.client.get(link)).json()
    answer = await door.client.post(link, json={"accept": ["L1"], "text_sha256": shown["text_sha256"]})
    assert (answer.status_code, door.others.announced(EstimateAuthorised)) == (200, [])
    assert (await door.get(f"/visits/{visit}/warranty")).json()["waiting"] == ["L1"]
    await checked(door, visit)
    assert [one.lines[0].line_id for one in door.others.announced(EstimateAuthorised)] == ["L1"]


async def test_who_decides_on_a_version_that_was_replaced_hears_of_the_later_one(door: Door) -> None:
    """R10, R8: not of a check that would help nobody."""
    visit = await estimated(door, WARRANTY)
    await door.post(f"/visits/{visit}/estimates", {})
    assert (await accepted(door, visit, "L1")).json()["code"] == "estimate-superseded"


async def test_the_work_of_a_recall_is_asked_at_headquarters_however_old_the_car_is(door: Door) -> None:
    """R8, B5, H7: who launched the campaign says whether it pays."""
    visit = await estimated(door, WARRANTY, registered=OLD)
    body = {"diagnosed": True, "campaign": "RC-2025-01"}
    answer = await door.post(f"/visits/{visit}/lines/L1/warranty-check", body)
    case = answer.json()["cases"]["L1"]
    assert (case["state"], case["rule"]) == ("REQUESTED", "CAMPAIGN")
    (asked,) = door.others.announced(WarrantyAuthorisationRequested)
    assert (asked.rule, asked.reason) == ("CAMPAIGN", "campaign RC-2025-01: it goes by neither age nor mileage")
    await accepted(door, visit, "L1")
    await door.others.hears(WarrantyAuthorised(request_id=case["request_id"], line_id="L1", reference="HQ 7"), visit)
    assert [one.lines[0].line_id for one in door.others.announced(EstimateAuthorised)] == ["L1"]


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


@pytest.mark.parametrize("is_checked", [False, True])
async def test_a_free_service_is_paid_as_it_was_granted_whatever_the_policy_says(door: Door, is_checked: bool) -> None:
    """R20, R8: maintenance is wear, which the maker does not pay for a car of this age; the free service he does."""
    visit = await estimated(door, {**LINE, "pay_type": "WARRANTY"})
    await door.post("/free-services", GRANT, role="manager")
    await door.post(f"/visits/{visit}/lines/L1/free-service", {"code": "FIRST_SERVICE"})
    if is_checked:
        assert (await checked(door, visit))["state"] == "NOT_COVERED"
    assert (await door.post(f"/visits/{visit}/estimates/1/authorisation-request", {})).status_code == 202
    assert (await accepted(door, visit, "L1")).status_code == 200
    assert [one.lines[0].line_id for one in door.others.announced(EstimateAuthorised)] == ["L1"]


async def test_a_free_service_goes_on_with_the_makers_no(door: Door) -> None:
    """R20, R8: that his policy does not pay it takes nothing away from what he granted."""
    visit = await estimated(door, {**LINE, "pay_type": "WARRANTY"})
    await door.post("/free-services", GRANT, role="manager")
    await door.post(f"/visits/{visit}/lines/L1/free-service", {"code": "FIRST_SERVICE"})
    await checked(door, visit, diagnosed=False)
    await accepted(door, visit, "L1")
    assert (await checked(door, visit))["state"] == "NOT_COVERED"
    assert [one.lines[0].line_id for one in door.others.announced(EstimateAuthorised)] == ["L1"]


async def test_a_declined_line_gives_its_free_service_back(door: Door) -> None:
    """R20, R9."""
    visit = await estimated(door, FREE)
    assert (await door.post("/free-services", GRANT, role="manager")).status_code == 201
    await door.post(f"/visits/{visit}/lines/L1/free-service", {"code": "FIRST_SERVICE"})
    refused = {"decline": [{"line_id": "L1", "reason": "LATER"}], "signature": "s/2"}
    await door.post(f"/visits/{visit}/estimates/1/authorisation", refused)
    assert await balance(door, visit) == (1, 0, 0)
    assert door.others.announced(FreeServiceUsed) == []


async def test_a_replaced_line_gives_its_free_service_back_and_asks_for_no_parts(door: Door) -> None:
    """R20, R10, R9: what takes its place in the next version may use the free service."""
    visit = await estimated(door, FREE)
    await door.post("/free-services", GRANT, role="manager")
    await door.post(f"/visits/{visit}/lines/L1/free-service", {"code": "FIRST_SERVICE"})
    eta = NINE + timedelta(days=1)
    missing = ShortPart(line_id="L1", number="90915", missing=1, way=SupplyWay.ORDER, eta=eta)
    await door.others.hears(PartsShort(items=(missing,)), visit)
    assert (await door.get(f"/visits/{visit}/repair-order")).json()["parts_to_agree"] == ["L1"]
    await door.post(f"/visits/{visit}/estimates", {"lines": [FREE]})
    assert await balance(door, visit) == (1, 0, 0)
    claimed = await door.post(f"/visits/{visit}/lines/L2/free-service", {"code": "FIRST_SERVICE"})
    assert (claimed.status_code, claimed.json()["parts_to_agree"]) == (200, [])
    assert await balance(door, visit) == (0, 1, 0)


async def test_a_replaced_supplement_gives_its_free_service_back(door: Door) -> None:
    """R20, R14."""
    visit = await estimated(door, LINE)
    await door.post("/free-services", GRANT, role="manager")
    await accepted(door, visit, "L1")
    await door.others.finds_more(visit_id=visit)
    supplement = {"finding_id": "finding-1", "lines": [FREE]}
    await door.post(f"/visits/{visit}/supplements", supplement)
    await door.post(f"/visits/{visit}/lines/L2/free-service", {"code": "FIRST_SERVICE"})
    assert await balance(door, visit) == (0, 1, 0)
    assert (await door.post(f"/visits/{visit}/supplements", supplement)).status_code == 201
    assert await balance(door, visit) == (1, 0, 0)


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
