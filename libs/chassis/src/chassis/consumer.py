"""A consumer at work: reads batches from Kafka and has their effects, each fact exactly once.

The client never commits by itself and the broker's offsets are for people only: a consumer that gets partitions goes
on where the store says.
"""

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import KafkaError

from chassis import failpoints
from chassis import settings as limits
from chassis.effects import BREATH, Consumer, Effects, Handler, Handlers, TooManyFailures
from chassis.inbox import Partition
from chassis.kafka import STOP_TIMEOUT_S, Broker
from chassis.logs import said
from chassis.messages import Message, of_record
from chassis.stopping import told_to_stop
from chassis.store_mongo import MongoStore
from chassis.transience import is_transient
from chassis.unit import Unit
from chassis.watchdog import Watchdog

__all__ = ["Consumer", "Handler", "Handlers", "Listening"]

START_AGAIN_S = 1.0
FORGOTTEN_S = limits.KAFKA_SESSION_S + 2.0
"""After so long without a heartbeat the broker gives a member's partitions out anew."""
ALL_READ_EVERY_S = 10.0
"""Where a process does not read everything itself, it asks so often whether the others read the rest."""
SWEEP_EVERY_S = 0.5
LOOK_ASIDE_EVERY_S = 5.0
"""Another process may have put something aside that is this one's to try now."""
BACKLOG = 50
"""A batch of so many facts means that more are waiting: the next is read meanwhile."""
COMMIT_EVERY_S = 1.0
LONGEST_BACK_OFF_S = 5.0

log = structlog.get_logger(__name__)


class StuckConsumer(Exception):
    """There is something to read and nothing comes: the client is built anew."""

    code = "stuck-consumer"


class NobodyReads(StuckConsumer):
    """The broker gives a returning member what it had, also when there is more by now: it has to be forgotten first."""

    code = "partitions-nobody-reads"


