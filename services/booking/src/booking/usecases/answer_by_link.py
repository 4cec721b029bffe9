"""What the customer says by the personal link: he comes (B9), he takes the offered place (B16), or neither (B11)."""

from chassis.unit import Unit
from contracts.values import VisitId

from booking.domain.appointment import Appointment, State
from booking.domain.details import ChangeReason
from booking.domain.policy import Policy
from booking.storage.documents import APPOINTMENTS
from booking.usecases.cancel_appointment import CancelAppointment, cancel_appointment
from booking.usecases.wait_for_place import accept_place, decline_place


async def accept_by_link(unit: Unit, visit_id: VisitId) -> Appointment:
    """A held place is taken, a confirmed appointment is confirmed once more."""
    appointment = await unit.get(APPOINTMENTS, visit_id)
    if appointment.state in (State.RESERVED, State.EXPIRED):
        return await accept_place(unit, visit_id)
    unit.save(APPOINTMENTS, appointment, appointment.confirm_attendance(unit.now))
    return appointment


async def give_up_by_link(
    unit: Unit, dealer_id: str, visit_id: VisitId, reason: ChangeReason, policy: Policy
) -> Appointment:
    """An offered place goes to the next and the customer goes on waiting; an appointment is cancelled."""
    appointment = await unit.get(APPOINTMENTS, visit_id)
    if appointment.state in (State.RESERVED, State.EXPIRED):
        return await decline_place(unit, visit_id, policy)
    return await cancel_appointment(unit, CancelAppointment(dealer_id, visit_id, reason), policy)
