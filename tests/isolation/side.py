"""One of the two dealers of the story: its values, and the ids of what it made."""

import zlib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from demo.plan import a_vin

ZONE = ZoneInfo("Asia/Shanghai")
TECHNICIAN, BAY, INSPECTOR, ADVISOR = "tim", "bay-1", "ines", "anna"
"""The same codes at both dealers, as in life."""
SHARED_PHONE = "+86 139 7000 7777"
"""A customer of both dealers: each knows him under another name."""


VISITS = ("main", "second", "dropped", "missed", "waits", "idle")


@dataclass
class Side:
    """``day``: the first day with appointments. ``visit``: the visit of the story that recipes speak of now."""

    code: str
    area: str
    day: date
    visit: str = "main"
    ids: dict[str, str] = field(default_factory=dict)
    """Ids by what they are: a visit's key, ``person:<visit>``, ``case``, ``contact``, ``finding``, ``line``, …"""
    seen: dict[str, Any] = field(default_factory=dict)
    """Answers that later requests need."""

    @property
    def visit_id(self) -> str:
        return self.ids[self.visit]

    @property
    def person_id(self) -> str:
        return self.ids[f"person:{self.visit}"]

    def at(self, hour: int, minute: int = 0, days: int = 0) -> datetime:
        """An instant of the dealer's clock, counted from the first day."""
        return datetime.combine(self.day + timedelta(days=days), time(hour, minute), ZONE)

    def customer(self) -> dict[str, str]:
        """The second visit's customer has the same number at both dealers."""
        phone = SHARED_PHONE if self.visit == "second" else f"+86 138 {self._number('phone', self.visit):08d}"
        return {"name": f"Customer {self.visit} of {self.code}", "phone": phone}

    def vehicle(self) -> dict[str, Any]:
        number = self._number("car", self.visit)
        plate = f"沪{number % 100_000:05d}{self.code[-1]}"
        return {"vin": a_vin("LSVHK", number % 10**7), "plate": plate, "model": "Corolla", "odometer_km": 42_000}

    def words(self, what: str) -> str:
        """Free text that names the dealer, so that it is recognised wherever it turns up."""
        return f"{what} at {self.code}"

    def money(self, amount: int) -> dict[str, Any]:
        return {"amount": amount, "currency": "CNY"}

    def secrets(self) -> set[str]:
        """Every value that nobody else may read: code, names, numbers, plates, ids. Phones as any spelling ends."""
        found = {self.code, self.area, *self.ids.values()}
        kept = self.visit
        for self.visit in VISITS:
            customer, vehicle = self.customer(), self.vehicle()
            found |= {customer["name"], customer["phone"], customer["phone"].replace(" ", "")}
            found |= {vehicle["vin"], vehicle["plate"]}
        self.visit = kept
        return found - {SHARED_PHONE, SHARED_PHONE.replace(" ", "")}

    def _number(self, *what: str) -> int:
        return zlib.crc32("/".join((self.code, *what)).encode()) % 10**8
