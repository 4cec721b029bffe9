"""Synthetic networks in the stores: a few documents made by the services' own rules, cloned for all dealers and days.

Days are put in as they would come: date after date over all dealers, so that a dealer's days lie far apart.
"""

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from booking.storage.documents import DAYS
from chassis.documents import Documents, Raw
from chassis.store import brief_fields
from chassis.store_mongo import MongoStore
from headquarters.domain.dealer import Dealer
from headquarters.domain.evidence import Evidence
from headquarters.domain.visit_record import Plan, Step, VisitRecord
from headquarters.projections.figures import BALANCES, FIGURE_DAYS, FigureDay
from headquarters.projections.network import NETWORK_BALANCES, NETWORK_MONTHS, SHARDS, NetworkMonth
from headquarters.projections.rows import ROWS
from headquarters.projections.visit_facts import VISIT_FACTS, VisitFact
from headquarters.projections.visits import VISITS
from headquarters.storage.dealers import DEALERS
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase

from bench.dealers import an_appointment, dealer_id, for_dealer, registration, slot, visit_id
from bench.growth.size import Size
from bench.seed import AT_ONCE, as_kept

SUMS = {
    "reception": {"visits": 6, "deliveries": 5, "on_time": 5},
    "booking": {"booked_visits": 5, "missed": 1},
    "survey": {"answers": 2, "score": 17_000, "satisfied": 2},
}
"""Of one dealer's day, by the service whose facts make them."""
STORY = 20
"""Facts of one visit of each dealer. Stories of all visits would be forty rows each, found by the same index."""
OF_HEADQUARTERS = [DEALERS, FIGURE_DAYS, BALANCES, NETWORK_MONTHS, NETWORK_BALANCES, ROWS, VISITS, VISIT_FACTS]


@dataclass(frozen=True)
class Made:
    """What booking's own doors left in its store: one dealer with his calendar, a full day, one of its appointments."""

    dealer: Raw
    calendar: Raw
    day: Raw
    appointment: Raw


@dataclass(frozen=True)
class Network:
    """One network: its dealers, days and databases."""

    dealers: int
    first: date
    size: Size

    @property
    def booking(self) -> str:
        return f"growth_{self.dealers}_booking"

    @property
    def headquarters(self) -> str:
        return f"growth_{self.dealers}_headquarters"

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(self.size.days)]

    def visit(self, day: int, dealer: int, n: int) -> int:
        """The number of a visit."""
        return (day * self.dealers + dealer) * self.size.a_day + n


async def put_in(mongo: AsyncMongoClient[Any], network: Network, made: Made, booking: list[Documents[Any]]) -> int:
    """Fills the network's stores; how many documents. Indexes are made afterwards: it is faster, and the same."""
    quickly = WriteConcern(w=1, j=False)
    count = 0
    for name, contents in (
        (network.booking, _of_booking(network, made)),
        (network.headquarters, _of_headquarters(network)),
    ):
        database = mongo.get_database(name, write_concern=quickly)
        for collection, raws in contents:
            count += await _insert(database, collection, raws)
    await MongoStore(mongo[network.booking]).prepare(booking)
    await MongoStore(mongo[network.headquarters]).prepare(OF_HEADQUARTERS)
    return count


async def _insert(database: AsyncDatabase[Any], collection: str, raws: Iterator[Raw]) -> int:
    """Some thousands at once; the next are made while the store takes them."""
    count, going = 0, None
    while some := list(itertools.islice(raws, AT_ONCE)):
        if going is not None:
            await going
        going = asyncio.create_task(database[collection].insert_many(some, ordered=False))
        await asyncio.sleep(0)
        count += len(some)
    if going is not None:
        await going
    return count


