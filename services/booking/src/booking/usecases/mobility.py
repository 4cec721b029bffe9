"""How customers stay mobile, and the loaner cars (B17)."""

from dataclasses import dataclass
from datetime import datetime

from chassis.unit import Unit
from contracts.booking import Mobility
from contracts.values import Plate, VisitId

from booking.domain.appointment import Appointment
from booking.domain.errors import LoanerTaken, TooShortALoan
from booking.domain.loaner import Loaner
from booking.storage.days import known_dealer
from booking.storage.documents import APPOINTMENTS, LOANERS

MOST_CARS = 200


@dataclass(frozen=True)
class KeepLoaner:
    dealer_id: str
    code: str
    plate: Plate
    model: str
    out_from: datetime | None


@dataclass(frozen=True)
class ArrangeMobility:
    """``loaner`` None: any free car. ``until``: when a loaner comes back."""

    visit_id: VisitId
    mobility: Mobility
    loaner: str | None = None
    until: datetime | None = None


async def keep_loaner(unit: Unit, command: KeepLoaner) -> Loaner:
    """A car joins the fleet, or changes; its loans stay."""
    await known_dealer(unit, command.dealer_id)
    loaner = await unit.find(LOANERS, f"{command.dealer_id}:{command.code}")
    if loaner is None:
        loaner = Loaner(command.dealer_id, command.code, command.plate, command.model)
        unit.add(LOANERS, loaner)
    loaner.plate, loaner.model, loaner.out_from = command.plate, command.model, command.out_from
    unit.save(LOANERS, loaner)
    return loaner


async def arrange_mobility(unit: Unit, command: ArrangeMobility) -> Appointment:
    """Car and appointment change together; a car that was kept before is free again."""
    appointment = await unit.get(APPOINTMENTS, command.visit_id)
    await free_loaner(unit, appointment)
    code = await _lend(unit, appointment, command) if command.mobility is Mobility.LOANER else None
    unit.save(APPOINTMENTS, appointment, appointment.arrange_mobility(command.mobility, code, command.until))
    return appointment


async def free_loaner(unit: Unit, appointment: Appointment) -> None:
    """The visit does not take place at that time: its car is free."""
    if appointment.loaner is None:
        return
    loaner = await unit.get(LOANERS, f"{appointment.dealer_id}:{appointment.loaner}")
    loaner.give_back(appointment.visit_id)
    unit.save(LOANERS, loaner)
    appointment.loaner = None


async def _lend(unit: Unit, appointment: Appointment, command: ArrangeMobility) -> str:
    if command.until is None:
        raise TooShortALoan()
    for loaner in await unit.query(LOANERS, {}, sort=[("code", 1)], limit=MOST_CARS):
        wanted = command.loaner in (None, loaner.code)
        if wanted and (command.loaner or loaner.is_free(appointment.arrival, command.until)):
            loaner.lend(appointment.visit_id, appointment.arrival, command.until)
            unit.save(LOANERS, loaner)
            return loaner.code
    raise LoanerTaken()
