"""When something of an appointment falls due by itself (B8-B10, B15)."""

from collections.abc import Mapping
from datetime import datetime

from booking.domain.appointment import Appointment, State


def due_times(appointment: Appointment) -> Mapping[str, datetime]:
    """What falls due when (B8-B10, B15)."""
    wanted = {
        "hold-expiry": appointment.expires_at if appointment.state is State.RESERVED else None,
        "reminder": appointment.reminder_at if appointment.state is State.CONFIRMED else None,
        "readiness": appointment.readiness_at if appointment.state is State.CONFIRMED else None,
        "no-show": appointment.missed_after if appointment.state is State.CONFIRMED else None,
    }
    return {name: due for name, due in wanted.items() if due is not None}
