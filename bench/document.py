"""``python -m bench.document``: puts what the last runs wrote into the tables of ``docs/performance.md``."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.goals import GOALS, reached

PAGE = Path("docs/performance.md")
NETWORKS = (1_000, 10_000)
SHARES = {"none": "none", "one": "1 %", "ten": "10 %", "all": "all"}
ORDERS_A_YEAR, FACTS_A_VISIT = 18_900, 40
"""Of an average dealer; of a visit."""
PEAK_OF_A_THOUSAND = 200
"""Facts a second of 1,000 dealers at their busiest."""
YEAR_S = 365 * 24 * 3600
BEGIN, END = "<!-- {} -->\n", "<!-- end of {} -->"


def main() -> None:
    """Blocks whose file or row is not there stay as they are."""
    text = PAGE.read_text()
    for file, block, lines in (
        ("bench", "bench", _rows),
        ("bench", "visits", _visit),
        ("bench", "arithmetic", _arithmetic),
        ("bench-growth", "bench-growth", _growth),
    ):
        source = Path(f"build/{file}.json")
        if source.is_file() and (written := list(lines(json.loads(source.read_text())))):
            text = replaced(text, block, "\n".join(written))
    PAGE.write_text(text)


def replaced(text: str, name: str, block: str) -> str:
    """The page with this between the marks of the block. Raises ``ValueError`` when the marks are missing."""
    before, begin, rest = text.partition(BEGIN.format(name))
    _, end, after = rest.partition(END.format(name))
    if not begin or not end:
        raise ValueError(f"{PAGE} has no block {name}")
    return f"{before}{begin}{block}\n{end}{after}"


def _about(told: dict[str, Any]) -> Iterator[str]:
    machine, versions = told["machine"], told["versions"]
    yield f"{told['date'][:16].replace('T', ' ')} UTC, size *{told['size']}*, load {told['load_at_start']} before,"
    yield f"{told['load_at_end']} after. {machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB."
    yield ", ".join(f"{name} {version}" for name, version in versions.items() if name != "servers") + "."
    yield ""


def _rows(told: dict[str, Any]) -> Iterator[str]:
    yield from _about(told)
    yield "| Key | Goal | Result | | Ours | By hand | CPU ours | CPU by hand |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in told["rows"]:
        sides = [row.get("ours"), row.get("raw")]
        rates = [f"{median(side['per_s']):,.0f}/s" if side else "" for side in sides]
        costs = [_cost(side) if side else "" for side in sides]
        for key in row["keys"]:
            # Where both sides are told as times and not as rates, the key itself is ours.
            hand = row.get(key.replace("visible", "by_hand")) if "visible" in key else None
            speeds = [f"{told[key]:.1f} ms", f"{hand:.1f} ms"] if hand else rates
            yield "| " + " | ".join([f"`{key}`", *_result(key, told[key]), *speeds, *costs]) + " |"
    for name, why in told.get("failed", {}).items():
        yield f"| {name} | | | could not be measured: {why.replace('|', '/')[:200]} | | | | |"
    yield ""
    yield from _traces(told)


def _traces(told: dict[str, Any]) -> Iterator[str]:
    """What keeping traces costs, by the share of visits whose traces are kept."""
    row = next((row for row in told["rows"] if "booking_per_s_traces_none" in row), None)
    if row is None:
        return
    yield "| Bookings, traces kept of | " + " | ".join(SHARES.values()) + " |"
    yield "|---|" + "---|" * len(SHARES)
    for what, kind, form in (
        ("a second", "per_s", ",.0f"),
        ("CPU µs", "cpu_us", ",.0f"),
        ("beside none", "kept", ".2f"),
    ):
        yield f"| {what} | " + " | ".join(f"{row[f'booking_{kind}_traces_{name}']:{form}}" for name in SHARES) + " |"


def _cost(side: dict[str, list[float]]) -> str:
    return f"{median(side['cpu_us']):,.0f} / {median(side['store_cpu_us']):,.0f} µs"


def _result(key: str, value: float) -> list[str]:
    bound, goal = GOALS[key]
    sign = {">=": "≥", "<=": "≤"}[bound]
    return [
        f"{sign} {goal:g}",
        f"**{value:,.0f}**" if value >= 100 else f"**{value:.3g}**",
        "reached" if reached(key, value) else "missed",
    ]


def _visit(told: dict[str, Any]) -> Iterator[str]:
    """What one visit is made of, and what each piece costs by hand."""
    row = _visits_of(told)
    if row is None:
        return
    yield "| One visit | Times | By hand µs each | By hand ms |"
    yield "|---|---|---|---|"
    for name, price in row["price_us"].items():
        times = row[f"{name}_per_visit"]
        yield f"| {name.replace('_', ' ')} | {times:.1f} | {price:,.0f} | {times * price / 1000:.1f} |"
    yield f"| together | | | {row['cpu_ms_per_visit_by_hand']:.0f}, ours {row['cpu_ms_per_visit']:.0f} |"


def _arithmetic(told: dict[str, Any]) -> Iterator[str]:
    """Cores and store from the peak rate, at the measured cost of a visit."""
    row = _visits_of(told)
    if row is None:
        return
    yield "| | " + " | ".join(f"{dealers:,} dealers" for dealers in NETWORKS) + " |"
    yield "|---|" + "---|" * len(NETWORKS)
    visits = [dealers * ORDERS_A_YEAR for dealers in NETWORKS]
    peaks = [dealers / 1_000 * PEAK_OF_A_THOUSAND / FACTS_A_VISIT for dealers in NETWORKS]
    yield _line("visits a year, in millions", visits, lambda n: f"{n / 1e6:,.1f}")
    yield _line("facts a second, mean of the year", visits, lambda n: f"{n * FACTS_A_VISIT / YEAR_S:,.0f}")
    yield _line("facts a second, peak", peaks, lambda n: f"{n * FACTS_A_VISIT:,.0f}")
    yield _line("visits a second, peak", peaks, lambda n: f"{n:,.0f}")
    for what in ("services", "mongodb", "kafka"):
        cost = row["cpu_ms_per_visit" if what == "services" else f"{what}_cpu_ms_per_visit"]
        yield _line(
            f"cores busy at the peak, {what} ({cost:,.0f} ms a visit)",
            peaks,
            lambda n, cost=cost: f"{n * cost / 1e3:,.1f}",
        )
    size = row["store_kb_per_visit"]
    yield _line(
        f"documents a year, uncompressed, TB ({size:,.0f} KB a visit)", visits, lambda n: f"{n * size / 1e9:,.2f}"
    )


def _line(name: str, values: Sequence[float], told: Callable[[float], str]) -> str:
    return f"| {name} | " + " | ".join(told(value) for value in values) + " |"


def _visits_of(told: dict[str, Any]) -> dict[str, Any] | None:
    return next((row for row in told["rows"] if "visit_cost_ratio" in row["keys"]), None)


def _growth(told: dict[str, Any]) -> Iterator[str]:
    yield from _about(told)
    key = "growth_ratio_max"
    goal, value, mark = _result(key, told[key])
    yield f"`{key}` {value}, goal {goal}: {mark}. Documents: {', '.join(f'{n:,}' for n in told['documents'])}."
    yield ""
    yield "| Service time, p99 in ms | " + " | ".join(f"{n:,} dealers" for n in told["dealers"]) + " | Last / first |"
    yield "|---|" + "---|" * (len(told["dealers"]) + 1)
    for name, by_size in told["p99_ms"].items():
        values = " | ".join(f"{median(some):.1f}" for some in by_size.values())
        yield f"| {name} | {values} | {told['ratios'][name]:.2f} |"


if __name__ == "__main__":
    main()
