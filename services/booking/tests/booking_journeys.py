"""Small runs of booking's use cases on the memory store, for tests of what needs several of them."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

from booking.domain.appointment import Appointment
from booking.domain.capacity import Balance, CapacityPlan
from booking.domain.dealer_day import DealerDay, day_id
from booking.domain.policy import Policy
from booking.domain.taking import Wish
from booking.storage.documents import APPOINTMENTS, DAYS
from booking.usecases.confirm_appointment import ConfirmAppointment, confirm_appointment
from booking.usecases.hold_appointment import HoldAppointment, hold_appointment
from booking.usecases.plan_capacity import PlanDay, plan_day
from booking.usecases.register_dealer import register_dealer
from booking_builders import THE_DAY, THE_DAY_BEFORE, a_dealer, a_plan, a_vehicle, a_wish
from chassis.testing import MemoryStore, memory_unit
from chassis.unit import Unit
from contracts.values import Channel, NatureOfWork, Vehicle, WorkClass

POLICY = Policy()
R = TypeVar("R")


class Desk:
    """One dealer's booking desk; every call is a unit of work of its own."""

    def __init__(self, store: MemoryStore | None = None, dealer: str = "SH001") -> None:
        self.store, self.dealer = store or MemoryStore(), dealer

    async def do(self, work: Callable[[Unit], Awaitable[R]], now: datetime = THE_DAY_BEFORE) -> R:
        unit = memory_unit(self.dealer, now=now, store=self.store)
        done = await work(unit)
        await unit.commit()
        return done

    async def opened(self, plan: CapacityPlan | None = None, **registration: object) -> "Desk":
        """The dealer is registered and the reference day planned."""
        await self.do(lambda unit: register_dealer(unit, a_dealer(**registration)))
        await self.do(lambda unit: plan_day(unit, PlanDay("SH001", THE_DAY, plan or a_plan())))
        return self

    async def hold(self, wish: Wish | None = None, now: datetime = THE_DAY_BEFORE) -> Appointment:
        command = HoldAppointment("SH001", wish or a_wish(), Channel.PHONE)
        return await self.do(lambda unit: hold_appointment(unit, command, POLICY), now)

    async def confirm(self, visit_id: str = "visit-1", now: datetime = THE_DAY_BEFORE, **more: Any) -> Appointment:
        command = a_confirmation(visit_id, **more)
        return await self.do(lambda unit: confirm_appointment(unit, command, POLICY), now)

    async def book(self, wish: Wish | None = None, now: datetime = THE_DAY_BEFORE, **more: Any) -> Appointment:
        held = await self.hold(wish, now)
        return await self.confirm(held.visit_id, now, **more)

    async def appointment(self, visit_id: str = "visit-1") -> Appointment:
        return await memory_unit(store=self.store).get(APPOINTMENTS, visit_id)

    async def day(self, day: object = THE_DAY) -> DealerDay:
        return await memory_unit(store=self.store).get(DAYS, day_id("SH001", day))  # type: ignore[arg-type]

    async def balance(self, work_class: WorkClass = WorkClass.PM, now: datetime = THE_DAY_BEFORE) -> Balance:
        return (await self.day()).at(now).balance(work_class)

    def told(self) -> list[str]:
        """Names of the announced facts but for CapacityChanged, in order."""
        names = [type(event).__name__ for event in self.store.announced_events()]
        return [name for name in names if name != "CapacityChanged"]


def a_confirmation(visit_id: str = "visit-1", vehicle: Vehicle | None = None, **more: Any) -> ConfirmAppointment:
    given: dict[str, Any] = {
        "dealer_id": "SH001",
        "visit_id": visit_id,
        "customer_name": "Jones",
        "customer_phone": "+86 138 0013 8000",
        "vehicle": vehicle or a_vehicle(),
        "nature": NatureOfWork.MAINTENANCE,
        "read_back_confirmed": True,
    }
    return ConfirmAppointment(**(given | more))
