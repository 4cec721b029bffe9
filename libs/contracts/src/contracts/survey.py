"""Facts the survey service announces (V1-V7). Key: the visit id."""

from typing import Annotated

from pydantic import Field

from contracts.event import Event
from contracts.values import Channel, OpenEnum, PersonId, Sealed, StaffId, UtcTime, Value


class FollowUpMethod(OpenEnum):
    """By message with a personal link, or by a call (V1)."""

    MESSAGE = "MESSAGE"
    CALL = "CALL"
    UNKNOWN = "UNKNOWN"


class AnswerItem(Value):
    """One answered question; free text never stands here."""

    question: str
    value: str
    score: Annotated[float, Field(ge=0, le=100)] | None = None


class FollowUpDue(Event):
    """The customer is to be asked (V1). Only crm may send or call (C4)."""

    invitation_id: str
    person_id: PersonId
    method: FollowUpMethod
    preferred_channel: Channel | None = None
    from_hour: int | None = None
    link: Sealed
    questionnaire: str
    expires_at: UtcTime


class SurveyAnswered(Event):
    """The one answer to an invitation (V7). ``score`` 0-100 (V2)."""

    invitation_id: str
    questionnaire: str
    questionnaire_version: int
    score: Annotated[float, Field(ge=0, le=100)]
    satisfied: bool
    very_satisfied: bool
    answers: tuple[AnswerItem, ...]
    comment: Sealed | None = None
    person_id: PersonId
    advisor: StaffId | None = None
    method: FollowUpMethod


class LowScoreReported(Event):
    """The score is under the dealer's threshold, or a problem was named: somebody must own it (V4)."""

    invitation_id: str
    score: float
    threshold: float
    person_id: PersonId
    comment: Sealed | None = None


class FollowUpAbandoned(Event):
    """The follow-up ends without an answer: withheld by the gate, or expired (V1, V7)."""

    invitation_id: str
    reason: str
