"""Contacts, messages, call tasks and the gate's answers as they are sent and shown."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from contracts.crm import Purpose, Topic
from contracts.values import Channel
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from crm.domain.contact import CallOutcome, Contact, ContactState
from crm.domain.contact_policy import Allow, Answer, NotNow
from crm.projections.messages import Message

RESULT: dict[str, Any] = {"outcome": "REBOOKED", "note": "was ill, comes on Thursday at nine"}


class ContactAnswer(BaseModel):
    """What became of a requested contact, and which rule of the gate decided (C4)."""

    contact_id: str
    person_id: str
    visit_id: str | None
    purpose: Purpose
    state: ContactState
    channel: Channel | None
    rule: str = Field(examples=["quiet-hours"])
    reason: str
    raise_topics: list[Topic]
    avoid_topics: list[Topic]
    requested_at: datetime
    made_at: datetime | None
    until: datetime | None = Field(description="A contact put off is decided again at this time")
    outcome: CallOutcome | None

    @classmethod
    def of(cls, contact: Contact) -> Self:
        return cls.model_validate(contact, from_attributes=True)


class ShownMessage(ContactAnswer):
    """A message or a call task as a person reads it. Erased values are null."""

    name: str | None
    phone: str | None
    text: str = Field(description="The message, or what the agent says")
    link: str | None

    @classmethod
    def shown(cls, contact: Contact, message: Message) -> Self:
        given = ContactAnswer.of(contact).model_dump()
        return cls(**given, name=message.name, phone=message.phone, text=message.text, link=message.link)


class CallResult(BaseModel):
    """How the call went."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [RESULT]})

    outcome: CallOutcome
    note: Annotated[str, StringConstraints(min_length=1, max_length=1000)] | None = None


class GateAnswer(BaseModel):
    """Allow: by this channel, with these topics. Not now: not before ``until``. Never: see ``reason``."""

    answer: Literal["ALLOW", "NOT_NOW", "NEVER"]
    rule: str = Field(description="The rule that decided", examples=["open-complaint"])
    reason: str = ""
    channel: Channel | None = None
    raise_topics: list[Topic] = []
    avoid_topics: list[Topic] = []
    until: datetime | None = None

    @classmethod
    def of(cls, answer: Answer) -> Self:
        if isinstance(answer, Allow):
            topics = {"raise_topics": list(answer.raise_topics), "avoid_topics": list(answer.avoid_topics)}
            return cls(answer="ALLOW", rule=answer.rule, channel=answer.channel, **topics)
        if isinstance(answer, NotNow):
            return cls(answer="NOT_NOW", rule=answer.rule, reason=answer.reason, until=answer.until)
        return cls(answer="NEVER", rule=answer.rule, reason=answer.reason)
