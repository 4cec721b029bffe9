"""The appointment board of a day by hand: the same hours, slots and technicians that booking tells (B8)."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo


def board_of(dealer: dict[str, Any], day: dict[str, Any], now: datetime) -> dict[str, Any]:
    """As it stands now; holds count until they end."""
    zone, plan, on = ZoneInfo(dealer["zone"]), day["plan"], date.fromisoformat(day["day"])
    standing = [t for t in day["takings"] if not t["held_until"] or now < t["held_until"]]
    lines = [(t["arrival"], line["work_class"], line["hours"]["minutes"]) for t in standing for line in t["lines"]]
    available: Counter[str] = Counter()
    left: dict[str, dict[str, int]] = {}
    for one in plan["technicians"]:
        mine = {part["work_class"]: part["hours"]["minutes"] for part in one["hours"]}
        left[one["technician"]] = mine
        available.update(mine)
    assigned: Counter[str] = Counter()
    by_hour: dict[datetime, Counter[str]] = defaultdict(Counter)
    given: Counter[str] = Counter()
    for arrival, work_class, minutes in lines:
        assigned[work_class] += minutes
        by_hour[arrival.astimezone(zone).replace(minute=0, second=0)][work_class] += minutes
        still = minutes
        while still > 0:  # to whoever has most hours of the class left
            who = max(left, key=lambda name: left[name].get(work_class, 0))
            piece = min(still, left[who].get(work_class, 0))
            if not piece:
                break
            left[who][work_class] -= piece
            given[who] += piece
            still -= piece
    advisors, taken = len(plan.get("advisors") or dealer["advisors"]), Counter(t["arrival"] for t in standing)
    return {
        "day": day["day"],
        "classes": [
            {"work_class": name, "available": all_of / 60, "assigned": assigned[name] / 60,
             "bookable": (all_of - assigned[name]) / 60}
            for name, all_of in available.items()
        ],
        "slots": [
            {"arrival": slot, "time": time, "taken": taken[slot], "free": max(0, advisors - taken[slot])}
            for slot, time in _slots(dealer, on, zone)
        ],
        "hours": [
            {"hour": hour.isoformat(timespec="minutes"), "hours_by_class": {name: n / 60 for name, n in some.items()}}
            for hour, some in sorted(by_hour.items())
        ],
        "technicians": [
            {"technician": name, "assigned": given[name] / 60, "free": sum(mine.values()) / 60}
            for name, mine in left.items()
        ],
    }  # fmt: skip


def _slots(dealer: dict[str, Any], day: date, zone: ZoneInfo) -> list[tuple[datetime, str]]:
    found, step = [], timedelta(minutes=dealer["slot_minutes"])
    for hours in dealer["opening_hours"]:
        if hours["weekday"] == day.weekday():
            at, end = (
                datetime.combine(day, time.fromisoformat(hours[name]), zone).astimezone(UTC)
                for name in ("opens", "closes")
            )
            while at < end:
                wall = at.astimezone(zone)
                found.append((at, f"{wall.hour:02}:{wall.minute:02}"))
                at += step
    return found
