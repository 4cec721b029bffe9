"""Before the first customer: headquarters registers the dealers, dealers say who works when."""

from datetime import timedelta
from typing import Any

from demo.book import Book
from demo.client import Platform
from demo.director import Director
from demo.plan import MONDAY, START, Dealer

SHORT_HOLD = "SH002"


async def register(platform: Platform, dealers: list[Dealer]) -> None:
    """The dealers become known to all services."""
    for dealer in dealers:
        await platform.do("headquarters", "/dealers", _registration(dealer), role="headquarters")


async def staff(platform: Platform, dealer: Dealer) -> None:
    """Hours by class at booking; technicians and bays in the workshop."""
    plan = {
        "technicians": [
            {
                "technician": one.code,
                "hours_by_class": [{"work_class": one.work_class, "hours": one.hours}],
            }
            for one in dealer.technicians
        ]
    }
    code = dealer.code
    week = {"weekdays": [{"weekday": day, **plan} for day in range(6)]}
    await platform.put("booking", f"/dealers/{code}/weekly-capacity", week, role="manager", dealer=code)
    path = f"/dealers/{code}/days/{MONDAY.isoformat()}/capacity"
    await platform.put("booking", path, plan, role="manager", dealer=code)
    roster = {
        "technicians": [
            {"code": one.code, "skills": [one.work_class], "hours": one.hours} for one in dealer.technicians
        ],
        "bays": [{"code": f"bay-{one.code}", "classes": [one.work_class]} for one in dealer.technicians],
    }
    await platform.put("workshop", f"/dealers/{code}/roster", roster, role="manager", dealer=code)


async def let_a_hold_expire(platform: Platform, director: Director, book: Book, dealer: Dealer) -> None:
    """A customer wanted to think about it and did not call again (B15)."""
    arrival = START.replace(year=MONDAY.year, month=MONDAY.month, day=MONDAY.day, hour=14, minute=0)
    hold = {"arrival": arrival.isoformat(), "work_class": "PM", "hours": 2.0, "channel": "WEB"}
    path = f"/dealers/{dealer.code}/appointments"
    held = await platform.do("booking", path, hold, role="advisor", dealer=dealer.code)
    book.check(f"{dealer.code} hold: held", "RESERVED", held["state"])
    await director.until(START + timedelta(minutes=20))
    now = await platform.get("booking", f"{path}/{held['visit_id']}", role="advisor", dealer=dealer.code)
    book.check(f"{dealer.code} hold: expired by itself", "EXPIRED", now["state"])


async def quiet_days(director: Director) -> None:
    """The weekend and the evenings: instants at which reminders and follow-ups fall due."""
    sunday = START + timedelta(days=2)
    for hour, minute in ((10, 0), (16, 15), (19, 15)):
        await director.until(sunday.replace(hour=hour, minute=minute))
    await director.until(START.replace(day=25, hour=18, minute=0))


def _registration(dealer: Dealer) -> dict[str, Any]:
    return {
        "dealer_id": dealer.code,
        "name": dealer.name,
        "name_zh": dealer.name_zh,
        "zone": dealer.zone,
        "currency": dealer.currency,
        "region": dealer.region,
        "area": dealer.area,
        "brands": ["TOYOTA"],
        "opened_on": "2012-03-01",
        "opening_hours": [{"weekday": day, "opens": "08:00", "closes": "18:00"} for day in range(6)],
        "advisors": list(dealer.advisors),
    }
