"""The contact gate (C4): may this customer be contacted for this purpose now, through which channel, about what?

A list of named rules. The first rule that speaks decides; if none does, the contact is allowed.
- Contacts the running visit cannot do without (authorisation, progress, delay, ready notice) pass in spite of an open
  complaint, because the customer's vehicle stands here and waits for an answer; they avoid the complaint's subject.
- In quiet hours only these pass, and only if the customer sits in the waiting room.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from contracts.crm import Purpose, Topic
from contracts.values import Channel

from crm.domain.quiet_hours import QuietHours, next_at

OUTGOING = (Channel.SMS, Channel.WECHAT, Channel.APP, Channel.EMAIL, Channel.PHONE)
"""Channels by which a customer can be reached, in the order in which they are tried when nothing else is known."""

RUNNING_VISIT = frozenset({Purpose.AUTHORISATION, Purpose.PROGRESS, Purpose.DELAY, Purpose.READY_NOTICE})
FOLLOW_UPS = frozenset({Purpose.SURVEY, Purpose.CARE, Purpose.NO_SHOW_FOLLOW_UP})
"""Contacts that ask the customer how things are: the ones that count as follow-ups after a complaint."""
CARRY_A_LINK = frozenset({Purpose.AUTHORISATION, Purpose.PLACE_OFFER})
"""A link cannot be spoken: a call is their last resort."""


@dataclass(frozen=True, slots=True)
class Question:
    """Everything the gate looks at. ``wanted``: the channel the request asks for, if it does."""

    purpose: Purpose
    quiet: QuietHours
    now: datetime
    wanted: Channel | None = None
    preferred: Channel | None = None
    refused: frozenset[Channel] = frozenset()
    open_complaints: int = 0
    closed_complaints: int = 0
    closed_since_follow_up: int = 0
    customer_waits: bool = False
    from_hour: int | None = None
    """First hour of the dealer's day that suits the customer."""
    useful_until: datetime | None = None
    """After this instant the contact makes no sense any more."""


@dataclass(frozen=True, slots=True)
class Allow:
    channel: Channel
    rule: str
    raise_topics: tuple[Topic, ...] = ()
    avoid_topics: tuple[Topic, ...] = ()


@dataclass(frozen=True, slots=True)
class NotNow:
    until: datetime
    reason: str
    rule: str


@dataclass(frozen=True, slots=True)
class Never:
    reason: str
    rule: str


Answer = Allow | NotNow | Never
Rule = Callable[[Question], NotNow | Never | None]


def too_late(asked: Question) -> Never | None:
    """What has lost its sense is not sent any more: a reminder after the arrival, a link that has expired."""
    if asked.useful_until is not None and asked.now >= asked.useful_until:
        return Never("the contact has lost its sense by now", "too-late")
    return None


def open_complaint(asked: Question) -> Never | None:
    """While a complaint is open only its handler contacts the customer (and the visit that is running)."""
    if asked.open_complaints and asked.purpose not in RUNNING_VISIT | {Purpose.COMPLAINT_HANDLING}:
        return Never("a complaint is open: only its handler contacts the customer", "open-complaint")
    return None


def refused_channels(asked: Question) -> Never | None:
    """A refused channel is never used; without an accepted one there is no contact at all."""
    if not accepted_channels(asked):
        return Never("the customer refused every channel", "refused-channels")
    return None


def quiet_hours(asked: Question) -> NotNow | None:
    """Nobody is disturbed at night, but for a customer who sits here and waits."""
    if asked.purpose in RUNNING_VISIT and asked.customer_waits:
        return None
    if asked.quiet.holds_at(asked.now):
        return NotNow(asked.quiet.end_after(asked.now), "quiet hours at the dealer", "quiet-hours")
    return None


def customers_hour(asked: Question) -> NotNow | None:
    """Earlier than the hour the customer named is not now. An hour within the quiet hours cannot be honoured."""
    if asked.from_hour is None or asked.purpose in RUNNING_VISIT:
        return None
    suits = next_at(time(asked.from_hour), asked.now, asked.quiet.zone)
    zone = ZoneInfo(asked.quiet.zone)
    today = suits.astimezone(zone).date() == asked.now.astimezone(zone).date()
    if today and not asked.quiet.holds_at(suits):
        return NotNow(suits, f"the customer likes to be asked from {asked.from_hour}:00", "customers-hour")
    return None


RULES: tuple[Rule, ...] = (too_late, open_complaint, refused_channels, quiet_hours, customers_hour)


def decide(asked: Question) -> Answer:
    """The gate's answer (C4), with the name of the rule that decided."""
    for rule in RULES:
        answer = rule(asked)
        if answer is not None:
            return answer
    return _allow(asked)


def accepted_channels(asked: Question) -> list[Channel]:
    """Best first: the wanted channel, the preferred one, then the usual order; refused ones never."""
    order = dict.fromkeys(channel for channel in (asked.wanted, asked.preferred, *OUTGOING) if channel in OUTGOING)
    accepted = [channel for channel in order if channel not in asked.refused]
    if asked.purpose in CARRY_A_LINK:
        accepted.sort(key=lambda channel: channel is Channel.PHONE)
    return accepted


def _allow(asked: Question) -> Allow:
    channel = accepted_channels(asked)[0]
    if asked.purpose is Purpose.COMPLAINT_HANDLING:
        return Allow(channel, "handler-of-the-complaint")
    if asked.open_complaints:
        return Allow(channel, "running-visit", avoid_topics=(Topic.COMPLAINT_SUBJECT,))
    if asked.closed_since_follow_up and asked.purpose in FOLLOW_UPS:
        return Allow(channel, "first-follow-up-after-closing", raise_topics=(Topic.COMPLAINT_SATISFACTION,))
    ask_for_channel = asked.preferred is None and channel is Channel.PHONE and asked.purpose in FOLLOW_UPS
    topics = (Topic.CHANNEL_PREFERENCE,) if ask_for_channel else ()
    if asked.closed_complaints:
        return Allow(channel, "contact-after-a-complaint", topics, (Topic.COMPLAINT_SUBJECT,))
    return Allow(channel, "nothing-against-it", topics)
