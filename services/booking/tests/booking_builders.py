"""Builders for booking's tests: dealers, plans, days, wishes and appointments, with the reference day of the domain."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from booking.consumers.headquarters import dealer_of
from booking.domain.appointment import Appointment
from booking.domain.capacity import CapacityPlan, TechnicianPlan
from booking.domain.dealer import Dealer
from booking.domain.dealer_day import DealerDay
from booking.domain.details import Details
from booking.domain.taking import Wish
from chassis.facts import Fact
from chassis.testing import a_fact
from contracts.headquarters import DealerRegistered, OpeningHours
from contracts.reception import EstimateAuthorised, FollowUpPreference, Intent, VehicleArrived, VehicleDelivered
from contracts.values import (
    Channel,
    ClassHours,
    Money,
    NatureOfWork,
    Person,
    Sealed,
    TechnicianHours,
    Vehicle,
    WorkClass,
    WorkLine,
)

PM, GR, QUICK = WorkClass.PM, WorkClass.GR, WorkClass.QUICK_SERVICE
THE_DAY = date(2025, 6, 23)
SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
THE_DAY_BEFORE = datetime(2025, 6, 20, 1, 0, tzinfo=UTC)


def hours(value: float) -> TechnicianHours:
    return TechnicianHours.of(value)


def class_hours(work_class: WorkClass, value: float) -> ClassHours:
    return ClassHours(work_class=work_class, hours=hours(value))


def at(clock: str, day: date = THE_DAY, zone: ZoneInfo = SHANGHAI) -> datetime:
    """A time on the dealer's wall clock, as the instant it is."""
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)


def a_registration(**changes: object) -> DealerRegistered:
    """The first dealer of the demo: open 08:00 to 18:00 every day but Sunday, three advisors, slots of 15 minutes."""
    given: dict[str, object] = {
        "name": "Shanghai One",
        "name_zh": "上海一店",
        "zone": "Asia/Shanghai",
        "currency": "CNY",
        "region": "East",
        "area": "Shanghai",
        "opened_on": date(2010, 1, 1),
        "opening_hours": tuple(OpeningHours(weekday=d, opens=time(8), closes=time(18)) for d in range(6)),
        "advisors": ("wang", "li", "zhao"),
    }
    return DealerRegistered.model_validate(given | changes)


def a_dealer(dealer_id: str = "SH001", **changes: object) -> Dealer:
    return dealer_of(dealer_id, a_registration(**changes))


def a_technician(name: str, pm: float = 0, gr: float = 0) -> TechnicianPlan:
    parts = [(PM, pm), (GR, gr)]
    return TechnicianPlan(name, tuple(class_hours(c, value) for c, value in parts if value))


def a_plan(pm: float = 16, gr: float = 32, **changes: object) -> CapacityPlan:
    """As many technicians of 8 hours as needed, the last one with the rest; none serves two classes."""
    technicians: list[TechnicianPlan] = []
    for work_class, left in (("pm", pm), ("gr", gr)):
        rest = left
        while rest > 0:
            technicians.append(a_technician(f"T{len(technicians) + 1}", **{work_class: min(8, rest)}))
            rest -= 8
    return CapacityPlan(technicians=tuple(technicians), **changes)


def a_day(plan: CapacityPlan | None = None, day: date = THE_DAY, dealer_id: str = "SH001") -> DealerDay:
    """A planned day whose hours have been announced."""
    planned = DealerDay(dealer_id, day)
    planned.replan(a_plan() if plan is None else plan, THE_DAY_BEFORE)
    return planned


def a_wish(
    clock: str = "09:00", work: float = 1, work_class: WorkClass = PM, visit: str = "visit-1", **more: object
) -> Wish:
    day = more.pop("day", THE_DAY)
    assert isinstance(day, date)
    return Wish(visit, at(clock, day), work_class, hours(work), **more)  # type: ignore[arg-type]


def a_vehicle(model: str = "AE100", km: int | None = 20_000) -> Vehicle:
    return Vehicle(vin="LFV2A21K8B3000001", plate="沪A12345", model=model, odometer_km=km)


def sealed(text: str, person: str = "person-1") -> Sealed:
    return Sealed(person_id=person, ciphertext=text)


