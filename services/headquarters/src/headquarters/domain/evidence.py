"""The fact that something rests on: a step of a visit, or a row behind a figure (H9)."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """Which fact it was and when it happened (business time)."""

    at: datetime
    event_id: str
    event_type: str

    @property
    def rank(self) -> tuple[datetime, str]:
        """Facts by time; ids decide between facts of the same instant."""
        return self.at, self.event_id

    @property
    def order(self) -> str:
        """The rank as a text that sorts the same."""
        return f"{self.at.astimezone(UTC).isoformat(timespec='milliseconds')}/{self.event_id}"
