"""Customers, facts and stores for the tests of customer relations."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chassis.facts import Fact
from chassis.testing import MemoryStore, a_fact, a_sealed, all_documents, memory_unit
from contracts import booking, reception, survey
from contracts.event import Event
from contracts.headquarters import DealerRegistered, OpeningHours
from contracts.values import Channel, Money, NatureOfWork, Person, TechnicianHours, Vehicle, WorkClass
from crm.consumers import booking as on_booking
from crm.consumers import headquarters as on_headquarters
from crm.consumers import reception as on_reception
from crm.consumers import survey as on_survey
from crm.domain.contact import Contact
from crm.domain.contact_policy import Question
from crm.domain.quiet_hours import QuietHours
from crm.storage.contacts import CONTACTS

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"
TEN = datetime(2025, 6, 23, 2, 0, tzinfo=UTC)
"""Ten o'clock in Shanghai: no quiet hour."""
LATER = TEN + timedelta(hours=8)
NIGHT = datetime(2025, 6, 22, 15, 0, tzinfo=UTC)
"""Eleven o'clock at night in Shanghai."""
NINE = datetime(2025, 6, 23, 1, 0, tzinfo=UTC)
"""The quiet hours after ``NIGHT`` end."""
COROLLA = Vehicle(vin="LVGBH40K8FG123456", plate="沪A12345", model="Corolla", odometer_km=20_000)
CAMRY = Vehicle(vin="LVGBH40K8FG654321", plate="沪B54321", model="Camry")
ZHANG = Person(
    person_id="person-1", name=a_sealed("Zhang Wei", "person-1"), phone=a_sealed("+8613800000001", "person-1")
)
LINK = a_sealed("https://example.invalid/links/token-1", "person-1")

HANDLERS: dict[type[Event], Any] = {
    **on_headquarters.HANDLERS,
    **on_booking.HANDLERS,
    **on_reception.HANDLERS,
    **on_survey.HANDLERS,
}

REMINDER = booking.ReminderDue(arrival=LATER, person_id=ZHANG.person_id)
MISSED = booking.AppointmentMissed(arrival=TEN, person_id=ZHANG.person_id)
OFFERED = booking.PlaceOffered(
    person_id=ZHANG.person_id,
    arrival=LATER,
    expires_at=TEN + timedelta(hours=2),
    link=LINK,
    customer=ZHANG,
    vehicle=COROLLA,
)
ARRIVED = reception.VehicleArrived(booked=True, intent=reception.Intent.MAINTENANCE, customer=ZHANG, vehicle=COROLLA)
READY = reception.PickUpDue(person_id=ZHANG.person_id, promised_at=LATER)
MOVED = reception.PromisedTimeChanged(previous=TEN, promised_at=LATER, reason="QUALITY", person_id=ZHANG.person_id)
DELIVERED = reception.VehicleDelivered(
    customer=ZHANG,
    vehicle=COROLLA,
    advisor="anna",
    promised_at=TEN,
    on_time=True,
    charged=Money(amount=123_450, currency="CNY"),
    authorised_total=Money(amount=123_450, currency="CNY"),
    follow_up=reception.FollowUpPreference(),
    opinion_card_filled=False,
)


def a_question(**changes: Any) -> Question:
    given: dict[str, Any] = {
        "purpose": "REMINDER",
        "quiet": QuietHours(time(20), time(9), SHANGHAI),
        "now": TEN,
    }
    return Question(**(given | changes))


def registered(**changes: Any) -> DealerRegistered:
    given: dict[str, Any] = {
        "name": "Pudong Motors",
        "name_zh": "浦东汽车",
        "zone": SHANGHAI,
        "currency": "CNY",
        "region": "East",
        "area": "shanghai",
        "opened_on": date(2012, 3, 1),
        "opening_hours": [OpeningHours(weekday=day, opens=time(8), closes=time(18)) for day in range(6)],
        "advisors": ("anna", "bo"),
    }
    return DealerRegistered.model_validate(given | changes)


def confirmed(arrival: datetime = TEN, **changes: Any) -> booking.AppointmentConfirmed:
    given: dict[str, Any] = {
        "arrival": arrival,
        "delivery_estimate": None,
        "customer": ZHANG,
        "vehicle": COROLLA,
        "nature": NatureOfWork.MAINTENANCE,
        "work_class": WorkClass.PM,
        "hours": TechnicianHours.of(1),
        "advisor": "anna",
        "channel": Channel.WECHAT,
    }
    return booking.AppointmentConfirmed(**(given | changes))


def order_opened(**changes: Any) -> reception.RepairOrderOpened:
    given: dict[str, Any] = {
        "customer": ZHANG,
        "vehicle": COROLLA,
        "advisor": "anna",
        "promised_at": TEN,
        "keep_replaced_parts": False,
        "follow_up": reception.FollowUpPreference(),
        "waiting": False,
    }
    return reception.RepairOrderOpened(**(given | changes))


def authorisation_requested(expires_at: datetime, amount: int = 123_450) -> reception.AuthorisationRequested:
    return reception.AuthorisationRequested(
        version=1,
        amount=Money(amount=amount, currency="CNY"),
        person_id=ZHANG.person_id,
        link=LINK,
        expires_at=expires_at,
    )


def delayed(promised_at: datetime) -> reception.DelayForeseen:
    return reception.DelayForeseen(promised_at=promised_at, reason="QUALITY", person_id=ZHANG.person_id)


def follow_up_due(expires_at: datetime, method: str = "MESSAGE", **changes: Any) -> survey.FollowUpDue:
    given: dict[str, Any] = {
        "invitation_id": "visit-1",
        "person_id": ZHANG.person_id,
        "method": survey.FollowUpMethod(method),
        "link": LINK,
        "questionnaire": "csi",
        "expires_at": expires_at,
    }
    return survey.FollowUpDue(**(given | changes))


def low_score(comment: str | None = None, invitation_id: str = "visit-1") -> survey.LowScoreReported:
    return survey.LowScoreReported(
        invitation_id=invitation_id,
        score=40,
        threshold=60,
        person_id=ZHANG.person_id,
        comment=a_sealed(comment, ZHANG.person_id) if comment else None,
    )


async def hear(
    store: MemoryStore, event: Event, *, now: datetime = TEN, visit_id: str | None = "visit-1", id: str | None = None
) -> Fact[Any]:
    """The service consumes one fact, as the chassis would let it."""
    fact = a_fact(event, visit_id=visit_id, at=now, id=id)
    unit = memory_unit(store=store, now=now, actor="system:test")
    await HANDLERS[type(event)](unit, fact)
    await unit.commit()
    return fact


async def a_store(*, now: datetime = TEN, with_customer: bool = True) -> MemoryStore:
    """A store that knows the dealer and, with an appointment, the customer."""
    store = MemoryStore()
    await hear(store, registered(), now=now, visit_id=None)
    if with_customer:
        await hear(store, confirmed(), now=now)
    return store


def contacts(store: MemoryStore) -> list[Contact]:
    """All contacts that were asked for."""
    return all_documents(store, CONTACTS)


def announced(store: MemoryStore, kind: type[Event]) -> list[Any]:
    """The facts of one kind that the service announced."""
    return [event for event in store.announced_events() if isinstance(event, kind)]
