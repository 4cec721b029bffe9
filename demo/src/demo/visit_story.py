"""One visit from the booking call to the answered survey, as the people at the dealer and the customer play it."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from demo.book import Book
from demo.client import Platform
from demo.director import Director
from demo.plan import (
    DECLINED,
    GOES_ON_AT,
    HAND_OVER,
    LAST_DAY,
    PAUSE,
    REDO,
    STOPS_AT,
    SUPPLEMENT,
    Dealer,
    Incident,
    Visit,
    Work,
    authorised_at,
    work_time,
)

INSPECTOR = "ines"
CALLERS_AT_ONCE = 10
GOOD = {"overall": 9, "advisor": 10, "quality": 9, "on_time": "yes", "problem": "no"}
POOR = {
    "overall": 3,
    "advisor": 5,
    "quality": 2,
    "on_time": "late",
    "why": "work",
    "problem": "yes",
    "comment": "The noise is still there.",
}


class VisitStory:
    """Plays one planned visit."""

    def __init__(self, platform: Platform, director: Director, book: Book, dealer: Dealer, visit: Visit) -> None:
        self._platform = platform
        self._director = director
        self._book = book
        self._dealer = dealer
        self._visit = visit
        self._key = (dealer.code, visit.key)
        self._lines: list[dict[str, Any]] = []

    @property
    def id(self) -> str:
        return self._book.ids[self._key]

    async def play(self, book_at: datetime) -> None:
        visit = self._visit
        if visit.booked:
            await self._director.until(book_at)
            await self._book_appointment()
        if not visit.comes:
            return await self._no_show()
        if visit.arrival.date() > LAST_DAY:
            return await self._reminder_withheld()
        await self._director.until(visit.arrival)
        await self._check_in()
        await self._agree()
        await self._work()
        await self._deliver()
        await self._follow_up()
        return None

    # --- step 1: booking ---------------------------------------------------------------------------------------------

    async def _book_appointment(self) -> None:
        visit = self._visit
        slot = self._slot(visit.first_arrival or visit.arrival)
        self._book.booked_at[self._key] = self._director.now
        if visit.has(Incident.RACE):
            visit_id = await self._win_the_last_slot(slot)
            await self._post("booking", f"/appointments/{visit_id}/confirmation", self._confirmation())
        else:
            booked = await self._post("booking", "/appointments", {**slot, "confirm": self._confirmation()})
            visit_id = booked["visit_id"]
        self._book.ids[self._key] = visit_id
        if visit.first_arrival:
            await self._director.settled()
            moved = self._slot(visit.arrival) | {"reason": "NO_TIME"}
            del moved["channel"]
            answer = await self._post("booking", f"/appointments/{visit_id}/reschedule", moved)
            self._check("re-booked, history kept", _utc(visit.arrival), answer["arrival"])

    async def _win_the_last_slot(self, slot: dict[str, Any]) -> str:
        path = f"/dealers/{self._dealer.code}/appointments"
        asked = [
            self._platform.ask("booking", "POST", path, role="advisor", dealer=self._dealer.code, body=slot)
            for _ in range(CALLERS_AT_ONCE)
        ]
        answers = await asyncio.gather(*asked)
        won = [answer for answer in answers if answer.ok]
        lost = [answer for answer in answers if answer.status == 409]
        self._check("last slot: callers who got it", 1, len(won))
        self._check("last slot: callers refused", CALLERS_AT_ONCE - 1, len(lost))
        offered = sum(bool(answer.body.get("details", {}).get("offers")) for answer in lost)
        self._check("last slot: refused callers with other offers", CALLERS_AT_ONCE - 1, offered)
        return won[0]["visit_id"]

    def _slot(self, arrival: datetime) -> dict[str, Any]:
        work = self._visit.work
        return {
            "arrival": arrival.isoformat(),
            "work_class": work.work_class,
            "hours": work.hours,
            "channel": "PHONE",
        }

    def _confirmation(self) -> dict[str, Any]:
        visit, work = self._visit, self._visit.work
        return {
            "customer": self._customer(),
            "vehicle": self._vehicle(),
            "nature": "MAINTENANCE" if work.work_class == "PM" else "FAULT_REPAIR",
            "menu_items": [{"code": work.operation, "title": work.title, "hours": work.hours}],
            "source": "CARD",
            "list_price": self._money(work.price),
            "delivery_estimate": (visit.delivered or visit.arrival + timedelta(hours=3)).isoformat(),
            "read_back_confirmed": True,
        }

    async def _no_show(self) -> None:
        await self._director.until(self._visit.arrival + timedelta(minutes=45))
        appointment = await self._get("booking", f"/appointments/{self.id}")
        self._check("no-show is noted", "NO_SHOW", appointment["state"])
        tasks = await self._get("crm", "/call-tasks", role="agent", visit=self.id)
        self._check("no-show: follow-up calls", ["NO_SHOW_FOLLOW_UP"], [one["purpose"] for one in tasks["items"]])
        for task in tasks["items"]:
            await self._post(
                "crm", f"/call-tasks/{task['contact_id']}/result", {"outcome": "REACHED", "note": "ill"}, role="agent"
            )
        await self._post("booking", f"/appointments/{self.id}/no-show-reason", {"reason": "ILL"})

    async def _reminder_withheld(self) -> None:
        await self._director.until(self._visit.arrival - timedelta(hours=23, minutes=45))
        contacts = await self._get("crm", "/contacts", role="agent", visit=self.id, purpose="REMINDER")
        self._check("open complaint holds back the reminder", ["WITHHELD"], [one["state"] for one in contacts["items"]])

    # --- steps 2 and 3: reception and repair order -------------------------------------------------------------------

    async def _check_in(self) -> None:
        visit = self._visit
        arrived = await self._post("reception", "/arrivals", self._arrival())
        self._book.ids[self._key] = arrived["visit_id"]
        await self._here("greeting", {"advisor": self._dealer.advisors[0]})
        await self._here(
            "questionnaire",
            {
                "version": 1,
                "answers": {"what": ["NOISE"], "where": ["FRONT"], "when": ["THIS_WEEK"], "conditions": ["COLD_ENGINE"],
                            "who_drove": ["OWNER"], "how_often": ["SOMETIMES"]},
                "plan": visit.work.title,
                "read_back": True,
            },
        )  # fmt: skip
        lists = await self._get("reception", "/check-lists")
        wrong = visit.has(Incident.VIN_MISMATCH)
        for station in [one["station"] for one in lists["stations"]]:
            seen = await self._here(f"walk-around/stations/{station}", self._seen(station, wrong))
            if seen["stopped"]:
                self._check("VIN mismatch stops the check-in", True, wrong)
                resolved = {"vehicle": self._vehicle(vin=_typo(visit.car.vin)), "how": "ORDER_CORRECTED"}
                seen = await self._here("mismatch-resolution", resolved)
                self._check("resolved mismatch lets the check-in go on", False, seen["stopped"])
        await self._here("walk-around/signature", {"signature": f"signatures/{visit.key}"})

    def _arrival(self) -> dict[str, Any]:
        visit = self._visit
        if visit.booked:
            return {"visit_id": self.id}
        body: dict[str, Any] = {"customer": self._customer(), "vehicle": self._vehicle()}
        if visit.rework_of:
            return body | {"intent": "REWORK", "rework_of": self._book.ids[(self._dealer.code, visit.rework_of)]}
        return body | {"intent": "PAID_REPAIR", "concern": "It rattles."}

    def _seen(self, station: str, wrong_vin: bool) -> dict[str, Any]:
        car = self._visit.car
        if station == "LEFT_FRONT_DOOR":
            return {"odometer_km": car.km, "fuel_percent": 50}
        if station == "LEFT_FRONT_WING":
            return {"vin_seen": _typo(car.vin) if wrong_vin else car.vin}
        return {"plate_seen": car.plate} if station == "FRONT" else {}

    async def _agree(self) -> None:
        visit = self._visit
        works = [visit.work, DECLINED] if visit.has(Incident.DECLINED_LINE) else [visit.work]
        pay_type = "GOODWILL" if visit.has(Incident.REWORK) else "CUSTOMER_PAY"
        order = await self._here(
            "repair-order",
            {
                "lines": [self._line(work, pay_type) for work in works],
                "keep_replaced_parts": False,
                "waiting": visit.has(Incident.BY_LINK),
                "follow_up": {"channel": "PHONE" if visit.has(Incident.CALLED) else "SMS"},
            },
        )
        if order["promised_at"] != _utc(visit.promised):
            await self._here("promised-time", {"promised_at": visit.promised.isoformat(), "reason": "OTHER"})
        self._lines = order["lines"]
        estimate = await self._here("estimates", {"contingency_percent": 0})
        first, *others = [line["line_id"] for line in estimate["lines"]]
        decision = {
            "accept": [first],
            "decline": [{"line_id": line, "reason": "LATER"} for line in others],
        }
        if visit.has(Incident.BY_LINK):
            await self._here(f"estimates/{estimate['version']}/authorisation-request", {})
            await self._director.settled()
            link = await self._message_link("AUTHORISATION")
            await self._director.until(authorised_at(visit))
            shown = await self._platform.open_link(link)
            self._check("link shows the estimate", estimate["total"], shown.body.get("estimate", {}).get("total"))
            decided = await self._platform.open_link(link, decision)
            self._check("authorised by link", 200, decided.status)
        else:
            path = f"estimates/{estimate['version']}/authorisation"
            await self._here(path, {**decision, "signature": f"signatures/{visit.key}-estimate"})

    # --- steps 4 and 5: dispatch, production, quality control --------------------------------------------------------

    async def _work(self) -> None:
        visit = self._visit
        start = _given(visit.start)
        await self._director.until(start)
        await self._director.settled()
        await self._dispatch("L1")
        await self._clock("L1", "start")
        done = start + timedelta(hours=visit.work.hours)
        if visit.has(Incident.SUPPLEMENT) or visit.has(Incident.SUPPLEMENT_REFUSED):
            await self._director.until(start + timedelta(minutes=30))
            await self._find_more()
        if visit.has(Incident.PARTS_PAUSE):
            await self._director.until(start + timedelta(minutes=30))
            await self._clock("L1", "pause", reason="PARTS")
            await self._director.until(start + timedelta(minutes=30) + PAUSE)
            await self._clock("L1", "resume")
            done += PAUSE
        if visit.has(Incident.CARRY_OVER):
            await self._stay_overnight(start)
            done = _given(visit.delivered) - HAND_OVER
        await self._director.until(done)
        await self._clock("L1", "finish")
        if visit.has(Incident.SUPPLEMENT):
            await self._dispatch("L2")
            await self._clock("L2", "start")
            done += timedelta(hours=SUPPLEMENT.hours)
            await self._director.until(done)
            await self._clock("L2", "finish")
        await self._quality()

    async def _find_more(self) -> None:
        visit = self._visit
        accepted = visit.has(Incident.SUPPLEMENT)
        extra = replace(SUPPLEMENT, work_class=visit.work.work_class)
        finding = {
            "technician": visit.technician,
            "line_id": "L1",
            "cause": "Front brake pads at 2 mm",
            "urgency": "SAFETY",
            "work_class": extra.work_class,
            "hours": extra.hours,
        }
        found = await self._job("findings", finding, role="technician")
        await self._director.settled()
        line = self._line(extra, "CUSTOMER_PAY")
        supplement = await self._here("supplements", {"finding_id": found["finding_id"], "lines": [line]})
        lines = [line["line_id"] for line in supplement["lines"]]
        decision = {
            "accept": lines if accepted else [],
            "decline": [] if accepted else [{"line_id": line, "reason": "TOO_EXPENSIVE"} for line in lines],
            "signature": f"signatures/{visit.key}-supplement",
        }
        decided = await self._here(f"estimates/{supplement['version']}/authorisation", decision)
        total = visit.work.price + (extra.price if accepted else 0)
        self._check("authorised after the supplement", total, decided["authorised_total"]["amount"])
        await self._director.settled()

    async def _stay_overnight(self, start: datetime) -> None:
        stop = start.replace(hour=STOPS_AT[0], minute=STOPS_AT[1])
        await self._director.until(stop)
        await self._clock("L1", "pause", reason="TECHNICIAN")
        next_day = (stop + timedelta(days=1)).date()
        await self._job("carry-over", {"to_day": next_day.isoformat(), "reason": "End of the day"}, role="dispatcher")
        await self._director.until(start.replace(hour=GOES_ON_AT[0], minute=GOES_ON_AT[1]) + timedelta(days=1))
        proposal = await self._get("workshop", "/dispatch-proposal", role="dispatcher")
        self._check("carried-over job is proposed first", self.id, proposal["lines"][0]["visit_id"])
        await self._dispatch("L1")
        job = await self._get("workshop", f"/jobs/{self.id}", role="technician")
        await self._clock("L1", "resume" if job["lines"][0]["state"] == "ON_HOLD" else "start")

    async def _quality(self) -> None:
        visit = self._visit
        if visit.has(Incident.FAILED_QC):
            await self._job("self-check", {"technician": visit.technician}, role="technician")
            failed = {
                "inspector": INSPECTOR,
                "passed": False,
                "lines": ["L1"],
                "reason": "Wheel nuts loose",
                "rework_hours": REDO / timedelta(hours=1),
            }
            job = await self._job("quality-check", failed, role="inspector")
            self._check("failed quality control is counted", 1, job["quality_failures"])
            if job["lines"][0]["state"] == "PENDING":
                await self._dispatch("L1")
            await self._clock("L1", "start")
            await self._director.until(_given(visit.start) + work_time(visit))
            await self._clock("L1", "finish")
        await self._job("self-check", {"technician": visit.technician}, role="technician")
        job = await self._get("workshop", f"/jobs/{self.id}", role="inspector")
        checked = [item["code"] for item in job["quality"]["check_list"]]
        passed = {"inspector": INSPECTOR, "passed": True, "road_test": True, "checked": checked}
        await self._job("quality-check", passed, role="inspector")
        await self._job("wash", {"by": "wang"}, role="technician")
        await self._job("cleanliness-check", {"clean": True}, role="technician")

    # --- steps 6 and 7: delivery and follow-up -----------------------------------------------------------------------

    async def _deliver(self) -> None:
        visit = self._visit
        await self._director.until(_given(visit.delivered))
        lists = await self._get("reception", "/check-lists")
        await self._here("delivery-checks", {"confirmed": [one["code"] for one in lists["delivery_checks"]]})
        if visit.has(Incident.DECLINED_LINE):
            await self._never_above_the_authorisation()
        delivered = await self._here("delivery", {"opinion_card_filled": False})
        self._book.charged[self._key] = delivered["charged"]["amount"]

    async def _never_above_the_authorisation(self) -> None:
        charges = {"L1": self._money(self._visit.work.price), "L2": self._money(DECLINED.price)}
        path = f"/dealers/{self._dealer.code}/visits/{self.id}/delivery"
        refused = await self._platform.ask(
            "reception", "POST", path, role="advisor", dealer=self._dealer.code, body={"charges": charges}
        )
        self._check("a declined line cannot be charged", 409, refused.status)

    async def _follow_up(self) -> None:
        visit = self._visit
        await self._director.until(_given(visit.delivered) + timedelta(hours=24))
        if visit.has(Incident.CALLED):
            tasks = await self._get("crm", "/call-tasks", role="agent", visit=self.id, purpose="SURVEY")
            self._check("follow-up is a call task", 1, len(tasks["items"]))
            for task in tasks["items"]:
                path = f"/call-tasks/{task['contact_id']}/result"
                await self._post("crm", path, {"outcome": "REACHED"}, role="agent")
            await self._post("survey", f"/invitations/{self.id}/answer", {"answers": GOOD}, role="agent")
            return
        link = await self._message_link("SURVEY")
        page = await self._platform.open_link(link)
        self._check("survey link opens", 200, page.status)
        low = visit.has(Incident.LOW_SCORE)
        answered = await self._platform.open_link(link, {"answers": POOR if low else GOOD})
        self._check("survey answered", 201, answered.status)
        if visit.has(Incident.ANSWERED_TWICE):
            again = await self._platform.open_link(link, {"answers": GOOD})
            self._check("the same answer twice is one answer", answered.body, again.body)
            other = await self._platform.open_link(link, {"answers": POOR})
            self._check("another answer on the same link is refused", 409, other.status)
        if low:
            await self._director.settled()
            found = await self._get("crm", "/complaints", role="agent")
            mine = [case for case in found["items"] if case["about_visit"] == self.id]
            self._check("low score opens a complaint", ["LOW_SCORE"], [case["origin"] for case in mine])

    # --- calls -------------------------------------------------------------------------------------------------------

    async def _message_link(self, purpose: str) -> str:
        outbox = await self._get("crm", "/outbox", role="agent", visit=self.id, purpose=purpose)
        self._check(f"message {purpose} was sent", 1, len(outbox["items"]))
        return outbox["items"][0]["link"]

    async def _dispatch(self, line: str) -> None:
        technician = self._visit.technician
        body = {"technician": technician, "bay": f"bay-{technician}"}
        await self._job(f"lines/{line}/dispatch", body, role="dispatcher")

    async def _clock(self, line: str, what: str, **more: str) -> None:
        body = {"technician": self._visit.technician, **more}
        await self._job(f"lines/{line}/{what}", body, role="technician")

    async def _here(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return await self._post("reception", f"/visits/{self.id}/{path}", body)

    async def _job(self, path: str, body: dict[str, Any], *, role: str) -> dict[str, Any]:
        return await self._post("workshop", f"/jobs/{self.id}/{path}", body, role=role)

    async def _post(self, service: str, path: str, body: dict[str, Any], *, role: str = "advisor") -> dict[str, Any]:
        code = self._dealer.code
        return (await self._platform.do(service, f"/dealers/{code}{path}", body, role=role, dealer=code)).body

    async def _get(self, service: str, path: str, *, role: str = "advisor", **query: Any) -> dict[str, Any]:
        code = self._dealer.code
        return (await self._platform.get(service, f"/dealers/{code}{path}", role=role, dealer=code, **query)).body

    # --- values ------------------------------------------------------------------------------------------------------

    def _customer(self) -> dict[str, str]:
        return {"name": self._visit.customer.name, "phone": self._visit.customer.phone}

    def _vehicle(self, vin: str = "") -> dict[str, Any]:
        car = self._visit.car
        return {"vin": vin or car.vin, "plate": car.plate, "model": car.model, "odometer_km": car.km}

    def _money(self, amount: int) -> dict[str, Any]:
        return {"amount": amount, "currency": self._dealer.currency}

    def _line(self, work: Work, pay_type: str) -> dict[str, Any]:
        parts = [{"number": f"{work.operation}-K", "name": f"Parts kit {work.operation}", "quantity": 1,
                  "price": self._money(work.parts)}]  # fmt: skip
        return {
            "operation": work.operation,
            "title": work.title,
            "work_class": work.work_class,
            "hours": work.hours,
            "labour": self._money(work.labour),
            "parts": parts if work.parts else [],
            "pay_type": pay_type,
        }

    def _check(self, name: str, expected: Any, actual: Any) -> None:
        self._book.check(f"{self._dealer.code} {self._visit.key}: {name}", expected, actual)


def _typo(vin: str) -> str:
    """The VIN on the car where the booking's last digit was misheard, with its own check digit."""
    from demo.plan import a_vin

    return a_vin(vin[:8], (int(vin[10:]) + 7) % 10**7)


def _utc(instant: datetime) -> str:
    from datetime import UTC

    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _given(instant: datetime | None) -> datetime:
    if instant is None:
        raise LookupError("this visit has no such time in the plan")
    return instant
