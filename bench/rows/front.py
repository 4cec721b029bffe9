"""The counter: free slots of a month of a dealer with 5,000 bookings, and how long a booking takes at a dealer's pace.

Times are a caller's: from the moment he wants to ask until he has the whole answer.
"""

import gc
import random
import statistics
import uuid
from datetime import UTC, date, datetime, timedelta
from itertools import product

from booking.domain.dealer_day import DealerDay
from booking.domain.taking import TakenHours, Taking, TakingKind
from booking.storage.documents import DAYS, DEALERS
from contracts.values import TechnicianHours, WorkClass
from sevenstep.operations import fetch_token

from bench.dealers import SLOTS, a_booking, a_dealer, a_week, dealer_id, places, slot, visit_id
from bench.figures import Row, Spent, check, percentile, spending
from bench.ground import Ground, Served
from bench.load import Client, a_request, asked, paced
from bench.seed import as_kept, insert

DATABASE = "bench_front"
BUSY = 0
"""The dealer whose month is full of bookings; the others take the new ones."""
DEALERS_BOOKED = 20
MONTH, BOOKINGS = 30, 5_000
WORK = TechnicianHours(minutes=30)
WARM = 20
PACES = {"booking_ms_p99": 11, "booking_ms_p99_burst": 33}
"""Bookings a second: a busy hour, and a burst."""
CUSTOMERS = 5


async def measure(ground: Ground) -> list[Row]:
    """Two rows from one process."""
    first = datetime.now(UTC).date() + timedelta(days=1)
    tokens = [fetch_token(ground.servers, ["advisor", "manager"], [dealer_id(n)]) for n in range(DEALERS_BOOKED)]
    with ground.serving("booking.main:app", "booking", DATABASE, {"SEVENSTEP_OTLP_ENDPOINT": ""}) as served:
        await _seed(ground, served, tokens, first)
        return [
            await _availability(ground, served, tokens[BUSY], first),
            await _bookings(ground, served, tokens, first),
        ]


async def _availability(ground: Ground, served: Served, token: str, first: date) -> Row:
    last = first + timedelta(days=MONTH - 1)
    path = f"/dealers/{dealer_id(BUSY)}/offers?work_class=PM&hours=0.5&from={first}&to={last}"
    request, p50, p99, cost = a_request("GET", path, token), [], [], list[Spent]()
    async with Client(served.port) as client:
        for _ in range(WARM):
            await client.seconds(request)
        for turn in range(ground.size.rounds):
            gc.collect()
            with spending([served.pid], ground.store) as spent:
                times = [await client.seconds(request) for _ in range(ground.size.looks)]
            p50.append(percentile(times, 0.5) * 1000)
            p99.append(percentile(times, 0.99) * 1000)
            cost.append(spent)
            ground.tell(f"round {turn + 1}, availability: p50 {p50[-1]:.1f} ms, p99 {p99[-1]:.1f} ms")
    more = {
        "availability_ms_p50": statistics.median(p50),
        "availability_cpu_us": statistics.median(one.cpu_s for one in cost) / ground.size.looks * 1e6,
        "availability_store_cpu_us": statistics.median(one.store_cpu_s for one in cost) / ground.size.looks * 1e6,
    }
    what = f"free slots of {MONTH} days of a dealer with {BOOKINGS:,} bookings"
    return Row(what, {"availability_ms_p99": statistics.median(p99)}, more=more)


async def _bookings(ground: Ground, served: Served, tokens: list[str], first: date) -> Row:
    """Over the other dealers' days, at a steady pace."""
    wanted = ((dealer, arrival) for dealer, arrival in places(DEALERS_BOOKED, first, MONTH) if dealer != BUSY)
    booked, row = 0, Row("a booking at a counter's pace", {})

    def request() -> bytes:
        nonlocal booked
        (dealer, arrival), booked = next(wanted), booked + 1
        key = {"idempotency-key": str(uuid.uuid4())}
        body = a_booking(arrival, booked % CUSTOMERS)
        return a_request("POST", f"/dealers/{dealer_id(dealer)}/appointments", tokens[dealer], body, key)

    await asked(served.port, request, 201, WARM)
    for key, pace in PACES.items():
        times = await paced(served.port, request, pace=pace, seconds=ground.size.paced_s, wanted=201)
        row.keys[key] = percentile(times, 0.99) * 1000
        row.more[key.replace("p99", "p50")] = percentile(times, 0.5) * 1000
        ground.tell(f"bookings at {pace}/s: p99 {row.keys[key]:.1f} ms")
    async with ground.mongo() as mongo:
        kept = await mongo[DATABASE]["appointments"].count_documents({"state": "CONFIRMED"})
    check(kept == booked, f"{kept} appointments of {booked} accepted")
    return row


async def _seed(ground: Ground, served: Served, tokens: list[str], first: date) -> None:
    """Dealers with their weeks through booking's own door, and the busy one's month."""
    weeks = iter([
        a_request("PUT", f"/dealers/{dealer_id(n)}/weekly-capacity", token, a_week(), {"if-none-match": "*"})
        for n, token in enumerate(tokens)
    ])  # fmt: skip
    async with ground.mongo() as mongo:
        database = mongo[DATABASE]
        await insert(database, DEALERS, (as_kept(DEALERS, a_dealer(n)) for n in range(DEALERS_BOOKED)))
        await asked(served.port, lambda: next(weeks), 200, DEALERS_BOOKED)
        await insert(database, DAYS, (as_kept(DAYS, day) for day in a_busy_month(first)))


def a_busy_month(first: date) -> list[DealerDay]:
    """Bookings spread over all days, slots and advisors; one seed, so that runs are alike."""
    every = product(range(MONTH), range(SLOTS), a_dealer(BUSY).advisors)
    days = [DealerDay(dealer_id(BUSY), first + timedelta(days=n)) for n in range(MONTH)]
    for n, (day, at, advisor) in enumerate(random.Random(6).sample(list(every), BOOKINGS)):
        arrival, lines = slot(days[day].day, at), (TakenHours("", WorkClass.PM, WORK),)
        days[day].takings.append(Taking(visit_id(n), TakingKind.APPOINTMENT, arrival, lines, advisor))
    return days
