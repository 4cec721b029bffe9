"""A fact as a consumer gets it: the event with its envelope."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from contracts.event import Event

from chassis.documents import Documents

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Fact(Generic[E]):
    """``at`` is the business time at which it happened, ``recorded_at`` the system's time of recording."""

    id: str
    type: str
    dealer_id: str
    visit_id: str | None
    actor: str
    aggregate: str
    key: str
    sequence: int
    at: datetime
    recorded_at: datetime
    traceparent: str
    event: E


def by_key(fact: Fact[Any]) -> str:
    """For ``Consumer.reads``: the document of the fact's own aggregate."""
    return fact.key


def by_visit(fact: Fact[Any]) -> str:
    """For ``Consumer.reads``: the document of the visit; a fact without one is its aggregate's."""
    return fact.visit_id or fact.key


def by_dealer(fact: Fact[Any]) -> str:
    """For ``Consumer.reads``: the document of the dealer."""
    return fact.dealer_id


class NotYet(Exception):
    """The fact builds on a document that is not known yet: it waits, and is applied with that document's arrival."""

    code = "not-yet"

    def __init__(self, documents: Documents[Any], id: str) -> None:
        super().__init__(f"{documents.aggregate} {id} is not known yet")
        self.waits_for = f"{documents.aggregate}/{id}"
