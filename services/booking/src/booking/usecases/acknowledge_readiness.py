"""Workshop and parts say that they are ready for a booked visit; what stays open alerts the advisor (B8)."""

from dataclasses import dataclass
from datetime import datetime

from chassis.unit import Unit
from contracts.booking import ReadinessOf
from contracts.values import VisitId

from booking.domain.appointment import Appointment
from booking.domain.details import Readiness
from booking.storage.documents import APPOINTMENTS


@dataclass(frozen=True)
class AcknowledgeReadiness:
    visit_id: VisitId
    of: ReadinessOf
    ready: bool
    note: str = ""


async def acknowledge_readiness(unit: Unit, command: AcknowledgeReadiness) -> Appointment:
    """The newest word holds."""
    appointment = await unit.get(APPOINTMENTS, command.visit_id)
    said = Readiness(command.ready, unit.actor, unit.now, command.note)
    unit.save(APPOINTMENTS, appointment, appointment.acknowledge(command.of, said))
    return appointment


async def alert_unready(unit: Unit, visit_id: str, due: datetime) -> None:
    """Two hours before the arrival (timer)."""
    appointment = await unit.get(APPOINTMENTS, visit_id)
    unit.save(APPOINTMENTS, appointment, appointment.alert_unready())
