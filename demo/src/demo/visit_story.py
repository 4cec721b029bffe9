"""One visit from the booking call to the answered survey, as the people at the dealer and the customer play it."""

import asyncio
import base64
import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from demo.at_the_dealer import AtTheDealer, given, typo, utc
from demo.plan import (
    DECLINED,
    GOES_ON_AT,
    HAND_OVER,
    LAST_DAY,
    PAUSE,
    REDO,
    STOPS_AT,
    SUPPLEMENT,
    Incident,
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
PHOTO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
STOPPED_AND_RESUMED = [
    "vehicle-arrived",
    "customer-greeted",
    "questionnaire-recorded",
    "check-in-stopped",
    "check-in-resumed",
    "photo-kept",
    "walk-around-completed",
]


class VisitStory(AtTheDealer):
    """Plays one planned visit."""

    async def play(self, book_at: datetime) -> None:
        visit = self.visit
        if visit.booked:
            await self.director.until(book_at)
            await self._book_appointment()
        if not visit.comes:
            return await self._no_show()
        if visit.arrival.date() > LAST_DAY:
            return await self._reminder_withheld()
        await self.director.until(visit.arrival)
        await self._check_in()
        await self._agree()
        await self._work()
        await self._deliver()
        await self._follow_up()
        return None

    # --- step 1: booking ---------------------------------------------------------------------------------------------

    async def _book_appointment(self) -> None:
        visit = self.visit
        slot = self._slot(visit.first_arrival or visit.arrival)
        self.book.booked_at[self.key] = self.director.now
        if visit.has(Incident.RACE):
            visit_id = await self._win_the_last_slot(slot)
            await self.post("booking", f"/appointments/{visit_id}/confirmation", self._confirmation())
        else:
            booked = await self.post("booking", "/appointments", {**slot, "confirm": self._confirmation()})
            visit_id = booked["visit_id"]
        self.book.ids[self.key] = visit_id
        if visit.first_arrival:
            await self.director.settled()
            moved = self._slot(visit.arrival) | {"reason": "NO_TIME"}
            del moved["channel"]
            answer = await self.post("booking", f"/appointments/{visit_id}/reschedule", moved)
            self.check("re-booked to the new time", utc(visit.arrival), answer["arrival"])
            appointment = await self.get("booking", f"/appointments/{visit_id}")
            changes = [[change["previous_arrival"], change["arrival"]] for change in appointment["history"]]
            self.check("re-booked, history kept", [[utc(visit.first_arrival), utc(visit.arrival)]], changes)

    async def _win_the_last_slot(self, slot: dict[str, Any]) -> str:
        path = f"/dealers/{self.dealer.code}/appointments"
        asked = [
            self.platform.ask("booking", "POST", path, role="advisor", dealer=self.dealer.code, body=slot)
            for _ in range(CALLERS_AT_ONCE)
        ]
        answers = await asyncio.gather(*asked)
        won = [answer for answer in answers if answer.ok]
        lost = [answer for answer in answers if answer.status == 409]
        self.check("last slot: callers who got it", 1, len(won))
        self.check("last slot: callers refused", CALLERS_AT_ONCE - 1, len(lost))
        offered = sum(bool(answer.body.get("details", {}).get("offers")) for answer in lost)
        self.check("last slot: refused callers with other offers", CALLERS_AT_ONCE - 1, offered)
        return won[0]["visit_id"]

    def _slot(self, arrival: datetime) -> dict[str, Any]:
        work = self.visit.work
        return {
            "arrival": arrival.isoformat(),
            "work_class": work.work_class,
            "hours": work.hours,
            "channel": "PHONE",
        }

    def _confirmation(self) -> dict[str, Any]:
        visit, work = self.visit, self.visit.work
        return {
            "customer": self.customer(),
            "vehicle": self.vehicle(),
            "nature": "MAINTENANCE" if work.work_class == "PM" else "FAULT_REPAIR",
            "menu_items": [{"code": work.operation, "title": work.title, "hours": work.hours}],
            "source": "CARD",
            "list_price": self.money(work.price),
            "delivery_estimate": (visit.delivered or visit.arrival + timedelta(hours=3)).isoformat(),
            "read_back_confirmed": True,
            **self._consultation(),
        }

    def _consultation(self) -> dict[str, Any]:
        """B4: a repair is talked over with a technician before the vehicle comes."""
        able = [one.code for one in self.dealer.technicians if one.work_class == self.visit.work.work_class]
        return {} if self.visit.work.work_class == "PM" else {"consultation": {"technician": able[0]}}

    async def _no_show(self) -> None:
        await self.director.until(self.visit.arrival + timedelta(minutes=45))
        appointment = await self.get("booking", f"/appointments/{self.id}")
        self.check("no-show is noted", "NO_SHOW", appointment["state"])
        tasks = await self.get("crm", "/call-tasks", role="agent", visit=self.id)
        self.check("no-show: follow-up calls", ["NO_SHOW_FOLLOW_UP"], [one["purpose"] for one in tasks["items"]])
        for task in tasks["items"]:
            await self.post(
                "crm", f"/call-tasks/{task['contact_id']}/result", {"outcome": "REACHED", "note": "ill"}, role="agent"
            )
        await self.post("booking", f"/appointments/{self.id}/no-show-reason", {"reason": "ILL"})

    async def _reminder_withheld(self) -> None:
        await self.director.until(self.visit.arrival - timedelta(hours=23, minutes=45))
        contacts = await self.get("crm", "/contacts", role="agent", visit=self.id, purpose="REMINDER")
        self.check("open complaint holds back the reminder", ["WITHHELD"], [one["state"] for one in contacts["items"]])

    # --- steps 2 and 3: reception and repair order -------------------------------------------------------------------

    async def _check_in(self) -> None:
        visit = self.visit
        arrived = await self.post("reception", "/arrivals", self._arrival())
        self.book.ids[self.key] = arrived["visit_id"]
        await self.here("greeting", {"advisor": self.dealer.advisors[0]})
        await self.here(
            "questionnaire",
            {
                "version": 2,
                "answers": {"what": ["NOISE"], "where": ["FRONT"], "when": ["THIS_WEEK"], "conditions": ["COLD_ENGINE"],
                            "who_drove": ["OWNER"], "how_often": ["SOMETIMES"], "warnings": ["ABS"]},
                "plan": visit.work.title,
                "read_back": True,
            },
        )  # fmt: skip
        said = await self.get("reception", f"/visits/{self.id}/questionnaire")
        lights = next((one["answer"] for one in said["answers"] if one["question"] == "warnings"), None)
        self.check("asked by the second questionnaire", [2, ["ABS"]], [said["version"], lights])
        lists = await self.get("reception", "/check-lists")
        wrong = visit.has(Incident.VIN_MISMATCH)
        for station in [one["station"] for one in lists["stations"]]:
            seen = await self.here(f"walk-around/stations/{station}", self._seen(station, wrong))
            if seen["stopped"]:
                self.check("VIN mismatch stops the check-in", True, wrong)
                resolved = {"vehicle": self.vehicle(vin=typo(visit.car.vin)), "how": "ORDER_CORRECTED"}
                seen = await self.here("mismatch-resolution", resolved)
                self.check("resolved mismatch lets the check-in go on", False, seen["stopped"])
                photo = await self.photo(PHOTO, station=station, position="chassis number")
                self.check("photo of the chassis number", hashlib.sha256(PHOTO).hexdigest(), photo["sha256"])
        await self.here("walk-around/signature", {"signature": f"signatures/{visit.key}"})
        if wrong:
            trail = await self.get("reception", f"/visits/{self.id}/trail")
            told = [line["type"].split(".")[1] for line in trail["items"] if line["service"] == "reception"]
            self.check("trail of a stopped check-in", STOPPED_AND_RESUMED, told)

    def _arrival(self) -> dict[str, Any]:
        visit = self.visit
        if visit.booked:
            return {"visit_id": self.id}
        body: dict[str, Any] = {"customer": self.customer(), "vehicle": self.vehicle()}
        if visit.rework_of:
            return body | {"intent": "REWORK", "rework_of": self.book.ids[(self.dealer.code, visit.rework_of)]}
        return body | {"intent": "PAID_REPAIR", "concern": "It rattles."}

    def _seen(self, station: str, wrong_vin: bool) -> dict[str, Any]:
        car = self.visit.car
        if station == "LEFT_FRONT_DOOR":
            return {"odometer_km": car.km, "fuel_percent": 50}
        if station == "LEFT_FRONT_WING":
            return {"vin_seen": typo(car.vin) if wrong_vin else car.vin}
        return {"plate_seen": car.plate} if station == "FRONT" else {}

    async def _agree(self) -> None:
        visit = self.visit
        works = [visit.work, DECLINED] if visit.has(Incident.DECLINED_LINE) else [visit.work]
        pay_type = "GOODWILL" if visit.has(Incident.REWORK) else "CUSTOMER_PAY"
        order = await self.here(
            "repair-order",
            {
                "lines": [self.line(work, pay_type) for work in works],
                "keep_replaced_parts": False,
                "waiting": visit.has(Incident.BY_LINK),
                "follow_up": {"channel": "PHONE" if visit.has(Incident.CALLED) else "SMS"},
            },
        )
        proposed = await self.get("reception", f"/visits/{self.id}/promise")
        minutes = {part["name"]: part["minutes"] for part in proposed["parts"]}
        wanted = round(sum(work.hours for work in works) * 60)
        self.check("the promise is explained by its work", wanted, minutes["work"])
        if order["promised_at"] != utc(visit.promised):
            await self.here("promised-time", {"promised_at": visit.promised.isoformat(), "reason": "OTHER"})
        estimate = await self.here("estimates", {"contingency_percent": 0})
        first, *others = [line["line_id"] for line in estimate["lines"]]
        decision = {
            "accept": [first],
            "decline": [{"line_id": line, "reason": "LATER"} for line in others],
        }
        if visit.has(Incident.BY_LINK):
            await self.here(f"estimates/{estimate['version']}/authorisation-request", {})
            await self.director.settled()
            link = await self.message_link("AUTHORISATION")
            await self.director.until(authorised_at(visit))
            shown = await self.platform.open_link(link)
            self.check("link shows the estimate", estimate["total"], shown.body.get("estimate", {}).get("total"))
            seen = {"text_sha256": shown.body.get("text_sha256")}
            decided = await self.platform.open_link(link, {**decision, **seen})
            self.check("authorised by link", 200, decided.status)
        else:
            path = f"estimates/{estimate['version']}/authorisation"
            await self.here(path, {**decision, "signature": f"signatures/{visit.key}-estimate"})

    # --- steps 4 and 5: dispatch, production, quality control --------------------------------------------------------

    async def _work(self) -> None:
        visit = self.visit
        start = given(visit.start)
        await self.director.until(start)
        await self.director.settled()
        await self.dispatch("L1")
        await self.clock("L1", "start")
        done = start + timedelta(hours=visit.work.hours)
        if visit.has(Incident.SUPPLEMENT) or visit.has(Incident.SUPPLEMENT_REFUSED):
            await self.director.until(start + timedelta(minutes=30))
            await self._find_more()
        if visit.has(Incident.PARTS_PAUSE):
            await self.director.until(start + timedelta(minutes=30))
            await self.clock("L1", "pause", reason="PARTS")
            await self.director.until(start + timedelta(minutes=30) + PAUSE)
            await self.clock("L1", "resume")
            done += PAUSE
        if visit.has(Incident.CARRY_OVER):
            await self._stay_overnight(start)
            done = given(visit.delivered) - HAND_OVER
        await self.director.until(done)
        await self.clock("L1", "finish")
        if visit.has(Incident.SUPPLEMENT):
            await self.dispatch("L2")
            await self.clock("L2", "start")
            done += timedelta(hours=SUPPLEMENT.hours)
            await self.director.until(done)
            await self.clock("L2", "finish")
        await self._quality()

    async def _find_more(self) -> None:
        visit = self.visit
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
        found = await self.job("findings", finding, role="technician")
        await self.director.settled()
        line = self.line(extra, "CUSTOMER_PAY")
        supplement = await self.here("supplements", {"finding_id": found["finding_id"], "lines": [line]})
        lines = [line["line_id"] for line in supplement["lines"]]
        decision = {
            "accept": lines if accepted else [],
            "decline": [] if accepted else [{"line_id": line, "reason": "TOO_EXPENSIVE"} for line in lines],
            "signature": f"signatures/{visit.key}-supplement",
        }
        decided = await self.here(f"estimates/{supplement['version']}/authorisation", decision)
        total = visit.work.price + (extra.price if accepted else 0)
        self.check("authorised after the supplement", total, decided["authorised_total"]["amount"])
        await self.director.settled()

    async def _stay_overnight(self, start: datetime) -> None:
        stop = start.replace(hour=STOPS_AT[0], minute=STOPS_AT[1])
        await self.director.until(stop)
        await self.clock("L1", "pause", reason="TECHNICIAN")
        next_day = (stop + timedelta(days=1)).date()
        await self.job("carry-over", {"to_day": next_day.isoformat(), "reason": "End of the day"}, role="dispatcher")
        await self.director.until(start.replace(hour=GOES_ON_AT[0], minute=GOES_ON_AT[1]) + timedelta(days=1))
        proposal = await self.get("workshop", "/dispatch-proposal", role="dispatcher")
        self.check("carried-over job is proposed first", self.id, proposal["lines"][0]["visit_id"])
        await self.dispatch("L1")
        job = await self.get("workshop", f"/jobs/{self.id}", role="technician")
        await self.clock("L1", "resume" if job["lines"][0]["state"] == "ON_HOLD" else "start")

    async def _quality(self) -> None:
        visit = self.visit
        if visit.has(Incident.FAILED_QC):
            await self.job("self-check", {"technician": visit.technician}, role="technician")
            failed = {
                "inspector": INSPECTOR,
                "passed": False,
                "lines": ["L1"],
                "reason": "Wheel nuts loose",
                "rework_hours": REDO / timedelta(hours=1),
            }
            job = await self.job("quality-check", failed, role="inspector")
            self.check("failed quality control is counted", 1, job["quality_failures"])
            if job["lines"][0]["state"] == "PENDING":
                await self.dispatch("L1")
            await self.clock("L1", "start")
            await self.director.until(given(visit.start) + work_time(visit))
            await self.clock("L1", "finish")
        await self.job("self-check", {"technician": visit.technician}, role="technician")
        job = await self.get("workshop", f"/jobs/{self.id}", role="inspector")
        checked = [item["code"] for item in job["quality"]["check_list"]]
        passed = {"inspector": INSPECTOR, "passed": True, "road_test": True, "checked": checked}
        await self.job("quality-check", passed, role="inspector")
        await self.job("wash", {"by": "wang"}, role="technician")
        await self.job("cleanliness-check", {"clean": True}, role="technician")

    # --- steps 6 and 7: delivery and follow-up -----------------------------------------------------------------------

    async def _deliver(self) -> None:
        visit = self.visit
        await self.director.until(given(visit.delivered))
        lists = await self.get("reception", "/check-lists")
        await self.here("delivery-checks", {"confirmed": [one["code"] for one in lists["delivery_checks"]]})
        if visit.has(Incident.DECLINED_LINE):
            await self._never_above_the_authorisation()
        delivered = await self.here("delivery", {"opinion_card_filled": False})
        self.book.charged[self.key] = delivered["charged"]["amount"]

    async def _never_above_the_authorisation(self) -> None:
        charges = {"L1": self.money(self.visit.work.price), "L2": self.money(DECLINED.price)}
        path = f"/dealers/{self.dealer.code}/visits/{self.id}/delivery"
        refused = await self.platform.ask(
            "reception", "POST", path, role="advisor", dealer=self.dealer.code, body={"charges": charges}
        )
        self.check("a declined line cannot be charged", 409, refused.status)

    async def _follow_up(self) -> None:
        visit = self.visit
        await self.director.until(given(visit.delivered) + timedelta(hours=24))
        if visit.has(Incident.CALLED):
            tasks = await self.get("crm", "/call-tasks", role="agent", visit=self.id, purpose="SURVEY")
            self.check("follow-up is a call task", 1, len(tasks["items"]))
            for task in tasks["items"]:
                path = f"/call-tasks/{task['contact_id']}/result"
                await self.post("crm", path, {"outcome": "REACHED"}, role="agent")
            await self.post("survey", f"/invitations/{self.id}/answer", {"answers": GOOD}, role="agent")
            return
        link = await self.message_link("SURVEY")
        page = await self.platform.open_link(link)
        self.check("survey link opens", 200, page.status)
        low = visit.has(Incident.LOW_SCORE)
        answered = await self.platform.open_link(link, {"answers": POOR if low else GOOD})
        self.check("survey answered", 201, answered.status)
        if visit.has(Incident.ANSWERED_TWICE):
            again = await self.platform.open_link(link, {"answers": GOOD})
            self.check("the same answer twice is one answer", answered.body, again.body)
            other = await self.platform.open_link(link, {"answers": POOR})
            self.check("another answer on the same link is refused", 409, other.status)
        if low:
            await self.director.settled()
            found = await self.get("crm", "/complaints", role="agent")
            mine = [case for case in found["items"] if case["about_visit"] == self.id]
            self.check("low score opens a complaint", ["LOW_SCORE"], [case["origin"] for case in mine])
