"""What the callers play: whole visits through the workshop, bookings made, moved and given back, places fought for."""

import asyncio
import itertools
import secrets
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from demo.plan import a_vin
from history import Body, Operation, Outcome
from load import Callers, Refused

ZONE = ZoneInfo("Asia/Shanghai")
PRICE = {"amount": 30_000, "currency": "CNY"}
HOURS = 0.5
SLOTS_A_DAY = 40
"""08:00 to 18:00, one each quarter of an hour."""
FIRST_DAYS = 3
"""Bookings begin so many days after the start, so that reminders and no-shows lie ahead."""
STATIONS = ("LEFT_FRONT_DOOR", "LEFT_FRONT_WING", "FRONT", "RIGHT_SIDE", "REAR", "LEFT_SIDE")
DELIVERY_CHECKS = ("ALL_ITEMS_DONE", "CAR_CLEAN", "AUDIO_AND_AC_OFF", "CLOCK_SEAT_CUP_HOLDER_RESTORED", "NO_TOOLS_LEFT",
                   "OLD_PARTS_PLACED", "INTERIOR_TIDY", "BODY_COMPARED_WITH_WALK_AROUND", "DOORS_AND_WINDOWS_CLOSED",
                   "CAR_LOCKED")  # fmt: skip
GONE = {"hold-is-over", "appointment-not-held", "appointment-closed", "appointment-not-confirmed"}
"""Refusals of somebody who came back later than his hold lasted."""
TOO_LATE = {"slot-taken", "hours-taken", "bay-taken", "advisor-taken"}
_cars = itertools.count(secrets.randbelow(10**6))


