"""What was announced: every record of every topic, read as it comes, and judged at once."""

import asyncio
import json
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from chassis.stopping import told_to_stop
from checker_story import Violation
from contracts.catalogue import events
from contracts.envelope import Envelope, UndecodableEnvelope, from_headers
from contracts.event import topic_of
from jsonschema import Draft202012Validator
from sevenstep.workspace import root

TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
DEALER_CODE = re.compile(r"F[0-9A-F]{6}")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Announced:
    """One fact where it stands first in its topic."""

    envelope: Envelope
    partition: int
    offset: int
    value: bytes

    @property
    def lane(self) -> str:
        return f"{self.envelope.topic}/{self.envelope.aggregate}/{self.envelope.key}"

    @property
    def said(self) -> str:
        """One line of a story."""
        e = self.envelope
        return f"{e.topic}-{self.partition}@{self.offset} {e.type} seq {e.sequence} of {e.aggregate}/{e.key} id {e.id}"


@dataclass
class Ledger:
    """All facts of some dealers. ``strange``: ids that somebody else put into the topics on purpose."""

    dealers: Collection[str] | None = None
    strange: set[str] = field(default_factory=set)
    facts: dict[str, Announced] = field(default_factory=dict)
    """By event id, in the order in which they were read."""
    lanes: dict[str, list[Announced]] = field(default_factory=dict)
    copies: Counter[str] = field(default_factory=Counter)
    """How often a fact stands in its topic once more: a relay that did not hear of its success sends again."""
    records: int = 0
    unreadable: list[tuple[str, int, int]] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    _dealer_of_visit: dict[str, str] = field(default_factory=dict)

    def read(self, record: "ConsumerRecord[bytes, bytes]") -> None:
        """Takes one record in, partition by partition in order."""
        try:
            envelope = from_headers([(name, value or b"") for name, value in record.headers])
        except UndecodableEnvelope:
            self.unreadable.append((record.topic, record.partition, record.offset))
            return
        if envelope.id in self.strange or (self.dealers is not None and envelope.dealer_id not in self.dealers):
            return
        self.records += 1
        fact = Announced(envelope, record.partition, record.offset, record.value or b"")
        if self._comes_again(fact):
            return
        self.facts[envelope.id] = fact
        for broken in (*self._in_line(fact), *_well_formed(fact), *self._of_one_dealer(fact)):
            self.violations.append(broken)
        self.lanes.setdefault(fact.lane, []).append(fact)

    def _comes_again(self, fact: Announced) -> bool:
        known = self.facts.get(fact.envelope.id)
        if known is None:
            return False
        self.copies[fact.envelope.id] += 1
        if (known.lane, known.value, known.envelope) != (fact.lane, fact.value, fact.envelope):
            self._break("unique-ids", "two different facts have the same id", known, fact)
        return True

    def _in_line(self, fact: Announced) -> Iterable[Violation]:
        """Order per aggregate, without gap, on one partition."""
        lane = self.lanes.get(fact.lane, [])
        before = lane[-1].envelope.sequence if lane else 0
        if fact.envelope.sequence > before + 1:
            yield Violation.of("order", f"facts after {before} are missing", fact, *lane[-1:])
        if fact.envelope.sequence <= before:
            twin = [one for one in lane if one.envelope.sequence == fact.envelope.sequence]
            yield Violation.of("order", f"another fact with a sequence that was passed at {before}", fact, *twin)
        if lane and lane[-1].partition != fact.partition:
            yield Violation.of("order", "the facts of one aggregate are on two partitions", fact, lane[-1])

    def _of_one_dealer(self, fact: Announced) -> Iterable[Violation]:
        envelope = fact.envelope
        if envelope.visit_id:
            whose = self._dealer_of_visit.setdefault(envelope.visit_id, envelope.dealer_id)
            if whose != envelope.dealer_id:
                yield Violation.of("no-foreign-dealer", f"the visit is {whose}'s", fact)
        named = set(DEALER_CODE.findall(fact.value.decode(errors="replace"))) & set(self.dealers or ())
        if named - {envelope.dealer_id}:
            yield Violation.of("no-foreign-dealer", f"it names {sorted(named - {envelope.dealer_id})}", fact)

    def _break(self, invariant: str, why: str, *facts: Announced) -> None:
        self.violations.append(Violation.of(invariant, why, *facts))


