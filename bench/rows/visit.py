"""Whole visits through all services, all facts and all doors: CPU of our processes for one, beside the sum of what the
same requests, facts and writes cost by hand.

By hand each request has the price of its kind over HTTP, its facts on their way to Kafka included; each new customer
that of a key, each further fact that of a hand-written relay, each received one that of a hand-written consumer with
one effect, both at a steady trickle as facts come in a dealer's day; further writes have the price of one more write in
such a transaction. What idling and the player's own questions cost is measured beforehand and taken off ours.
"""

import asyncio
import base64
import os
import statistics
import time
from collections import Counter
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bson.codec_options import CodecOptions
from demo.book import Book
from demo.client import Answer, Platform
from demo.director import Director
from demo.plan import MONDAY, START, Car, Customer, Dealer, Incident, Technician, Visit, Work, a_vin, scheduled
from demo.setting_up import register, staff
from demo.stack import Stack as Addresses
from demo.visit_story import VisitStory
from pymongo import UpdateOne
from pymongo.asynchronous.encryption import AsyncClientEncryption
from sevenstep.mongo_access import KEYS_DATABASE
from sevenstep.stack import Stack, StackOptions

from bench.figures import Row, check
from bench.ground import Ground
from bench.processes import children, cpu_seconds, resident_mb

A_DEALER = 8
"""Visits at one dealer: that many advisors, technicians and bays, all at the same time."""
WARM, SATURDAY = 8, MONDAY - timedelta(days=2)
"""The first visits of fresh processes are played, and not counted."""
FACTS_OF_A_BOOKING = 3
"""Which the door by hand sends too; with a command it sends one."""
IDLE_S = 4.0
WRITES, TIMES = 20, 40
SERVICE = Work("PM20", "20,000 km service", "PM", 1.0, 30_000, 38_000)


class Together(Director):
    """All stories at once: what they do between two instants, they do side by side."""

    PAUSE_S = 0.3

    async def play(self, stories: list[Coroutine[Any, Any, None]]) -> None:
        tasks = [asyncio.create_task(self._begin_and_end(story)) for story in stories]
        try:
            while await self._everybody_waits(tasks):
                await self.quiet()
                ready = [turn for turn in self._waiting if turn.at is None]
                if not ready:
                    await self.move(min(turn.at for turn in self._waiting if turn.at is not None))
                    await self.quiet()
                    ready = [turn for turn in self._waiting if turn.at is not None and turn.at <= self.now]
                for turn in ready:
                    self._waiting.remove(turn)
                    turn.go.set()
            await self.quiet()
        finally:
            for task in tasks:
                task.cancel()

    async def quiet(self) -> None:
        await asyncio.sleep(self.PAUSE_S)
        await super().quiet()

    async def _everybody_waits(self, tasks: Sequence["asyncio.Task[None]"]) -> bool:
        """Whether somebody is left. Raises what a story raised."""
        while True:
            self._raise_failed(list(tasks))
            going = [task for task in tasks if not task.done()]
            if len(self._waiting) == len(going):
                return bool(going)
            self._back.clear()
            await self._back.wait()

    async def _wait(self, turn: Any) -> None:
        self._waiting.append(turn)
        self._back.set()
        await turn.go.wait()


class CountedPlatform(Platform):
    """Counts what is asked of the services; the machinery's own questions apart."""

    def __init__(self, stack: Addresses) -> None:
        super().__init__(stack)
        self.asked: Counter[str] = Counter()

    async def _sent(self, method: str, url: str, headers: Any, body: Any, query: Any) -> Answer:
        self.asked[_kind(method, url)] += 1
        return await super()._sent(method, url, headers, body, query)


def _kind(method: str, url: str) -> str:
    if "/ops/" in url:
        return "machinery"
    if method == "GET":
        return "reads"
    return "bookings" if url.endswith("/appointments") else "commands"


@dataclass(frozen=True)
class Written:
    """What stands in all services' stores: documents' versions (one for each write), facts announced and received,
    customers with a key of their own."""

    keys: int
    writes: int
    announced: int
    received: int
    size: int
    """Bytes of all documents, before compression."""

    def __sub__(self, before: "Written") -> "Written":
        return Written(
            self.keys - before.keys,
            self.writes - before.writes,
            self.announced - before.announced,
            self.received - before.received,
            self.size - before.size,
        )


async def measure(ground: Ground, rows: Sequence[Row]) -> list[Row]:
    """On a platform of its own, with business time moved by hand."""
    others = _servers()
    prices = _prices(rows) | {"new_customers": await _price_of_a_key(ground)}
    prices |= {"further_writes": await _price_of_a_write(ground)}
    options = StackOptions(
        name=f"bench-visits-{os.getpid()}",
        clock="manual",
        clock_start=START.isoformat(),
        trace_ratio=0.01,
        discard=True,
    )
    with Stack(options) as stack:
        told = stack.description
        pids = [process["pid"] for some in told.processes.values() for process in some]
        visits_ground = Ground(told, ground.size, ground.tell)
        servers = {name: sorted(set(there) - set(others[name])) for name, there in _servers().items()}
        platform = CountedPlatform(Addresses.of(vars(told)))
        try:
            return [await _played(visits_ground, platform, pids, servers, list(told.services), prices)]
        finally:
            await platform.close()


