"""Price list, pending diagnosis, parts and line stories over HTTP (R7, R9, R10, R18)."""

from datetime import timedelta
from typing import Any

from contracts.parts import (
    PartsArrived,
    PartsEtaChanged,
    PartsReleased,
    PartsReserved,
    PartsShort,
    ReservedPart,
    ShortPart,
    SupplyWay,
)
from contracts.reception import LinesWithdrawn, PartsOrderAgreed, RepairOrderCancelled
from contracts.values import Money
from reception.domain.proof import faults
from reception_builders import NINE
from reception_door import Door
from reception_requests import LINE


def cny(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "CNY"}


PRICES = {
    "valid_from": "2025-06-23",
    "labour_rates": {"PM": cny(26_000), "GR": cny(31_000)},
    "menu": [
        {
            "code": "PM20",
            "en": "20,000 km service",
            "zh": "两万公里保养",
            "work_class": "PM",
            "hours": 1.5,
            "parts": [{"number": "OF-1", "name": "Oil filter", "price": cny(6_500), "condition": "REMANUFACTURED"}],
            "requirements": "Oil 0W-20",
            "precautions": "Hot oil",
        }
    ],
}
TOMORROW = NINE + timedelta(days=1)


async def ordered(door: Door, **body: Any) -> str:
    visit = await door.checked_in_walk_in()
    opened = await door.post(f"/visits/{visit}/repair-order", body)
    assert opened.status_code == 201, opened.text
    return visit


async def test_menu_items_are_priced_by_the_list_in_force_and_versions_stay(door: Door) -> None:
    """R10, R18: rate times hours; the estimate keeps the version; a list of tomorrow changes nothing today."""
    assert (await door.get("/price-lists/current")).json()["code"] == "price-list-missing"
    first = await door.post("/price-lists", PRICES, role="manager")
    assert (first.status_code, first.json()["version"]) == (201, 1)
    dearer = {**PRICES, "valid_from": "2025-06-24", "labour_rates": {"PM": cny(99_000)}}
    assert (await door.post("/price-lists", dearer, role="manager")).json()["version"] == 2
    current = (await door.get("/price-lists/current")).json()
    (item,) = current["menu"]
    assert (current["version"], item["labour"], item["total"]) == (1, cny(39_000), cny(45_500))
    assert (await door.get("/price-lists/current?day=2025-06-24")).json()["version"] == 2
    assert (await door.get("/price-lists/versions/2")).json()["menu"][0]["labour"] == cny(148_500)
    visit = await ordered(door, menu_items=["PM20"])
    issued = (await door.post(f"/visits/{visit}/estimates", {})).json()
    assert (issued["price_list_version"], issued["total"]) == (1, cny(45_500))
    (line,) = issued["lines"]
    assert (line["title"], line["requirements"], line["precautions"]) == ("两万公里保养", "Oil 0W-20", "Hot oil")
    assert line["part_conditions"] == {"OF-1": "REMANUFACTURED"}
    again = (await door.post(f"/visits/{visit}/estimates", {"lines": [LINE], "menu_items": ["PM20"]})).json()
    assert [one["operation"] for one in again["lines"]] == [LINE["operation"], "PM20"]


async def test_parts_that_are_no_new_ones_of_the_maker_are_named_in_the_text_the_customer_decides_on(
    door: Door,
) -> None:
    """R18, R12: each with its condition; a new one of the maker goes without saying."""
    conditions = {"P-1": "REMANUFACTURED", "P-2": "AFTERMARKET", "P-3": "USED", "P-4": "NEW_OEM"}
    parts = [{"number": one, "name": "Filter", "price": cny(100), "condition": is_} for one, is_ in conditions.items()]
    visit = await ordered(door, lines=[{**LINE, "parts": parts}])
    (line,) = (await door.post(f"/visits/{visit}/estimates", {})).json()["lines"]
    assert line["part_conditions"] == {one: is_ for one, is_ in conditions.items() if is_ != "NEW_OEM"}
    text = (await door.client.get(await door.link_of(visit))).json()["text"]
    told = ("P-1 Filter:再制造件", "P-2 Filter:品牌件", "P-3 Filter:二手件")
    assert [one for one in told if one not in text] == [] and "P-4" not in text


