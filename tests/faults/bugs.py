"""Bugs to be planted by name, each a mistake that such platforms are known for. The checker has to catch every one.

Nothing of this is in the product: a service process gets a bug by ``FAULTS_PLANTED_BUG`` and this folder's
``planted/sitecustomize.py`` on its PYTHONPATH.
"""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

VARIABLE = "FAULTS_PLANTED_BUG"


@dataclass(frozen=True)
class Bug:
    """``service``: in whose process it is planted; ``trouble``: what has to happen for it to show;
    ``caught_by``: the invariants of which at least one has to speak."""

    name: str
    service: str
    trouble: str
    caught_by: tuple[str, ...]
    plant: Callable[[], None]


BUGS: dict[str, Bug] = {}


def settings_of(name: str) -> dict[str, str]:
    """What a service process has to be told to have this bug."""
    return {VARIABLE: name, "PYTHONPATH": str(Path(__file__).with_name("planted"))}


def plant_what_the_environment_names() -> None:
    if name := os.environ.get(VARIABLE):
        BUGS[name].plant()


def _bug(service: str, trouble: str, *caught_by: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def known(plant: Callable[[], None]) -> Callable[[], None]:
        name = plant.__name__.replace("_", "-")
        BUGS[name] = Bug(name, service, trouble, caught_by, plant)
        return plant

    return known


# --- consumers -----------------------------------------------------------------------------------------------------


@_bug("headquarters", "consumer killed", "exactly-once")
def acknowledge_first() -> None:
    """The position moves on before the effects are there."""
    from chassis.effects import Effects

    apply = Effects._apply

    async def position_first(self: Any, messages: Any, learned: Any) -> None:
        positions = {(one.topic, one.partition): one.offset + 1 for one in messages}
        async with self._store.database.client.start_session() as session:
            await session.with_transaction(lambda held: self.inbox.write([], {}, positions, held))
        await apply(self, messages, learned)

    Effects._apply = position_first


@_bug("crm", "relay killed", "exactly-once")
def no_inbox() -> None:
    """Nobody remembers what was received."""
    from chassis.inbox import Inbox

    no_sequence_check()  # without a memory nothing is out of order
    write = Inbox.write

    async def nothing_known(self: Any, ids: Any) -> set[str]:
        return set()

    async def no_sequences(self: Any, lanes: Any) -> dict[str, int]:
        return {}

    async def positions_only(self: Any, received: Any, sequences: Any, positions: Any, session: Any) -> None:
        await write(self, [], {}, positions, session)

    Inbox.known, Inbox.sequences, Inbox.write = nothing_known, no_sequences, positions_only


@_bug("headquarters", "consumer killed", "rebuilt-is-live", "exactly-once")
def a_write_without_the_session() -> None:
    """Inbox and position are written beside the transaction: they survive when its effects do not."""
    from chassis.inbox import Inbox

    write = Inbox.write

    async def beside(self: Any, received: Any, sequences: Any, positions: Any, session: Any) -> None:
        async with self._received.database.client.start_session() as another:
            await write(self, received, sequences, positions, another)

    Inbox.write = beside


@_bug("headquarters", "poison", "dead-or-processed", "rebuilt-is-live")
def no_sequence_check() -> None:
    """An unknown fact with a sequence already passed has its effect."""
    from chassis.effects import Effects

    check = Effects._out_of_order

    def only_unreadable(self: Any, message: Any, last: Any, heads: Any) -> Any:
        return check(self, message, last, heads) if message.unreadable else None

    Effects._out_of_order = only_unreadable


@_bug("crm", "poison", "comes-to-rest")
def no_header_sanitising() -> None:
    """A header without a value ends the consumer, again and again."""
    from chassis import consumer

    read = consumer.of_record

    def trusting(record: Any, listened: Any) -> Any:
        for _, value in record.headers:
            value.decode()
        return read(record, listened)

    consumer.of_record = trusting


@_bug("crm", "poison", "dead-or-processed")
def dead_letters_swallowed() -> None:
    """What cannot be handled is passed over, and nobody can ever see it."""
    from chassis.set_aside import SetAside

    async def nothing(self: Any, rows: Any, session: Any) -> None:
        return

    SetAside.keep = nothing


# --- relay ---------------------------------------------------------------------------------------------------------


@_bug("booking", "none", "comes-to-rest", "no-lost-fact", "outbox")
def a_cursor_over_ids() -> None:
    """The relay goes on after the last id it saw; what became visible later with a smaller one is never sent."""
    from chassis.outbox import Relay

    unsent = Relay._unsent
    cursors: dict[str, str] = {}

    def after_the_cursor(self: Any, name: str, raw: Any) -> Any:
        if raw["_id"] < cursors.get(name, ""):
            return []
        cursors[name] = raw["_id"]
        return unsent(self, name, raw)

    Relay._unsent = after_the_cursor


@_bug("booking", "relay killed in the middle", "no-lost-fact", "order", "comes-to-rest")
def marked_before_sent() -> None:
    """Facts leave their documents before Kafka has them."""
    from chassis import failpoints, outbox

    async def mark_and_send(self: Any, name: str) -> bool:
        found = self._collections[name].find(outbox.HAS_PENDING, {"dealer_id": 1, "_pending": 1})
        raws = [raw async for raw in found.limit(outbox.DOCUMENTS_A_ROUND)]
        if not raws or not self._lease.held.is_set():
            return False
        for raw in raws:
            size = sum(len(fact["data"]) for fact in raw["_pending"])
            last = raw["_pending"][-1]["seq"]
            sent = {"$pull": {"_pending": {"seq": {"$lte": last}}}, "$inc": {"_pending_bytes": -size}}
            await self._database[name].update_one({"_id": raw["_id"]}, sent)
        if failpoints.ARMED:
            failpoints.reached("mid-send")
        producer = await self._ready_producer()
        for raw in raws:
            for fact in raw["_pending"]:
                envelope = outbox._envelope(self._every[name], raw, fact)
                await (await outbox._send(producer, envelope, fact["data"].encode()))
        return True

    outbox.Relay._round = mark_and_send


@_bug("booking", "topic refuses", "comes-to-rest", "outbox", "no-lost-fact")
def the_producer_kept_after_an_error() -> None:
    """After a send that failed for good an idempotent producer's numbers have a gap: it fails for ever."""
    from chassis.outbox import Relay

    async def keep(self: Any) -> None:
        return

    Relay._drop_producer = keep


@_bug("booking", "broker paused", "no-lost-fact", "order", "comes-to-rest")
def the_outbox_reset() -> None:
    """New facts take the place of those that still wait."""
    from chassis import store_mongo

    update = store_mongo._update

    def in_their_place(change: Any) -> Any:
        made = update(change)
        if "$push" in made:
            made["$set"]["_pending"] = made.pop("$push")["_pending"]["$each"]
        return made

    store_mongo._update = in_their_place


# --- door ----------------------------------------------------------------------------------------------------------


@_bug("booking", "none", "no-lost-write")
def no_idempotency_record() -> None:
    """Nobody remembers what a command answered."""
    from chassis.unit import Unit

    def forget(self: Any, documents: Any, aggregate: Any, record: Any) -> None:
        return

    Unit.record_command = forget


@_bug("booking", "door killed", "no-lost-write", "completes")
def answered_before_written() -> None:
    """The caller is told of what is not in the store yet."""
    from chassis import failpoints
    from chassis.unit import Unit

    commit = Unit.commit
    writing: set[asyncio.Task[None]] = set()

    async def later(self: Any) -> None:
        async def write() -> None:
            await asyncio.sleep(0.3)
            if failpoints.ARMED:
                failpoints.reached("before-commit")
            await commit(self)

        task = asyncio.create_task(write())
        writing.add(task)
        task.add_done_callback(writing.discard)

    Unit.commit = later


@_bug("booking", "none", "no-foreign-dealer")
def no_tenant_filter_on_one_route() -> None:
    """Whoever knows an appointment's id may read it."""
    from chassis import access
    from chassis.scopes import System

    admit = access.admit

    async def careless(request: Any, guard: Any) -> Any:
        admitted = await admit(request, guard)
        if request.method == "GET" and "/appointments/" in request.url.path:
            return replace(admitted, scope=System("careless"))
        return admitted

    access.admit = careless


# --- the rest ------------------------------------------------------------------------------------------------------


@_bug("booking", "none", "exactly-once")
def timers_fire_twice() -> None:
    """What fell due happens once more."""
    from chassis.scopes import Dealers
    from chassis.timers import Timers
    from contracts.booking import HoldExpired

    fire = Timers._fire

    async def twice(self: Any, documents: Any, raw: Any, name: str, due: Any, key: Any) -> bool:
        fired = await fire(self, documents, raw, name, due, key)
        if fired and name == "hold-expiry":
            unit = self._new_unit(scope=Dealers.of(raw["dealer_id"]), actor=f"timer:{name}")
            held = await unit.get(documents, raw["_id"])
            over = HoldExpired(arrival=held.arrival, work_class=held.work_class, hours=held.hours)
            unit.save(documents, held, [over])
            await unit.commit()
        return fired

    Timers._fire = twice


@_bug("booking", "none", "conservation")
def hours_never_given_back() -> None:
    """A cancelled appointment keeps its hours."""
    from booking.domain.dealer_day import DealerDay

    def keep(self: Any, visit_id: str, now: Any) -> Any:
        return self._announce(now)

    DealerDay.release = keep


@_bug("booking", "none", "conservation", "order", "no-lost-write", "exactly-once", "comes-to-rest")
def no_version_check() -> None:
    """Whoever writes last wins, and callers do not queue."""
    from contextlib import asynccontextmanager

    from chassis import store_mongo
    from chassis.commands import Turns

    def whatever_is_there(change: Any) -> Any:
        return {"_id": change.id}

    @asynccontextmanager
    async def at_once(self: Any, key: str | None) -> Any:
        yield

    store_mongo._as_read = whatever_is_there
    Turns.turn = at_once
