"""What all runs have shown so far: for each fault its last run, so that partial runs come together in one table."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from run_course import Played

BROKERS = ("K1", "K2-coordinator", "K2-controller", "K4")


@dataclass(frozen=True)
class Shown:
    """One fault's last run: a value for each time it was done. ``broken``: promises broken in the whole run."""

    fault: str
    when: str
    seed: int
    load: float
    broken: int
    writes_away_s: Sequence[float]
    consumers_away_s: Sequence[float]
    consumers_of: Sequence[str]
    healthy_s: Sequence[float]
    taken_over_s: Sequence[float]


def shown_by(played: Played) -> dict[str, Shown]:
    """What this run says of each of its faults."""
    kinds = defaultdict(list)
    for one in played.felt:
        kinds[one.name].append(one)
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M}"
    return {
        name: Shown(
            name,
            when,
            played.course.seed,
            played.load,
            len(played.violations),
            [one.writes_away_s for one in some],
            [one.consumers_away_s for one in some],
            [one.consumers_of for one in some],
            [one.healthy_s for one in some],
            [one.taken_over_s for one in some if one.taken_over_s is not None],
        )
        for name, some in kinds.items()
    }


def kept(path: Path) -> dict[str, Shown]:
    """What earlier runs have shown; nothing when there is no such file."""
    if not path.exists():
        return {}
    return {row["fault"]: Shown(**row) for row in json.loads(path.read_text())}


def merged(path: Path, new: Mapping[str, Shown]) -> dict[str, Shown]:
    """Earlier rows and these; a fault that was done again has its new row only. The file is replaced as a whole."""
    every = kept(path) | dict(new)
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps([asdict(every[name]) for name in sorted(every)], indent=1))
    draft.replace(path)
    return every


def faults_table(rows: Iterable[Shown]) -> str:
    """One line for each kind of fault: how often, and the worst of what was felt."""
    lines = [
        "| Fault | Times | Commands away, worst | Consumers still, worst | All healthy after the heal, worst | Run |",
        "|---|---|---|---|---|---|",
    ]
    for row in sorted(rows, key=lambda row: row.fault):
        still, whose = max(zip(row.consumers_away_s, row.consumers_of, strict=True))
        felt = f"{max(row.writes_away_s):.1f} s | {still:.1f} s, {whose} | {max(row.healthy_s):.1f} s"
        lines.append(f"| {row.fault} | {len(row.healthy_s)} | {felt} | {_run(row)} |")
    return "\n".join(lines)


def _run(row: Shown) -> str:
    broken = f", **{row.broken} broken promises**" if row.broken else ""
    return f"{row.when}, seed {row.seed}, load {row.load:.0f}{broken}"


def figures_table(rows: Iterable[Shown], drained_s: float | None = None) -> str:
    """The figures of the platform beside the best known elsewhere. ``drained_s``: of the last run."""
    every = list(rows)

    def of(what: str, *names: str) -> list[float]:
        return [value for row in every if row.fault in names for value in getattr(row, what)]

    def worst(values: list[float]) -> str:
        return f"{max(values):.1f} s (of {len(values)})" if values else "not done"

    brokers = of("consumers_away_s", *BROKERS)
    back = f"{percentile(brokers, 0.95):.1f} s p95 (of {len(brokers)})" if brokers else "not done"
    over = worst([value for row in every for value in row.taken_over_s])
    lines = [
        ("primary killed: writes away", "11.0 s", "≤ 8 s", worst(of("writes_away_s", "M1"))),
        ("primary paused: writes away", "the whole pause", "≤ 12 s", worst(of("writes_away_s", "M2"))),
        ("broker killed or paused: consumers go on", "13-15 s", "≤ 15 s p95", back),
        ("consumer killed: taken over", "9 s", "≤ 12 s", over),
    ]
    if drained_s is not None:
        lines.append(("backlog gone after the last heal", "90-120 s", "≤ 60 s", f"{drained_s:.1f} s"))
    head = ["| Figure | Best known elsewhere | Wanted | Here |", "|---|---|---|---|"]
    return "\n".join([*head, *(f"| {' | '.join(line)} |" for line in lines)])


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that is not exceeded by this share of all."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
