"""What the desk does beside the day's visits: a day that is full, who waits for it, and what is prepared for who comes.

It plays on a day behind the others, so the sheets and figures of the played days stay as planned.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from demo.book import Book
from demo.client import Answer, Platform
from demo.director import Director
from demo.plan import START, Dealer, a_vin

FULL_DAY = date(2025, 6, 30)
HOURS = 1.0
"""All there is on that day, and what each of the two customers needs."""
PARTS = [{"number": "90915-YZZD2", "quantity": 1}]
CALLS_AT = START + timedelta(hours=2)
CLOSING = START.replace(day=25, hour=18, minute=0)


class FrontDesk:
    """Two customers want the last hour of a day."""

    def __init__(self, platform: Platform, director: Director, book: Book, dealer: Dealer) -> None:
        self.platform = platform
        self.director = director
        self.book = book
        self.dealer = dealer
        self.arrival = datetime.combine(FULL_DAY, time(9, 0), dealer.tz)

    async def play(self) -> None:
        """B7, B8, B9, B16, B17."""
        await self.director.until(CALLS_AT)
        await self._one_hour_only()
        first = await self._booked_before_everybodys_eyes()
        waiting = (await self._post("/waiting", self._wish(2)))["visit_id"]
        await self._gives_up_by_his_link(first)
        await self._takes_the_freed_place(waiting)
        await self._is_prepared(waiting)
        await self._parts_come_late()

    async def _one_hour_only(self) -> None:
        technician = next(one.code for one in self.dealer.technicians if one.work_class == "PM")
        hours = [{"work_class": "PM", "hours": HOURS}]
        plan = {"technicians": [{"technician": technician, "hours_by_class": hours}]}
        path = f"/dealers/{self.dealer.code}/days/{FULL_DAY}/capacity"
        await self.platform.put("booking", path, plan, role="manager", dealer=self.dealer.code)

    async def _booked_before_everybodys_eyes(self) -> str:
        """The board is told again while somebody books (B8); the parts are asked for (B7)."""
        path = f"/dealers/{self.dealer.code}/days/{FULL_DAY}/board"
        slot = {"arrival": self.arrival.isoformat(), "work_class": "PM", "hours": HOURS, "channel": "PHONE"}
        confirm = self._details(1) | {"parts": PARTS}
        booked: list[Answer] = []
        seen: list[float] = []
        async with self.platform.watch("booking", path, role="advisor", dealer=self.dealer.code) as states:
            async for board in states:
                seen.append(next(one["assigned"] for one in board["classes"] if one["work_class"] == "PM"))
                if not booked:
                    booked.append(await self._post("/appointments", slot | {"confirm": confirm}))
                elif seen[-1]:
                    break
        visit = booked[0]["visit_id"]
        self._check("the board shows a booking by itself", [0.0, HOURS], [seen[0], seen[-1]])
        appointment = await self._get(f"/appointments/{visit}")
        self._check("parts are asked for at once", ["ASKED"], [part["state"] for part in appointment["parts"]])
        refused = await self.platform.ask(
            "booking", "POST", self._path("/appointments"), role="advisor", dealer=self.dealer.code, body=slot
        )
        told = refused.body.get("details", {}).get("offers", [])
        self._check("the full day is refused, with other offers", [409, True], [refused.status, bool(told)])
        return visit

    async def _gives_up_by_his_link(self, visit: str) -> None:
        """B9, B11: the page speaks the dealer's language, the customer cancels without any token of staff."""
        link = await self._link(visit)
        page = await self.platform.open_link(link)
        self._check("the customer's page speaks the dealer's language", "zh", page.body.get("language"))
        gone = await self.platform.open_link(f"{link}/cancellation", {"reason": "NO_TIME"})
        self._check("cancelled by link", "CANCELLED", gone.body.get("state"))
        await self.director.settled()

    async def _takes_the_freed_place(self, visit: str) -> None:
        """B16: the freed place is held for whoever waits, and taken by link."""
        listed = (await self._get("/waiting"))["items"]
        mine = [one["state"] for one in listed if one["visit_id"] == visit]
        self._check("the freed place is offered to whoever waits", ["OFFERED"], mine)
        link = await self._link(visit)
        taken = await self.platform.open_link(f"{link}/acceptance", {})
        self._check("the offered place is taken by link", "CONFIRMED", taken.body.get("state"))
        page = await self.platform.open_link(link)
        self._check("and then he need not wait any more", [], await self._waiting_states(visit))
        self._check("his page shows the appointment", "CONFIRMED", page.body.get("state"))

    async def _is_prepared(self, visit: str) -> None:
        """B8, B17: workshop and parts speak, and a loaner car is kept."""
        await self._post(f"/appointments/{visit}/readiness", {"of": "WORKSHOP", "ready": True}, role="dispatcher")
        missing = {"of": "PARTS", "ready": False, "note": "Filter comes at noon"}
        await self._post(f"/appointments/{visit}/readiness", missing, role="parts_clerk")
        rows = (await self._get(f"/days/{FULL_DAY}/readiness"))["items"]
        words = {word["of"]: word["ready"] for row in rows if row["visit_id"] == visit for word in row["words"]}
        self._check("who is ready and who is not", {"WORKSHOP": True, "PARTS": False}, words)
        board = (await self._get(f"/days/{FULL_DAY}/welcome-board"))["items"]
        self._check("the welcome board names plates only", [self._vehicle(2)["plate"]], [row["plate"] for row in board])
        car = {"plate": "沪B00001", "model": "Corolla"}
        await self.platform.put("booking", self._path("/loaners/L1"), car, role="manager", dealer=self.dealer.code)
        lent = {"mobility": "LOANER", "until": (self.arrival + timedelta(hours=8)).isoformat()}
        kept = await self._post(f"/appointments/{visit}/mobility", lent)
        self._check("a loaner car is kept for him", "L1", kept["loaner"])

    async def _parts_come_late(self) -> None:
        """B7, P6: the stock has nothing and knows no time; then it does, and the visit is no longer at risk."""
        arrival = self.arrival + timedelta(days=1)
        slot = {"arrival": arrival.isoformat(), "work_class": "PM", "hours": HOURS, "channel": "PHONE"}
        booked = await self._post("/appointments", slot | {"confirm": self._details(3) | {"parts": PARTS}})
        visit, number = booked["visit_id"], PARTS[0]["number"]
        short = {"number": number, "missing": 1, "way": "ORDER", "order_class": "EMERGENCY"}
        await self._stock_says("parts.parts-short.v1", visit, {"items": [short]})
        late = await self._get("/late-parts", day=arrival.date().isoformat())
        self._check("parts nobody knows a time of are late", [visit], [one["visit_id"] for one in late["items"]])
        await self._stock_says(
            "parts.parts-eta-changed.v1", visit, {"number": number, "eta": (arrival - timedelta(hours=20)).isoformat()}
        )
        late = await self._get("/late-parts", day=arrival.date().isoformat())
        self._check("parts that come the day before are not", [], late["items"])

    async def _stock_says(self, type: str, visit: str, body: dict[str, Any]) -> None:
        await self.platform.announce(type, visit, body, dealer=self.dealer.code)
        await self.director.settled()

    async def learn(self) -> None:
        """B20: what eight weeks found beyond what was booked, and why so much or so little is kept free."""
        await self.director.until(CLOSING)
        found = await self._get("/reserve-proposal", role="manager", day=FULL_DAY.isoformat())
        came = [one for one in self.dealer.visits if one.booked and one.comes and one.work.work_class == "PM"]
        because = next(one["because"] for one in found["items"] if one["work_class"] == "PM")
        self._check("the learned reserve says how many visits it is from", True,
                    because.startswith(f"{len(came)} booked visits in 8 weeks"))  # fmt: skip
        calendar = await self.platform.ask(
            "booking",
            "PUT",
            self._path("/calendar/learned-reserve"),
            role="manager",
            dealer=self.dealer.code,
            body={"effective_from": FULL_DAY.isoformat()},
            anew=False,
        )
        reasons = [shop["reserve_reason"] for shop in calendar.body.get("shops", [])]
        told = await self._get("/reserve-proposal", role="manager", language="zh", day=FULL_DAY.isoformat())
        in_chinese = [one["because"] for one in told["items"] if one["work_class"] == "PM"]
        self._check("it is taken over with its reason, in the dealer's language", in_chinese,
                    [because for because in in_chinese for reason in reasons if because in reason])  # fmt: skip

    # --- the wire ----------------------------------------------------------------------------------------------------

    async def _waiting_states(self, visit: str) -> list[str]:
        return [one["state"] for one in (await self._get("/waiting"))["items"] if one["visit_id"] == visit]

    async def _link(self, visit: str) -> str:
        token = (await self._get(f"/appointments/{visit}/link"))["token"]
        return f"{self.platform.stack.services['booking']}/links/{token}"

    async def _post(self, path: str, body: dict[str, Any], role: str = "advisor") -> Answer:
        return await self.platform.do("booking", self._path(path), body, role=role, dealer=self.dealer.code)

    async def _get(self, path: str, role: str = "advisor", **query: Any) -> Answer:
        return await self.platform.get("booking", self._path(path), role=role, dealer=self.dealer.code, **query)

    def _path(self, path: str) -> str:
        return f"/dealers/{self.dealer.code}{path}"

    def _wish(self, number: int) -> dict[str, Any]:
        day = FULL_DAY.isoformat()
        wanted = {"work_class": "PM", "hours": HOURS, "first_day": day, "last_day": day}
        return wanted | {"details": self._details(number)}

    def _details(self, number: int) -> dict[str, Any]:
        return {
            "customer": {"name": f"Desk {number}", "phone": f"+86 138 0199 900{number}"},
            "vehicle": self._vehicle(number),
            "nature": "MAINTENANCE",
            "source": "REMINDER_MAIL",
            "read_back_confirmed": True,
        }

    def _vehicle(self, number: int) -> dict[str, Any]:
        return {"vin": a_vin("LFMAE", 9000 + number), "plate": f"沪A9900{number}", "model": "AE100"}

    def _check(self, name: str, expected: Any, actual: Any) -> None:
        self.book.check(f"{self.dealer.code} desk: {name}", expected, actual)