class Listening:
    """One consumer at work in one process."""

    def __init__(
        self,
        consumer: Consumer,
        *,
        service: str,
        member: str,
        store: MongoStore,
        broker: Broker,
        new_unit: Callable[..., Unit],
    ) -> None:
        self.consumer = consumer
        self.group = f"{service}.{consumer.name}"
        self._member = f"{member}.{consumer.name}"
        self._broker = broker
        self._effects = Effects(consumer, self.group, store, new_unit)
        self._client: AIOKafkaConsumer | None = None
        self._asker: AIOKafkaConsumer | None = None
        self._fetching: asyncio.Task[list[Message]] | None = None
        self._committing: asyncio.Task[None] | None = None
        self.beat = time.monotonic()
        self.failing: str | None = None
        self.assigned = False

    @property
    def applied(self) -> int:
        """Facts that had their effect in this process."""
        return self._effects.applied

    async def prepare(self) -> None:
        await self._effects.inbox.prepare()

    async def run(self) -> None:
        """Until cancelled; a failed client is built anew."""
        while True:
            try:
                await self._session()
            except (Exception, asyncio.CancelledError) as failed:
                if told_to_stop():
                    raise
                self.failing = f"{type(failed).__name__}: {said(failed)}"
                log.warning("consumer starts again", consumer=self.group, error=self.failing)
                await asyncio.sleep(FORGOTTEN_S if isinstance(failed, NobodyReads) else START_AGAIN_S)

    def look_aside(self) -> None:
        """What another process put aside may be this one's to try from now on."""
        self._effects.something_aside = True

    # --- how far -----------------------------------------------------------------------------------------------------

    async def ends(self) -> dict[Partition, int]:
        """The ends of all its partitions now. Raises when the broker cannot be asked."""
        client, asker = self._client, self._asker
        if client is None or asker is None:
            raise ConnectionError("this consumer has no broker yet")
        partitions = []
        for topic in self.consumer.topics:
            known = _known(client, topic)
            if not known:
                raise ConnectionError(f"the partitions of {topic} are not known yet")
            partitions += [TopicPartition(topic, partition) for partition in known]
        ends = await asker.end_offsets(partitions)
        return {(at.topic, at.partition): offset for at, offset in ends.items()}

    def has(self) -> dict[Partition, int | None]:
        """The partitions this process reads, and what it would fetch next."""
        subscription = self._client._subscription.subscription if self._client else None
        mine = subscription.assignment if subscription else None
        return {(at.topic, at.partition): mine.state_value(at)._position for at in mine.tps} if mine else {}

    async def positions(self) -> dict[Partition, int]:
        """The next offsets, as the store has them."""
        return await self._effects.inbox.positions()

    async def lag(self) -> int:
        """Records at the broker that have had no effect yet."""
        ends, positions = await self.ends(), await self.positions()
        return sum(max(0, end - positions.get(at, 0)) for at, end in ends.items())

    # --- the loop ----------------------------------------------------------------------------------------------------

    async def _session(self) -> None:
        client = self._broker.consumer(self.consumer.topics, self.group, self._member, _Seek(self))
        asker = self._broker.asker(f"{self._member}.asker")
        self._client, self._asker = client, asker
        try:
            await asyncio.gather(client.start(), asker.start())
            self.failing = None
            await self._read(client)
        finally:
            for aside in (self._fetching, self._committing):
                if aside is not None:
                    aside.cancel()
            self._fetching = self._committing = None
            self._client, self._asker, self.assigned = None, None, False
            await asyncio.gather(_stop(client), _stop(asker))

    async def _read(self, client: AIOKafkaConsumer) -> None:
        swept = committed = asked = time.monotonic()
        watchdog = Watchdog(swept)
        done: dict[Partition, int] = {}
        while True:
            messages = await (self._fetching or self._fetch(client))
            self._fetching = None
            self.beat = now = time.monotonic()
            if messages:
                if len(messages) >= BACKLOG:
                    self._fetching = asyncio.create_task(self._fetch(client))
                await self._until_all_done(messages)
                watchdog.record(time.monotonic())
            done.update({(one.topic, one.partition): one.offset + 1 for one in messages})
            if done and now - committed > COMMIT_EVERY_S and (not self._committing or self._committing.done()):
                committed = now
                if failpoints.ARMED:
                    failpoints.reached("before-offset")
                # Nobody waits for it: it takes as long as a small batch.
                self._committing = asyncio.create_task(_commit(client, done))
                done = {}
            if now - swept > (SWEEP_EVERY_S if self._effects.something_aside else LOOK_ASIDE_EVERY_S):
                swept = now
                self.failing = await self._effects.sweep()
            if wrong := await watchdog.complains(now, self.assigned, self._mine_lags):
                raise StuckConsumer(wrong)
            if self.assigned and now - asked > ALL_READ_EVERY_S:
                asked = now
                if unread := await self._read_by_nobody(client):
                    raise NobodyReads(", ".join(f"{at.topic}-{at.partition}" for at in sorted(unread)))

    async def _fetch(self, client: AIOKafkaConsumer) -> list[Message]:
        """The next batch, decoded. In a backlog this goes on while the store works on the batch before."""
        most = self.consumer.batch
        found = await client.getmany(timeout_ms=int(SWEEP_EVERY_S * 1000), max_records=most)
        if self.consumer.apart and found:
            for some in _by_number(client.assignment() - found.keys(), {at.partition for at in found}):
                found |= await client.getmany(*some, timeout_ms=0, max_records=most)
        messages = []
        for record in itertools.chain.from_iterable(found.values()):
            messages.append(of_record(record, self._effects.listened))
            if len(messages) % BREATH == 0:
                await asyncio.sleep(0)
        return messages

    async def _mine_lags(self) -> bool:
        """Whether there is something to read for this process; not while nobody can be asked."""
        if self._client is None or self._asker is None or not (mine := list(self._client.assignment())):
            return False
        try:
            ends, positions = await asyncio.gather(self._asker.end_offsets(mine), self.positions())
        except Exception as failed:
            if not is_transient(failed):
                raise
            return False
        return any(end > positions.get((at.topic, at.partition), 0) for at, end in ends.items())

    async def _read_by_nobody(self, client: AIOKafkaConsumer) -> set[TopicPartition]:
        """Partitions that are neither this process's nor another's; none while nobody can be asked."""
        every = (TopicPartition(topic, one) for topic in self.consumer.topics for one in _known(client, topic))
        others = set(every) - client.assignment()
        try:
            read = await self._broker.read_by(self.group, f"{self._member}.asker") if others else set()
        except (KafkaError, OSError, TimeoutError) as failed:
            log.info("others not asked", consumer=self.group, error=said(failed))
            return set()
        return set() if read is None else others - read

    async def _until_all_done(self, messages: Sequence[Message]) -> None:
        """One transaction after the other; of a consumer that keeps partitions apart, those of each side by side.

        Facts of one visit have the same partition's number in all topics.
        """
        by_number: dict[int, list[Message]] = defaultdict(list)
        for message in messages:
            by_number[message.partition if self.consumer.apart else 0].append(message)
        # All come to their end before anything is said: none may go on behind a client that is built anew.
        ended = await asyncio.gather(*map(self._until_done, by_number.values()), return_exceptions=True)
        for one in ended:
            if one is not None:
                raise one
        self.failing = None

    async def _until_done(self, messages: Sequence[Message]) -> None:
        pause = 0.05
        while True:
            try:
                await self._effects.batch(messages)
            except Exception as failed:
                if not (is_transient(failed) or isinstance(failed, TooManyFailures)):
                    raise
                self.failing = f"{type(failed).__name__}: {said(failed)}"
                log.warning("batch tried again", consumer=self.group, error=self.failing, seconds=pause)
                await asyncio.sleep(pause)
                self.beat = time.monotonic()
                pause = min(pause * 2, LONGEST_BACK_OFF_S)
            else:
                return