def _well_formed(fact: Announced) -> Iterable[Violation]:
    """Every fact meets its released schema and carries a trace."""
    envelope = fact.envelope
    if not TRACEPARENT.fullmatch(envelope.traceparent):
        yield Violation.of("trace", f"no trace: {envelope.traceparent!r}", fact)
    if envelope.topic != topic_of(envelope.service) or envelope.type not in events():
        yield Violation.of("schema", "nobody knows this type of fact", fact)
        return
    try:
        body = json.loads(fact.value)
    except ValueError:
        yield Violation.of("schema", "not JSON", fact)
        return
    for wrong in _validator(envelope.type).iter_errors(body):
        yield Violation.of("schema", f"{wrong.json_path}: {wrong.validator}", fact)


@cache
def _validator(wire_type: str) -> Draft202012Validator:
    released = root() / "libs" / "contracts" / "schemas" / f"{wire_type}.json"
    return Draft202012Validator(json.loads(released.read_text()))


async def stopped(client: AIOKafkaConsumer) -> None:
    """Walks away from a client that does not stop in time."""
    try:
        async with asyncio.timeout(10):
            await client.stop()
    except Exception as stuck:
        log.info("a reader did not stop", error=str(stuck))


class Reader:
    """Reads all topics from their beginning into a ledger, whatever becomes of the brokers meanwhile."""

    def __init__(self, kafka: Mapping[str, Any], topics: Collection[str], ledger: Ledger) -> None:
        self._kafka = kafka
        self._topics = list(topics)
        self.ledger = ledger
        self.next: dict[TopicPartition, int] = {}
        self.on_fact: Callable[[ConsumerRecord[bytes, bytes]], None] = lambda record: None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # brokers that are away are what this is about
        self._task = asyncio.create_task(self._for_ever())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=10)

    async def caught_up(self, seconds: float = 60.0) -> dict[TopicPartition, int]:
        """The topics' ends, once everything before them was read. Raises ``TimeoutError``."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                ends = await self._ends()
            except Exception as away:
                log.info("ends asked again", error=str(away))
            else:
                if all(self.next.get(at, 0) >= end for at, end in ends.items()):
                    return ends
            await asyncio.sleep(0.3)
        raise TimeoutError(f"the topics were not read to their ends in {seconds:.0f} s")

    async def _ends(self) -> dict[TopicPartition, int]:
        client = AIOKafkaConsumer(**self._kafka)
        await client.start()
        try:
            return await client.end_offsets(await self._partitions(client))
        finally:
            await client.stop()

    async def _partitions(self, client: AIOKafkaConsumer) -> list[TopicPartition]:
        await client._client.force_metadata_update()
        found = []
        for topic in self._topics:
            known = client.partitions_for_topic(topic)
            if not known:
                await client.topics()
                known = client.partitions_for_topic(topic) or set()
            found += [TopicPartition(topic, partition) for partition in sorted(known)]
        return found

    async def _for_ever(self) -> None:
        while True:
            client = AIOKafkaConsumer(**self._kafka, fetch_max_wait_ms=200, isolation_level="read_committed")
            try:
                await client.start()
                partitions = await self._partitions(client)
                client.assign(partitions)
                for at in partitions:
                    client.seek(at, self.next.get(at, 0))
                await self._read(client)
            except (Exception, asyncio.CancelledError) as away:
                if told_to_stop():
                    raise
                log.info("topics read again", error=str(away))
                await asyncio.sleep(0.5)
            finally:
                await stopped(client)

    async def _read(self, client: AIOKafkaConsumer) -> None:
        while True:
            for at, records in (await client.getmany(timeout_ms=500)).items():
                for record in records:
                    if record.offset < self.next.get(at, 0):
                        continue
                    self.ledger.read(record)
                    self.on_fact(record)
                    self.next[at] = record.offset + 1