def _of_booking(network: Network, made: Made) -> list[tuple[str, Iterator[Raw]]]:
    everybody = range(network.dealers)

    def dealers() -> Iterator[Raw]:
        for n in everybody:
            yield for_dealer(made.dealer, n) | {"name": f"Dealer {n}", "area": f"A{n % 200}"}

    def days() -> Iterator[Raw]:
        for day in network.days:
            takings = [one | {"arrival": slot(day, 4 * at)} for at, one in enumerate(made.day["takings"])]
            full = made.day | {"day": day.isoformat(), "takings": takings}
            full |= brief_fields(DAYS, DAYS.load(full), full["_version"])
            for n in everybody:
                yield full | {"_id": f"{dealer_id(n)}:{day}", "dealer_id": dealer_id(n)}

    def appointments() -> Iterator[Raw]:
        for at, day in enumerate(network.days):
            for n in everybody:
                for visit in range(network.size.a_day):
                    yield an_appointment(made.appointment, network.visit(at, n, visit), n, slot(day, 4 * visit))

    return [
        ("dealers", dealers()),
        ("calendars", (for_dealer(made.calendar, n) for n in everybody)),
        ("dealer_days", days()),
        ("appointments", appointments()),
    ]


def _of_headquarters(network: Network) -> list[tuple[str, Iterator[Raw]]]:
    everybody, midnight = range(network.dealers), datetime.combine(network.first, time(), UTC)

    def dealers() -> Iterator[Raw]:
        for n in everybody:
            yield as_kept(DEALERS, Dealer(dealer_id(n), registration(n), midnight))

    def figure_days() -> Iterator[Raw]:
        for day in network.days:
            for service, sums in SUMS.items():
                raw = as_kept(FIGURE_DAYS, FigureDay("", day, service, sums))
                for n in everybody:
                    yield raw | {"_id": f"{dealer_id(n)}/{day}/{service}", "dealer_id": dealer_id(n)}

    def network_months() -> Iterator[Raw]:
        """Visits spread over the shards; so do their sums, but for what division leaves over."""
        months = sorted({day.isoformat()[:7] for day in network.days})
        for month in months:
            for service, sums in SUMS.items():
                for shard in range(SHARDS):
                    share = {part: _share(amount * network.dealers, shard) for part, amount in sums.items()}
                    days = {day.isoformat(): share for day in network.days if day.isoformat()[:7] == month}
                    yield as_kept(NETWORK_MONTHS, NetworkMonth(month, service, shard, days=days))

    def visits() -> Iterator[Raw]:
        for at, day in enumerate(network.days):
            raw = as_kept(VISITS, _record(slot(day, 0)))
            for n in everybody:
                for visit in range(network.size.a_day):
                    id = visit_id(network.visit(at, n, visit))
                    yield raw | {"_id": id, "visit_id": id, "dealer_id": dealer_id(n)}

    def facts() -> Iterator[Raw]:
        for n in everybody:
            for line in range(STORY):
                told = as_kept(VISIT_FACTS, _fact(dealer_id(n), visit_id(network.visit(0, n, 0)), line, midnight))
                yield told

    return [
        ("dealers", dealers()),
        ("figure_days", figure_days()),
        ("network_months", network_months()),
        ("visits", visits()),
        ("visit_facts", facts()),
    ]


def _share(amount: int, shard: int) -> int:
    return amount // SHARDS + (shard < amount % SHARDS)


def _record(arrival: datetime) -> VisitRecord:
    record = VisitRecord("", "", day=arrival.date(), booked=True)
    record.planned(Plan(arrival, arrival, visit_id(0)))
    for step in Step:
        record.note(step, Evidence(arrival, visit_id(0), f"reception.{step}.v1"))
    return record


def _fact(dealer: str, visit: str, line: int, at: datetime) -> VisitFact:
    id = f"{visit}-{line:02}"
    return VisitFact(
        dealer_id=dealer, visit_id=visit, event_id=id, service="reception", type="reception.vehicle-arrived.v1",
        actor="advisor:anna", aggregate=f"visit/{visit}", sequence=line + 1, at=at, recorded_at=at, trace_id="0" * 32,
        order=f"{at.isoformat()}/{id}",
    )  # fmt: skip
