"""What a course has shown, as tables for people and for ``docs/reliability.md``."""

import platform
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from checker_story import told
from run import log_tails
from run_course import Felt, Played, percentile
from sevenstep.workspace import build_folder

BROKERS = ("K1", "K2-coordinator", "K2-controller", "K4")


def summary(played: Played) -> str:
    """What was done, what was looked at, and what was found."""
    run, counted = played.run, played.run.history.counted()
    sent = [attempt for _, attempt in run.history.attempts()]
    slowest = max((attempt.took for attempt in sent if attempt.status), default=0.0)
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, seed {played.course.seed}, {platform.machine()}: "
        f"{len(run.ledger.facts)} facts, {sum(counted.values())} commands sent {len(sent)} times "
        f"({counted['OK']} acknowledged, {counted['FAIL']} refused, {counted['UNKNOWN']} unknown), "
        f"{len(played.felt)} faults in {played.took_s:.0f} s",
        f"looked at everything {len(run.rolling.passes)} times meanwhile ({run.rolling.blind} times there was nothing "
        f"to see), {len(run.callers.probes)} questions about foreign visits; {run.ledger.copies.total()} facts stood "
        f"in their topic once more; slowest answer {slowest:.1f} s; at rest {run.drained_s:.1f} s after the last fault",
        f"broken promises: {len(played.violations)}",
    ]
    lines += [f"not done here: {name}: {why}" for name, why in played.skipped.items()]
    return "\n".join(lines)


def faults_table(felt: Iterable[Felt]) -> str:
    """One line for each kind of fault: how often, and the worst of what was felt."""
    kinds: dict[str, list[Felt]] = defaultdict(list)
    for one in felt:
        kinds[one.name].append(one)
    rows = [
        "| Fault | Times | Commands away, worst | Consumers still, worst | All healthy after the heal, worst |",
        "|---|---|---|---|---|",
    ]
    for name, some in sorted(kinds.items()):
        worst = [max(getattr(one, what) for one in some) for what in ("writes_away_s", "consumers_away_s", "healthy_s")]
        rows.append(f"| {name} | {len(some)} | " + " | ".join(f"{value:.1f} s" for value in worst) + " |")
    return "\n".join(rows)


def figures_table(felt: Sequence[Felt], drained_s: float) -> str:
    """The figures of the platform beside the best known elsewhere."""

    def of(*names: str) -> list[Felt]:
        return [one for one in felt if one.name in names]

    def worst(values: list[float]) -> str:
        return f"{max(values):.1f} s (of {len(values)})" if values else "not done"

    brokers = [one.consumers_away_s for one in of(*BROKERS)]
    back = f"{percentile(brokers, 0.95):.1f} s p95 (of {len(brokers)})" if brokers else "not done"
    rows = [
        ("primary killed: writes away", "11.0 s", "≤ 8 s", worst([one.writes_away_s for one in of("M1")])),
        ("primary paused: writes away", "the whole pause", "≤ 12 s", worst([one.writes_away_s for one in of("M2")])),
        ("broker killed or paused: consumers go on", "13-15 s", "≤ 15 s p95", back),
        ("consumer killed: taken over", "9 s", "≤ 12 s", worst([one.consumers_away_s for one in of("S1-kill", "S2")])),
        ("backlog gone after the last heal", "90-120 s", "≤ 60 s", f"{drained_s:.1f} s"),
    ]
    return "\n".join(
        [
            "| Figure | Best known elsewhere | Wanted | Here |",
            "|---|---|---|---|",
            *(f"| {' | '.join(row)} |" for row in rows),
        ]
    )


def failed(played: Played) -> str:
    """The stories of what is broken, where the whole history is, and the last words of the services' logs."""
    path = build_folder() / f"history-{played.run.stack.name}-{played.course.seed}.jsonl"
    played.run.history.write(path)
    return "\n".join([told(played.violations), f"history: {path}", log_tails(played.run.stack)])


def everything(played: Played) -> str:
    """All tables."""
    return "\n\n".join([summary(played), faults_table(played.felt), figures_table(played.felt, played.run.drained_s)])


def written(played: Played, name: str) -> Path:
    """The tables as a file under ``build``."""
    path = build_folder() / name
    path.write_text(everything(played) + "\n")
    return path
