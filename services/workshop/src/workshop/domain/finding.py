"""More work seen by a technician (W6); the customer decides at reception (R14)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.values import ClassHours, PartLine
from contracts.workshop import AdditionalWorkFound, Urgency


class FindingState(StrEnum):
    """STAR's RepairStatusTypes."""

    PENDING_APPROVAL = "PENDING_APPROVAL"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"


@dataclass
class Finding:
    """``line_id``: the line at which it was seen, if any."""

    finding_id: str
    line_id: str | None
    cause: str
    urgency: Urgency
    hours: ClassHours
    parts: tuple[PartLine, ...]
    found_by: str
    found_at: datetime
    state: FindingState = FindingState.PENDING_APPROVAL

    def decide(self, answer: FindingState) -> None:
        """An approval stands: lines refused beside it do not take it back."""
        if self.state is not FindingState.APPROVED:
            self.state = answer

    def announced(self) -> AdditionalWorkFound:
        return AdditionalWorkFound(
            finding_id=self.finding_id,
            line_id=self.line_id,
            cause=self.cause,
            urgency=self.urgency,
            hours=self.hours,
            parts=self.parts,
        )
