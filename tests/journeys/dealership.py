"""A dealer of a test, with his people; what is asked of him and what he sees, over HTTP."""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from demo.plan import a_vin
from network import ZONE, Answer, Body, Network
from visit import PRICE, Customer, Visit

ADVISORS = ("anna", "bo")


@dataclass
class Dealership:
    """A dealer whom no other test uses. Technicians: ``pia`` (8 h maintenance), ``gus`` (8 h repair)."""

    network: Network
    code: str = field(default_factory=lambda: f"J{secrets.token_hex(3).upper()}")
    hours: dict[str, float] = field(default_factory=lambda: {"PM": 8, "GR": 8})
    walk_in_reserve: float = 0

    async def open(self, grace_minutes: int = 15) -> "Dealership":
        """Headquarters registers the dealer, the dealer plans hours for every weekday, the workshop its people."""
        await self.registered(grace_minutes)
        await self.network.quiet()
        await self.staffed()
        return self

    async def registered(self, grace_minutes: int = 15) -> None:
        order = self.registration | {"no_show_grace_minutes": grace_minutes}
        await self.network.do("headquarters", "/dealers", order, role="headquarters")

    @property
    def registration(self) -> Body:
        return {
            "dealer_id": self.code,
            "name": f"Dealer {self.code}",
            "name_zh": "测试经销店",
            "zone": ZONE.key,
            "currency": "CNY",
            "region": "EAST",
            "area": "TEST",
            "brands": ["TOYOTA"],
            "opened_on": "2012-03-01",
            "opening_hours": [{"weekday": day, "opens": "08:00", "closes": "18:00"} for day in range(7)],
            "advisors": list(ADVISORS),
        }

    async def staffed(self) -> None:
        people = {"PM": "pia", "GR": "gus"}
        plan: Body = {
            "technicians": [
                {"technician": people[kind], "hours_by_class": [{"work_class": kind, "hours": hours}]}
                for kind, hours in self.hours.items()
            ]
        }
        if self.walk_in_reserve:
            plan["walk_in_reserve"] = [{"work_class": "PM", "hours": self.walk_in_reserve}]
        week = {"weekdays": [{"weekday": day, **plan} for day in range(7)]}
        roster = {
            "technicians": [
                {"code": people[kind], "skills": [kind], "hours": hours} for kind, hours in self.hours.items()
            ],
            "bays": [{"code": f"bay-{people[kind]}", "classes": [kind]} for kind in self.hours],
        }
        for service, path, body in (("booking", "weekly-capacity", week), ("workshop", "roster", roster)):
            answer = await self.ask(service, "PUT", f"/{path}", role="manager", body=body)
            assert answer.status == 200, answer.body

    def customer(self, name: str = "Zhang Wei", phone: str = "") -> Customer:
        """Somebody new, with a car of his own."""
        number = secrets.randbelow(10**7)
        return Customer(
            name=name,
            phone=phone or f"+86 139 1{number:07d}",
            plate=f"沪J{number:07d}",
            vin=a_vin("JTD", number),
        )

    # --- calls -------------------------------------------------------------------------------------------------------

    async def ask(self, service: str, method: str, path: str, *, role: str = "advisor", **more: Any) -> Answer:
        return await self.network.ask(service, method, self.path(path), role=role, dealer=self.code, **more)

    async def do(self, service: str, path: str, body: Body, *, role: str = "advisor", **more: Any) -> Answer:
        return await self.network.do(service, self.path(path), body, role=role, dealer=self.code, **more)

    async def get(self, service: str, path: str, *, role: str = "advisor", **query: Any) -> Answer:
        return await self.network.get(service, self.path(path), role=role, dealer=self.code, **query)

    def path(self, path: str) -> str:
        return f"/dealers/{self.code}{path}"

    # --- what the dealer sees ----------------------------------------------------------------------------------------

    async def balance(self, day: date, work_class: str) -> Body:
        """Hours of a class, after it was checked that they add up (B1)."""
        found = await self.get("booking", f"/days/{day}/capacity")
        (balance,) = [one for one in found["balances"] if one["work_class"] == work_class]
        parts = [balance[name] for name in ("assigned", "bookable", "carry_over_reserve", "walk_in_reserve")]
        assert sum(parts) == balance["available"], balance
        return balance

    async def places(self, arrival: datetime) -> tuple[int, int]:
        """Taken and free places of a slot."""
        board = await self.get("booking", f"/days/{arrival.date()}/board")
        (slot,) = [one for one in board["slots"] if datetime.fromisoformat(one["arrival"]) == arrival]
        return slot["taken"], slot["free"]

    async def figures(self, first: date, last: date) -> Body:
        """Headquarters' figures of a period, by name."""
        found = await self.get("headquarters", "/figures", role="manager", **{"from": first, "to": last})
        return {name: figure["value"] for name, figure in found["figures"].items()}

    async def explanation(self, figure: str, first: date, last: date) -> Answer:
        """The events behind a figure (H9)."""
        period = {"from": first, "to": last, "limit": 200}
        return await self.get("headquarters", f"/figures/{figure}/events", role="manager", **period)

    async def contacts(self, purpose: str, visit_id: str) -> list[Body]:
        """What became of the contacts that were asked for."""
        found = await self.get("crm", "/contacts", role="agent", visit=visit_id, purpose=purpose)
        return found["items"]

    # --- step 1 ------------------------------------------------------------------------------------------------------

    def wish(self, arrival: datetime, hours: float = 1.0, work_class: str = "PM") -> Body:
        return {"arrival": arrival.isoformat(), "work_class": work_class, "hours": hours, "channel": "PHONE"}

    def confirmation(self, customer: Customer, hours: float = 1.0) -> Body:
        """What is written down of a customer and his wish (B4)."""
        return {
            "customer": customer.person,
            "vehicle": customer.vehicle,
            "nature": "MAINTENANCE",
            "concern": customer.words,
            "menu_items": [{"code": "PM20", "title": "20,000 km service", "hours": hours}],
            "source": "CARD",
            "list_price": PRICE,
            "read_back_confirmed": True,
        }

    async def book(
        self, customer: Customer, arrival: datetime, hours: float = 1.0, work_class: str = "PM", **more: Any
    ) -> Visit:
        """A customer rings up and is booked at once (B4, B6). ``more``: what else is known, such as ``parts``."""
        order = self.wish(arrival, hours, work_class) | {"confirm": self.confirmation(customer, hours) | more}
        booked = await self.do("booking", "/appointments", order)
        return Visit(self, customer, booked["visit_id"], arrival, hours, work_class)

    async def walk_in(self, customer: Customer, arrival: datetime, hours: float = 1.0) -> Visit:
        """A vehicle comes unannounced (R1), perhaps before reception has heard of a new dealer."""
        order = {"customer": customer.person, "vehicle": customer.vehicle, "intent": "PAID_REPAIR", "concern": "Noise"}
        arrived = await self.network.eventually(
            lambda: self.ask("reception", "POST", "/arrivals", body=order), lambda told: told.status == 201
        )
        return Visit(self, customer, arrived["visit_id"], arrival, hours)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A time on the dealer's clock."""
    return datetime.combine(day, time(hour, minute), ZONE)
