"""A customer's visit, each step as one sentence over HTTP."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from network import Answer, Body

if TYPE_CHECKING:
    from dealership import Dealership

PRICE = {"amount": 30_000, "currency": "CNY"}
CONTENT = {"overall": 9, "advisor": 10, "quality": 9, "on_time": "yes", "problem": "no"}
DISAPPOINTED = {"overall": 2, "advisor": 4, "quality": 1, "on_time": "late", "why": "work", "problem": "yes"}
A_WHOLE_STORY = Counter(
    ("booking.appointment-held", "booking.appointment-confirmed", "booking.reminder-due", "booking.readiness-missing",
     "reception.pick-up-due", "crm.customer-registered",
     "crm.customer-changed", "crm.contact-made", "crm.contact-made", "crm.contact-made", "reception.vehicle-arrived",
     "reception.customer-greeted", "reception.questionnaire-recorded", "reception.delivery-checked",
     "reception.walk-around-completed", "reception.repair-order-opened", "reception.estimate-issued",
     "reception.estimate-authorised", "reception.vehicle-delivered", "workshop.job-opened", "workshop.job-dispatched",
     "workshop.work-started", "workshop.work-finished", "workshop.self-check-passed", "workshop.quality-check-passed",
     "workshop.vehicle-ready", "survey.follow-up-due", "survey.survey-answered")
)  # fmt: skip
"""What is announced of a visit that was booked, reminded of, ready, delivered and answered, as often as it happens."""


@dataclass(frozen=True)
class Customer:
    """A person with a car."""

    name: str
    phone: str
    plate: str
    vin: str
    words: str = "It squeals when braking."

    @property
    def person(self) -> Body:
        return {"name": self.name, "phone": self.phone}

    @property
    def vehicle(self) -> Body:
        return {"vin": self.vin, "plate": self.plate, "model": "AE100", "odometer_km": 20_000}


@dataclass
class Visit:
    """One vehicle's way through the seven steps."""

    dealer: "Dealership"
    customer: Customer
    id: str
    arrival: datetime
    hours: float = 1.0
    work_class: str = "PM"

    @property
    def day(self) -> date:
        return self.arrival.date()

    @property
    def technician(self) -> str:
        return "pia" if self.work_class == "PM" else "gus"

    async def arrives(self) -> "Visit":
        """Step 2 begins: the vehicle comes to its appointment (R1)."""
        await self.dealer.do("reception", "/arrivals", {"visit_id": self.id})
        return self

    async def is_checked_in(self) -> None:
        """Greeting, questioning, the way around the car (R1, R3, R5)."""
        answers = {"what": ["NOISE"], "where": ["FRONT"], "when": ["THIS_WEEK"], "conditions": ["COLD_ENGINE"],
                   "who_drove": ["OWNER"], "how_often": ["SOMETIMES"]}  # fmt: skip
        await self._here("greeting", {"advisor": "anna"})
        await self._here("questionnaire", {"version": 1, "answers": answers, "plan": "Service", "read_back": True})
        lists = await self.dealer.get("reception", "/check-lists")
        seen = {
            "LEFT_FRONT_DOOR": {"odometer_km": 20_010, "fuel_percent": 50},
            "LEFT_FRONT_WING": {"vin_seen": self.customer.vin},
            "FRONT": {"plate_seen": self.customer.plate},
        }
        for station in [one["station"] for one in lists["stations"]]:
            await self._here(f"walk-around/stations/{station}", seen.get(station, {}))
        await self._here("walk-around/signature", {"signature": f"signatures/{self.id}"})

    async def is_agreed(self) -> None:
        """Step 3: repair order, estimate, the customer's signature (R7, R10, R12)."""
        line = {
            "operation": "PM20",
            "title": "20,000 km service",
            "work_class": self.work_class,
            "hours": self.hours,
            "labour": PRICE,
            "parts": [],
            "pay_type": "CUSTOMER_PAY",
        }
        follow_up = {"channel": "SMS"}
        order = {"lines": [line], "keep_replaced_parts": False, "waiting": False, "follow_up": follow_up}
        await self._here("repair-order", order)
        estimate = await self._here("estimates", {"contingency_percent": 0})
        lines = [line["line_id"] for line in estimate["lines"]]
        decision = {"accept": lines, "decline": [], "signature": f"signatures/{self.id}-estimate"}
        await self._here(f"estimates/{estimate['version']}/authorisation", decision)

    async def is_given_out(self) -> None:
        """Step 4 begins: a technician and a bay (W1), and the clock runs (W3)."""
        seat = {"technician": self.technician, "bay": f"bay-{self.technician}"}
        await self._job("lines/L1/dispatch", seat, role="dispatcher")
        await self._job("lines/L1/start", {"technician": self.technician})

    async def is_finished(self) -> None:
        """Step 4 ends."""
        await self._job("lines/L1/finish", {"technician": self.technician})

    async def is_inspected(self) -> None:
        """Step 5: the technician's own check, the inspector's, wash, cleanliness (W7)."""
        await self._job("self-check", {"technician": self.technician})
        job = await self.dealer.get("workshop", f"/jobs/{self.id}", role="inspector")
        checked = [item["code"] for item in job["quality"]["check_list"]]
        passed = {"inspector": "ines", "passed": True, "road_test": True, "checked": checked}
        await self._job("quality-check", passed, role="inspector")
        await self._job("wash", {"by": "wang"})
        await self._job("cleanliness-check", {"clean": True})

    async def may_leave(self) -> bool:
        """Whether the counter has heard that the vehicle is ready."""
        order = await self.dealer.get("reception", f"/visits/{self.id}/repair-order")
        return order["ready_at"] is not None

    async def is_delivered(self) -> None:
        """Step 6: final checks and hand-over (R16)."""
        lists = await self.dealer.get("reception", "/check-lists")
        await self._here("delivery-checks", {"confirmed": [one["code"] for one in lists["delivery_checks"]]})
        await self._here("delivery", {"opinion_card_filled": False})

    async def link(self) -> str:
        """The personal link in the message that asked the customer (V2)."""
        outbox = await self.dealer.get("crm", "/outbox", role="agent", visit=self.id, purpose="SURVEY")
        (message,) = outbox["items"]
        return message["link"]

    async def is_answered(self, answers: Body) -> None:
        """Step 7: the customer answers by his personal link, without any token (V2, V7)."""
        answer = await self.dealer.network.sent("POST", await self.link(), {}, {"answers": answers})
        assert answer.status == 201, answer.body

    async def goes_through_the_workshop(self) -> None:
        """From the arrival to the delivery, with the time it takes; the clock is moved."""
        network = self.dealer.network
        await network.until(self.arrival)
        await self.arrives()
        await self.is_checked_in()
        await self.is_agreed()
        await network.quiet()
        await self.is_given_out()
        await network.until(self.arrival + timedelta(hours=self.hours))
        await self.is_finished()
        await self.is_inspected()
        await network.until(self.arrival + timedelta(hours=self.hours, minutes=30))
        await self.is_delivered()
        await network.quiet()

    async def asked_a_day_later(self) -> None:
        """The follow-up falls due (V1)."""
        await self.dealer.network.until(self.arrival + timedelta(hours=self.hours + 25))

    # --- what headquarters knows -------------------------------------------------------------------------------------

    async def steps(self) -> Body:
        """The times of the seven steps; one that was not reached is None."""
        found = await self.dealer.get("headquarters", f"/visits/{self.id}", role="manager")
        return {name: at and datetime.fromisoformat(at) for name, at in found["steps"].items()}

    async def story(self) -> list[Body]:
        """Every fact of the visit in business time."""
        found = await self.dealer.get("headquarters", f"/visits/{self.id}/story", role="manager", limit=200)
        return found["items"]

    async def facts(self) -> Counter[str]:
        """How often which fact was announced, such as ``booking.reminder-due``."""
        return Counter(line["type"].rpartition(".")[0] for line in await self.story())

    async def told(self, fact: str) -> int:
        """How often this fact was announced."""
        return (await self.facts())[fact]

    async def _here(self, path: str, body: Body) -> Answer:
        return await self.dealer.do("reception", f"/visits/{self.id}/{path}", body)

    async def _job(self, path: str, body: Body, *, role: str = "technician") -> Answer:
        return await self.dealer.do("workshop", f"/jobs/{self.id}/{path}", body, role=role)
