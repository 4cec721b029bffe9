"""A workshop on a memory store: facts go in at the Kafka door, commands at the use cases, each in a unit of its own."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from chassis.testing import MemoryStore, a_fact, a_sealed, memory_unit
from chassis.unit import Unit
from contracts.booking import AppointmentConfirmed
from contracts.event import Event
from contracts.headquarters import DealerRegistered
from contracts.reception import (
    AuthorisedHow,
    EstimateAuthorised,
    FollowUpPreference,
    Intent,
    VehicleArrived,
    VehicleDelivered,
)
from contracts.values import Channel, Money, NatureOfWork, Person, TechnicianHours, Vehicle, WorkClass, WorkLine
from workshop.consumers import booking, headquarters, reception
from workshop.domain.job import Job
from workshop.domain.roster import Roster
from workshop.storage.jobs import JOBS
from workshop.usecases.set_roster import set_roster
from workshop_builders import EIGHT, a_roster, a_work_line, at

VIN = "LSVAB4BR5EN000001"
HANDLERS = {**headquarters.HANDLERS, **booking.HANDLERS, **reception.HANDLERS}


def a_vehicle(vin: str = VIN) -> Vehicle:
    return Vehicle(vin=vin, plate="沪A12345", model="AE100", odometer_km=20_000)


def a_customer() -> Person:
    return Person(person_id="person-1", name=a_sealed("Jones"), phone=a_sealed("+8613800138000"))


def registered() -> DealerRegistered:
    return DealerRegistered(
        name="Pudong",
        zone="Asia/Shanghai",
        currency="CNY",
        region="East",
        area="Shanghai",
        opened_on=date(2015, 1, 1),
        opening_hours=(),
        advisors=("anna",),
        quiet_from=time(20),
        quiet_until=time(9),
    )


def arrived(vin: str = VIN, rework_of: str | None = None) -> VehicleArrived:
    return VehicleArrived(booked=True, intent=Intent.MAINTENANCE, vehicle=a_vehicle(vin), rework_of=rework_of)


def authorised(*lines: WorkLine, finding_id: str | None = None, promised: datetime | None = None, **more: Any):
    lines = lines or (a_work_line(),)
    amount = Money(amount=sum(line.total.amount for line in lines), currency="CNY")
    return EstimateAuthorised(
        version=2 if finding_id else 1,
        supplement=finding_id is not None,
        finding_id=finding_id,
        lines=lines,
        amount=amount,
        authorised_total=amount,
        how=AuthorisedHow.ON_SITE,
        by="person-1",
        booked=True,
        waiting=False,
        vehicle=a_vehicle(more.pop("vin", VIN)),
        advisor="anna",
        promised_at=promised or at(8),
        **more,
    )


def confirmed() -> AppointmentConfirmed:
    return AppointmentConfirmed(
        arrival=at(0.25),
        delivery_estimate=None,
        customer=a_customer(),
        vehicle=a_vehicle(),
        nature=NatureOfWork.MAINTENANCE,
        work_class=WorkClass.PM,
        hours=TechnicianHours.of(2),
        advisor="anna",
        channel=Channel.PHONE,
    )


def delivered() -> VehicleDelivered:
    money = Money(amount=40_000, currency="CNY")
    return VehicleDelivered(
        customer=a_customer(),
        vehicle=a_vehicle(),
        advisor="anna",
        promised_at=at(8),
        on_time=True,
        charged=money,
        authorised_total=money,
        follow_up=FollowUpPreference(),
        opinion_card_filled=False,
    )


@dataclass
class AWorkshop:
    """``now`` moves by hand; every ``hear`` and ``do`` is one unit of work."""

    store: MemoryStore = field(default_factory=MemoryStore)
    now: datetime = EIGHT

    def unit(self) -> Unit:
        return memory_unit(now=self.now, actor="dispatcher:dora", store=self.store)

    async def hear(self, event: Event, visit_id: str = "visit-1", at: datetime | None = None) -> None:
        unit = self.unit()
        await HANDLERS[type(event)](unit, a_fact(event, visit_id=visit_id, at=at or self.now))
        await unit.commit()

    async def do(self, usecase: Callable[[Unit, Any], Awaitable[Any]], command: Any) -> Any:
        unit = self.unit()
        done = await usecase(unit, command)
        await unit.commit()
        return done

    async def job(self, visit_id: str = "visit-1") -> Job:
        return await self.unit().get(JOBS, visit_id)

    def told(self, *kinds: type[Event]) -> list[Any]:
        return [event for event in self.store.announced_events() if not kinds or isinstance(event, kinds)]


async def an_open_workshop(roster: Roster | None = None) -> AWorkshop:
    """The dealer is known and has a roster; nothing stands in the workshop yet."""
    workshop = AWorkshop()
    await workshop.hear(registered(), visit_id="")
    await workshop.do(set_roster, roster or a_roster())
    return workshop


async def with_an_open_job(*lines: WorkLine, visit_id: str = "visit-1", workshop: AWorkshop | None = None) -> AWorkshop:
    workshop = workshop or await an_open_workshop()
    await workshop.hear(arrived(), visit_id)
    await workshop.hear(authorised(*lines), visit_id)
    return workshop
