"""The booking register of a day and its appointment sheets per class (B8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chassis.unit import Unit
from contracts.values import WorkClass

from booking.domain.appointment import Appointment, State
from booking.domain.capacity import Balance
from booking.domain.dealer import Dealer
from booking.storage.days import known_dealer, look_at_days
from booking.storage.documents import APPOINTMENTS

ON_REGISTER = (State.CONFIRMED, State.ARRIVED, State.NO_SHOW)
ON_SHEET = (State.CONFIRMED, State.ARRIVED)


@dataclass(frozen=True)
class Entry:
    """An appointment with the customer's opened name and phone; None once the person was erased."""

    appointment: Appointment
    name: str | None
    phone: str | None


@dataclass(frozen=True)
class Sheet:
    """One class of a day as on paper: rows, and the hours available, booked and left."""

    balance: Balance
    entries: Sequence[Entry]

    @property
    def booked_minutes(self) -> int:
        """Hours of the rows; what else is assigned are holds and authorised unbooked work."""
        return sum(entry.appointment.hours.minutes for entry in self.entries)


async def register_of(unit: Unit, dealer_id: str, day: date) -> tuple[Dealer, list[Entry]]:
    """All who are or were expected on the day, by arrival, also who left again; cancelled and moved ones are not."""
    dealer = await known_dealer(unit, dealer_id)
    return dealer, await _entries(unit, {"day": day, "state": {"$in": list(ON_REGISTER)}})


async def sheet_of(unit: Unit, dealer_id: str, day: date, work_class: WorkClass) -> tuple[Dealer, Sheet]:
    """The appointment sheet of one class; who is missed or left ungreeted (R1) gave its hours back and is not on it."""
    dealer = await known_dealer(unit, dealer_id)
    (seen,) = await look_at_days(unit, dealer, [day])
    entries = await _entries(unit, {"day": day, "state": {"$in": list(ON_SHEET)}, "work_class": work_class})
    here = [entry for entry in entries if entry.appointment.takes_hours]
    return dealer, Sheet(seen.at(unit.now).balance(work_class), here)


async def visits_of(unit: Unit, dealer_id: str, day: date, states: Sequence[State]) -> tuple[Dealer, list[Appointment]]:
    """Appointments of the day by arrival; nothing personal is opened."""
    dealer = await known_dealer(unit, dealer_id)
    wanted = {"day": day, "state": {"$in": list(states)}}
    return dealer, await unit.query(APPOINTMENTS, wanted, sort=[("arrival", 1), ("booked_at", 1)])


async def late_parts_of(unit: Unit, dealer_id: str, first: date, last: date) -> list[Appointment]:
    """Confirmed visits whose parts will not be there at the arrival (B7), by arrival."""
    await known_dealer(unit, dealer_id)
    wanted = {
        "day": {"$gte": first, "$lte": last},
        "state": State.CONFIRMED,
        "parts.told_late.number": {"$exists": True},
    }
    return await unit.query(APPOINTMENTS, wanted, sort=[("day", 1), ("arrival", 1)])


async def _entries(unit: Unit, wanted: dict[str, object]) -> list[Entry]:
    found = await unit.query(APPOINTMENTS, wanted, sort=[("arrival", 1), ("booked_at", 1)])
    return [await _opened(unit, appointment) for appointment in found]


async def _opened(unit: Unit, appointment: Appointment) -> Entry:
    customer = appointment.details.customer if appointment.details else None
    if customer is None:
        return Entry(appointment, None, None)
    return Entry(appointment, await unit.open(customer.name), await unit.open(customer.phone))
