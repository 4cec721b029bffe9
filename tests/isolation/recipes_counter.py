"""Recipes of headquarters, booking and reception."""

from datetime import timedelta
from typing import Any

from recipe import Answer, Ask, Recipe, on_visit
from side import ADVISOR, TECHNICIAN, Side

WORK = {"work_class": "GR", "hours": 1.0}
POLITE = {"reason": "NO_TIME"}


# --- headquarters ----------------------------------------------------------------------------------------------------


def _registration(side: Side) -> dict[str, Any]:
    hours = [{"weekday": day, "opens": "08:00", "closes": "18:00"} for day in range(7)]
    return {
        "name": f"Dealer {side.code}",
        "zone": "Asia/Shanghai",
        "currency": "CNY",
        "region": "isolation",
        "area": side.area,
        "opened_on": "2012-03-01",
        "opening_hours": hours,
        "advisors": [ADVISOR],
    }


def _period(side: Side) -> dict[str, str]:
    return {"from": str(side.day - timedelta(days=2)), "to": str(side.day + timedelta(days=2))}


HEADQUARTERS = {
    "register_dealer": Recipe(lambda d: Ask(body={"dealer_id": d.code, **_registration(d)})),
    "change_dealer": Recipe(
        lambda d: Ask(body={**_registration(d), "name": f"New name of {d.code}"}), version_of="read_dealer"
    ),
    "read_dealer": Recipe(),
    "list_dealers": Recipe(),
    "read_figures": Recipe(lambda d: Ask(query=_period(d))),
    "read_network_figures": Recipe(lambda d: Ask(query=_period(d))),
    "explain_network_figure": Recipe(lambda d: Ask({"figure": "visits"}, query=_period(d))),
    "explain_figure": Recipe(lambda d: Ask({"figure": "booking_rate"}, query=_period(d))),
    "list_visits": Recipe(lambda d: Ask(query={"day": str(d.day)})),
    "read_visit": on_visit(),
    "read_story": on_visit(),
}


# --- booking ---------------------------------------------------------------------------------------------------------

_SLOTS = {"main": (10, 0), "dropped": (11, 0), "missed": (8, 0)}
_STAFF = {"technicians": [{"technician": TECHNICIAN, "hours_by_class": [{"work_class": "GR", "hours": 8}]}]}


def _slot(side: Side, hour: int, minute: int) -> dict[str, Any]:
    return {**WORK, "arrival": side.at(hour, minute).isoformat()}


def _confirmation(side: Side) -> dict[str, Any]:
    return {
        "customer": side.customer(),
        "vehicle": side.vehicle(),
        "nature": "FAULT_REPAIR",
        "concern": side.words("rattles"),
        "menu_items": [{"code": "BRAKES", "title": side.words("brakes"), "hours": 1.0}],
        "list_price": side.money(30_000),
        "delivery_estimate": side.at(16).isoformat(),
        "read_back_confirmed": True,
    }


def _keep_visit(side: Side, answer: Answer) -> None:
    side.ids[side.visit] = answer["visit_id"]


def _day(side: Side) -> Ask:
    return Ask({"day": str(side.day)})


BOOKING = {
    "plan_week": Recipe(lambda d: Ask(body={"weekdays": [{"weekday": n, **_STAFF} for n in range(7)]}), new=True),
    "plan_day": Recipe(lambda d: Ask({"day": str(d.day)}, _STAFF), new=True),
    "read_week": Recipe(),
    "read_capacity": Recipe(_day),
    "offer_slots": Recipe(lambda d: Ask(query={**WORK, "from": str(d.day), "to": str(d.day)})),
    "hold_appointment": Recipe(
        lambda d: Ask(body={**_slot(d, *_SLOTS[d.visit]), "channel": "PHONE"}), keep=_keep_visit
    ),
    "confirm_appointment": on_visit(_confirmation),
    "reschedule_appointment": on_visit(lambda d: {**_slot(d, 9, 0), **POLITE}),
    "cancel_appointment": on_visit(POLITE),
    "record_no_show_reason": on_visit({"reason": "ILL"}),
    "read_appointment": on_visit(
        keep=lambda d, told: d.ids.update({f"person:{d.visit}": told["customer"]["person_id"]}),
    ),
    "read_board": Recipe(_day),
    "read_register": Recipe(_day),
    "read_sheet": Recipe(lambda d: Ask({"day": str(d.day), "work_class": "GR"})),
}


# --- reception -------------------------------------------------------------------------------------------------------

ANSWERS = {
    "what": ["NOISE"],
    "where": ["FRONT"],
    "when": ["THIS_WEEK"],
    "conditions": ["COLD_ENGINE"],
    "who_drove": ["OWNER"],
    "how_often": ["SOMETIMES"],
}