async def _played(
    ground: Ground,
    platform: CountedPlatform,
    pids: list[int],
    servers: Mapping[str, list[int]],
    services: list[str],
    prices: Mapping[str, float],
) -> Row:
    director, book = Together(platform, START, lambda _, __: None), Book()
    first, dealers = _plan("BW", WARM, SATURDAY), _plan("BV", ground.size.visits, MONDAY)
    await register(platform, [*first, *dealers])
    await director.quiet()
    for dealer in (*first, *dealers):
        await staff(platform, dealer)
    await director.quiet()
    await _play(platform, director, book, first)
    idle_per_s, per_look = await _price_of_nothing(platform, pids)
    ground.tell(f"{ground.size.visits} visits at {len(dealers)} dealers")
    before = await _written(ground, services)
    asked, began, cpu = Counter(platform.asked), time.monotonic(), cpu_seconds(pids)
    beside = {name: cpu_seconds(some) for name, some in servers.items()}
    await _play(platform, director, book, dealers)
    seconds, cpu = time.monotonic() - began, cpu_seconds(pids) - cpu
    beside = {name: cpu_seconds(some) - beside[name] for name, some in servers.items()}
    asked = platform.asked - asked
    done = await _written(ground, services) - before
    await _check(ground, platform, book, services)
    looks = asked.pop("machinery")
    own = cpu - idle_per_s * seconds - per_look * looks
    count = ground.size.visits
    counts = {
        **asked,
        "new_customers": done.keys,
        "facts": max(0, done.announced - FACTS_OF_A_BOOKING * asked["bookings"] - asked["commands"]),
        "received": done.received,
        "further_writes": max(0, done.writes - asked["commands"] - 2 * asked["bookings"] - done.received),
    }
    by_hand = sum(counts[name] * prices[name] for name in counts) / 1e6
    more: dict[str, Any] = {
        "cpu_ms_per_visit": own / count * 1e3,
        "cpu_ms_per_visit_by_hand": by_hand / count * 1e3,
        "cpu_ms_per_visit_with_idling_and_looking": cpu / count * 1e3,
        **{f"{name}_cpu_ms_per_visit": spent / count * 1e3 for name, spent in beside.items()},
        "idle_cpu_ms_per_s_all_services": idle_per_s * 1e3,
        "seconds": seconds,
        **{f"{name}_per_visit": amount / count for name, amount in counts.items()},
        "writes_per_visit": done.writes / count,
        "store_kb_per_visit": done.size / count / 1000,
        "price_us": dict(prices),
        "rss_mb_after": dict(zip(services, map(resident_mb, pids), strict=True)),
    }
    return Row(f"{count} whole visits through all services", {"visit_cost_ratio": own / by_hand}, more=more)


# --- what is played ---------------------------------------------------------------------------------------------------


async def _play(platform: Platform, director: Together, book: Book, dealers: Sequence[Dealer]) -> None:
    stories = [VisitStory(platform, director, book, dealer, visit) for dealer in dealers for visit in dealer.visits]
    await director.play([story.play(START + timedelta(minutes=10)) for story in stories])


def _plan(kind: str, visits: int, day: date) -> list[Dealer]:
    """Dealers that are all alike; every fourth customer decides by link."""
    dealers = []
    for first in range(0, visits, A_DEALER):
        code, some = f"{kind}{first:04d}", range(first, min(first + A_DEALER, visits))
        arrival = datetime.combine(day, START.timetz()).replace(hour=9, minute=0)
        dealers.append(
            scheduled(
                Dealer(
                    code,
                    f"Dealer {code}",
                    "测试经销店",
                    "Asia/Shanghai",
                    "CNY",
                    "EAST",
                    "BENCH",
                    advisors=tuple(f"advisor-{n}" for n in range(A_DEALER)),
                    technicians=tuple(Technician(f"tech-{n}", "PM") for n in range(A_DEALER)),
                    visits=tuple(_visit(code, n, arrival) for n in some),
                )
            )
        )
    return dealers


def _visit(dealer: str, n: int, arrival: datetime) -> Visit:
    customer = Customer(f"Customer {n}", f"+86 138 1{n:07d}")
    car = Car(a_vin("LFV2A21K", n), f"沪B{n:05d}", "AE100", 20_000)
    incidents = frozenset({Incident.BY_LINK} if n % 4 == 0 else ())
    return Visit(f"V{n}", dealer, customer, car, arrival, SERVICE, incidents)


def _servers() -> dict[str, list[int]]:
    """Of all stacks of this process, by what they are."""
    return {"mongodb": children("mongod"), "kafka": children("java")}


# --- what it cost -----------------------------------------------------------------------------------------------------


