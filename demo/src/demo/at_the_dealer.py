"""What one visit needs of the dealer's apps: calls to each counter, and values as the APIs want them."""

from datetime import UTC, datetime
from typing import Any

from demo.book import Book
from demo.client import Platform
from demo.director import Director
from demo.plan import Dealer, Visit, Work, a_vin


class AtTheDealer:
    """The people at the dealer, for one visit."""

    def __init__(self, platform: Platform, director: Director, book: Book, dealer: Dealer, visit: Visit) -> None:
        self.platform = platform
        self.director = director
        self.book = book
        self.dealer = dealer
        self.visit = visit
        self.key = (dealer.code, visit.key)

    @property
    def id(self) -> str:
        """The visit's id at the platform."""
        return self.book.ids[self.key]

    async def message_link(self, purpose: str) -> str:
        outbox = await self.get("crm", "/outbox", role="agent", visit=self.id, purpose=purpose)
        self.check(f"message {purpose} was sent", 1, len(outbox["items"]))
        return outbox["items"][0]["link"]

    async def dispatch(self, line: str) -> None:
        technician = self.visit.technician
        body = {"technician": technician, "bay": f"bay-{technician}"}
        await self.job(f"lines/{line}/dispatch", body, role="dispatcher")

    async def clock(self, line: str, what: str, **more: str) -> None:
        body = {"technician": self.visit.technician, **more}
        await self.job(f"lines/{line}/{what}", body, role="technician")

    async def here(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return await self.post("reception", f"/visits/{self.id}/{path}", body)

    async def photo(self, image: bytes, **where: str) -> dict[str, Any]:
        path, code = f"/dealers/{self.dealer.code}/visits/{self.id}/photos", self.dealer.code
        sent = await self.platform.send_file(
            "reception", path, "image/png", image, role="advisor", dealer=code, **where
        )
        return sent.body

    async def job(self, path: str, body: dict[str, Any], *, role: str) -> dict[str, Any]:
        return await self.post("workshop", f"/jobs/{self.id}/{path}", body, role=role)

    async def post(self, service: str, path: str, body: dict[str, Any], *, role: str = "advisor") -> dict[str, Any]:
        code = self.dealer.code
        return (await self.platform.do(service, f"/dealers/{code}{path}", body, role=role, dealer=code)).body

    async def get(self, service: str, path: str, *, role: str = "advisor", **query: Any) -> dict[str, Any]:
        code = self.dealer.code
        return (await self.platform.get(service, f"/dealers/{code}{path}", role=role, dealer=code, **query)).body

    # --- values ------------------------------------------------------------------------------------------------------

    def customer(self) -> dict[str, str]:
        return {"name": self.visit.customer.name, "phone": self.visit.customer.phone}

    def vehicle(self, vin: str = "") -> dict[str, Any]:
        car = self.visit.car
        return {"vin": vin or car.vin, "plate": car.plate, "model": car.model, "odometer_km": car.km}

    def money(self, amount: int) -> dict[str, Any]:
        return {"amount": amount, "currency": self.dealer.currency}

    def line(self, work: Work, pay_type: str) -> dict[str, Any]:
        parts = [{"number": f"{work.operation}-K", "name": f"Parts kit {work.operation}", "quantity": 1,
                  "price": self.money(work.parts)}]  # fmt: skip
        return {
            "operation": work.operation,
            "title": work.title,
            "work_class": work.work_class,
            "hours": work.hours,
            "labour": self.money(work.labour),
            "parts": parts if work.parts else [],
            "pay_type": pay_type,
        }

    def check(self, name: str, expected: Any, actual: Any) -> None:
        self.book.check(f"{self.dealer.code} {self.visit.key}: {name}", expected, actual)


def typo(vin: str) -> str:
    """The VIN on the car where the booking's last digit was misheard, with its own check digit."""
    return a_vin(vin[:8], (int(vin[10:]) + 7) % 10**7)


def utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def given(instant: datetime | None) -> datetime:
    if instant is None:
        raise LookupError("this visit has no such time in the plan")
    return instant