def _arrival(side: Side) -> Ask:
    if side.visit == "main":
        return Ask(body={"visit_id": side.visit_id})
    walk_in = {"customer": side.customer(), "vehicle": side.vehicle(), "intent": "PAID_REPAIR"}
    return Ask(body={**walk_in, "concern": side.words("smells")})


def _station(side: Side) -> Ask:
    car, station = side.vehicle(), side.seen["station"]
    seen = {
        "LEFT_FRONT_DOOR": {"odometer_km": car["odometer_km"], "fuel_percent": 50},
        "LEFT_FRONT_WING": {"vin_seen": side.seen.get("vin", car["vin"])},
        "FRONT": {"plate_seen": car["plate"]},
    }
    return Ask({"visit_id": side.visit_id, "station": station}, seen.get(station, {}))


def line(side: Side, operation: str) -> dict[str, Any]:
    parts = [{"number": f"{operation}-K", "name": side.words("kit"), "quantity": 1, "price": side.money(9_000)}]
    priced = {"labour": side.money(18_000), "parts": parts, "pay_type": "CUSTOMER_PAY"}
    return {**WORK, "operation": operation, "title": side.words(operation), **priced}


def _order(side: Side) -> Ask:
    follow_up = {"channel": "PHONE" if side.visit == "second" else "SMS"}
    payer = "INTERNAL" if side.visit == "second" else "CUSTOMER_PAY"
    lines = [{**line(side, "BRAKES"), "pay_type": payer}]
    return Ask({"visit_id": side.visit_id}, {"lines": lines, "waiting": True, "follow_up": follow_up})


def _estimate(side: Side, body: dict[str, Any]) -> Ask:
    return Ask({"visit_id": side.visit_id, "version": side.seen["version"]}, body)


def accepted(side: Side) -> dict[str, Any]:
    return {"accept": side.seen["lines"], "decline": []}


def _keep_estimate(side: Side, answer: Answer) -> None:
    side.seen["version"] = answer["version"]
    side.seen["lines"] = [one["line_id"] for one in answer["lines"]]


def _supplement(side: Side) -> Ask:
    body = {"finding_id": side.ids["finding"], "lines": [line(side, "PADS")]}
    return Ask({"visit_id": side.visit_id}, body)


RECEPTION = {
    "receive_vehicle": Recipe(_arrival, keep=_keep_visit),
    "read_check_lists": Recipe(keep=lambda d, told: d.seen.update(lists=told)),
    "read_queue": Recipe(),
    "list_visits": Recipe(lambda d: Ask(query={"day": str(d.day)})),
    "read_visit": on_visit(),
    "read_repair_order": on_visit(),
    "list_estimates": on_visit(),
    "read_evidence": on_visit(),
    "verify_evidence": on_visit(),
    "export_evidence": on_visit(),
    "greet_customer": on_visit({"advisor": ADVISOR}),
    "record_questionnaire": on_visit(
        lambda d: {"version": 1, "answers": ANSWERS, "own_words": d.words("squeaks"), "plan": "", "read_back": True}
    ),
    "read_questioning": on_visit(),
    "export_dealer": Recipe(),
    "read_questionnaire": Recipe(lambda d: Ask({"version": 1})),
    "see_station": Recipe(_station),
    "resolve_mismatch": on_visit(
        lambda d: {"vehicle": {**d.vehicle(), "vin": d.seen["vin"]}, "how": "ORDER_CORRECTED"}
    ),
    "sign_walk_around": on_visit({"signature": "signatures/walk-around"}),
    "open_repair_order": Recipe(_order),
    "change_promised_time": on_visit(lambda d: {"promised_at": d.at(17).isoformat(), "reason": "CUSTOMER_WISH"}),
    "issue_estimate": on_visit({"contingency_percent": 0}, keep=_keep_estimate),
    "request_authorisation": Recipe(lambda d: _estimate(d, {})),
    "authorise_on_site": Recipe(lambda d: _estimate(d, {**accepted(d), "signature": "signatures/estimate"})),
    "issue_supplement": Recipe(_supplement, keep=_keep_estimate),
    "check_delivery": on_visit(lambda d: {"confirmed": [one["code"] for one in d.seen["lists"]["delivery_checks"]]}),
    "deliver_vehicle": on_visit({"opinion_card_filled": False}),
    "read_estimate_by_link": Recipe(
        lambda d: Ask({"token": d.seen["link:AUTHORISATION"]}),
        keep=lambda d, told: d.seen.update(shown=told["text_sha256"]),
    ),
    "authorise_by_link": Recipe(
        lambda d: Ask({"token": d.seen["link:AUTHORISATION"]}, {**accepted(d), "text_sha256": d.seen["shown"]})
    ),
}
