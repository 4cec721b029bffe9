"""Recipes of booking beyond the way of one appointment."""

from datetime import timedelta
from typing import Any

from recipe import Answer, Ask, Recipe, on_visit
from recipes_counter import _confirmation, _keep_visit
from side import TECHNICIAN, Side


def _from(side: Side, **more: Any) -> dict[str, Any]:
    return {"effective_from": str(side.day), **more}


def _shifts() -> list[dict[str, Any]]:
    return [{"weekday": n, "start": "08:00", "end": "16:00"} for n in range(7)]


def _days(side: Side) -> dict[str, str]:
    return {"from": str(side.day), "to": str(side.day + timedelta(days=2))}


LINK = "link:APPOINTMENT"
"""The customer's link to the visit the story speaks of."""


def _waiting(side: Side) -> Ask:
    days = {"first_day": str(side.day), "last_day": str(side.day + timedelta(days=2))}
    return Ask(body={"work_class": "GR", "hours": 1.0, **days, "details": _confirmation(side)})


def _keep_link(side: Side, answer: Answer) -> None:
    side.seen[LINK] = answer["token"]


def _by_link(body: dict[str, Any] | None = None) -> Recipe:
    return Recipe(lambda side: Ask({"token": side.seen[LINK]}, body))


def _move_by_link() -> Recipe:
    return Recipe(lambda side: Ask({"token": side.seen[LINK]}, {"arrival": side.at(15).isoformat()}))


BOOKING: dict[str, Recipe] = {
    "employ": Recipe(
        lambda d: Ask({"staff": TECHNICIAN}, _from(d, shifts=_shifts(), work_classes=["GR"])),
        version_of="read_calendar",
    ),
    "grant_leave": Recipe(lambda d: Ask({"staff": TECHNICIAN}, {"leaves": []}), version_of="read_calendar"),
    "equip_shop": Recipe(lambda d: Ask(body=_from(d, quick_lane=1)), version_of="read_calendar"),
    "rule_day": Recipe(
        lambda d: Ask({"day": str(d.day + timedelta(days=20))}, {"closed": True, "reason": d.words("fair")}),
        version_of="read_calendar",
    ),
    "learn_reserve": Recipe(lambda d: Ask(body=_from(d)), version_of="read_calendar"),
    "read_calendar": Recipe(),
    "read_lists": Recipe(),
    "list_regional_offers": Recipe(),
    "read_planned_days": Recipe(lambda d: Ask(query=_days(d))),
    "wait_for_place": Recipe(_waiting, keep=_keep_visit),
    "list_waiting": Recipe(),
    "take_place": on_visit({}),
    "stop_waiting": on_visit({}),
    "read_link": on_visit(keep=_keep_link),
    "read_appointment_by_link": _by_link(),
    "read_calendar_file": _by_link(),
    "accept_by_link": _by_link({}),
    "reschedule_by_link": _move_by_link(),
    "cancel_by_link": _by_link({"reason": "ILL"}),
    "read_vehicle": Recipe(lambda d: Ask({"vin": d.vehicle()["vin"]})),
    "list_due_vehicles": Recipe(lambda d: Ask(query={"until": str(d.day + timedelta(days=400))})),
    "read_booking_figures": Recipe(lambda d: Ask(query=_days(d))),
    "read_forecast": Recipe(),
    "read_reserve_proposal": Recipe(lambda d: Ask(query={"day": str(d.day)})),
    "acknowledge_readiness": on_visit({"of": "WORKSHOP", "ready": True}),
    "consult_diagnostician": on_visit({"technician": TECHNICIAN}),
    "plan_parts": on_visit(lambda d: {"parts": [{"number": f"N-{d.code}", "quantity": 1}]}),
    "list_late_parts": Recipe(lambda d: Ask(query={"day": str(d.day)})),
    "export_dealer": Recipe(),
    "read_readiness": Recipe(lambda d: Ask({"day": str(d.day)})),
    "read_welcome_board": Recipe(lambda d: Ask({"day": str(d.day)})),
    "keep_loaner": Recipe(
        lambda d: Ask({"loaner": "L1"}, {"plate": f"沪B{d.code[-5:]}", "model": "Corolla"}), new=True
    ),
    "list_loaners": Recipe(),
    "arrange_mobility": on_visit(lambda d: {"mobility": "LOANER", "until": d.at(18).isoformat()}),
    "hand_over_case": on_visit({"owner": "advisor:bo", "reason": "leave"}),
}
