"""The customer told why he did not come (B10)."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.values import VisitId

from booking.domain.appointment import Appointment
from booking.domain.details import NoShowReason
from booking.storage.documents import APPOINTMENTS


@dataclass(frozen=True)
class RecordNoShowReason:
    visit_id: VisitId
    reason: NoShowReason


async def record_no_show_reason(unit: Unit, command: RecordNoShowReason) -> Appointment:
    """Keeps the newest reason."""
    appointment = await unit.get(APPOINTMENTS, command.visit_id)
    unit.save(APPOINTMENTS, appointment, appointment.record_no_show_reason(command.reason))
    return appointment
