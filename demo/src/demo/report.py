"""What the player prints at the end, and ``build/demo.json``."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from demo.book import Book
from demo.plan import Dealer
from demo.stack import Stack

OUT = Path("build/demo.json")
_STEPS = ("booked", "arrived", "repair_order", "started", "qc_passed", "delivered", "followed_up")
_HEADS = ("booked", "arrived", "order", "started", "QC", "delivered", "follow-up")
_RATES = ("booking_rate", "no_show_rate", "first_time_fix_rate", "on_time_rate")


@dataclass
class Outcome:
    """Everything the days left behind; what could not be had is empty."""

    sheets: list[dict[str, Any]] = field(default_factory=list)
    visits: list[dict[str, Any]] = field(default_factory=list)
    kpis: dict[str, Any] = field(default_factory=dict)
    kpis_explained: dict[str, Any] = field(default_factory=dict)
    trace: dict[str, Any] = field(default_factory=dict)


def print_all(console: Console, stack: Stack, book: Book, dealers: list[Dealer], outcome: Outcome) -> None:
    """Sheets, visits, figures, one story, addresses, and every difference."""
    for sheet in outcome.sheets:
        console.print(_sheet(sheet))
    if outcome.visits:
        console.print(_visits(outcome.visits, {dealer.code: dealer for dealer in dealers}))
    if outcome.kpis:
        console.print(_kpis(outcome.kpis))
    if outcome.kpis_explained:
        console.print(_explained(outcome.kpis_explained))
    if outcome.trace:
        console.print(_story(outcome.trace))
    console.print(_addresses(stack))
    wrong = [check for check in book.checks if not check.ok]
    for check in wrong:
        told = escape(f"{check.name}: expected {check.expected!r}, was {check.actual!r}")
        console.print(f"[red]differs[/red] {told}")
    good = len(book.checks) - len(wrong)
    console.print(f"[bold]{good} of {len(book.checks)} checks came out as planned.[/bold]")
    if book.broken_by:
        console.print(f"[red]The demo ended early, for the last reason above.[/red] Where: broken_by in {OUT}.")


def write(stack: Stack, book: Book, dealers: list[Dealer], outcome: Outcome) -> None:
    """The same for machines."""
    told = {
        "checks": [{"name": c.name, "expected": c.expected, "actual": c.actual, "ok": c.ok} for c in book.checks],
        "dealers": [
            {"id": d.code, "name": d.name, "zone": d.zone, "currency": d.currency, "visits": len(d.visits)}
            for d in dealers
        ],
        "visits": outcome.visits,
        "sheets": outcome.sheets,
        "kpis": outcome.kpis,
        "kpis_explained": outcome.kpis_explained,
        "urls": _urls(stack),
        "trace": outcome.trace,
        "broken_by": book.broken_by,
    }
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(told, indent=1, ensure_ascii=False, default=str))


def _urls(stack: Stack) -> dict[str, str]:
    pages = {f"{name} API": f"{url}/docs" for name, url in sorted(stack.services.items())}
    return {**pages, "traces": stack.traces, "issuer": stack.issuer["url"], "logs": stack.logs}


def _sheet(sheet: dict[str, Any]) -> Table:
    title = f"{sheet['dealer']}  {sheet['day']}  {sheet['class']}: {sheet['available']:g} h available, "
    table = Table(title=f"{title}{sheet['booked']:g} h booked, {sheet['left']:g} h left")
    for name in ("time", "customer", "model", "km", "hours"):
        table.add_column(name, justify="right" if name in ("km", "hours") else "left")
    for row in sheet["rows"]:
        km = f"{row['odometer_km']:,}"
        table.add_row(row["time"], row["customer"], row["model"], km, f"{row['hours']:g}")
    return table


def _visits(visits: list[dict[str, Any]], dealers: dict[str, Dealer]) -> Table:
    title = "Visits and their seven steps (dealer's time; -3 and +1 are days before and after)"
    table = Table(title=title, box=SIMPLE, padding=0, pad_edge=False, collapse_padding=True)
    for name in ("dealer", "customer", "day", *_HEADS):
        table.add_column(name, no_wrap=name != "customer", max_width=20 if name == "customer" else None)
    for visit in visits:
        zone = dealers[visit["dealer"]].tz
        steps = {step: at and datetime.fromisoformat(at).astimezone(zone) for step, at in visit["steps"].items()}
        day = steps.get("arrived") or steps.get("booked")
        times = [_clock(steps.get(step), day) for step in _STEPS]
        told = ", ".join(visit["incidents"])
        table.add_row(visit["dealer"], visit["customer"], f"{day:%a}" if day else "", *times)
        if told or visit["outcome"] != "FOLLOWED_UP":
            table.add_row("", f"[dim]{told or visit['outcome'].lower()}[/dim]")
    return table


def _clock(at: datetime | None, day: datetime | None) -> str:
    if at is None or day is None:
        return "–"
    apart = (at.date() - day.date()).days
    return f"{at:%H:%M}" + (f"{apart:+d}" if apart else "")


def _kpis(kpis: dict[str, Any]) -> Table:
    table = Table(title="Headquarters' figures, Monday to Wednesday")
    names = ("visits", *_RATES, "satisfaction", "open_complaints")
    for name in ("", *names):
        table.add_column(name.replace("_", " "), justify="right" if name else "left")
    for whose, values in kpis.items():
        table.add_row(whose, *(_figure(name, values.get(name)) for name in names))
    return table


def _explained(one: dict[str, Any]) -> str:
    name = one["figure"].replace("_", " ")
    return (
        f"Every figure was worked out again from its events. The {len(one['events'])} events behind the {name} of "
        f"{one['dealer']} are kpis_explained in {OUT}; anew: GET {one['from']} with a manager's token."
    )


def _figure(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1%}" if name in _RATES else f"{value:g}"


def _story(trace: dict[str, Any]) -> Table:
    table = Table(title=f"One visit's story over all services: {trace['name']} at {trace['dealer']} ({trace['visit']})")
    for name in ("UTC", "service", "fact", "by", "trace"):
        table.add_column(name)
    for line in trace["story"]:
        fact = line["type"].split(".")[1]
        table.add_row(line["at"][5:16].replace("T", " "), line["service"], fact, line["actor"], line["trace_id"][:8])
    return table


def _addresses(stack: Stack) -> Table:
    table = Table(title="Where to look")
    table.add_column("what")
    table.add_column("address")
    for name, url in _urls(stack).items():
        table.add_row(name, url)
    return table