def a_person(name: str = "Jones") -> Person:
    return Person(person_id="person-1", name=sealed(name), phone=sealed("+86 138 0013 8000"))


def some_details(**changes: object) -> Details:
    given: dict[str, object] = {
        "customer": a_person(),
        "vehicle": a_vehicle(),
        "nature": NatureOfWork.MAINTENANCE,
    }
    return Details(**(given | changes))  # type: ignore[arg-type]


def a_held_appointment(wish: Wish | None = None, now: datetime = THE_DAY_BEFORE) -> Appointment:
    appointment, _ = Appointment.hold(
        wish or a_wish(),
        a_dealer(),
        advisor="wang",
        channel=Channel.PHONE,
        owner="advisor:anna",
        now=now,
        until=now + timedelta(minutes=15),
    )
    return appointment


def a_booked_appointment(wish: Wish | None = None, now: datetime = THE_DAY_BEFORE, **details: object) -> Appointment:
    appointment = a_held_appointment(wish, now)
    appointment.confirm(some_details(**details), a_dealer(), read_back=True, now=now)
    return appointment


def a_line(line_id: str = "L1", work_class: WorkClass = GR, work: float = 1) -> WorkLine:
    return WorkLine(
        line_id=line_id,
        operation="OP",
        title="Brakes",
        work_class=work_class,
        hours=hours(work),
        labour=Money(amount=10_000, currency="CNY"),
    )


def an_authorisation(*lines: WorkLine, booked: bool = False, supplement: bool = False) -> EstimateAuthorised:
    amount = Money(amount=10_000, currency="CNY")
    return EstimateAuthorised.model_validate(
        {
            "version": 1,
            "supplement": supplement,
            "lines": lines or (a_line(),),
            "amount": amount,
            "authorised_total": amount,
            "how": "ON_SITE",
            "by": "person-1",
            "booked": booked,
            "waiting": False,
            "vehicle": a_vehicle(),
            "advisor": "wang",
            "promised_at": at("17:00"),
        }
    )


def an_arrival(booked: bool = True) -> VehicleArrived:
    return VehicleArrived(booked=booked, intent=Intent.MAINTENANCE, vehicle=a_vehicle())


def an_arrival_of(advisor: str, km: int = 20_000) -> VehicleArrived:
    """A walk-in of the usual vehicle, received by this advisor."""
    return VehicleArrived(booked=False, intent=Intent.MAINTENANCE, vehicle=a_vehicle(km=km), advisor=advisor)


def a_delivery(advisor: str = "wang") -> VehicleDelivered:
    """The usual vehicle goes back to its customer."""
    amount = Money(amount=10_000, currency="CNY")
    return VehicleDelivered.model_validate(
        {
            "customer": a_person(),
            "vehicle": a_vehicle(),
            "advisor": advisor,
            "promised_at": at("17:00"),
            "on_time": True,
            "charged": amount,
            "authorised_total": amount,
            "follow_up": FollowUpPreference(),
            "opinion_card_filled": False,
        }
    )


def a_fact_of(event: Any, visit: str = "walk-in", at: datetime = THE_DAY_BEFORE) -> Fact[Any]:
    return a_fact(event, visit_id=visit, at=at)


REFERENCE_PM = (
    ("Jones", "08:15", "AE100", 20_000, 2.0),
    ("Philips", "08:30", "AE100", 10_000, 1.0),
    ("Bottacin", "09:00", "LC100", 30_000, 1.0),
    ("Sumners", "09:15", "FZJ80", 5_000, 0.5),
    ("Williams", "09:30", "AL25", 40_000, 2.5),
    ("Bert", "09:45", "Starlet", 1_000, 0.5),
    ("Oscar", "10:15", "FZJ75", 10_000, 1.5),
)
"""The reference day's PM sheet: customer, arrival, model, kilometres, hours; 16 h available."""

REFERENCE_GR = (
    ("Abbott", "08:00", "AE100", None, 4.0),
    ("Clarke", "08:15", "AE100", None, 1.5),
    ("Murakami", "08:30", "AE100", None, 1.0),
    ("Bloggs", "08:45", "AE100", None, 2.0),
)
"""The reference day's GR sheet; 32 h available. The sheet's hours are not legible; models are not on it."""