@dataclass
class Dealer:
    """A dealer of this run. Each technician, ``t1`` to ``tn``, with his bay is one player's own."""

    callers: Callers
    technicians: int
    first_day: date
    code: str = field(default_factory=lambda: f"F{secrets.token_hex(3).upper()}")
    visits: list[str] = field(default_factory=list)
    """Visits that were booked, for others to ask for."""
    others: list["Dealer"] = field(default_factory=list, repr=False)

    async def open(self) -> None:
        """Registered, known everywhere, planned and staffed."""
        order = {
            "dealer_id": self.code, "name": f"Dealer {self.code}", "name_zh": "测试经销店", "zone": ZONE.key,
            "currency": "CNY", "region": "EAST", "area": "TEST", "brands": ["TOYOTA"], "opened_on": "2012-03-01",
            "opening_hours": [{"weekday": day, "opens": "08:00", "closes": "18:00"} for day in range(7)],
            "advisors": [f"a{n}" for n in range(1, 9)],
        }  # fmt: skip
        await self.callers.do("headquarters", "/dealers", order, role="headquarters")
        people = [f"t{n}" for n in range(1, self.technicians + 1)]
        hours = [{"work_class": kind, "hours": 12} for kind in ("PM", "GR")]
        day = {"technicians": [{"technician": name, "hours_by_class": hours} for name in [*people, *"uvwxyz"]]}
        week = {"weekdays": [{"weekday": number, **day} for number in range(7)]}
        roster = {
            "technicians": [{"code": name, "skills": ["PM", "GR"], "hours": 12} for name in people],
            "bays": [{"code": f"bay-{name}", "classes": ["PM", "GR"]} for name in people],
        }
        for service, path, body in (("booking", "weekly-capacity", week), ("workshop", "roster", roster)):
            known = f"{self.path}/{'board' if service == 'workshop' else f'days/{self.first_day}/board'}"
            await self.callers.until(
                lambda service=service, known=known: self.callers.see(service, known, role="manager", dealer=self.code),
                f"{service} knows {self.code}",
            )
            await self.callers.put(service, f"{self.path}/{path}", body, role="manager", dealer=self.code)
        for service, known in (("reception", "queue"), ("crm", "contacts"), ("survey", "invitations")):
            await self.callers.until(
                lambda service=service, known=known: self.callers.see(
                    service, f"{self.path}/{known}", role="manager", dealer=self.code
                ),
                f"{service} knows {self.code}",
            )

    @property
    def path(self) -> str:
        return f"/dealers/{self.code}"

    def slots(self) -> Iterator[datetime]:
        """One arrival after the other; there are more advisors than players."""
        for n in itertools.count():
            yield _arrival(self.first_day + timedelta(days=n // SLOTS_A_DAY), n % SLOTS_A_DAY)

    async def do(self, service: str, path: str, body: Body, **more: Any) -> Operation:
        return await self.callers.do(service, self.path + path, body, dealer=self.code, **more)

    async def ask(self, service: str, path: str, body: Body, **more: Any) -> Operation:
        return await self.callers.ask(service, self.path + path, body, dealer=self.code, **more)

    async def see(self, service: str, path: str, **more: Any) -> Body | None:
        return await self.callers.see(service, self.path + path, dealer=self.code, **more)


def a_customer() -> tuple[Body, Body]:
    """Somebody new with a car of his own."""
    number = next(_cars) % 10**7
    person = {"name": f"Zhang {number}", "phone": f"+86 139 1{number:07d}"}
    return person, {"vin": a_vin("JTD", number), "plate": f"沪J{number:07d}", "model": "AE100", "odometer_km": 20_000}


def _arrival(day: date, slot: int) -> datetime:
    return datetime.combine(day, time(8), ZONE) + timedelta(minutes=15 * slot)


def _wish(arrival: datetime) -> Body:
    return {"arrival": arrival.isoformat(), "work_class": "PM", "hours": HOURS, "channel": "PHONE"}


def _confirmation(person: Body, vehicle: Body) -> Body:
    return {
        "customer": person, "vehicle": vehicle, "nature": "MAINTENANCE", "concern": "It squeals when braking.",
        "menu_items": [{"code": "PM20", "title": "20,000 km service", "hours": HOURS}], "source": "CARD",
        "list_price": PRICE, "read_back_confirmed": True,
    }  # fmt: skip


def a_technicians_visits(dealer: Dealer, number: int) -> Callable[[], Awaitable[None]]:
    """One visit after the other with the technician ``t<number>``, from the booking to the hand-over."""
    slots, seat = dealer.slots(), f"t{number}"

    async def visit() -> None:
        person, vehicle = a_customer()
        booked = await _booked(dealer, slots, person, vehicle)
        await _received(dealer, booked, vehicle)
        await _agreed(dealer, booked)
        await _worked(dealer, booked, seat)
        await _delivered(dealer, booked)

    return visit


async def _booked(dealer: Dealer, slots: Iterator[datetime], person: Body, vehicle: Body) -> str:
    while True:
        order = _wish(next(slots)) | {"confirm": _confirmation(person, vehicle)}
        booked = await dealer.ask("booking", "/appointments", order)
        if booked.outcome is Outcome.OK:
            dealer.visits.append(booked.answer["visit_id"])
            return booked.answer["visit_id"]
        if booked.answer.get("code") not in TOO_LATE:
            raise Refused(booked)


async def _received(dealer: Dealer, visit: str, vehicle: Body) -> None:
    async def arrived() -> bool:
        said = await dealer.ask("reception", "/arrivals", {"visit_id": visit}, visit=visit)
        if said.outcome is Outcome.FAIL and said.answer.get("code") != "appointment-unknown":
            raise Refused(said)
        return said.outcome is Outcome.OK

    await dealer.callers.until(arrived, f"reception knows the appointment {visit}")
    here = f"/visits/{visit}"
    await dealer.do("reception", f"{here}/greeting", {"advisor": "a1"}, visit=visit)
    answers = {"what": ["NOISE"], "where": ["FRONT"], "when": ["THIS_WEEK"], "conditions": ["COLD_ENGINE"],
               "who_drove": ["OWNER"], "how_often": ["SOMETIMES"]}  # fmt: skip
    asked = {"version": 1, "answers": answers, "plan": "Service", "read_back": True}
    await dealer.do("reception", f"{here}/questionnaire", asked, visit=visit)
    seen: dict[str, Body] = {
        "LEFT_FRONT_DOOR": {"odometer_km": 20_010, "fuel_percent": 50},
        "LEFT_FRONT_WING": {"vin_seen": vehicle["vin"]},
        "FRONT": {"plate_seen": vehicle["plate"]},
    }
    for station in STATIONS:
        await dealer.do("reception", f"{here}/walk-around/stations/{station}", seen.get(station, {}), visit=visit)
    await dealer.do("reception", f"{here}/walk-around/signature", {"signature": f"signatures/{visit}"}, visit=visit)


async def _agreed(dealer: Dealer, visit: str) -> None:
    here = f"/visits/{visit}"
    line = {
        "operation": "PM20", "title": "20,000 km service", "work_class": "PM", "hours": HOURS, "labour": PRICE,
        "parts": [], "pay_type": "CUSTOMER_PAY",
    }  # fmt: skip
    order = {"lines": [line], "keep_replaced_parts": False, "waiting": False, "follow_up": {"channel": "SMS"}}
    await dealer.do("reception", f"{here}/repair-order", order, visit=visit)
    estimate = (await dealer.do("reception", f"{here}/estimates", {"contingency_percent": 0}, visit=visit)).answer
    decision = {"accept": [one["line_id"] for one in estimate["lines"]], "decline": [], "signature": f"s/{visit}"}
    path = f"{here}/estimates/{estimate['version']}/authorisation"
    await dealer.do("reception", path, decision, visit=visit)


async def _worked(dealer: Dealer, visit: str, seat: str) -> None:
    job = f"/jobs/{visit}"
    await dealer.callers.until(
        lambda: dealer.see("workshop", job, role="technician"), f"the workshop knows the job {visit}"
    )
    place = {"technician": seat, "bay": f"bay-{seat}", "overtime": True}
    await dealer.do("workshop", f"{job}/lines/L1/dispatch", place, role="dispatcher", visit=visit)
    for step in ("start", "finish"):
        await dealer.do("workshop", f"{job}/lines/L1/{step}", {"technician": seat}, role="technician", visit=visit)
    await dealer.do("workshop", f"{job}/self-check", {"technician": seat}, role="technician", visit=visit)
    shown = await dealer.callers.until(lambda: dealer.see("workshop", job, role="inspector"), f"job {visit} is shown")
    checked = [item["code"] for item in shown["quality"]["check_list"]]
    passed = {"inspector": "ines", "passed": True, "road_test": True, "checked": checked}
    await dealer.do("workshop", f"{job}/quality-check", passed, role="inspector", visit=visit)
    await dealer.do("workshop", f"{job}/wash", {"by": "wang"}, role="technician", visit=visit)
    await dealer.do("workshop", f"{job}/cleanliness-check", {"clean": True}, role="technician", visit=visit)


async def _delivered(dealer: Dealer, visit: str) -> None:
    async def ready() -> bool:
        order = await dealer.see("reception", f"/visits/{visit}/repair-order")
        return order is not None and order["ready_at"] is not None

    await dealer.callers.until(ready, f"reception knows that {visit} is ready")
    here = f"/visits/{visit}"
    await dealer.do("reception", f"{here}/delivery-checks", {"confirmed": list(DELIVERY_CHECKS)}, visit=visit)
    await dealer.do("reception", f"{here}/delivery", {"opinion_card_filled": False}, visit=visit)


def bookings_made_and_moved(dealer: Dealer) -> Callable[[], Awaitable[None]]:
    """Somebody holds a place, mostly confirms it, perhaps moves it, perhaps gives it back; some call only once."""
    chance, callers = dealer.callers.chance, dealer.callers

    def some_arrival() -> datetime:
        day = dealer.first_day + timedelta(days=20 + chance.randrange(6))
        return _arrival(day, chance.randrange(SLOTS_A_DAY))

    async def churn() -> None:
        impatient = chance.random() < 0.04
        held = await dealer.ask("booking", "/appointments", _wish(some_arrival()), impatient=impatient)
        if not _went_on(held):
            return
        visit = held.answer["visit_id"]
        dealer.visits.append(visit)
        if chance.random() < 0.1:
            return  # Never comes back: the hold ends by itself (B15).
        here = f"/appointments/{visit}"
        confirmed = await dealer.ask("booking", f"{here}/confirmation", _confirmation(*a_customer()), visit=visit)
        if not _went_on(confirmed):
            return
        for _ in range(chance.choice((0, 1, 1, 2))):
            moved = _wish(some_arrival()) | {"reason": "NO_TIME"}
            moved.pop("channel")
            if not _went_on(await dealer.ask("booking", f"{here}/reschedule", moved, visit=visit)):
                break
        if chance.random() < 0.6:
            off = {"reason": "NO_LONGER_NEEDED"}
            _went_on(await dealer.ask("booking", f"{here}/cancellation", off, visit=visit))

    async def churn_and_look() -> None:
        await churn()
        if chance.random() < 0.2:
            await asyncio.gather(*foreign_questions(callers, dealer))

    return churn_and_look


def foreign_questions(callers: Callers, dealer: Dealer) -> list[Awaitable[None]]:
    """Another dealer's visit, asked for in one's own name at every service that keeps visits."""
    others = [one for one in dealer.others if one.visits]
    if not others:
        return []
    theirs = callers.chance.choice(callers.chance.choice(others).visits)
    places = (
        ("booking", f"/appointments/{theirs}", "advisor"),
        ("reception", f"/visits/{theirs}", "advisor"),
        ("workshop", f"/jobs/{theirs}", "technician"),
        ("headquarters", f"/visits/{theirs}", "manager"),
    )
    return [callers.probe(service, dealer.path + path, role=role, dealer=dealer.code) for service, path, role in places]


async def open_dealers(callers: Callers, count: int, technicians: int, today: date) -> list[Dealer]:
    """So many dealers, ready for business."""
    dealers = [Dealer(callers, technicians, today + timedelta(days=FIRST_DAYS)) for _ in range(count)]
    await asyncio.gather(*(dealer.open() for dealer in dealers))
    for dealer in dealers:
        dealer.others = [one for one in dealers if one is not dealer]
    return dealers


def _went_on(operation: Operation) -> bool:
    """Whether the caller got what he wanted. A place that is gone is no fault of anybody's; any other refusal is."""
    if operation.outcome is Outcome.FAIL and operation.answer.get("code") not in TOO_LATE | GONE:
        raise Refused(operation)
    return operation.outcome is Outcome.OK
