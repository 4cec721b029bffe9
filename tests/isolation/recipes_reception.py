"""Recipes of what reception does in depth: prices, parts, diagnosis, what was done and why."""

import base64
from datetime import timedelta
from typing import Any

from recipe import Ask, Recipe, on_line, on_visit
from side import Side


def _prices(side: Side) -> dict[str, Any]:
    rate, parts = side.money(26_000), [{"number": "OF-1", "name": side.words("filter"), "price": side.money(6_500)}]
    item = {"code": "PM10", "en": side.words("service"), "zh": "保养", "work_class": "PM", "hours": 1, "parts": parts}
    return {"valid_from": str(side.day), "labour_rates": {"PM": rate}, "menu": [item]}


def _parts(side: Side) -> dict[str, Any]:
    eta = side.at(8) + timedelta(days=1)
    short = {"line_id": "L1", "number": "BRAKES-K", "state": "SHORT", "way": "ORDER", "eta": eta.isoformat()}
    return {"items": [short]}


def _draft(side: Side) -> dict[str, Any]:
    return {"items": [{"number": "BRAKES-K", "name": side.words("kit"), "line": "BRAKES"}]}


def _story(side: Side) -> dict[str, Any]:
    return {"concern": side.words("squeals"), "cause": side.words("pads worn"), "correction": "Pads replaced"}


def _free_service(side: Side) -> dict[str, Any]:
    vin = side.seen.get("vin", side.vehicle()["vin"])
    return {"vin": vin, "code": "FIRST", "title": side.words("first"), "valid_until": "2099-12-31", "first": True}


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def _photo(side: Side) -> Ask:
    """Of a point of the inspection, which the customer sees by his link."""
    return Ask({"visit_id": side.visit_id}, query={"point": "LIGHTS"}, file=("image/png", PNG))


def _of_photo(side: Side, body: dict[str, Any] | None = None) -> Ask:
    return Ask({"visit_id": side.visit_id, "photo_id": side.ids["photo"]}, body)


IN_DEPTH = {
    "publish_price_list": Recipe(lambda d: Ask(body=_prices(d))),
    "read_current_prices": Recipe(lambda d: Ask(query={"day": str(d.day)})),
    "read_price_list": Recipe(lambda d: Ask({"version": 1})),
    "acknowledge_diagnosis": on_visit(lambda d: {"limit": d.money(10_000), "signature": "signatures/diagnosis"}),
    "draft_parts": on_visit(_draft),
    "read_parts_draft": on_visit(),
    "leave_queue": on_visit({"reason": "CALLED_AWAY"}),
    "return_to_queue": on_visit({}),
    "tell_parts": on_visit(_parts),
    "read_parts": on_visit(),
    "read_lists": Recipe(),
    "read_trail": on_visit(),
    "read_trail_text": on_visit(),
    "agree_on_parts": on_line({"agreed": True}),
    "tell_line_story": on_line(_story),
    "read_order_sheet": on_visit(),
    "check_warranty": on_line({"diagnosed": True}),
    "answer_warranty": on_line({"granted": True, "reason": "by telephone"}),
    "read_warranty": on_visit(),
    "grant_free_service": Recipe(lambda d: Ask(body=_free_service(d))),
    "read_free_services": on_visit(),
    "claim_free_service": on_line({"code": "FIRST"}),
    "correct_visit": on_visit(lambda d: {"customer": d.customer(), "odometer_km": 42_001}),
    "protect_vehicle": on_visit(
        lambda d: {"covers": ["SEAT"], "customer_present": True, "valuables": [{"what": d.words("glasses")}]}
    ),
    "read_protection": on_visit(),
    "look_up_plate": Recipe(lambda d: Ask(query={"plate": d.vehicle()["plate"]})),
    "read_history": on_visit(),
    "read_waiting_times": Recipe(lambda d: Ask(query={"day": str(d.day)})),
    "examine_vehicle": on_visit({"reproduced": True, "readings": [{"device": "OBD", "code": "P0301"}]}),
    "request_support": on_visit(lambda d: {"question": d.words("what else")}),
    "read_diagnosis": on_visit(),
    "recommend_work": on_visit(
        lambda d: {"title": d.words("pads"), "reason": d.words("worn")},
        keep=lambda d, told: d.ids.update(recommendation=told["recommendation_id"]),
    ),
    "answer_recommendation": Recipe(
        lambda d: Ask({"recommendation_id": d.ids["recommendation"]}, {"answer": "POSTPONED", "due_km": 50_000})
    ),
    "read_recommendations": on_visit(),
    "record_inspection": on_visit(
        lambda d: {"results": [{"code": "LIGHTS", "grade": "RED", "note": d.words("broken")}]},
    ),
    "read_inspection": on_visit(
        keep=lambda d, told: d.seen.update({"link:INSPECTION": told["link"].rpartition("/")[2]}),
    ),
    "propose_promise": on_visit(),
    "print_document": Recipe(lambda d: Ask({"visit_id": d.visit_id, "document": "repair-order"})),
    "keep_photo": Recipe(_photo, keep=lambda d, told: d.ids.update(photo=told["photo_id"])),
    "list_photos": on_visit(),
    "read_photo": Recipe(_of_photo),
    "remove_photo": Recipe(lambda d: _of_photo(d, {"reason": "BLURRED"})),
    "read_photo_by_link": Recipe(lambda d: Ask({"token": d.seen["link:INSPECTION"], "photo_id": d.ids["photo"]})),
    "read_inspection_by_link": Recipe(lambda d: Ask({"token": d.seen["link:INSPECTION"]})),
    "view_inspection_by_link": Recipe(lambda d: Ask({"token": d.seen["link:INSPECTION"]}, {})),
}
