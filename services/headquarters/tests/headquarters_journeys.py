"""Facts of visits as the services announce them, and every legal order of them: ordered per aggregate, free between."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from chassis.facts import Fact
from chassis.testing import MemoryStore, a_fact, a_sealed, memory_unit
from contracts import booking, crm, reception, survey, workshop
from contracts.event import Event
from contracts.headquarters import DealerRegistered, OpeningHours
from contracts.values import Channel, Initiative, Money, NatureOfWork, Person, TechnicianHours, Vehicle, WorkClass
from headquarters.consumers import booking as on_booking
from headquarters.consumers import crm as on_crm
from headquarters.consumers import reception as on_reception
from headquarters.consumers import survey as on_survey
from headquarters.consumers import workshop as on_workshop
from headquarters.usecases.register_dealer import RegisterDealer, register_dealer

HANDLERS: dict[type[Event], Any] = {
    **on_booking.HANDLERS,
    **on_crm.HANDLERS,
    **on_reception.HANDLERS,
    **on_survey.HANDLERS,
    **on_workshop.HANDLERS,
}
EIGHT = datetime(2025, 6, 23, 0, 0, tzinfo=UTC)
"""Eight o'clock of 2025-06-23 in Shanghai."""
THE_DAY = date(2025, 6, 23)
ZHANG = Person(person_id="person-1", name=a_sealed("Zhang Wei"), phone=a_sealed("+8613800000001"))
COROLLA = Vehicle(vin="LVGBH40K8FG123456", plate="沪A12345", model="Corolla", odometer_km=20_000)
ONE_HOUR = TechnicianHours.of(1)


def at(minutes: float) -> datetime:
    """Minutes after eight."""
    return EIGHT + timedelta(minutes=minutes)


def a_registration(**changes: Any) -> DealerRegistered:
    given = {
        "name": "Pudong Motors",
        "zone": "Asia/Shanghai",
        "currency": "CNY",
        "region": "East",
        "area": "shanghai",
        "group": "delta",
        "opened_on": date(2012, 3, 1),
        "opening_hours": [OpeningHours(weekday=day, opens=time(8), closes=time(18)) for day in range(6)],
        "advisors": ("anna", "bo"),
    }
    return DealerRegistered.model_validate(given | changes)


def confirmed(arrival: datetime = EIGHT) -> booking.AppointmentConfirmed:
    return booking.AppointmentConfirmed(
        arrival=arrival,
        delivery_estimate=None,
        customer=ZHANG,
        vehicle=COROLLA,
        nature=NatureOfWork.MAINTENANCE,
        work_class=WorkClass.PM,
        hours=ONE_HOUR,
        advisor="anna",
        channel=Channel.PHONE,
        initiative=Initiative.PASSIVE,
    )


def arrived(*, booked: bool = True, rework_of: str | None = None) -> reception.VehicleArrived:
    intent = reception.Intent.REWORK if rework_of else reception.Intent.MAINTENANCE
    return reception.VehicleArrived(booked=booked, intent=intent, customer=ZHANG, vehicle=COROLLA, rework_of=rework_of)


def left(reason: str) -> reception.CustomerLeft:
    return reception.CustomerLeft(reason=reason, waited_seconds=60)


def returned() -> reception.CustomerReturned:
    return reception.CustomerReturned(waited_seconds=60)


def delivered(*, on_time: bool = True) -> reception.VehicleDelivered:
    none = Money.zero("CNY")
    return reception.VehicleDelivered(
        customer=ZHANG,
        vehicle=COROLLA,
        advisor="anna",
        promised_at=at(180),
        on_time=on_time,
        charged=none,
        authorised_total=none,
        follow_up=reception.FollowUpPreference(),
        opinion_card_filled=False,
    )


def answered(score: float) -> survey.SurveyAnswered:
    return survey.SurveyAnswered(
        invitation_id="x",
        questionnaire="csi",
        questionnaire_version=1,
        score=score,
        satisfied=score >= 70,
        very_satisfied=score >= 90,
        answers=(),
        comment=a_sealed("too slow"),
        person_id="person-1",
        method=survey.FollowUpMethod.MESSAGE,
    )


