"""The booking register, the appointment board and the appointment sheets of a day (B8)."""

from datetime import date, datetime
from typing import Any

from chassis.access import Look, reader
from chassis.live import live
from chassis.tables import AS_TABLE, told
from contracts.values import Channel, NatureOfWork, StaffId, UtcTime, VisitId, WorkClass
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from booking.api.capacity_bodies import BalanceOut
from booking.api.words import DESK, FLOOR, BookableClass, DayPath, DealerPath
from booking.domain.appointment import State
from booking.domain.dealer import Dealer
from booking.domain.technician_load import TechnicianRow
from booking.projections.day_board import Board, HourRow, board_of
from booking.projections.day_register import Entry, Sheet, register_of, sheet_of
from booking.storage.documents import APPOINTMENTS, CALENDARS, DAYS

router = APIRouter(tags=["days"])
CODES = {
    "work_class": "work-class",
    "state": "appointment-state",
    "channel": "channel",
    "source": "source",
    "nature": "nature",
}
"""Columns of codes that have names, for tables."""


class RegisterRow(BaseModel):
    """One appointment on the register. Name and phone are null once the person was erased."""

    visit_id: VisitId
    arrival: UtcTime
    time: str = Field(description="On the dealer's clock", examples=["08:15"])
    state: State
    left_ungreeted: bool = Field(description="He came, went before anybody greeted him, and is not back")
    customer: str | None
    phone: str | None
    plate: str | None
    vin: str | None
    model: str | None
    odometer_km: int | None
    nature: NatureOfWork | None
    work_class: WorkClass
    hours: float
    advisor: StaffId
    diagnostician: StaffId | None = Field(description="With whom a repair was talked over")
    channel: Channel
    source: str

    @classmethod
    def of(cls, entry: Entry, dealer: Dealer) -> "RegisterRow":
        appointment, details = entry.appointment, entry.appointment.details
        vehicle = details.vehicle if details else None
        return cls(
            visit_id=appointment.visit_id,
            arrival=appointment.arrival,
            time=dealer.clock_time(appointment.arrival),
            state=appointment.state,
            left_ungreeted=appointment.left_because is not None,
            customer=entry.name,
            phone=entry.phone,
            plate=vehicle.plate if vehicle else None,
            vin=vehicle.vin if vehicle else None,
            model=vehicle.model if vehicle else None,
            odometer_km=vehicle.odometer_km if vehicle else None,
            nature=details.nature if details else None,
            work_class=appointment.work_class,
            hours=appointment.hours.hours,
            advisor=appointment.advisor,
            diagnostician=appointment.diagnostician,
            channel=appointment.channel,
            source=details.source if details else "",
        )


class RegisterOut(BaseModel):
    """Who is or was expected on the day, by arrival."""

    day: date
    items: list[RegisterRow]


class SheetRow(BaseModel):
    """One line of the appointment sheet."""

    visit_id: VisitId
    time: str = Field(examples=["08:15"])
    customer: str | None
    model: str | None
    odometer_km: int | None
    hours: float
    state: State

    @classmethod
    def of(cls, entry: Entry, dealer: Dealer) -> "SheetRow":
        row = RegisterRow.of(entry, dealer)
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class SheetOut(BaseModel):
    """One class of a day as on paper: available = booked + other_assigned + reserved + left."""

    day: date
    work_class: WorkClass
    available: float
    booked: float = Field(description="Hours of the rows")
    other_assigned: float = Field(description="Hours of holds and of authorised unbooked work")
    reserved: float = Field(description="Carry-over and walk-in reserve")
    left: float
    rows: list[SheetRow]

    @classmethod
    def of(cls, day: date, sheet: Sheet, dealer: Dealer) -> "SheetOut":
        balance = sheet.balance
        return cls(
            day=day,
            work_class=balance.work_class,
            available=balance.available.hours,
            booked=sheet.booked_minutes / 60,
            other_assigned=(balance.assigned.minutes - sheet.booked_minutes) / 60,
            reserved=(balance.carry_over_reserve + balance.walk_in_reserve).hours,
            left=balance.bookable.hours,
            rows=[SheetRow.of(entry, dealer) for entry in sheet.entries],
        )


