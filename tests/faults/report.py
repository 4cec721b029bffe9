"""What a course has shown, as tables for people and for ``docs/reliability.md``."""

import platform
from datetime import UTC, datetime
from pathlib import Path

import results
from checker_story import told
from run import log_tails
from run_course import Played
from sevenstep.workspace import build_folder


def summary(played: Played) -> str:
    """What was done, what was looked at, and what was found."""
    run, counted = played.run, played.run.history.counted()
    sent = [attempt for _, attempt in run.history.attempts()]
    slowest = max((attempt.took for attempt in sent if attempt.status), default=0.0)
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, seed {played.course.seed}, {platform.machine()}: "
        f"{len(run.ledger.facts)} facts, {sum(counted.values())} commands sent {len(sent)} times "
        f"({counted['OK']} acknowledged, {counted['FAIL']} refused, {counted['UNKNOWN']} unknown), "
        f"{len(played.felt)} faults in {played.took_s:.0f} s, load "
        f"{played.load:.0f}",
        f"looked at everything {len(run.rolling.passes)} times meanwhile ({run.rolling.blind} times there was nothing "
        f"to see), {len(run.callers.probes)} questions about foreign visits; {run.ledger.copies.total()} facts stood "
        f"in their topic once more; slowest answer {slowest:.1f} s; at rest {run.drained_s:.1f} s after the last fault",
        f"broken promises: {len(played.violations)}",
    ]
    lines += [f"not done here: {name}: {why}" for name, why in played.skipped.items()]
    return "\n".join(lines)


def failed(played: Played) -> str:
    """The stories of what is broken, where the whole history is, and the last words of the services' logs."""
    path = build_folder() / f"history-{played.run.stack.name}-{played.course.seed}.jsonl"
    played.run.history.write(path)
    return "\n".join([told(played.violations), f"history: {path}", log_tails(played.run.stack)])


def everything(played: Played) -> str:
    """All tables."""
    rows = results.shown_by(played).values()
    figures = results.figures_table(rows, played.run.drained_s)
    return "\n\n".join([summary(played), results.faults_table(rows), figures])


def written(played: Played, name: str) -> Path:
    """The tables of this run as a file under ``build``, and beside it those of all runs so far."""
    path = build_folder() / name
    path.write_text(everything(played) + "\n")
    rows = results.merged(build_folder() / "faults-results.json", results.shown_by(played)).values()
    together = "\n\n".join([results.faults_table(rows), results.figures_table(rows)])
    path.with_name("faults-results.md").write_text(together + "\n")
    return path
