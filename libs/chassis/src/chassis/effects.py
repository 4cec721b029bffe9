"""What a batch of facts does: its effects, and what stands aside, in one transaction with inbox and position.

Three kinds of failure. Transient (store or broker away, somebody was faster): the batch is tried again as it is.
Not yet (a prerequisite is unknown): the fact waits, and is applied with the document that brings it. Permanent: the
fact stands aside at once with the later ones of its aggregate, is tried from the store, and dies after five tries.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

import structlog
from contracts.event import Event, topic_of
from pymongo.asynchronous.client_session import AsyncClientSession

from chassis import failpoints, telemetry
from chassis.clock import system_now
from chassis.documents import Documents
from chassis.facts import Fact, NotYet
from chassis.inbox import Inbox, Partition, ReceivedBefore
from chassis.logs import said
from chassis.messages import Message, of_aside
from chassis.scopes import Dealers, System
from chassis.set_aside import TRIES, WAITING_PAUSE_S, Aside, SetAside, State, pause_after
from chassis.store_mongo import MongoStore
from chassis.transience import is_transient
from chassis.unit import AlreadyExists, Unit

PARKED_A_MINUTE = 20
"""More facts failing than this in a minute: something else is wrong, so the consumer stops and says so."""

BREATH = 50
"""After so many facts others in this process have their turn: handlers that find all in memory never wait."""

COLLISIONS = 3
"""So often a document may turn out to be there already before that is the fact's own failure."""

log = structlog.get_logger(__name__)

Handler = Callable[[Unit, Any], Awaitable[None]]
Handlers = Mapping[type[Event], Handler]


@dataclass(frozen=True)
class Consumer:
    """What a service listens to: its facts by type, in batches of at most ``batch``.

    ``reads``: documents that most handlers look up, and by which id of the fact (``by_key``, ``by_visit``,
    ``by_dealer``). They are read once for a whole batch, and ``find`` then costs nothing.

    ``apart``: one fact's documents are found by its own key, which is the visit or the dealer, so facts of different
    partitions rarely meet. Each partition's batch is then written beside the others', as if each had a process of its
    own. Where they meet all the same, one of them is overtaken and tried again.
    """

    name: str
    handlers: Handlers
    batch: int = 200
    reads: Mapping[Documents[Any], Callable[[Fact[Any]], str]] = field(default_factory=dict)
    apart: bool = False

    @property
    def topics(self) -> list[str]:
        return sorted({topic_of(event.service) for event in self.handlers})


class TooManyFailures(Exception):
    """So many facts fail that the reason is not in the facts. Nothing more is put aside until that calms down."""

    code = "too-many-failures"


class _Again(Exception):
    """The batch starts over, with what was learned about one fact or lane."""


@dataclass
class _Learned:
    """What earlier tries of the same batch taught."""

    verdicts: dict[str, Aside] = field(default_factory=dict)
    left_lanes: set[str] = field(default_factory=set)
    collisions: int = 0
    received_before: bool = False
    """Some of the facts are in the inbox already: ask for all of them."""


@dataclass
class _Book:
    """What a batch writes beside its effects."""

    received: list[str] = field(default_factory=list)
    sequences: dict[str, int] = field(default_factory=dict)
    positions: dict[Partition, int] = field(default_factory=dict)
    kept: dict[str, Aside] = field(default_factory=dict)
    released: list[str] = field(default_factory=list)