async def test_prices_are_refused_that_cannot_hold(door: Door) -> None:
    """R10, X4: of yesterday, in foreign money, of a class without a rate, or of an item that is not on the list."""
    for change, code in (
        ({"valid_from": "2025-06-22"}, "past-prices-frozen"),
        ({"labour_rates": {"PM": {"amount": 1, "currency": "EUR"}}}, "currency-foreign"),
        ({"labour_rates": {"GR": cny(1)}}, "labour-rate-missing"),
    ):
        refused = await door.post("/price-lists", {**PRICES, **change}, role="manager")
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    await door.post("/price-lists", PRICES, role="manager")
    assert (await door.post("/price-lists", PRICES, role="advisor")).status_code == 403
    visit = await door.checked_in_walk_in()
    refused = await door.post(f"/visits/{visit}/repair-order", {"menu_items": ["PM30"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "menu-item-unknown")
    assert (await door.post(f"/visits/{visit}/repair-order", {})).status_code == 422


async def test_an_estimate_pending_diagnosis_is_acknowledged_and_ends_with_the_first_estimate(door: Door) -> None:
    """R10: the customer knows what finding the fault costs at most; it is evidence (R12)."""
    visit = await ordered(door, diagnosis_first=True)
    assert (await door.post(f"/visits/{visit}/estimates", {})).json()["code"] == "nothing-to-estimate"
    body = {"limit": cny(20_000), "signature": "signatures/9"}
    assert (await door.post(f"/visits/{visit}/pending-diagnosis", body)).json()["diagnosis_pending"] is True
    entry = (await door.get(f"/visits/{visit}/evidence")).json()["items"][0]
    assert (entry["kind"], entry["amount"], entry["signature"]) == ("DIAGNOSIS_ACKNOWLEDGED", 20_000, "signatures/9")
    assert "200.00 CNY" in entry["text"]
    await door.post(f"/visits/{visit}/estimates", {"lines": [LINE]})
    assert (await door.get(f"/visits/{visit}/repair-order")).json()["diagnosis_pending"] is False
    late = await door.post(f"/visits/{visit}/pending-diagnosis", body)
    assert (late.status_code, late.json()["code"]) == (409, "diagnosis-not-pending")


def short(line_id: str = "L1", eta: Any = TOMORROW) -> PartsShort:
    item = ShortPart(line_id=line_id, number="P-1", missing=2, way=SupplyWay.TRANSFER, from_dealer="SH002", eta=eta)
    return PartsShort(items=(item,))


async def test_a_missing_part_is_in_the_text_and_accepting_the_line_agrees_to_wait(door: Door) -> None:
    """R9: told with its time; what reads otherwise by now is not decided on unseen."""
    visit = await ordered(door, lines=[LINE, LINE])
    await door.post(f"/visits/{visit}/estimates", {})
    link = await door.link_of(visit)
    seen = (await door.client.get(link)).json()["text_sha256"]
    await door.others.hears(short(), visit)
    yes = {"accept": ["L1", "L2"], "decline": [], "text_sha256": seen}
    assert (await door.client.post(link, json=yes)).json()["code"] == "text-changed"
    shown = (await door.client.get(link)).json()
    assert "P-1 缺货,预计到货 2025-06-24" in shown["text"]
    assert (await door.get(f"/visits/{visit}/repair-order")).json()["parts_to_agree"] == ["L1"]
    assert (await door.client.post(link, json={**yes, "text_sha256": shown["text_sha256"]})).status_code == 200
    assert door.others.announced(PartsOrderAgreed) == [PartsOrderAgreed(lines=("L1",), eta=TOMORROW)]
    assert (await door.get(f"/visits/{visit}/repair-order")).json()["parts_to_agree"] == []


async def authorised(door: Door, *lines: str) -> str:
    visit = await ordered(door, lines=[LINE] * len(lines))
    await door.post(f"/visits/{visit}/estimates", {})
    decided = await door.post(f"/visits/{visit}/estimates/1/authorisation", {"accept": [*lines], "signature": "s/2"})
    assert decided.status_code == 200, decided.text
    return visit


async def test_who_does_not_wait_takes_the_line_back_and_nothing_stays_reserved(door: Door) -> None:
    """R9: the ceiling sinks with it; when nothing is left the order is cancelled with thanks."""
    visit = await authorised(door, "L1", "L2")
    reserved = ReservedPart(line_id="L2", number="P-2", quantity=1)
    await door.others.hears(PartsReserved(items=(reserved,)), visit)
    await door.others.hears(short(), visit)
    order = (await door.get(f"/visits/{visit}/repair-order")).json()
    assert (order["promise_at_risk"], order["parts_to_agree"]) == ("PARTS", ["L1"])
    left = (await door.post(f"/visits/{visit}/lines/L1/parts-agreement", {"agreed": False})).json()
    assert (left["authorised_lines"], left["authorised_total"], left["state"]) == (["L2"], cny(35_000), "AUTHORISED")
    (told,) = door.others.announced(LinesWithdrawn)
    assert (told.lines, told.reason, told.authorised_total.amount) == (("L1",), "PARTS_NOT_AWAITED", 35_000)
    gone = (await door.post(f"/visits/{visit}/lines/L2/parts-agreement", {"agreed": False})).json()
    assert gone["state"] == "CANCELLED"
    assert door.others.announced(RepairOrderCancelled) == [RepairOrderCancelled(reason="PARTS_NOT_AWAITED")]
    order = (await door.get(f"/visits/{visit}/repair-order")).json()
    assert {part["state"] for part in order["parts"]} == {"RELEASED"}
    assert faults((await door.get(f"/visits/{visit}/evidence/export")).json()) == []


async def test_a_line_that_was_begun_is_not_taken_back(door: Door) -> None:
    """R9, R12."""
    visit = await authorised(door, "L1")
    await door.work_done(visit, "L1")
    refused = await door.post(f"/visits/{visit}/lines/L1/parts-agreement", {"agreed": False})
    assert (refused.status_code, refused.json()["code"]) == (409, "line-begun")


async def test_a_later_time_asks_the_customer_again_and_an_arrival_ends_the_wait(door: Door) -> None:
    """R9: the clerk says it by hand, the stock by its facts; the last word holds."""
    visit = await authorised(door, "L1")
    said = {"line_id": "L1", "number": "P-1", "state": "SHORT", "way": "ORDER", "eta": TOMORROW.isoformat()}
    parts = f"/visits/{visit}/parts"
    told = await door.post(parts, {"items": [said]}, role="parts_clerk")
    assert told.json()["parts_to_agree"] == ["L1"]
    unknown = await door.post(parts, {"items": [{**said, "line_id": "L7"}]})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "line-unknown")
    agreement = f"/visits/{visit}/lines/L1/parts-agreement"
    assert (await door.post(agreement, {"agreed": True})).json()["parts_to_agree"] == []
    assert (await door.post(agreement, {"agreed": True})).json()["code"] == "no-parts-to-agree-on"
    again = PartsEtaChanged(line_id="L1", number="P-1", previous=TOMORROW, eta=TOMORROW + timedelta(days=3))
    await door.others.hears(again, visit)
    assert (await door.get(f"/visits/{visit}/repair-order")).json()["parts_to_agree"] == ["L1"]
    await door.others.hears(PartsArrived(line_id="L1", number="P-1", quantity=2), visit)
    order = (await door.get(f"/visits/{visit}/repair-order")).json()
    assert order["parts_to_agree"] == [] and order["parts"][0]["state"] == "ARRIVED"
    await door.others.hears(PartsReleased(reason="ORDER_CANCELLED"), visit)
    assert (await door.get(f"/visits/{visit}/repair-order")).json()["parts"][0]["state"] == "RELEASED"


async def test_the_whole_order_shows_everything_and_keeps_personal_values_sealed(door: Door) -> None:
    """R7: payer, address, dates, fuel, signature, times, proof of quality control; R18; prices held to stock (R9)."""
    particulars = {
        "address": "1 Century Avenue",
        "other_phones": ["021-555"],
        "payer": "Fleet Ltd",
        "payment_method": "TRANSFER",
        "produced_on": "2023-02-01",
        "registered_on": "2023-05-01",
        "signature": "signatures/order",
    }
    visit = await ordered(door, lines=[LINE], particulars=particulars, keep_replaced_parts=True)
    await door.post(f"/visits/{visit}/estimates", {})
    await door.post(f"/visits/{visit}/estimates/1/authorisation", {"accept": ["L1"], "signature": "s/2"})
    number = LINE["parts"][0]["number"]
    price = Money(amount=1, currency="CNY")
    held = ReservedPart(line_id="L1", number=number, quantity=1, price=price)
    await door.others.hears(PartsReserved(items=(held,)), visit)
    await door.work_done(visit, "L1")
    story = {"concern": "squeals", "cause": "pads worn", "correction": "pads replaced"}
    assert (await door.post(f"/visits/{visit}/lines/L1/story", story)).status_code == 200
    sheet = (await door.get(f"/visits/{visit}/repair-order/sheet")).json()
    assert sheet["particulars"] == {**particulars, "fuel_percent": 40}
    assert sheet["customer"]["name"] == "Li Wei" and sheet["quality"]["inspector"] == "ines"
    assert sheet["order"]["stories"] == {"L1": story} and sheet["order"]["keep_replaced_parts"] is True
    assert sheet["order"]["times"]["L1"]["finished_at"]
    (difference,) = sheet["price_differences"]
    assert (difference["number"], difference["in_stock"]["amount"]) == (number, 1)
    kept = str(door.others.store.documents)
    assert not [secret for secret in ("Century", "021-555", "Fleet Ltd") if secret in kept]
