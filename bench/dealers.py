"""Dealers of the bench: some made through booking's own doors, many more cloned from what those left in its store.

So every document has exactly the shape in which a service writes it, whatever that is today.
"""

import json
import uuid
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from booking.consumers.headquarters import dealer_of
from booking.domain.dealer import Dealer
from chassis.documents import Raw
from contracts.headquarters import DealerRegistered, OpeningHours

SLOTS = 40
"""From 8 to 18 o'clock, every quarter of an hour."""
ADVISORS = 6
TECHNICIANS = 16
"""As an average dealer has."""
EVERY_DAY = range(7)


def dealer_id(n: int) -> str:
    return f"B{n:05d}"


def registration(n: int) -> DealerRegistered:
    """What headquarters tells of a dealer; its clock is UTC."""
    return DealerRegistered.model_validate(
        {
            "name": f"Dealer {n}",
            "zone": "UTC",
            "currency": "CNY",
            "region": "East",
            "area": f"A{n % 200}",
            "opened_on": date(2012, 3, 1),
            "opening_hours": tuple(OpeningHours(weekday=day, opens=time(8), closes=time(18)) for day in EVERY_DAY),
            "advisors": tuple(f"advisor-{one}" for one in range(ADVISORS)),
        }
    )


def a_dealer(n: int) -> Dealer:
    """As booking knows him."""
    return dealer_of(dealer_id(n), registration(n))


def a_week() -> bytes:
    """The body of a dealer's weekly capacity."""
    whole_day = [{"work_class": "PM", "hours": 8}]
    technicians = [{"technician": f"T{n}", "hours_by_class": whole_day} for n in range(TECHNICIANS)]
    return json.dumps({"weekdays": [{"weekday": day, "technicians": technicians} for day in EVERY_DAY]}).encode()


def slot(day: date, n: int) -> datetime:
    """The arrival of a day's n-th slot."""
    return datetime.combine(day, time(8), UTC) + timedelta(minutes=15 * (n % SLOTS))


def a_booking(arrival: datetime, customer: int) -> bytes:
    """The body of a booking that is confirmed at once."""
    confirm: dict[str, Any] = {
        "customer": {"name": f"Customer {customer}", "phone": f"+86 138 0013 {customer:04d}"},
        "vehicle": {"vin": "LFV2A21K8B3000001", "plate": "沪A12345", "model": "AE100", "odometer_km": 20_000},
        "nature": "MAINTENANCE",
        "concern": "It pulls to the left when braking",
        "read_back_confirmed": True,
    }
    body = {"arrival": arrival.isoformat(), "work_class": "PM", "hours": 1.0, "channel": "PHONE", "confirm": confirm}
    return json.dumps(body).encode()


def places(dealers: int, first: date, days: int) -> Iterator[tuple[int, datetime]]:
    """Dealer and slot, one after the other over all dealers' days, so that callers rarely want the same day."""
    n = 0
    while True:
        yield n % dealers, slot(first + timedelta(days=n // dealers % days), n // dealers // days)
        n += 1


# --- clones -----------------------------------------------------------------------------------------------------------


def visit_id(n: int) -> str:
    """The n-th cloned visit's."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"visit {n}"))


def settled(raw: Raw) -> Raw:
    """A document as it stands when its facts are out, its answers given long ago, and nothing falls due."""
    quiet = {"_pending": [], "_pending_bytes": 0, "_timers": {}, "_next_due": None}
    return {name: value for name, value in deepcopy(raw).items() if name != "_commands"} | quiet | {"_sequence": 0}


def for_dealer(raw: Raw, n: int) -> Raw:
    """The same document of another dealer, where its id is the dealer's or begins with it."""
    _, colon, rest = raw["_id"].partition(":")
    return raw | {"_id": f"{dealer_id(n)}{colon}{rest}", "dealer_id": dealer_id(n)}


def an_appointment(raw: Raw, n: int, dealer: int, arrival: datetime, **changed: Any) -> Raw:
    """The same appointment at another time of another dealer."""
    id = visit_id(n)
    mine = {"_id": id, "visit_id": id, "dealer_id": dealer_id(dealer)}
    return raw | mine | {"day": arrival.date().isoformat(), "arrival": arrival} | changed
