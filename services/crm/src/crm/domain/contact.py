"""One contact with a customer that somebody asked for (C3, C4): from the request to the message or the call."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.crm import ContactMade, ContactPostponed, ContactWithheld, Purpose, Topic
from contracts.event import Event
from contracts.values import Channel, Sealed

from crm.domain.contact_policy import Allow, Answer, Never, NotNow
from crm.domain.errors import ContactAlreadyDecided, NoOpenCallTask, NotOnItsWay

DELIVERY_ATTEMPTS = 5
RETRY_AFTER = timedelta(minutes=10)


class ContactState(StrEnum):
    DUE = "DUE"
    POSTPONED = "POSTPONED"
    WITHHELD = "WITHHELD"
    SENDING = "SENDING"
    """The attempt is recorded; whether the message left is not known yet."""
    UNKNOWN = "UNKNOWN"
    """The channel gave no clear answer: repeated only under the same key at the provider."""
    SENT = "SENT"
    TASK = "TASK"
    """A call task for an agent is open."""
    DONE = "DONE"


class CallOutcome(StrEnum):
    REACHED = "REACHED"
    NOT_REACHED = "NOT_REACHED"
    REBOOKED = "REBOOKED"
    WRONG_NUMBER = "WRONG_NUMBER"


@dataclass
class Contact:
    """``contact_id`` is the id of the fact that asked (``cause``), so a fact asks only once."""

    dealer_id: str
    contact_id: str
    person_id: str
    visit_id: str | None
    purpose: Purpose
    cause: str
    requested_at: datetime
    about: dict[str, str] = field(default_factory=dict)
    """What the text needs to say, without personal values."""
    link: Sealed | None = None
    wanted: Channel | None = None
    from_hour: int | None = None
    useful_until: datetime | None = None
    state: ContactState = ContactState.DUE
    channel: Channel | None = None
    raise_topics: list[Topic] = field(default_factory=list)
    avoid_topics: list[Topic] = field(default_factory=list)
    rule: str = ""
    reason: str = ""
    until: datetime | None = None
    made_at: datetime | None = None
    attempts: int = 0
    may_have_left: bool = False
    """A hand-over ended without a clear answer: from now on only the same message by the same channel (C4)."""
    next_attempt_at: datetime | None = None
    outcome: CallOutcome | None = None
    note: Sealed | None = None

    def follow(self, answer: Answer, at: datetime) -> list[Event]:
        """The gate has answered (C4): send, set up a call task, wait, or let it be."""
        if self.state not in (ContactState.DUE, ContactState.POSTPONED):
            raise ContactAlreadyDecided(self.contact_id, self.state)
        return self._obey(answer, at)

    def ask_again(self, answer: Answer, at: datetime) -> list[Event]:
        """What the gate says right before a hand-over (C4): much may have happened since it allowed the contact."""
        if self.state not in (ContactState.SENDING, ContactState.UNKNOWN):
            raise NotOnItsWay(self.contact_id, self.state)
        return self._obey(answer, at)

    def _obey(self, answer: Answer, at: datetime) -> list[Event]:
        self.rule, self.until, self.next_attempt_at = answer.rule, None, None
        match answer:
            case NotNow():
                self.state, self.until, self.reason = ContactState.POSTPONED, answer.until, answer.reason
                return [
                    ContactPostponed(
                        person_id=self.person_id,
                        purpose=self.purpose,
                        cause=self.cause,
                        until=answer.until,
                        reason=answer.reason,
                    )
                ]
            case Never():
                return self._withhold(answer.reason)
            case Allow():
                return self._allow(answer, at)

    def delivered(self, at: datetime) -> list[Event]:
        """The channel took the message."""
        self.state, self.next_attempt_at = ContactState.SENT, None
        return [self._made(at)]

    def delivery_unknown(self, at: datetime) -> None:
        """The channel gave no clear answer. Tried again under the same key, a few times, ever later."""
        self.state, self.may_have_left = ContactState.UNKNOWN, True
        self.next_attempt_at = at + RETRY_AFTER * self.attempts if self.attempts < DELIVERY_ATTEMPTS else None
        self.attempts += 1

    def undeliverable(self, reason: str) -> list[Event]:
        """The channel refused the message for good."""
        self.next_attempt_at = None
        return self._withhold(reason)

    def record_result(self, outcome: CallOutcome, note: Sealed | None) -> None:
        """The agent called: the task is done (C3)."""
        if self.state is not ContactState.TASK:
            raise NoOpenCallTask(self.contact_id, self.state)
        self.state, self.outcome, self.note = ContactState.DONE, outcome, note

    def drop(self, reason: str) -> list[Event]:
        """The contact is not wanted any more. What has left, or is leaving, cannot be called back."""
        if self.state not in (ContactState.DUE, ContactState.POSTPONED, ContactState.TASK):
            return []
        self.until = self.made_at = None
        return self._withhold(reason)

    def _allow(self, answer: Allow, at: datetime) -> list[Event]:
        if self.may_have_left and answer.channel is not self.channel:
            return self._withhold(f"the customer refused {self.channel} after a first attempt by it")
        self.reason = ""
        if not self.may_have_left:
            self.channel = answer.channel
            self.raise_topics, self.avoid_topics = list(answer.raise_topics), list(answer.avoid_topics)
        if answer.channel is Channel.PHONE:
            self.state = ContactState.TASK
            return [self._made(at)]
        self.state, self.attempts, self.next_attempt_at = ContactState.SENDING, max(self.attempts, 1), at
        return []

    def _withhold(self, reason: str) -> list[Event]:
        self.state, self.reason = ContactState.WITHHELD, reason
        return [ContactWithheld(person_id=self.person_id, purpose=self.purpose, cause=self.cause, reason=reason)]

    def _made(self, at: datetime) -> ContactMade:
        self.made_at = at
        return ContactMade(
            contact_id=self.contact_id,
            person_id=self.person_id,
            purpose=self.purpose,
            channel=self.channel or Channel.UNKNOWN,
            cause=self.cause,
            raise_topics=tuple(self.raise_topics),
            avoid_topics=tuple(self.avoid_topics),
        )


def due_times(contact: Contact) -> dict[str, datetime]:
    """``retry``: ask the gate again; ``delivery``: hand the message to its channel."""
    if contact.state is ContactState.POSTPONED and contact.until:
        return {"retry": contact.until}
    if contact.next_attempt_at:
        return {"delivery": contact.next_attempt_at}
    return {}
