"""An invitation: one delivery's follow-up, from its planning to its one answer (V1, V4, V7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from contracts.event import Event
from contracts.survey import (
    AnswerItem,
    FollowUpAbandoned,
    FollowUpDue,
    FollowUpMethod,
    LowScoreReported,
    SurveyAnswered,
)
from contracts.values import Channel, Person, Sealed

from survey.domain.errors import AlreadyAnswered, FollowUpExpired, FollowUpWithheld, NotAskedYet
from survey.domain.follow_up import FollowUpPolicy
from survey.domain.questionnaire import Answers, Questionnaire


class State(StrEnum):
    PLANNED = "PLANNED"
    """Waits for its time."""
    DUE = "DUE"
    """Handed to the contact gate (C4)."""
    INVITED = "INVITED"
    """The message left, or the call task stands."""
    ANSWERED = "ANSWERED"
    WITHHELD = "WITHHELD"
    """The contact gate said never."""
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class Given:
    """The one answer. Free text is not in ``answers`` but sealed beside them."""

    at: datetime
    answers: dict[str, int | str]
    score: float
    satisfied: bool
    very_satisfied: bool
    method: FollowUpMethod
    by: str
    low: bool


@dataclass
class Invitation:
    """Its id is the visit's. ``asked_at`` is when the follow-up fell due, ``expires_at`` when the link ends."""

    visit_id: str
    dealer_id: str
    customer: Person
    plate: str
    model: str
    advisor: str
    delivered_at: datetime
    due_at: datetime
    preferred_channel: Channel | None = None
    from_hour: int | None = None
    state: State = State.PLANNED
    method: FollowUpMethod | None = None
    questionnaire: str = ""
    questionnaire_version: int = 0
    asked_at: datetime | None = None
    expires_at: datetime | None = None
    invited_at: datetime | None = None
    contact_channel: Channel | None = None
    postponed_until: datetime | None = None
    postponed_because: str = ""
    ended_because: str = ""
    given: Given | None = None
    comment: Sealed | None = None
    order: str = ""
    """Sorts a dealer's invitations by when they are due."""

    def __post_init__(self) -> None:
        self.order = f"{self.due_at.astimezone(UTC).isoformat(timespec='milliseconds')}/{self.visit_id}"

    def timers(self) -> Mapping[str, datetime]:
        """What falls due when, as long as the state asks for it."""
        if self.state is State.PLANNED:
            return {"follow-up-due": self.due_at}
        if self.state in (State.DUE, State.INVITED) and self.expires_at is not None:
            return {"expiry": self.expires_at}
        return {}

    def fall_due(
        self, questionnaire: Questionnaire, policy: FollowUpPolicy, *, link: Sealed, at: datetime
    ) -> list[Event]:
        """The customer is to be asked, with this questionnaire; only crm may do it (V1, C4).

        ``link`` is his personal link, good until ``policy.expires_at(at)``. Asked once, whatever comes twice.
        """
        if self.state is not State.PLANNED:
            return []
        self.state, self.asked_at, self.expires_at = State.DUE, at, policy.expires_at(at)
        self.method = policy.method_for(self.preferred_channel)
        self.questionnaire, self.questionnaire_version = questionnaire.name, questionnaire.version
        return [
            FollowUpDue(
                invitation_id=self.visit_id,
                person_id=self.customer.person_id,
                method=self.method,
                preferred_channel=self.preferred_channel,
                from_hour=self.from_hour,
                link=link,
                questionnaire=self.questionnaire,
                expires_at=self.expires_at,
            )
        ]

    def invite(self, *, at: datetime, channel: Channel) -> list[Event]:
        """The contact was made (C4). The news may come after the customer's answer; then it is only noted."""
        self.invited_at, self.contact_channel = at, channel
        if self.state is State.DUE:
            self.state = State.INVITED
        return []

    def postpone(self, *, until: datetime, reason: str) -> list[Event]:
        """The contact gate said not now: it will ask again by itself (C4)."""
        self.postponed_until, self.postponed_because = until, reason
        return []

    def withhold(self, *, reason: str) -> list[Event]:
        """The contact gate said never: the follow-up ends here (V1, C4). An answer already given stays."""
        if self.state not in (State.DUE, State.INVITED):
            return []
        return self._end(State.WITHHELD, reason)

    def expire(self) -> list[Event]:
        """Nobody answered in time (V7)."""
        if self.state not in (State.DUE, State.INVITED):
            return []
        return self._end(State.EXPIRED, "expired")

    def _end(self, state: State, reason: str) -> list[Event]:
        self.state, self.ended_because = state, reason
        return [FollowUpAbandoned(invitation_id=self.visit_id, reason=reason)]

    def open_to_answers(self, *, at: datetime) -> None:
        """Raises what is in the way of an answer now (V7)."""
        match self.state:
            case State.ANSWERED:
                raise AlreadyAnswered("this invitation has its one answer: nothing is to be done")
            case State.EXPIRED:
                raise FollowUpExpired("the time to answer is over: the dealer's customer care can still be called")
            case State.WITHHELD:
                raise FollowUpWithheld(f"this customer is not asked: {self.ended_because}")
            case State.PLANNED:
                raise NotAskedYet(
                    f"the follow-up is due at {self.due_at.isoformat()}: wait until the customer was asked"
                )
        if self.expires_at is not None and at >= self.expires_at:
            raise FollowUpExpired("the time to answer is over: the dealer's customer care can still be called")

    def answer(
        self,
        questionnaire: Questionnaire,
        answers: Answers,
        *,
        comment: Sealed | None,
        method: FollowUpMethod,
        by: str,
        at: datetime,
        policy: FollowUpPolicy,
    ) -> list[Event]:
        """Takes the one answer (V7) and scores it (V2). A low score or a named problem is reported with it (V4).

        Raises ``AlreadyAnswered``, ``FollowUpExpired``, ``FollowUpWithheld``, ``NotAskedYet``, ``AnswersInvalid``.
        """
        self.open_to_answers(at=at)
        questionnaire.check(answers)
        score = questionnaire.score(answers)
        self.state, self.comment = State.ANSWERED, comment
        self.given = Given(
            at=at,
            answers=questionnaire.without_free_text(answers),
            score=score,
            satisfied=score >= policy.satisfied_from,
            very_satisfied=score >= policy.very_satisfied_from,
            method=method,
            by=by,
            low=score < policy.low_score_below or questionnaire.names_problem(answers),
        )
        answered: list[Event] = [self._answered(questionnaire, self.given)]
        return [*answered, self._low_score(score, policy)] if self.given.low else answered

    def _answered(self, questionnaire: Questionnaire, given: Given) -> SurveyAnswered:
        points = questionnaire.points(given.answers)
        return SurveyAnswered(
            invitation_id=self.visit_id,
            questionnaire=questionnaire.name,
            questionnaire_version=questionnaire.version,
            score=given.score,
            satisfied=given.satisfied,
            very_satisfied=given.very_satisfied,
            answers=tuple(
                AnswerItem(question=name, value=str(value), score=points.get(name))
                for name, value in given.answers.items()
            ),
            comment=self.comment,
            person_id=self.customer.person_id,
            advisor=self.advisor,
            method=given.method,
        )

    def _low_score(self, score: float, policy: FollowUpPolicy) -> LowScoreReported:
        return LowScoreReported(
            invitation_id=self.visit_id,
            score=score,
            threshold=policy.low_score_below,
            person_id=self.customer.person_id,
            comment=self.comment,
        )
