"""Tools for the services' own tests: a unit of work on a memory store, facts out of thin air, sealing one can read."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from contracts.catalogue import events as known_events
from contracts.event import Event
from contracts.values import Sealed

from chassis.clock import milliseconds
from chassis.documents import Documents
from chassis.facts import Fact
from chassis.ids import new_id
from chassis.links import Links
from chassis.scopes import Dealers
from chassis.sealing import person_pseudonym
from chassis.store_memory import Announced
from chassis.store_memory import MemoryStore as _MemoryStore
from chassis.unit import Unit

E = TypeVar("E", bound=Event)

A_MOMENT = datetime(2025, 6, 23, 0, 0, tzinfo=UTC)
TEST_LINKS = Links(b"a secret for tests only")


class ReadableSealing:
    """Seals reversibly and without a key, so that tests can look inside."""

    def __init__(self) -> None:
        self.erased: set[str] = set()

    async def seal(self, person_id: str, text: str) -> Sealed:
        return Sealed(person_id=person_id, ciphertext=base64.b64encode(text.encode()).decode())

    async def open(self, sealed: Sealed) -> str | None:
        return None if sealed.person_id in self.erased else base64.b64decode(sealed.ciphertext).decode()

    async def seal_bytes(self, person_id: str, content: bytes) -> bytes:
        return person_id.encode() + b"\0" + base64.b64encode(content)

    async def open_bytes(self, sealed: bytes) -> bytes | None:
        person_id, _, content = sealed.partition(b"\0")
        return None if person_id.decode() in self.erased else base64.b64decode(content)

    def person_id(self, dealer_id: str, phone: str) -> str:
        return person_pseudonym(b"tests", dealer_id, phone)


def a_sealed(text: str = "Zhang", person_id: str = "person-1") -> Sealed:
    """A sealed value as ``ReadableSealing`` makes it."""
    return Sealed(person_id=person_id, ciphertext=base64.b64encode(text.encode()).decode())


@dataclass
class MemoryStore(_MemoryStore):
    """The memory store, with the announced facts as consumers would get them."""

    sealing: ReadableSealing = field(default_factory=ReadableSealing)

    @property
    def events(self) -> list[Fact[Any]]:
        """All announced facts in the order of their recording."""
        return [_as_fact(announced) for announced in self.announced]

    def announced_events(self) -> list[Event]:
        """Only the bodies."""
        return [fact.event for fact in self.events]


def memory_unit(
    dealer_id: str = "SH001",
    *,
    now: datetime = A_MOMENT,
    actor: str = "advisor:anna",
    store: MemoryStore | None = None,
) -> Unit:
    """A unit of work in one dealer's scope on a memory store; ``await unit.commit()`` writes."""
    store = store or MemoryStore()
    return Unit(
        store,
        scope=Dealers.of(dealer_id),
        actor=actor,
        now=milliseconds(now),
        sealing=store.sealing,
        links=TEST_LINKS,
    )


def a_fact(
    event: E,
    *,
    dealer_id: str = "SH001",
    visit_id: str | None = "visit-1",
    key: str | None = None,
    at: datetime = A_MOMENT,
    actor: str = "advisor:anna",
    sequence: int = 1,
    id: str | None = None,
) -> Fact[E]:
    """A fact as it would come from Kafka."""
    return Fact(
        id=id or new_id(),
        type=event.wire_type,
        dealer_id=dealer_id,
        visit_id=visit_id,
        actor=actor,
        aggregate="test",
        key=key or visit_id or dealer_id,
        sequence=sequence,
        at=at,
        recorded_at=at,
        traceparent="",
        event=event,
    )


def _as_fact(announced: Announced) -> Fact[Any]:
    pending, change = announced.pending, announced.change
    return Fact(
        id=pending.id,
        type=pending.type,
        dealer_id=change.dealer_id,
        visit_id=pending.visit_id,
        actor=pending.actor,
        aggregate=change.documents.aggregate,
        key=change.id,
        sequence=announced.sequence,
        at=pending.at,
        recorded_at=pending.recorded_at,
        traceparent=pending.traceparent,
        event=known_events()[pending.type].model_validate_json(pending.data),
    )


def all_documents(store: MemoryStore, documents: Documents[Any]) -> list[Any]:
    """Everything of one collection, loaded."""
    return [documents.load(raw) for raw in store.documents.get(documents.name, {}).values()]
