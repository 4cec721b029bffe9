"""Booking over HTTP beside the same door by hand: bookings, a command on one aggregate, reads; and what traces cost.

Every variant has a process and a database of its own, seeded alike. 32 connections; one process at a time works.
"""

import asyncio
import gc
import json
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

from booking.storage.documents import ALL, APPOINTMENTS, DEALERS
from chassis.store_mongo import MongoStore
from sevenstep.operations import fetch_token

from bench.dealers import a_booking, a_dealer, a_week, an_appointment, dealer_id, places, settled, slot, visit_id
from bench.figures import Row, Side, check, ratio, spending
from bench.ground import Ground, Served
from bench.load import a_request, asked, drive
from bench.seed import as_kept, insert

CONNECTIONS = 32
DAYS = 14
CUSTOMERS = 5
"""Of each dealer; most callers have been there before, their keys exist."""
WARM_S = 1.0
SHARES = {"none": 0.0, "one": 0.01, "ten": 0.1, "all": 1.0}
"""Of the visits whose traces are kept."""
MEASURED, TRACED_ROUNDS = ("none", "one", "raw"), 3
DRAIN_S = 60.0


@dataclass
class Variant:
    """One process under load, and what was asked of it."""

    name: str
    database: str
    served: Served
    places: Iterator[tuple[int, datetime]]
    booked: int = 0
    recorded: int = 0
    sides: dict[str, Side] = field(default_factory=dict)


async def measure(ground: Ground) -> list[Row]:
    """Four rows from the same processes."""
    tokens = [fetch_token(ground.servers, ["advisor"], [dealer_id(n)]) for n in range(ground.size.http_dealers)]
    async with _variants(ground, tokens) as variants:
        work = Work(ground, tokens)
        for variant in variants:
            await work.stretch(variant, "warm", work.booking(variant), 201, WARM_S)
        for turn in range(ground.size.rounds):
            # What keeping many traces costs shows in fewer rounds.
            some = variants if turn < TRACED_ROUNDS else [one for one in variants if one.name in MEASURED]
            for variant in some:
                await work.stretch(variant, "booking", work.booking(variant), 201, ground.size.http_s)
            _tell(ground, turn, "booking", some)
        ours, raw = variants[0], variants[-1]
        for turn in range(ground.size.rounds):
            for variant in (ours, raw):
                await work.stretch(variant, "reading", work.reading(), 200, ground.size.http_s)
                await work.stretch(variant, "command", work.command(), 200, ground.size.http_s)
            _tell(ground, turn, "reading", [ours, raw])
            _tell(ground, turn, "command", [ours, raw])
        for variant in variants:
            await _check(ground, variant)
    return _rows(variants)


def _rows(variants: list[Variant]) -> list[Row]:
    ours, raw = variants[0], variants[-1]
    by_share = {variant.name: variant.sides["booking"] for variant in variants[:-1]}

    def row(what: str, key: str, name: str, mine: Variant = ours) -> Row:
        sides = {"ours": mine.sides[name], "raw": raw.sides[name]}
        return Row(what, {key: ratio(sides["ours"], sides["raw"])}, sides)

    traced = next(variant for variant in variants if variant.name == "one")
    price = {f"booking_per_s_traces_{name}": side.rate for name, side in by_share.items()}
    price |= {f"booking_cpu_us_traces_{name}": side.cpu for name, side in by_share.items()}
    price |= {f"booking_kept_traces_{name}": side.rate / by_share["none"].rate for name, side in by_share.items()}
    telemetry = row("the same, traces of 1 % of the visits kept", "booking_ratio_traced", "booking", traced)
    telemetry.more = price
    return [
        row(f"booking accepted, {CONNECTIONS} connections", "booking_ratio", "booking"),
        telemetry,
        row("command on one existing aggregate", "command_ratio", "command"),
        row("reading a board and an appointment", "read_ratio", "reading"),
    ]


def _tell(ground: Ground, turn: int, name: str, variants: list[Variant]) -> None:
    figures = ", ".join(f"{variant.name} {variant.sides[name].per_s[-1]:,.0f}/s" for variant in variants)
    ground.tell(f"round {turn + 1}, {name}: {figures}")


