"""After the days: what the services say, held against what the plan says."""

from typing import Any

from demo import expected
from demo.book import Book
from demo.client import Platform
from demo.plan import LAST_DAY, MONDAY, SUPPLEMENT, TUESDAY, Dealer, Incident
from demo.visit_story import GOOD, POOR

SHEETS = (
    ("SH001", MONDAY, "PM"),
    ("SH001", MONDAY, "GR"),
    ("SH002", MONDAY, "PM"),
    ("SH002", MONDAY, "GR"),
    ("SH002", TUESDAY, "GR"),
    ("BE001", MONDAY, "PM"),
    ("BE001", MONDAY, "GR"),
    ("BE001", TUESDAY, "GR"),
)
PERIOD = {"from": MONDAY.isoformat(), "to": LAST_DAY.isoformat()}
GIVEN_BACK = ("SH002", "PM")
"""Where on Monday a customer did not come, and a hold expired."""
SHOWN = "low-score"
"""The visit whose story is told at the end."""


async def sheets(platform: Platform, book: Book, dealers: list[Dealer]) -> list[dict[str, Any]]:
    """The appointment sheets as booking answers them."""
    told = []
    by_code = {dealer.code: dealer for dealer in dealers}
    for code, day, work_class in SHEETS:
        path = f"/dealers/{code}/days/{day.isoformat()}/sheets/{work_class}"
        found = await platform.get("booking", path, role="advisor", dealer=code)
        wanted = expected.sheet(by_code[code], day, work_class)
        rows = [(r["time"], r["customer"], r["model"], r["odometer_km"], r["hours"]) for r in found["rows"]]
        name = f"{code} {day} {work_class} sheet"
        book.check(f"{name}: hours available, booked, left", [wanted.available, wanted.booked, wanted.left],
                   [found["available"], found["booked"], found["left"]])  # fmt: skip
        book.check(f"{name}: rows", sorted(map(list, wanted.rows)), sorted(map(list, rows)))
        told.append({"dealer": code, "day": day.isoformat(), "class": work_class, "available": found["available"],
                     "booked": found["booked"], "left": found["left"], "rows": found["rows"]})  # fmt: skip
    return told


async def hours_given_back(platform: Platform, book: Book, dealers: list[Dealer]) -> None:
    """The missed appointment's hours and those of the expired hold are free again (B10, B15)."""
    code, work_class = GIVEN_BACK
    path = f"/dealers/{code}/days/{MONDAY.isoformat()}/capacity"
    found = await platform.get("booking", path, role="advisor", dealer=code)
    wanted = expected.sheet(next(one for one in dealers if one.code == code), MONDAY, work_class)
    balances = [[one["available"], one["assigned"], one["bookable"]]
                for one in found["balances"] if one["work_class"] == work_class]  # fmt: skip
    book.check(f"{code} {MONDAY} {work_class} capacity: hours available, assigned, bookable",
               [[wanted.available, wanted.assigned, wanted.left]], balances)  # fmt: skip


async def visits(platform: Platform, book: Book, dealers: list[Dealer]) -> list[dict[str, Any]]:
    """Each visit with the seven steps' times as headquarters knows them."""
    told = []
    for dealer in dealers:
        for visit in dealer.visits:
            visit_id = book.ids[(dealer.code, visit.key)]
            path = f"/dealers/{dealer.code}/visits/{visit_id}"
            found = await platform.get("headquarters", path, role="manager", dealer=dealer.code)
            if visit in expected.came(dealer):
                wanted = expected.steps(visit, book.booked_at.get((dealer.code, visit.key)))
                book.check(f"{dealer.code} {visit.key}: times of the seven steps", wanted, found["steps"])
                await _price(book, dealer, visit.key)
            book.check(f"{dealer.code} {visit.key}: outcome", expected.outcome(visit), found["outcome"])
            told.append({"id": visit_id, "dealer": dealer.code, "key": visit.key, "customer": visit.customer.name,
                         "incidents": sorted(visit.incidents), "steps": found["steps"],
                         "outcome": found["outcome"]})  # fmt: skip
    return told


async def _price(book: Book, dealer: Dealer, key: str) -> None:
    visit = dealer.visit(key)
    wanted = visit.work.price + (SUPPLEMENT.price if visit.has(Incident.SUPPLEMENT) else 0)
    book.check(f"{dealer.code} {key}: charged what was authorised", wanted, book.charged.get((dealer.code, key)))


async def kpis(platform: Platform, book: Book, dealers: list[Dealer]) -> dict[str, Any]:
    """Figures by dealer and for the network, each held against the plan."""
    network = await platform.get("headquarters", "/network/figures", role="headquarters", **PERIOD)
    told: dict[str, Any] = {"network": _values(network["network"])}
    good, poor = expected.score(GOOD), expected.score(POOR)
    _compare(book, "network", expected.figures(dealers, good, poor), told["network"])
    for dealer in dealers:
        path = f"/dealers/{dealer.code}/figures"
        found = await platform.get("headquarters", path, role="manager", dealer=dealer.code, **PERIOD)
        told[dealer.code] = _values(found["figures"])
        _compare(book, dealer.code, expected.figures([dealer], good, poor), told[dealer.code])
    return told


def _values(figures: dict[str, Any]) -> dict[str, Any]:
    return {name: figure["value"] for name, figure in figures.items()}


def _compare(book: Book, whose: str, wanted: dict[str, Any], found: dict[str, Any]) -> None:
    for name, value in wanted.items():
        book.check(f"{whose}: {name}", value, found.get(name))


async def reminders(platform: Platform, book: Book, dealer: Dealer) -> None:
    """Each booked customer was reminded once, but for those whom the gate protects."""
    found = await platform.get("crm", f"/dealers/{dealer.code}/contacts", role="agent", dealer=dealer.code,
                               purpose="REMINDER", state="SENT", limit=200)  # fmt: skip
    wanted = sum(visit.booked and expected.day_of(visit) <= LAST_DAY for visit in dealer.visits)
    book.check(f"{dealer.code}: reminders sent", wanted, len(found["items"]))


async def story(platform: Platform, book: Book, dealers: list[Dealer]) -> dict[str, Any]:
    """One visit as one story over all services, and the links to its traces."""
    dealer = next(one for one in dealers if any(visit.key == SHOWN for visit in one.visits))
    visit_id = book.ids[(dealer.code, SHOWN)]
    path = f"/dealers/{dealer.code}/visits/{visit_id}/story"
    found = await platform.get("headquarters", path, role="manager", dealer=dealer.code, limit=200)
    lines = found["items"]
    services = {line["service"] for line in lines}
    book.check("the story is told by all services", ["booking", "crm", "reception", "survey", "workshop"],
               sorted(services - {"headquarters"}))  # fmt: skip
    trace_ids = list(dict.fromkeys(line["trace_id"] for line in lines if line["trace_id"]))
    book.check("every fact of the story has a trace", True, all(line["trace_id"] for line in lines))
    zipkin = platform.stack.traces != platform.stack.otlp
    address = f"{platform.stack.traces}/zipkin/traces" if zipkin else f"{platform.stack.otlp}/trace"
    return {
        "visit": visit_id,
        "dealer": dealer.code,
        "story": lines,
        "traces": [f"{address}/{trace_id}" for trace_id in trace_ids],
        "name": dealer.visit(SHOWN).customer.name,
    }