class _Seek(ConsumerRebalanceListener):
    """A consumer that gets partitions goes on where the store says, whatever the broker remembers."""

    def __init__(self, listening: Listening) -> None:
        self._listening = listening

    async def on_partitions_revoked(self, revoked: Any) -> None:  # type: ignore[override]
        self._listening.assigned = False

    async def on_partitions_assigned(self, assigned: Any) -> None:  # type: ignore[override]
        client = self._listening._client
        positions = await self._known_positions()
        if failpoints.ARMED:
            failpoints.reached("in-rebalance")
        self._listening.look_aside()
        for partition in assigned:
            if client is not None:
                # Nothing is known of it: from its first record. What the broker has noted was another store's progress.
                client.seek(partition, positions.get((partition.topic, partition.partition), 0))
        self._listening.assigned = True

    async def _known_positions(self) -> dict[Partition, int]:
        while True:
            try:
                return await self._listening.positions()
            except Exception as failed:
                log.warning("positions asked again", consumer=self._listening.group, error=said(failed))
                await asyncio.sleep(0.5)


def _known(client: AIOKafkaConsumer, topic: str) -> set[int]:
    return client.partitions_for_topic(topic) or set()


def _by_number(partitions: Iterable[TopicPartition], left_out: set[int]) -> Iterable[list[TopicPartition]]:
    """Those of one number in all topics together."""
    found: dict[int, list[TopicPartition]] = defaultdict(list)
    for at in partitions:
        if at.partition not in left_out:
            found[at.partition].append(at)
    return found.values()


async def _commit(client: AIOKafkaConsumer, done: Mapping[Partition, int]) -> None:
    """For people with Kafka's own tools; the store's position is the one that counts."""
    try:
        mine = client.assignment()
        await client.commit({at: done[at.topic, at.partition] for at in mine if (at.topic, at.partition) in done})
    except Exception as failed:
        log.info("offsets not committed", error=str(failed) or type(failed).__name__)


async def _stop(client: AIOKafkaConsumer) -> None:
    try:
        async with asyncio.timeout(STOP_TIMEOUT_S):
            await client.stop()
    except Exception as failed:
        log.warning("consumer did not stop cleanly", error=str(failed) or type(failed).__name__)