# --- the processes and their databases --------------------------------------------------------------------------------


@asynccontextmanager
async def _variants(ground: Ground, tokens: list[str]) -> AsyncIterator[list[Variant]]:
    """Booking with each share of traces, last the door by hand. The first one's documents are copied for the others."""
    first = datetime.now(UTC).date() + timedelta(days=1)
    wanted = [(name, "booking.main:app", {"SEVENSTEP_TRACE_RATIO": str(share)}) for name, share in SHARES.items()]
    wanted[0][2]["SEVENSTEP_OTLP_ENDPOINT"] = ""
    wanted.append(("raw", "bench.raw_http:application", {}))
    async with AsyncExitStack() as stack:
        found: list[Variant] = []
        for name, app, settings in wanted:
            database = f"bench_{name}"
            if found:
                await _copy(ground, found[0].database, database)
            served = stack.enter_context(ground.serving(app, "booking", database, settings))
            found.append(Variant(name, database, served, places(ground.size.http_dealers, first, DAYS)))
            if len(found) == 1:
                await _seed(ground, found[0], tokens)
        yield found


async def _seed(ground: Ground, variant: Variant, tokens: list[str]) -> None:
    """Dealers with their weeks through booking's door, one booking, and its clones: appointments nobody kept."""
    size, port = ground.size, variant.served.port
    yesterday, tomorrow = (datetime.now(UTC).date() + timedelta(days=days) for days in (-1, 1))
    async with ground.mongo() as mongo:
        database = mongo[variant.database]
        await insert(database, DEALERS, (as_kept(DEALERS, a_dealer(n)) for n in range(size.http_dealers)))
        manager = [fetch_token(ground.servers, ["manager"], [dealer_id(n)]) for n in range(size.http_dealers)]
        weeks = iter([
            a_request("PUT", f"/dealers/{dealer_id(n)}/weekly-capacity", token, a_week(), {"if-none-match": "*"})
            for n, token in enumerate(manager)
        ])  # fmt: skip
        await asked(port, lambda: next(weeks), 200, size.http_dealers)
        key = {"idempotency-key": str(uuid.uuid4())}
        booking = a_request(
            "POST", f"/dealers/{dealer_id(0)}/appointments", tokens[0], a_booking(slot(tomorrow, 39), 1), key
        )
        await asked(port, lambda: booking, 201, 1)
        async with asyncio.timeout(DRAIN_S):
            while await database["appointments"].count_documents({"_pending.seq": {"$gt": 0}}):
                await asyncio.sleep(0.1)
        made = await database["appointments"].find_one()
        if made is None:
            raise LookupError("booking answered 201 and has no appointment")
        raw = settled(made)
        missed = (
            an_appointment(raw, n, n % size.http_dealers, slot(yesterday, n), state="NO_SHOW", reminder_at=None)
            for n in range(size.http_appointments)
        )
        await insert(database, APPOINTMENTS, missed)
        await database["appointments"].delete_one({"_id": made["_id"]})
        await database["dealer_days"].delete_many({})


async def _copy(ground: Ground, here: str, there: str) -> None:
    async with ground.mongo() as mongo:
        await MongoStore(mongo[there]).prepare(ALL)
        for documents in ALL:
            everything = mongo[here][documents.name].find({})
            await insert(mongo[there], documents, [raw async for raw in everything])


# --- what is asked ----------------------------------------------------------------------------------------------------


