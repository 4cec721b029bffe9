"""Booking's HTTP door as a dealer's app uses it, for tests on any store."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import httpx2
from booking_builders import REFERENCE_GR, REFERENCE_PM, THE_DAY, at

DEALER = "/dealers/SH001"
PM_TEAM = [("T1", "PM"), ("T2", "PM")]
GR_TEAM = [("T3", "GR"), ("T4", "GR"), ("T5", "GR"), ("T6", "GR")]


def a_plan_body(team: list[tuple[str, str]] | None = None, hours: float = 8, **more: Any) -> dict[str, Any]:
    """The reference day's plan: 16 h PM and 32 h GR."""
    technicians = [
        {"technician": name, "hours_by_class": [{"work_class": work_class, "hours": hours}]}
        for name, work_class in (PM_TEAM + GR_TEAM if team is None else team)
    ]
    return {"technicians": technicians, **more}


def a_hold_body(clock: str = "09:00", hours: float = 1, work_class: str = "PM", day: date = THE_DAY) -> dict[str, Any]:
    arrival = at(clock, day).isoformat()
    return {"arrival": arrival, "work_class": work_class, "hours": hours, "channel": "PHONE"}


def a_confirm_body(name: str = "Jones", model: str = "AE100", km: int | None = 20_000, **more: Any) -> dict[str, Any]:
    vehicle = {"vin": "LFV2A21K8B3000001", "plate": "沪A12345", "model": model, "odometer_km": km}
    customer = {"name": name, "phone": "+86 138 0013 8000"}
    given = {"customer": customer, "vehicle": vehicle, "nature": "MAINTENANCE", "read_back_confirmed": True}
    return given | more


@dataclass
class DeskClient:
    """Calls with a token, and a new Idempotency-Key for each command unless one is given."""

    http: httpx2.AsyncClient
    bearer: dict[str, str]
    dealer: str = DEALER
    replies: list[int] = field(default_factory=list)

    async def get(self, path: str, **query: Any) -> httpx2.Response:
        return await self.http.get(self.dealer + path, params=query, headers=self.bearer)

    async def post(self, path: str, body: Any, key: str | None = None) -> httpx2.Response:
        headers = {**self.bearer, "Idempotency-Key": key or str(uuid4())}
        return await self.http.post(self.dealer + path, json=body, headers=headers)

    async def put(self, path: str, body: Any, match: str = "*") -> httpx2.Response:
        return await self.http.put(self.dealer + path, json=body, headers={**self.bearer, "If-Match": match})

    async def plan(self, body: dict[str, Any] | None = None, day: date = THE_DAY) -> httpx2.Response:
        return await self.put(f"/days/{day}/capacity", body or a_plan_body())

    async def hold(self, *args: Any, key: str | None = None, **more: Any) -> httpx2.Response:
        return await self.post("/appointments", a_hold_body(*args, **more), key)

    async def book(self, *args: Any, key: str | None = None, confirm: Any = None, **more: Any) -> httpx2.Response:
        body = a_hold_body(*args, **more) | {"confirm": confirm or a_confirm_body()}
        return await self.post("/appointments", body, key)

    async def book_the_reference_day(self) -> None:
        """Both sheets of the domain's reference day."""
        for work_class, rows in (("PM", REFERENCE_PM), ("GR", REFERENCE_GR)):
            for name, clock, model, km, hours in rows:
                booked = await self.book(clock, hours, work_class, confirm=a_confirm_body(name, model, km))
                assert booked.status_code == 201, booked.text

    async def balance(self, work_class: str = "PM", day: date = THE_DAY) -> dict[str, Any]:
        shown = (await self.get(f"/days/{day}/capacity")).json()
        return next(balance for balance in shown["balances"] if balance["work_class"] == work_class)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
