"""Drives reception's use cases on a memory store: one commit for each command, as the door does it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from chassis.testing import MemoryStore, a_fact, memory_unit
from chassis.unit import Unit
from contracts.booking import AppointmentConfirmed
from contracts.event import Event
from contracts.headquarters import DealerRegistered
from contracts.reception import FollowUpPreference, Intent
from contracts.values import Channel, NatureOfWork, Vehicle, WorkClass
from contracts.workshop import AdditionalWorkFound, QualityCheckPassed, Urgency, VehicleReady, WorkFinished
from reception.consumers import booking, headquarters, parts, workshop
from reception.domain.delivery import DELIVERY_CHECKS
from reception.domain.lines import DraftLine
from reception.domain.policy import Policy
from reception.domain.repair_order import RepairOrder
from reception.domain.visit import Visit
from reception.domain.walk_around import ORDER, Station
from reception.storage.collections import REPAIR_ORDERS, VISITS
from reception.usecases.authorise_on_site import AuthoriseOnSite, authorise_on_site
from reception.usecases.check_delivery import CheckDelivery, check_delivery
from reception.usecases.deliver_vehicle import DeliverVehicle, deliver_vehicle
from reception.usecases.issue_estimate import IssueEstimate, issue_estimate
from reception.usecases.open_repair_order import OpenRepairOrder, open_repair_order
from reception.usecases.receive_vehicle import ReceiveBooked, ReceiveWalkIn, receive_booked, receive_walk_in
from reception.usecases.record_questionnaire import RecordQuestionnaire, record_questionnaire
from reception.usecases.see_station import SeeStation, see_station
from reception.usecases.sign_walk_around import SignWalkAround, sign_walk_around
from reception_builders import ANSWERS, CUSTOMER, NINE, PLATE, POLICY, VEHICLE, VIN, a_dealer, a_draft, a_hand_over

R = TypeVar("R")
HANDLERS: dict[type[Event], Any] = {**headquarters.HANDLERS, **booking.HANDLERS, **workshop.HANDLERS, **parts.HANDLERS}


def a_registration() -> DealerRegistered:
    dealer = a_dealer()
    return DealerRegistered(
        name=dealer.name,
        name_zh=dealer.name_zh,
        zone=dealer.zone,
        currency=dealer.currency,
        region="east",
        area="shanghai",
        opened_on=NINE.date(),
        opening_hours=dealer.opening_hours,
        advisors=dealer.advisors,
    )


def an_appointment(nature: NatureOfWork = NatureOfWork.MAINTENANCE) -> AppointmentConfirmed:
    return AppointmentConfirmed(
        arrival=NINE,
        delivery_estimate=None,
        customer=CUSTOMER,
        vehicle=VEHICLE,
        nature=nature,
        work_class=WorkClass.PM,
        hours=a_draft().hours,
        advisor="anna",
        channel=Channel.PHONE,
    )


class TheCounter:
    """A dealer's reception with an own store; ``now`` moves only by hand."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.now = NINE

    def later(self, **by: int) -> datetime:
        self.now += timedelta(**by)
        return self.now

    async def do(self, what: Callable[[Unit], Awaitable[R]]) -> R:
        unit = memory_unit(now=self.now, store=self.store)
        result = await what(unit)
        await unit.commit()
        return result

    async def hears(self, event: Event, visit_id: str = "visit-1") -> None:
        fact = a_fact(event, visit_id=visit_id, at=self.now)
        await self.do(lambda unit: HANDLERS[type(event)](unit, fact))

    def announced(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.store.announced_events() if isinstance(event, kind)]

    async def visit(self, visit_id: str = "visit-1") -> Visit:
        return await memory_unit(store=self.store).get(VISITS, visit_id)

    async def order(self, visit_id: str = "visit-1") -> RepairOrder:
        return await memory_unit(store=self.store).get(REPAIR_ORDERS, visit_id)

    # --- a visit's steps, for tests that begin later ------------------------------------------------------------------

    async def opens(self) -> None:
        await self.hears(a_registration())

    async def books(self, visit_id: str = "visit-1", nature: NatureOfWork = NatureOfWork.MAINTENANCE) -> None:
        await self.hears(an_appointment(nature), visit_id)

    async def receives(self, visit_id: str = "visit-1", rework_of: str | None = None, policy: Policy = POLICY) -> Visit:
        command = ReceiveBooked("SH001", visit_id, None, rework_of)
        return await self.do(lambda unit: receive_booked(unit, command, policy))

    async def receives_walk_in(
        self, visit_id: str = "visit-2", vehicle: Vehicle = VEHICLE, rework_of: str | None = None
    ) -> Visit:
        command = ReceiveWalkIn(
            "SH001", visit_id, "Li Wei", "13800138000", vehicle, Intent.PAID_REPAIR, "It squeals.", rework_of
        )
        return await self.do(lambda unit: receive_walk_in(unit, command, POLICY))

    async def questions(self, visit_id: str = "visit-1", read_back: bool = True) -> Visit:
        command = RecordQuestionnaire(visit_id, 1, ANSWERS, "It squeals in the morning.", "brakes", read_back)
        return await self.do(lambda unit: record_questionnaire(unit, command))

    async def walks_around(self, visit_id: str = "visit-1") -> None:
        for station in ORDER:
            seen = {
                Station.LEFT_FRONT_DOOR: {"odometer_km": 20_113},
                Station.LEFT_FRONT_WING: {"vin_seen": VIN},
                Station.FRONT: {"plate_seen": PLATE},
            }.get(station, {})
            command = SeeStation(visit_id, station, **seen)
            await self.do(lambda unit, command=command: see_station(unit, command))
        await self.do(lambda unit: sign_walk_around(unit, SignWalkAround(visit_id, "signature-1")))

    async def opens_order(self, visit_id: str = "visit-1", lines: tuple[DraftLine, ...] = ()) -> RepairOrder:
        command = OpenRepairOrder(
            "SH001", visit_id, lines or (a_draft(),), False, FollowUpPreference(), True, advisor="anna"
        )
        return await self.do(lambda unit: open_repair_order(unit, command, POLICY))

    async def checks_in(self, visit_id: str = "visit-1", lines: tuple[DraftLine, ...] = ()) -> RepairOrder:
        await self.questions(visit_id)
        await self.walks_around(visit_id)
        return await self.opens_order(visit_id, lines)

    async def estimates(self, visit_id: str = "visit-1") -> RepairOrder:
        return await self.do(lambda unit: issue_estimate(unit, IssueEstimate(visit_id, 0), POLICY))

    async def authorises(self, *lines: str, version: int = 1, visit_id: str = "visit-1") -> RepairOrder:
        command = AuthoriseOnSite("SH001", visit_id, version, lines, {}, "signature-2")
        return await self.do(lambda unit: authorise_on_site(unit, command))

    async def works(self, *lines: str, visit_id: str = "visit-1") -> None:
        for line_id in lines:
            done = WorkFinished(line_id=line_id, technician="tim", worked=a_draft().hours, flat_rate=a_draft().hours)
            await self.hears(done, visit_id)
        await self.hears(QualityCheckPassed(inspector="ines", road_test=False), visit_id)
        await self.hears(VehicleReady(lines=lines), visit_id)

    async def finds_more(self, finding_id: str = "finding-1", visit_id: str = "visit-1") -> None:
        hours = {"work_class": WorkClass.GR, "hours": a_draft().hours}
        finding = AdditionalWorkFound(finding_id=finding_id, cause="pads worn", urgency=Urgency.SAFETY, hours=hours)
        await self.hears(finding, visit_id)

    async def delivers(self, visit_id: str = "visit-1") -> RepairOrder:
        await self.do(lambda unit: check_delivery(unit, CheckDelivery(visit_id, tuple(DELIVERY_CHECKS))))
        return await self.do(lambda unit: deliver_vehicle(unit, DeliverVehicle(visit_id, None, a_hand_over())))

    async def goes_through(self, visit_id: str = "visit-1") -> RepairOrder:
        """A booked visit from arrival to delivery."""
        await self.opens()
        await self.books(visit_id)
        await self.receives(visit_id)
        await self.checks_in(visit_id)
        await self.estimates(visit_id)
        await self.authorises("L1", visit_id=visit_id)
        await self.works("L1", visit_id=visit_id)
        return await self.delivers(visit_id)
