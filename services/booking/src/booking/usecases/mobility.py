"""How customers stay mobile, and the loaner cars (B17)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.unit import Unit
from contracts.booking import Mobility
from contracts.event import Event
from contracts.values import Plate, VisitId

from booking.domain.appointment import Appointment, State
from booking.domain.errors import LoanerTaken, TooShortALoan
from booking.domain.loaner import KeptCar, Loaner
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
    """Car and appointment change together; a car that was kept before is free from now on, or lent for longer."""
    appointment = await unit.get(APPOINTMENTS, command.visit_id)
    await free_loaner(unit, appointment)
    car = await _lend_as_asked(unit, appointment, command) if command.mobility is Mobility.LOANER else None
    unit.save(APPOINTMENTS, appointment, appointment.arrange_mobility(command.mobility, car))
    return appointment


async def free_loaner(unit: Unit, appointment: Appointment) -> None:
    """The visit does not take place at that time, or goes on without its car: it is free; from now on if he has it.

    Whom nobody greeted (R1) had got no car.
    """
    if appointment.loaner is None:
        return
    has_it = appointment.state is State.ARRIVED and appointment.left_because is None
    appointment.freed_car = await _give_back(unit, appointment, unit.now if has_it else None)
    appointment.loaner = None


async def end_loan(unit: Unit, visit_id: VisitId, at: datetime) -> None:
    """The customer has his own vehicle again: the car that he had is free from then on, however long it was lent.

    Of a car that was to be his only later the desk hears that nothing is arranged (B17).
    """
    appointment = await unit.find(APPOINTMENTS, visit_id)
    if appointment is None or appointment.loaner is None:
        return
    kept = await _give_back(unit, appointment, at)
    if kept is None or kept.start >= at:
        unit.save(APPOINTMENTS, appointment, appointment.arrange_mobility(Mobility.NONE))


async def _give_back(unit: Unit, appointment: Appointment, driven_until: datetime | None) -> KeptCar | None:
    loaner = await unit.get(LOANERS, f"{appointment.dealer_id}:{appointment.loaner}")
    kept = loaner.give_back(appointment.visit_id, driven_until)
    unit.save(LOANERS, loaner)
    return kept


async def lend_again(unit: Unit, appointment: Appointment, moved_by: timedelta = timedelta()) -> list[Event]:
    """The visit takes place at another time, or after all: the car it had, else any free one, is kept for it again.

    It comes back later by as much as the visit moved. Without one the desk hears that nothing is arranged (B17).
    """
    if appointment.mobility is not Mobility.LOANER:
        return []
    freed, start = appointment.freed_car, appointment.mobile_from(unit.now)
    until = freed.end + moved_by if freed else start
    car = await _lend(unit, appointment, start, until) if until > start else None
    return appointment.arrange_mobility(Mobility.LOANER if car else Mobility.NONE, car)


async def _lend_as_asked(unit: Unit, appointment: Appointment, command: ArrangeMobility) -> KeptCar:
    start = appointment.mobile_from(unit.now)
    if command.until is None or command.until <= start:
        raise TooShortALoan()
    car = await _lend(unit, appointment, start, command.until, command.loaner)
    if car is None:
        raise LoanerTaken()
    return car


async def _lend(
    unit: Unit, appointment: Appointment, start: datetime, end: datetime, wished: str | None = None
) -> KeptCar | None:
    """The wished car or any free one, the one that he had first of all."""
    had = appointment.freed_car.code if appointment.freed_car else None
    cars = await unit.query(LOANERS, {}, sort=[("code", 1)], limit=MOST_CARS)
    for loaner in sorted(cars, key=lambda car: car.code != had):
        if wished in (None, loaner.code) and loaner.is_free(start, end):
            kept = loaner.lend(appointment.visit_id, start, end)
            unit.save(LOANERS, loaner)
            return kept
    return None
