"""R12: the customer's decisions. What he authorised is the ceiling of everything that is charged."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.reception import AuthorisedHow
from contracts.values import Money, Sealed

from reception.domain.errors_estimate import DecisionIncomplete
from reception.domain.estimate import Estimate


class DeclineReason(StrEnum):
    """Why a line was refused (R13). Codes: the reason is announced, and free words of customers are not."""

    TOO_EXPENSIVE = "TOO_EXPENSIVE"
    LATER = "LATER"
    ELSEWHERE = "ELSEWHERE"
    NOT_NEEDED = "NOT_NEEDED"
    OTHER = "OTHER"


@dataclass(frozen=True)
class Choice:
    """What a customer chose, before it is held against the estimate."""

    accept: tuple[str, ...]
    decline: Mapping[str, DeclineReason]
    how: AuthorisedHow
    person_id: str
    actor: str
    at: datetime
    text: str
    """What the customer saw when he decided, word for word."""
    signature: str | None = None
    signed_name: Sealed | None = None
    """The name of another person who signed for the customer."""


@dataclass(frozen=True)
class Decision:
    """The one decision on one version: each line accepted or declined."""

    version: int
    accepted: tuple[str, ...]
    declined: dict[str, DeclineReason]
    amount: Money
    how: AuthorisedHow
    person_id: str
    at: datetime
    signed_name: Sealed | None = None


@dataclass(frozen=True)
class PendingDiagnosis:
    """R10: the customer knows that the estimate follows the diagnosis, which costs him at most ``limit``."""

    person_id: str
    at: datetime
    limit: Money
    signature: str


BY_MAKER = "MAKER"
"""How lines are off that the maker does not pay (R8): beside the ways in which a customer decides."""


@dataclass(frozen=True)
class Withdrawal:
    """R9: accepted lines that the customer took back before they were begun; or the maker's no to them (R8), which no
    person of the visit said: then ``person_id`` is empty."""

    lines: tuple[str, ...]
    person_id: str
    at: datetime
    reason: str
    how: str = AuthorisedHow.ON_SITE


@dataclass(frozen=True)
class LinkRequest:
    """The customer was asked by a personal link."""

    version: int
    requested_at: datetime
    expires_at: datetime


def decide(estimate: Estimate, choice: Choice) -> Decision:
    """Holds a choice against the estimate. Raises ``DecisionIncomplete`` unless each line has one decision."""
    _each_line_once({line.line_id for line in estimate.lines}, choice)
    return Decision(
        version=estimate.version,
        accepted=tuple(choice.accept),
        declined=dict(choice.decline),
        amount=estimate.amount_of(choice.accept),
        how=choice.how,
        person_id=choice.person_id,
        at=choice.at,
        signed_name=choice.signed_name,
    )


def _each_line_once(lines: Collection[str], choice: Choice) -> None:
    chosen = [*choice.accept, *choice.decline]
    foreign = {line for line in chosen if line not in lines}
    undecided = {line for line in lines if chosen.count(line) != 1}
    if foreign or undecided or len(chosen) != len(lines):
        raise DecisionIncomplete(undecided, foreign)