def opened(case_id: str = "case-1") -> crm.ComplaintOpened:
    return crm.ComplaintOpened(
        case_id=case_id,
        person_id="person-1",
        complaint_class=crm.ComplaintClass.SERVICE,
        important=False,
        origin=crm.ComplaintOrigin.LOW_SCORE,
        handler="carl",
        due_at=at(5000),
    )


def started() -> workshop.WorkStarted:
    return workshop.WorkStarted(line_id="line-1", technician="tim")


def passed() -> workshop.QualityCheckPassed:
    return workshop.QualityCheckPassed(inspector="ines", road_test=False)


def a_day() -> list[list[Fact[Any]]]:
    """Aggregates with their facts in order: a good visit, a walk-in rework, a withdrawn no-show, a true no-show."""
    good = [
        told("v1", (0, confirmed())),
        told("v1", (1, arrived()), (180, delivered())),
        told("v1", (20, started()), (120, passed())),
        told("v1", (1600, answered(92.5))),
    ]
    rework = [
        told("v2", (30, arrived(booked=False, rework_of="v0")), (500, delivered(on_time=False))),
        told("v2", (90, workshop.ReworkLinked(first_visit="v0", days_between=9)), (95, started()), (400, passed())),
        told("v2", (2000, answered(31.0))),
        told("v2", (2001, opened()), (4000, crm.ComplaintClosed(case_id="case-1", person_id="person-1"))),
        told("v2", (2005, opened("case-2"))),
    ]
    late_news = [
        told(
            "v3",
            (-60, confirmed()),
            (31, booking.AppointmentMissed(arrival=EIGHT, person_id="person-1")),
            (2900, booking.NoShowWithdrawn(arrived_at=at(2))),
        ),
        told("v3", (2, arrived())),
    ]
    missed = [told("v4", (-60, confirmed()), (31, booking.AppointmentMissed(arrival=EIGHT, person_id="person-1")))]
    return [*good, *rework, *late_news, *missed]


def leavers() -> list[list[Fact[Any]]]:
    """Nobody greeted them: one registered twice, one who was back and was called away, one who is here after all."""
    return [
        told("v5", (-60, confirmed())),
        told("v5", (3, arrived(rework_of="v0")), (5, left("REGISTERED_TWICE"))),
        told("v6", (4, arrived(booked=False)), (6, left("WRONG_DEALER")), (9, returned()), (40, left("CALLED_AWAY"))),
        told("v7", (-60, confirmed()), (31, booking.AppointmentMissed(arrival=EIGHT, person_id="person-1"))),
        told("v7", (40, arrived()), (41, left("REGISTERED_TWICE")), (42, returned())),
    ]


def told(visit_id: str, *facts: tuple[float, Event]) -> list[Fact[Any]]:
    """The facts of one aggregate, in its order."""
    return [
        a_fact(event, visit_id=visit_id, at=at(minutes), sequence=n, id=f"{visit_id}-{minutes}-{event.wire_type}")
        for n, (minutes, event) in enumerate(facts, start=1)
    ]


def interleaved(aggregates: list[list[Fact[Any]]], random: Random) -> list[Fact[Any]]:
    """One legal order: each aggregate's facts in theirs, the aggregates in any."""
    waiting = [list(facts) for facts in aggregates]
    order: list[Fact[Any]] = []
    while waiting := [facts for facts in waiting if facts]:
        order.append(random.choice(waiting).pop(0))
    return order


async def a_network(*dealer_ids: str) -> MemoryStore:
    """A store in which these dealers are registered."""
    store = MemoryStore()
    for dealer_id in dealer_ids or ("SH001",):
        unit = memory_unit(dealer_id, store=store)
        await register_dealer(unit, RegisterDealer(dealer_id, a_registration()))
        await unit.commit()
    return store


async def take(store: MemoryStore, facts: list[Fact[Any]], *, batch: int = 1) -> None:
    """Applies facts as the consumer does: a batch is one unit of work."""
    for start in range(0, len(facts), batch):
        unit = memory_unit(facts[start].dealer_id, store=store)
        for fact in facts[start : start + batch]:
            await HANDLERS[type(fact.event)](unit, fact)
        await unit.commit()