class SlotOut(BaseModel):
    arrival: datetime
    time: str
    taken: int
    free: int


class HourOut(BaseModel):
    """Hours of work by class whose vehicles come in one hour of the dealer's clock."""

    hour: str = Field(examples=["2025-06-23T08:00+08:00"])
    hours_by_class: dict[WorkClass, float]

    @staticmethod
    def of(row: HourRow) -> dict[str, Any]:
        hours = {work_class: minutes / 60 for work_class, minutes in row.minutes.items()}
        return {"hour": row.hour.isoformat(timespec="minutes"), "hours_by_class": hours}


class TechnicianLoadOut(BaseModel):
    """A technician's hours; unnamed work is spread level. `technician` null: hours for which nobody is there."""

    technician: StaffId | None
    available: float
    assigned: float
    reserved: float
    free: float

    @staticmethod
    def of(row: TechnicianRow) -> dict[str, Any]:
        return {
            "technician": row.technician,
            "available": row.available / 60,
            "assigned": row.assigned / 60,
            "reserved": row.reserved / 60,
            "free": row.free / 60,
        }


class BoardOut(BaseModel):
    """Free and taken capacity of the day by class, slot, hour and technician."""

    day: date
    classes: list[BalanceOut]
    slots: list[SlotOut]
    hours: list[HourOut]
    technicians: list[TechnicianLoadOut]

    @staticmethod
    def of(day: date, board: Board, dealer: Dealer) -> dict[str, Any]:
        """As plain values: a hundred rows are checked by the route at once, far cheaper than one by one here."""
        return {
            "day": day,
            "classes": [BalanceOut.of(balance) for balance in board.balances],
            "slots": [
                {"arrival": at, "time": dealer.clock_time(at), "taken": taken, "free": free}
                for at, taken, free in board.slots
            ],
            "hours": [HourOut.of(row) for row in board.hours],
            "technicians": [TechnicianLoadOut.of(row) for row in board.technicians],
        }


@router.get("/dealers/{dealer_id}/days/{day}/register", response_model=RegisterOut, responses=AS_TABLE)
@live(APPOINTMENTS)
async def read_register(
    dealer_id: DealerPath, day: DayPath, request: Request, look: Look = Depends(reader(*DESK))
) -> RegisterOut | Response:
    """The booking register of a day: all confirmed appointments, arrived and missed ones included."""
    dealer, entries = await register_of(look.unit, dealer_id, day)
    register = RegisterOut(day=day, items=[RegisterRow.of(entry, dealer) for entry in entries])
    return told(request, register, CODES)


@router.get("/dealers/{dealer_id}/days/{day}/board", response_model=BoardOut, responses=AS_TABLE)
@live(DAYS, CALENDARS)
async def read_board(
    dealer_id: DealerPath, day: DayPath, request: Request, look: Look = Depends(reader(*FLOOR, "area_manager"))
) -> dict[str, Any] | Response:
    """The appointment board: free and taken capacity by class, slot, hour and technician. No customers' data."""
    dealer, board = await board_of(look.unit, dealer_id, day)
    return told(request, BoardOut.of(day, board, dealer), CODES)


@router.get("/dealers/{dealer_id}/days/{day}/sheets/{work_class}", response_model=SheetOut, responses=AS_TABLE)
@live(DAYS, APPOINTMENTS)
async def read_sheet(
    dealer_id: DealerPath,
    day: DayPath,
    work_class: BookableClass,
    request: Request,
    look: Look = Depends(reader(*FLOOR)),
) -> SheetOut | Response:
    """The appointment sheet of one class as on paper: time, customer, model, kilometres, hours, and what is left."""
    dealer, sheet = await sheet_of(look.unit, dealer_id, day, work_class)
    return told(request, SheetOut.of(day, sheet, dealer), CODES)
