"""A complaint case (C5): from the intake to the agreed solution and the customer's satisfaction with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.crm import ComplaintClass, ComplaintClosed, ComplaintEscalated, ComplaintOpened, ComplaintOrigin
from contracts.event import Event
from contracts.values import Sealed

from crm.domain.errors import AgreementMissing, ComplaintAlreadyClosed, SolutionMissing


class Trigger(StrEnum):
    """What makes a complaint important (C5)."""

    SAFETY = "SAFETY"
    LARGE_LOSS = "LARGE_LOSS"
    MEDIA = "MEDIA"
    LAWYER = "LAWYER"
    POLICE = "POLICE"
    CONSUMER_ASSOCIATION = "CONSUMER_ASSOCIATION"
    GOVERNMENT = "GOVERNMENT"


TRIGGER_WORDS: Mapping[Trigger, tuple[str, ...]] = {
    Trigger.SAFETY: ("accident", "injur", "brake failed", "caught fire", "unfall", "事故", "刹车失灵", "起火", "受伤"),
    Trigger.LARGE_LOSS: ("large loss", "total loss", "totalschaden", "重大损失"),
    Trigger.MEDIA: ("newspaper", "television", "journalist", "zeitung", "媒体", "记者", "电视台"),
    Trigger.LAWYER: ("lawyer", "attorney", "solicitor", "sue you", "anwalt", "律师", "起诉"),
    Trigger.POLICE: ("police", "polizei", "报警", "警察"),
    Trigger.CONSUMER_ASSOCIATION: ("consumer association", "verbraucherzentrale", "消费者协会", "消协", "12315"),
    Trigger.GOVERNMENT: ("ministry", "authorities", "behörde", "政府", "监管局"),
}
"""Words in the customer's own text that flag a case which may become important: it is treated as important."""


class ComplaintState(StrEnum):
    OPEN = "OPEN"
    SOLUTION_OFFERED = "SOLUTION_OFFERED"
    CLOSED = "CLOSED"


OPEN_STATES = (ComplaintState.OPEN, ComplaintState.SOLUTION_OFFERED)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How soon a solution is due; important cases sooner (a setting)."""

    ordinary: timedelta = timedelta(hours=72)
    important: timedelta = timedelta(hours=24)

    def due(self, at: datetime, important: bool) -> datetime:
        return at + (self.important if important else self.ordinary)


@dataclass(frozen=True, slots=True)
class Intake:
    """How complaints are taken in (a setting). ``handler`` owns those that name none, or open by themselves."""

    deadlines: Deadlines = Deadlines()
    handler: str = "cr-manager"


@dataclass
class Complaint:
    dealer_id: str
    case_id: str
    person_id: str
    complaint_class: ComplaintClass
    origin: ComplaintOrigin
    handler: str
    opened_at: datetime
    due_at: datetime
    about_visit: str | None = None
    invitation_id: str | None = None
    triggers: list[Trigger] = field(default_factory=list)
    description: Sealed | None = None
    repeats: list[str] = field(default_factory=list)
    """Earlier cases of the same person and class (C5)."""
    state: ComplaintState = ComplaintState.OPEN
    overdue: bool = False
    interim_solution: Sealed | None = None
    solution: Sealed | None = None
    satisfied: bool | None = None
    closed_at: datetime | None = None

    @property
    def important(self) -> bool:
        return bool(self.triggers)

    def opened(self) -> list[Event]:
        """The case stands; an important one escalates at once (C5)."""
        fact = ComplaintOpened(
            case_id=self.case_id,
            person_id=self.person_id,
            about_visit=self.about_visit,
            complaint_class=self.complaint_class,
            important=self.important,
            origin=self.origin,
            description=self.description,
            handler=self.handler,
            due_at=self.due_at,
        )
        return [fact, *([self._escalated(self.triggers)] if self.triggers else [])]

    def escalate(self, triggers: Iterable[Trigger], at: datetime, deadlines: Deadlines) -> list[Event]:
        """The case turned out important (C5): management and headquarters are told of what is new; time gets short."""
        self._must_be_open()
        new = sorted(set(triggers) - set(self.triggers))
        if not new:
            return []
        self.triggers = sorted([*self.triggers, *new])
        self.due_at = min(self.due_at, deadlines.due(at, important=True))
        return [self._escalated(new)]

    def ease(self, interim: Sealed) -> None:
        """An interim solution helps the customer until the real one is there (C5)."""
        self._must_be_open()
        self.interim_solution = interim

    def offer(self, solution: Sealed) -> None:
        """A solution is offered; a later offer replaces it (C5)."""
        self._must_be_open()
        self.solution, self.state = solution, ComplaintState.SOLUTION_OFFERED

    def close(self, *, agreed: bool, satisfied: bool | None, at: datetime) -> list[Event]:
        """Solution agreed, case closed (C5). ``satisfied`` is None as long as nobody asked."""
        self._must_be_open()
        if self.solution is None:
            raise SolutionMissing(self.case_id)
        if not agreed:
            raise AgreementMissing(self.case_id)
        self.state, self.satisfied, self.closed_at = ComplaintState.CLOSED, satisfied, at
        return [ComplaintClosed(case_id=self.case_id, person_id=self.person_id, satisfied=satisfied)]

    def pass_deadline(self) -> None:
        """The deadline went by without a closing (C5)."""
        self.overdue = True

    def _escalated(self, triggers: Sequence[Trigger]) -> ComplaintEscalated:
        return ComplaintEscalated(case_id=self.case_id, reasons=tuple(triggers))

    def _must_be_open(self) -> None:
        if self.state is ComplaintState.CLOSED:
            raise ComplaintAlreadyClosed(self.case_id)


def triggers_in(text: str | None) -> list[Trigger]:
    """The triggers that the customer's own words name (C5)."""
    words = (text or "").lower()
    return sorted(trigger for trigger, signs in TRIGGER_WORDS.items() if any(sign in words for sign in signs))


def due_times(complaint: Complaint) -> dict[str, datetime]:
    """``deadline``: the case gets marked overdue."""
    waits = complaint.state is not ComplaintState.CLOSED and not complaint.overdue
    return {"deadline": complaint.due_at} if waits else {}
