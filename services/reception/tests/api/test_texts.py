"""What a caller reads, in his language (X4)."""

import re

from reception_builders import NINE
from reception_door import WALK_IN, Door
from reception_requests import LINE, QUESTIONNAIRE, STATIONS

CHINESE = re.compile("[一-鿿]")
ZH = {"Accept-Language": "zh-CN,zh;q=0.9"}


async def test_a_refusal_is_told_in_the_language_asked_for(door: Door) -> None:
    """R10, X4: the code is the same."""
    visit = await door.walk_in_with_estimate()
    english = await door.get(f"/visits/{visit}/documents/estimate?version=9")
    door.client.headers.update(ZH)
    chinese = await door.get(f"/visits/{visit}/documents/estimate?version=9")
    assert english.json()["code"] == chinese.json()["code"] == "estimate-unknown"
    assert english.json()["detail"] == "There is no estimate version 9: list them at /estimates."
    assert chinese.json()["detail"] == "没有第 9 版估价单:请在 /estimates 查看。"


async def test_each_fault_of_a_sheet_is_told_in_the_language_asked_for(door: Door) -> None:
    """R17, X4: sentences within the sentence, and in the details."""
    visit = await door.walk_in_with_estimate()
    door.client.headers.update(ZH)
    wrong = {"results": [{"code": "BRAKE_PADS_FRONT", "grade": "GREEN", "measured": 1.9}]}
    refused = (await door.post(f"/visits/{visit}/inspection", wrong, role="technician")).json()
    fault = "BRAKE_PADS_FRONT:1.9 mm 应为 RED,而不是 GREEN"
    assert refused["details"] == {"faults": [fault]} and refused["detail"] == f"请更正检查单:{fault}"


async def test_what_stands_in_a_sentence_is_told_in_the_language_asked_for_too(door: Door) -> None:
    """R5, R8, R12, X4: no English word in a Chinese sentence but codes."""
    visit = (await door.post("/arrivals", WALK_IN)).json()["visit_id"]
    for station, seen in STATIONS.items():
        await door.post(f"/visits/{visit}/walk-around/stations/{station}", seen)
    await door.post(f"/visits/{visit}/questionnaire", QUESTIONNAIRE)
    door.client.headers.update(ZH)
    unsigned = (await door.post(f"/visits/{visit}/walk-around/stations/REAR", {})).json()
    assert unsigned["details"] == {"expected": "SIGNATURE"} and "下一步是 客户签字" in unsigned["detail"]
    await door.post(f"/visits/{visit}/walk-around/signature", {"signature": "signatures/1"})
    order = {"lines": [LINE], "particulars": {"registered_on": "2024-06-01"}}
    assert (await door.post(f"/visits/{visit}/repair-order", order)).status_code == 201
    checked = await door.post(f"/visits/{visit}/lines/L1/warranty-check", {"diagnosed": True})
    why = checked.json()["cases"]["L1"]["why"]
    assert why == (await door.get(f"/visits/{visit}/warranty")).json()["cases"]["L1"]["why"]
    assert why == "超出 6 个月 / 10000 公里;本车:13 个月 / 20113 公里"
    shown = [(await door.get(f"/visits/{visit}{path}")).json() for path in ("", "/repair-order", "/repair-order/sheet")]
    orders = (shown[0]["repair_order"], shown[1], shown[2]["order"])
    assert [order["warranty"]["L1"]["why"] for order in orders] == [why] * 3
    await door.post(f"/visits/{visit}/estimates", {})
    declined = {"decline": [{"line_id": "L1", "reason": "LATER"}], "signature": "s/2"}
    await door.post(f"/visits/{visit}/estimates/1/authorisation", declined)
    closed = (await door.post(f"/visits/{visit}/estimates", {})).json()
    assert (closed["code"], closed["detail"][:10]) == ("repair-order-closed", "委托书已取消:不能再")


async def test_faults_of_the_evidence_are_told_in_the_language_asked_for(door: Door) -> None:
    """R12, X4: where it is checked, and where a change is refused."""
    visit = await door.walk_in_with_estimate()
    door.client.headers.update(ZH)
    kept = door.others.store.documents["repair_orders"][visit]["agreement"]
    kept["estimates"][0]["lines"][0]["labour"]["amount"] += 1
    told = (await door.get(f"/visits/{visit}/evidence/verification")).json()
    refused = await door.post(f"/visits/{visit}/estimates/1/authorisation", {"accept": ["L1"], "signature": "s/2"})
    assert told["faults"][0] == "估价单与所出具的不一致"
    kept["withdrawals"] = [{"lines": ["L1"], "person_id": "p", "at": NINE, "reason": "PRICE"}]
    more = (await door.get(f"/visits/{visit}/evidence/verification")).json()["faults"]
    assert "撤回的项目与证据链中的不一致" in more
    assert (refused.json()["code"], refused.json()["details"]) == ("evidence-broken", {"faults": told["faults"]})


async def test_every_code_of_a_list_has_its_names(door: Door) -> None:
    """X4."""
    lists = {one["name"]: one["items"] for one in (await door.get("/lists")).json()["lists"]}
    assert {"code": "LEFT_FRONT_DOOR", "en": "left front door", "zh": "左前门"} in lists["station"]
    assert {"answer-what", "decline-reason", "pay-type", "warranty-state"} <= lists.keys()
    assert [one for items in lists.values() for one in items if not CHINESE.search(one["zh"])] == []


async def test_a_document_is_printed_in_the_readers_language(door: Door) -> None:
    """R7, X4: the dealer's own where the reader names none."""
    visit = await door.walk_in_with_estimate()
    own = await door.get(f"/visits/{visit}/documents/repair-order")
    door.client.headers["Accept-Language"] = "en-GB"
    english = await door.get(f"/visits/{visit}/documents/repair-order")
    assert "维修委托书" in own.text and "浦东汽车" in own.text
    assert "Repair order" in english.text and "Pudong Motors" in english.text
