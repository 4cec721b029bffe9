"""A repair is talked over with a diagnostic technician before the vehicle comes (B4)."""

from dataclasses import dataclass
from datetime import date

from chassis.unit import Unit
from contracts.booking import ReadinessOf
from contracts.values import StaffId, VisitId

from booking.domain.appointment import Appointment
from booking.domain.capacity import diagnosticians
from booking.domain.dealer import Dealer
from booking.domain.details import Readiness
from booking.domain.errors import NotADiagnostician
from booking.storage.days import known_dealer, look_at_days
from booking.storage.documents import APPOINTMENTS


@dataclass(frozen=True)
class ConsultDiagnostician:
    visit_id: VisitId
    technician: StaffId
    note: str = ""
    """What he advises: his own words, nothing personal."""


async def consult_diagnostician(unit: Unit, command: ConsultDiagnostician) -> Appointment:
    """The newest word holds. Raises ``NotADiagnostician``, ``NotConfirmed``."""
    appointment = await unit.get(APPOINTMENTS, command.visit_id)
    dealer = await known_dealer(unit, appointment.dealer_id)
    said = await word_of(unit, dealer, command, appointment.day)
    unit.save(APPOINTMENTS, appointment, appointment.acknowledge(ReadinessOf.DIAGNOSTICIAN, said))
    return appointment


async def word_of(unit: Unit, dealer: Dealer, command: ConsultDiagnostician, day: date) -> Readiness:
    """The technician's word, if he diagnoses today or on the day of the visit. Raises ``NotADiagnostician``."""
    days = await look_at_days(unit, dealer, {dealer.day_of(unit.now), day})
    known = diagnosticians(one.plan for one in days)
    if known and command.technician not in known:
        raise NotADiagnostician(diagnosticians=", ".join(known))
    return Readiness(True, unit.actor, unit.now, command.note, command.technician)