def _prices(rows: Sequence[Row]) -> dict[str, float]:
    """Microseconds of CPU by hand, from the rows measured before. Raises ``LookupError`` when one is missing."""
    raw = {key: row.sides["raw"].cpu for row in rows for key in row.keys if "raw" in row.sides}
    trickle = next((row.more for row in rows if "listen_by_hand_cpu_us" in row.more), None)
    if trickle is None or "command_ratio" not in raw:
        raise LookupError("visits are priced by the rows http and visible: measure them too")
    return {
        "bookings": raw["booking_ratio"],
        "commands": raw["command_ratio"],
        "reads": raw["read_ratio"],
        "facts": max(0.0, trickle["announce_by_hand_cpu_us"] - trickle["insert_by_hand_cpu_us"]),
        "received": trickle["listen_by_hand_cpu_us"],
    }


async def _price_of_a_write(ground: Ground) -> float:
    """One more update in a transaction, in microseconds of our CPU: the dearer of two sizes less the cheaper."""
    async with ground.mongo() as mongo:
        collection = mongo["bench_writes"]["rows"]
        await collection.insert_many([{"_id": n, "value": 0} for n in range(WRITES)])
        spent = {}
        for size in (1, WRITES):
            writes = [UpdateOne({"_id": n}, {"$inc": {"value": 1}, "$set": {"text": "x" * 300}}) for n in range(size)]
            samples = []
            for _ in range(TIMES):
                began = time.process_time()
                async with mongo.start_session() as session, await session.start_transaction():
                    await collection.bulk_write(writes, ordered=False, session=session)
                samples.append(time.process_time() - began)
            spent[size] = statistics.median(samples)
    return (spent[WRITES] - spent[1]) / (WRITES - 1) * 1e6


async def _price_of_a_key(ground: Ground) -> float:
    """The key of somebody who was never here before, in microseconds of our CPU."""
    master = base64.b64decode(ground.servers.environment["booking"]["SEVENSTEP_KEYS_MASTER"])
    async with ground.mongo() as mongo:
        sealer = AsyncClientEncryption({"local": {"key": master}}, "bench_keys.vault", mongo, CodecOptions())
        samples = []
        for n in range(TIMES):
            began = time.process_time()
            await sealer.create_data_key("local", key_alt_names=[f"person {n}"])
            samples.append(time.process_time() - began)
        await sealer.close()
    return statistics.median(samples) * 1e6


async def _price_of_nothing(platform: CountedPlatform, pids: list[int]) -> tuple[float, float]:
    """CPU seconds a second of all idle services together, and of one answer to the player's question."""
    cpu = cpu_seconds(pids)
    await asyncio.sleep(IDLE_S)
    idle_per_s = (cpu_seconds(pids) - cpu) / IDLE_S
    asked, began, cpu = platform.asked["machinery"], time.monotonic(), cpu_seconds(pids)
    for _ in range(10):
        await platform.backlogs()
    seconds, cpu = time.monotonic() - began, cpu_seconds(pids) - cpu
    return idle_per_s, max(0.0, cpu - idle_per_s * seconds) / (platform.asked["machinery"] - asked)


async def _written(ground: Ground, services: list[str]) -> Written:
    writes = announced = received = size = 0
    async with ground.mongo() as mongo:
        for service in services:
            database = mongo[service]
            for name in await database.list_collection_names():
                sums = {"_id": 0, "writes": {"$sum": "$_version"}, "announced": {"$sum": "$_sequence"}}
                for found in await (await database[name].aggregate([{"$group": sums}])).to_list():
                    writes, announced = writes + found["writes"], announced + found["announced"]
            received += await database["inbox"].count_documents({})
            size += (await database.command("dbStats"))["dataSize"]
        keys = await mongo[KEYS_DATABASE]["vault"].count_documents({})
    return Written(keys, writes, announced, received, int(size))


async def _check(ground: Ground, platform: Platform, book: Book, services: list[str]) -> None:
    """Every visit went all the way; nothing waits, stands aside or came twice."""
    failed = [one for one in book.checks if not one.ok]
    check(not failed, f"{len(failed)} of the player's checks failed, such as {failed[:2]}")
    for backlog in await platform.backlogs():
        check(not any(backlog["set_aside"].values()), f"facts stand aside: {backlog}")
    async with ground.mongo() as mongo:
        answered = await mongo["headquarters"]["visits"].count_documents({})
        check(
            answered == ground.size.visits + WARM,
            f"headquarters knows {answered} visits of {ground.size.visits + WARM}",
        )
        facts = await mongo["headquarters"]["visit_facts"].distinct("event_id")
        told = await mongo["headquarters"]["visit_facts"].count_documents({})
        check(len(facts) == told, "headquarters tells a fact twice")
        for service in services:
            for name in await mongo[service].list_collection_names():
                left = await mongo[service][name].count_documents({"_pending.seq": {"$gt": 0}})
                check(left == 0, f"{left} documents of {service}.{name} still have pending facts")
