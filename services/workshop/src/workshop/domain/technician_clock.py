"""What a technician is clocked on right now. The one place that guarantees W3: never two lines at once."""

from dataclasses import dataclass
from datetime import datetime

from workshop.domain import errors


def clock_id(dealer_id: str, technician: str) -> str:
    return f"{dealer_id}:{technician}"


@dataclass
class TechnicianClock:
    """A start writes the job and this clock in one unit, so two jobs cannot both have the technician.

    It announces nothing itself: the job does.
    """

    dealer_id: str
    technician: str
    on_visit: str | None = None
    on_line: str | None = None
    since: datetime | None = None

    @property
    def clock_id(self) -> str:
        return clock_id(self.dealer_id, self.technician)

    def go_on(self, visit_id: str, line_id: str, now: datetime) -> None:
        """Raises ``TechnicianBusy`` while the technician is on any line."""
        if self.on_visit is not None and self.on_line is not None:
            raise errors.TechnicianBusy(self.technician, self.on_visit, self.on_line)
        self.on_visit, self.on_line, self.since = visit_id, line_id, now

    def leave(self) -> None:
        self.on_visit = self.on_line = self.since = None
