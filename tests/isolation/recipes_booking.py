"""Recipes of booking beyond the way of one appointment."""

from datetime import timedelta
from typing import Any

from recipe import Ask, Recipe, on_visit
from side import TECHNICIAN, Side


def _from(side: Side, **more: Any) -> dict[str, Any]:
    return {"effective_from": str(side.day), **more}


def _shifts() -> list[dict[str, Any]]:
    return [{"weekday": n, "start": "08:00", "end": "16:00"} for n in range(7)]


def _days(side: Side) -> dict[str, str]:
    return {"from": str(side.day), "to": str(side.day + timedelta(days=2))}


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
    "read_calendar": Recipe(),
    "read_planned_days": Recipe(lambda d: Ask(query=_days(d))),
    "hand_over_case": on_visit({"owner": "advisor:bo", "reason": "leave"}),
}