class Work:
    """Requests of each kind, and stretches of them."""

    def __init__(self, ground: Ground, tokens: list[str]) -> None:
        self._ground = ground
        self._tokens = tokens
        self._missed = [(n % len(tokens), visit_id(n)) for n in range(ground.size.http_appointments)]

    def booking(self, variant: Variant) -> Callable[[], bytes]:
        def request() -> bytes:
            dealer, arrival = next(variant.places)
            variant.booked += 1
            body = a_booking(arrival, variant.booked % CUSTOMERS)
            return self._post(dealer, "appointments", body)

        return request

    def command(self) -> Callable[[], bytes]:
        turn, body = cycle(self._missed), json.dumps({"reason": "FORGOT"}).encode()

        def request() -> bytes:
            dealer, visit = next(turn)
            return self._post(dealer, f"appointments/{visit}/no-show-reason", body)

        return request

    def reading(self) -> Callable[[], bytes]:
        """Half boards of tomorrow, half appointments."""
        day, turn = datetime.now(UTC).date() + timedelta(days=1), cycle(enumerate(self._missed))

        def request() -> bytes:
            n, (dealer, visit) = next(turn)
            path = f"days/{day}/board" if n % 2 else f"appointments/{visit}"
            return a_request("GET", f"/dealers/{dealer_id(dealer)}/{path}", self._tokens[dealer])

        return request

    def _post(self, dealer: int, path: str, body: bytes) -> bytes:
        key = {"idempotency-key": str(uuid.uuid4())}
        return a_request("POST", f"/dealers/{dealer_id(dealer)}/{path}", self._tokens[dealer], body, key)

    async def stretch(
        self, variant: Variant, name: str, request: Callable[[], bytes], wanted: int, seconds: float
    ) -> None:
        """One stretch of load; its rate and its CPU are noted."""
        gc.collect()
        await asyncio.sleep(0.3)  # what the one before left behind
        with spending([variant.served.pid], self._ground.store) as spent:
            answers = await drive(variant.served.port, request, connections=CONNECTIONS, wanted=wanted, seconds=seconds)
            spent.seconds = answers.seconds
        count = answers.statuses.pop(wanted, 0)
        check(not answers.statuses, f"{variant.name}, {name}: {answers.statuses} {answers.said}")
        variant.sides.setdefault(name, Side()).add(spent, count)
        if name == "command":
            variant.recorded += count


# --- afterwards -------------------------------------------------------------------------------------------------------


async def _check(ground: Ground, variant: Variant) -> None:
    """Every accepted booking is there once and in its day; every command has left its record; the outbox is empty."""
    async with ground.mongo() as mongo:
        database = mongo[variant.database]
        confirmed = await database["appointments"].count_documents({"state": "CONFIRMED"})
        check(confirmed == variant.booked, f"{variant.name}: {confirmed} appointments of {variant.booked} accepted")
        by_day: Counter[str] = Counter()
        async for raw in database["appointments"].find({"state": "CONFIRMED"}, {"dealer_id": 1, "day": 1}):
            by_day[f"{raw['dealer_id']}:{raw['day']}"] += 1
        async for day in database["dealer_days"].find({}, {"takings": 1}):
            visits, minutes = Counter(taking["visit_id"] for taking in day["takings"]), _minutes(day)
            check(max(visits.values()) == 1, f"{variant.name}: a visit takes twice on {day['_id']}")
            check(minutes == 60 * by_day.pop(day["_id"], 0), f"{variant.name}: hours of {day['_id']} do not add up")
        check(not by_day, f"{variant.name}: {len(by_day)} days do not know of their appointments")
        groups: list[dict[str, Any]] = [
            {"$match": {"state": "NO_SHOW"}},
            {"$group": {"_id": 0, "told": {"$sum": "$_sequence"}, "kept": {"$sum": {"$size": "$_commands"}}}},
        ]
        if variant.recorded:
            groups.insert(1, {"$match": {"_commands.0": {"$exists": True}}})
            found = (await (await database["appointments"].aggregate(groups)).to_list())[0]
            check(found["told"] == variant.recorded, f"{variant.name}: {found['told']} facts of {variant.recorded}")
            check(found["kept"] == variant.recorded, f"{variant.name}: {found['kept']} records of {variant.recorded}")
        async with asyncio.timeout(DRAIN_S):
            while await database["appointments"].count_documents({"_pending.seq": {"$gt": 0}}):
                await asyncio.sleep(0.2)


def _minutes(day: dict[str, Any]) -> int:
    return sum(line["hours"]["minutes"] for taking in day["takings"] for line in taking["lines"])
