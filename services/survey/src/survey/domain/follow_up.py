"""When and how a customer is asked after a delivery (V1)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from contracts.survey import FollowUpMethod
from contracts.values import Channel


@dataclass(frozen=True, slots=True)
class FollowUpPolicy:
    """The network's defaults. Scores and thresholds are points, 0 to 100."""

    method: FollowUpMethod = FollowUpMethod.MESSAGE
    days_to_answer: int = 14
    satisfied_from: float = 70
    very_satisfied_from: float = 90
    low_score_below: float = 60
    questionnaire: str = "csi"

    def expires_at(self, asked_at: datetime) -> datetime:
        """When a personal link ends."""
        return asked_at + timedelta(days=self.days_to_answer)

    def method_for(self, preferred: Channel | None) -> FollowUpMethod:
        """Who prefers the phone is called; everybody else is asked as the network does."""
        return FollowUpMethod.CALL if preferred is Channel.PHONE else self.method


def due_at(delivered_at: datetime, *, hours_after: int, from_hour: int | None, zone: ZoneInfo) -> datetime:
    """The delivery plus the dealer's hours, and not before the customer's hour of that day in the dealer's zone.

    ``from_hour`` puts the follow-up off within its day, never to another day: V1's deadline stays.
    """
    due = delivered_at + timedelta(hours=hours_after)
    if from_hour is None:
        return due
    day = due.astimezone(zone).date()
    return max(due, datetime.combine(day, time(from_hour), zone).astimezone(due.tzinfo))