class Effects:
    """Applies the facts of one consumer."""

    def __init__(self, consumer: Consumer, group: str, store: MongoStore, new_unit: Callable[..., Unit]) -> None:
        self.consumer = consumer
        self.group = group
        self.listened = {event.wire_type: event for event in consumer.handlers}
        self.inbox = Inbox(store.database, consumer.name)
        self._store = store
        self._new_unit = new_unit
        self._aside = SetAside(store.database)
        self._failed: dict[str, float] = {}
        """When facts failed for the first time, of the last minute."""
        self.something_aside = True
        self.applied = 0

    async def batch(self, messages: Sequence[Message]) -> None:
        learned = _Learned()
        while True:
            try:
                await self._apply(messages, learned)
                return
            except _Again:
                continue
            except ReceivedBefore:
                if learned.received_before:
                    raise
                learned.received_before = True
            except Exception as failed:
                if is_transient(failed) or isinstance(failed, TooManyFailures):
                    raise
                if isinstance(failed, AlreadyExists) and learned.collisions < COLLISIONS:
                    # Somebody made the same document meanwhile: looking again finds it.
                    learned.collisions += 1
                    continue
                if len(messages) == 1:
                    if messages[0].id in learned.verdicts:
                        # Not even putting it aside is accepted: nothing of this can be the fact's own fault.
                        raise TooManyFailures(f"nothing can be written: {said(failed)}") from failed
                    learned.verdicts[messages[0].id] = self._failure(messages[0], failed)
                    continue
                # The write was refused and nobody says whose it was: halve until the guilty one stands alone.
                log.warning("batch halved", consumer=self.group, size=len(messages), error=said(failed))
                half = len(messages) // 2
                await self.batch(messages[:half])
                await self.batch(messages[half:])
                return

    async def _apply(self, messages: Sequence[Message], learned: _Learned) -> None:
        unit, book = self._unit(), _Book()
        careful = self.something_aside or learned.received_before
        lanes = {message.lane for message in messages}
        last, heads, _ = await asyncio.gather(
            self.inbox.sequences(lanes), self._heads(lanes, careful), self._ahead(unit, messages)
        )
        known = await self.inbox.known(_doubtful(messages, last, careful))
        for index, message in enumerate(messages, start=1):
            if index % BREATH == 0:
                await asyncio.sleep(0)
            book.positions[(message.topic, message.partition)] = message.offset + 1
            if message.id in known or (message.unheard and message.sequence <= last.get(message.lane, 0)):
                continue
            known.add(message.id)
            if not message.unheard:
                book.received.append(message.id)
            aside = learned.verdicts.get(message.id) or self._out_of_order(message, last, heads)
            if aside is None:
                aside = await self._handle(unit, message, learned)
            if failpoints.ARMED:
                failpoints.reached("mid-batch")
            if aside is None:
                last[message.lane] = book.sequences[message.lane] = message.sequence
            else:
                book.kept[aside.id] = aside
                heads[message.lane] = min(message.sequence, heads.get(message.lane, message.sequence))
        if self.something_aside or book.kept:
            await self._apply_waiting(unit, book, learned)
        await self._write(unit, book, len(book.received))
        if book.kept:
            self.something_aside = True

    async def _heads(self, lanes: set[str], careful: bool) -> dict[str, int]:
        return await self._aside.heads(self.consumer.name, lanes) if careful else {}

    async def _ahead(self, unit: Unit, messages: Sequence[Message]) -> None:
        """Reads what the handlers are going to look up, of the dealers of this batch only."""
        facts = [message.fact for message in messages if message.fact is not None]
        if not facts or not self.consumer.reads:
            return
        unit.begin(scope=Dealers.among(fact.dealer_id for fact in facts), actor=self.group, visit_id=None)
        await asyncio.gather(
            *(
                unit.read_ahead(documents, {id_of(fact) for fact in facts})
                for documents, id_of in self.consumer.reads.items()
            )
        )

    def _out_of_order(self, message: Message, last: Mapping[str, int], heads: Mapping[str, int]) -> Aside | None:
        name, lane = self.consumer.name, message.lane
        if message.unreadable:
            log.error("fact unreadable", consumer=self.group, fact=message.id, reason=message.unreadable)
            return message.aside(name, State.DEAD, message.unreadable)
        if lane in heads and message.sequence > heads[lane]:
            return message.aside(name, State.BEHIND, "an earlier fact of this aggregate stands aside")
        before = last.get(lane, 0)  # topics are kept for ever, so each aggregate begins with its first fact
        if message.sequence > before + 1:
            log.error("gap in an aggregate's facts", consumer=self.group, fact=message.id, after=before)
            return message.aside(name, State.WAITING, f"facts after {before} are missing")
        if message.sequence <= before:
            log.error("an aggregate's facts went back", consumer=self.group, fact=message.id, after=before)
            return message.aside(name, State.DEAD, f"unknown fact with sequence {message.sequence} after {before}")
        return None

    async def _handle(self, unit: Unit, message: Message, learned: _Learned) -> Aside | None:
        """Has the fact's effect in the unit, or says why it stands aside."""
        try:
            await self._effect(unit, message)
            return None
        except NotYet as missing:
            verdict = message.aside(self.consumer.name, State.WAITING, str(missing), waits_for=missing.waits_for)
            verdict = replace(verdict, next_try=system_now() + timedelta(seconds=WAITING_PAUSE_S))
        except Exception as failed:
            if is_transient(failed):
                raise
            verdict = self._failure(message, failed)
        if unit.undo_is_safe():
            unit.forget_touched()
            return verdict
        learned.verdicts[message.id] = verdict
        raise _Again

    async def _effect(self, unit: Unit, message: Message) -> None:
        fact: Fact[Any] | None = message.fact
        if message.unheard:
            return
        if fact is None:
            raise LookupError(f"nobody listens to {message.id}")
        unit.begin(scope=_only(fact.dealer_id), actor=fact.actor, visit_id=fact.visit_id)
        with telemetry.fact_span(fact, self.group):
            await self.consumer.handlers[type(fact.event)](unit, fact)

    def _failure(self, message: Message, failed: Exception, tries: int = 1) -> Aside:
        if tries == 1:
            self._count_failed(message, failed)
        state = State.DEAD if tries >= TRIES else State.PARKED
        log.error("fact failed", consumer=self.group, fact=message.id, tries=tries, state=state.value, exc_info=failed)
        parked = message.aside(self.consumer.name, state, f"{type(failed).__name__}: {said(failed)}", tries=tries)
        return replace(parked, next_try=system_now() + pause_after(tries))

    def _count_failed(self, message: Message, failed: Exception) -> None:
        """Counts facts, not tries: a batch that is tried again or in halves meets the same ones each time."""
        now = time.monotonic()
        self._failed = {id: at for id, at in self._failed.items() if now - at < 60}
        if message.id not in self._failed and len(self._failed) >= PARKED_A_MINUTE:
            raise TooManyFailures(
                f"{PARKED_A_MINUTE} facts failed within a minute, now {type(failed).__name__}"
            ) from failed
        self._failed.setdefault(message.id, now)

    async def _apply_waiting(self, unit: Unit, book: _Book, learned: _Learned) -> None:
        """Facts that waited for what this very unit writes are applied with it."""
        lanes = set(await self._aside.waiting_for(self.consumer.name, unit.written())) - learned.left_lanes
        last = await self.inbox.sequences(lanes) | book.sequences if lanes else {}
        for lane in sorted(lanes):
            for aside in await self._aside.lane(self.consumer.name, lane):
                message = of_aside(aside, self.listened)
                if aside.state is State.DEAD or message.unreadable or aside.sequence > last.get(lane, 0) + 1:
                    break
                try:
                    await self._effect(unit, message)
                except Exception as failed:
                    if is_transient(failed):
                        raise
                    learned.left_lanes.add(lane)
                    raise _Again from failed
                book.released.append(aside.id)
                last[lane] = book.sequences[lane] = aside.sequence

    async def _write(self, unit: Unit, book: _Book, effects: int) -> None:
        async def also(session: AsyncClientSession) -> None:
            await self.inbox.write(book.received, book.sequences, book.positions, session)
            if failpoints.ARMED:
                failpoints.reached("after-inbox-insert")
            if book.kept:
                await self._aside.keep(list(book.kept.values()), session)
                if failpoints.ARMED:
                    failpoints.reached("dead-letter-write")
            if book.released:
                await self._aside.release(book.released, session)

        changes = unit.changes()
        await self._store.commit(changes, also)
        if failpoints.ARMED:
            failpoints.reached("after-batch-commit")
        self.applied += effects + len(book.released)

    # --- what stands aside -------------------------------------------------------------------------------------------

    async def sweep(self) -> str | None:
        """Tries what is due of the facts that stand aside; says why it stopped early, if it did."""
        try:
            self.something_aside = await self._aside.any(self.consumer.name)
            lanes = await self._aside.due(self.consumer.name) if self.something_aside else []
        except Exception as failed:
            if not is_transient(failed):
                raise
            return f"{type(failed).__name__}: {said(failed)}"  # the store is away: no reason to leave the group
        for lane in lanes:
            try:
                await self._try_lane(lane)
            except TooManyFailures as failed:
                return str(failed)
            except Exception as failed:
                if not is_transient(failed):
                    raise
                log.info("lane tried later", consumer=self.group, lane=lane, error=str(failed))
        return None

    async def _try_lane(self, lane: str) -> None:
        for aside in await self._aside.lane(self.consumer.name, lane):
            if aside.state is State.DEAD or not await self._try_aside(aside):
                return

    async def _try_aside(self, aside: Aside) -> bool:
        """Whether the fact had its effect now, so that the next one of its lane may be tried."""
        message = of_aside(aside, self.listened)
        if message.unreadable:
            await self._aside.postpone(aside, replace(aside, state=State.DEAD, reason=message.unreadable))
            return False
        last = (await self.inbox.sequences([aside.lane])).get(aside.lane, 0)
        in_line = aside.state is State.BEHIND or (aside.state is State.WAITING and not aside.waits_for)
        if in_line and aside.sequence > last + 1:
            later = system_now() + timedelta(seconds=WAITING_PAUSE_S)
            await self._aside.postpone(aside, replace(aside, state=State.WAITING, next_try=later))
            return False
        unit, book = self._unit(), _Book(released=[aside.id], sequences={aside.lane: aside.sequence})
        try:
            await self._effect(unit, message)
            if failpoints.ARMED:
                failpoints.reached("before-retry-write")
            await self._write(unit, book, 0)
            return True
        except NotYet as missing:
            later = system_now() + timedelta(seconds=WAITING_PAUSE_S)
            again = replace(
                aside, state=State.WAITING, reason=str(missing), waits_for=missing.waits_for, next_try=later
            )
        except Exception as failed:
            if is_transient(failed):
                raise
            parked = self._failure(message, failed, aside.tries + 1)
            again = replace(parked, since=aside.since)
        await self._aside.postpone(aside, again)
        return False

    def _unit(self) -> Unit:
        return self._new_unit(scope=System("consumer"), actor=self.group)


_only = lru_cache(maxsize=1000)(Dealers.of)
"""The scope of one dealer's facts."""


def _doubtful(messages: Sequence[Message], last: Mapping[str, int], everything: bool) -> set[str]:
    """Facts that may have been received before: those that do not follow directly on what their aggregate has had.

    To ask for the others would cost as much as to write them. Should one be in the inbox all the same, its row is
    refused there and the batch starts over.
    """
    if everything:
        return {message.id for message in messages}
    passed = dict(last)
    doubtful = set()
    for message in messages:
        before = passed.get(message.lane)
        if before is not None and message.sequence != before + 1:
            doubtful.add(message.id)
        passed[message.lane] = max(before or 0, message.sequence)
    return doubtful
