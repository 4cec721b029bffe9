"""What is going to happen, as data: dealers, customers, work, and the incidents of three days.

From these alone the player works out what must come out (``demo.expected``).
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

START = datetime.fromisoformat("2025-06-20T08:30:00+08:00")
MONDAY, TUESDAY, THURSDAY = date(2025, 6, 23), date(2025, 6, 24), date(2025, 6, 26)
LAST_DAY = date(2025, 6, 25)
HAND_OVER = timedelta(minutes=30)
"""From passed quality control to the delivery."""
SLACK = timedelta(minutes=30)
"""The advisor promises this much later than planned."""


class Incident(StrEnum):
    """What goes differently at a visit."""

    WALK_IN = "walk-in"
    RACE = "won the last slot"
    REBOOKED = "re-booked by the customer"
    NO_SHOW = "no-show"
    VIN_MISMATCH = "VIN mismatch, resolved"
    DECLINED_LINE = "a line declined"
    BY_LINK = "authorised by link"
    SUPPLEMENT = "additional work authorised"
    SUPPLEMENT_REFUSED = "additional work refused"
    PARTS_PAUSE = "pause for parts"
    FAILED_QC = "failed quality control"
    CARRY_OVER = "carried over to the next day"
    REWORK = "rework of an earlier visit"
    LOW_SCORE = "low score, complaint"
    ANSWERED_TWICE = "answer sent twice"
    CALLED = "followed up by phone"


@dataclass(frozen=True)
class Work:
    """One line of work. Prices in minor units."""

    operation: str
    title: str
    work_class: str
    hours: float
    labour: int
    parts: int = 0

    @property
    def price(self) -> int:
        return self.labour + self.parts


@dataclass(frozen=True)
class Car:
    vin: str
    plate: str
    model: str
    km: int


@dataclass(frozen=True)
class Customer:
    name: str
    phone: str


@dataclass(frozen=True)
class Visit:
    """One visit as planned. ``key`` names it in the plan only."""

    key: str
    dealer: str
    customer: Customer
    car: Car
    arrival: datetime
    work: Work
    incidents: frozenset[Incident] = frozenset()
    first_arrival: datetime | None = None
    """Before the customer moved the appointment."""
    rework_of: str = ""
    technician: str = ""
    start: datetime | None = None
    delivered: datetime | None = None

    def has(self, incident: Incident) -> bool:
        return incident in self.incidents

    @property
    def booked(self) -> bool:
        return not (self.has(Incident.WALK_IN) or self.has(Incident.REWORK))

    @property
    def comes(self) -> bool:
        return not self.has(Incident.NO_SHOW)

    @property
    def promised(self) -> datetime:
        """The time agreed at reception; a job that stays overnight was not foreseen."""
        if self.has(Incident.CARRY_OVER):
            return self.arrival.replace(hour=17, minute=30)
        return (self.delivered or self.arrival) + SLACK

    @property
    def on_time(self) -> bool:
        return self.delivered is not None and self.delivered <= self.promised


@dataclass(frozen=True)
class Technician:
    code: str
    work_class: str
    hours: float = 8


@dataclass(frozen=True)
class Dealer:
    """A dealer of the demo."""

    code: str
    name: str
    name_zh: str
    zone: str
    currency: str
    region: str
    area: str
    advisors: tuple[str, ...]
    technicians: tuple[Technician, ...]
    visits: tuple[Visit, ...] = field(default=())

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def available(self, work_class: str) -> float:
        return sum(one.hours for one in self.technicians if one.work_class == work_class)

    def visit(self, key: str) -> Visit:
        return next(visit for visit in self.visits if visit.key == key)


SUPPLEMENT = Work("BR-PADS", "Front brake pads", "GR", 0.5, 18_000, 36_000)
"""What the technician finds at a visit with additional work."""
DECLINED = Work("WIPERS", "Wiper blades", "PM", 0.25, 3_000, 9_000)
PAUSE = timedelta(minutes=30)
REDO = timedelta(minutes=15)
STOPS_AT = (17, 0)
"""When work on a job that stays overnight ends, dealer's time; it goes on next morning at the first of these."""
GOES_ON_AT = (8, 30)


def work_time(visit: Visit) -> timedelta:
    """How long the technician is busy with a visit."""
    busy = timedelta(hours=visit.work.hours)
    if visit.has(Incident.SUPPLEMENT):
        busy += timedelta(hours=SUPPLEMENT.hours)
    if visit.has(Incident.PARTS_PAUSE):
        busy += PAUSE
    if visit.has(Incident.FAILED_QC):
        busy += REDO
    return busy


def authorised_at(visit: Visit) -> datetime:
    """On site at once; by link a quarter of an hour later."""
    return visit.arrival + timedelta(minutes=15 if visit.has(Incident.BY_LINK) else 0)


def scheduled(dealer: Dealer) -> Dealer:
    """Gives each visit its technician, start and delivery: first come, first served, by class."""
    free = {one.code: datetime.min.replace(tzinfo=dealer.tz) for one in dealer.technicians}
    planned: dict[str, Visit] = {}
    for visit in sorted(dealer.visits, key=lambda one: (one.arrival, one.key)):
        if not visit.comes or visit.arrival.astimezone(dealer.tz).date() > LAST_DAY:
            planned[visit.key] = visit
            continue
        able = [one.code for one in dealer.technicians if one.work_class == visit.work.work_class]
        technician = min(able, key=lambda code: (max(free[code], authorised_at(visit)), code))
        start = max(free[technician], authorised_at(visit))
        done = start + work_time(visit)
        if visit.has(Incident.CARRY_OVER):
            stop = start.replace(hour=STOPS_AT[0], minute=STOPS_AT[1])
            left = done - stop
            done = stop.replace(hour=GOES_ON_AT[0], minute=GOES_ON_AT[1]) + timedelta(days=1) + left
        free[technician] = done
        planned[visit.key] = replace(visit, technician=technician, start=start, delivered=done + HAND_OVER)
    return replace(dealer, visits=tuple(planned[visit.key] for visit in dealer.visits))


_VALUES: dict[str, int] = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def a_vin(maker: str, number: int) -> str:
    """A well-formed VIN with its check digit."""
    raw = f"{maker:A<8.8}0S{number:07d}"
    total = sum((_VALUES[c] if c in _VALUES else int(c)) * w for c, w in zip(raw, _WEIGHTS, strict=True))
    digit = "X" if total % 11 == 10 else str(total % 11)
    return raw[:8] + digit + raw[9:]
