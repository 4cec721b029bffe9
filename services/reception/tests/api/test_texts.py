"""What a caller reads, in his language (X4)."""

import re

from reception_door import Door

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
