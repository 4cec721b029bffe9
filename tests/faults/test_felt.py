"""What is said of a fault is what it did, and the table of all runs has each fault's last one."""

from pathlib import Path
from typing import cast

import pytest
import results
from checker_stores import Stores
from felt import Progress, Window, felt
from history import Attempt, History
from injectors import Told
from results import Shown
from run import Rest


def steadily(begun: float, until: float, every: float = 0.5) -> list[float]:
    return [begun + step * every for step in range(int((until - begun) / every) + 1)]


OUTAGE = [*steadily(0, 10), *steadily(18, 40)]


def test_an_outage_is_as_long_as_nothing_happened_in_it() -> None:
    assert Window(10.2, 30).longest_gap(OUTAGE) == pytest.approx(7.8)


def test_before_it_began_a_fault_is_no_reason_for_anything() -> None:
    assert Window(16, 30).longest_gap(OUTAGE) == pytest.approx(2)
    assert Window(20, 30).longest_gap(OUTAGE) == pytest.approx(0.5)


def test_what_the_next_fault_does_is_not_put_on_the_one_before() -> None:
    assert Window(2, 10.2).longest_gap(OUTAGE) == pytest.approx(0.5)


def test_an_outage_that_lasts_when_the_next_fault_begins_is_counted_to_its_end() -> None:
    assert Window(9.8, 14).longest_gap(OUTAGE) == pytest.approx(8)


def test_take_over_is_told_by_partitions_that_were_busy_and_only_when_somebody_has_to() -> None:
    history = History()
    progress = Progress(cast(Stores, None), history)
    progress.moved = {"booking": {("a", 0): OUTAGE, ("a", 1): [*steadily(0, 40)], ("b", 0): [1.0, 39.0]}}
    asked = history.invoke("booking", "/", {}, key="k", subject="s", dealer="D", visit="")
    asked.attempts += [Attempt(at, 0.0, 200, "", True) for at in steadily(0, 40)]
    at = [history._began + 10.2, history._began + 15]
    one, other = Told("S1", "", "", *at, relieved="booking"), Told("K1", "", "", *at)
    found, not_asked = felt(history, progress, [("S1-kill", one, 1.0), ("K1", other, 1.0)], 40)
    assert found.taken_over_s == pytest.approx(7.8)
    assert found.writes_away_s == pytest.approx(0.5)
    assert found.consumers_away_s == pytest.approx(0.5)
    assert found.consumers_of == "booking"
    assert not_asked.taken_over_s is None


def shown(fault: str, seed: int, away: float, **more: float) -> Shown:
    return Shown(fault, "2026-01-01 00:00", seed, more.get("load", 1.0), 0, [away], [away], ["crm"], [away], [])


def test_runs_come_together_and_a_fault_that_is_done_again_has_its_new_row_only(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    results.merged(path, {"K1": shown("K1", 1, 9.0), "M1": shown("M1", 1, 7.0)})
    rows = results.merged(path, {"M1": shown("M1", 2, 6.5, load=30.0)})
    assert results.kept(path) == rows
    assert {name: (row.seed, row.writes_away_s) for name, row in rows.items()} == {"K1": (1, [9.0]), "M1": (2, [6.5])}
    table, figures = results.faults_table(rows.values()), results.figures_table(rows.values())
    run = "2026-01-01 00:00, seed 2, load 30"
    assert f"| M1 | 1 | 6.5 s | 6.5 s, crm | 6.5 s | {run} |" in table
    assert "| primary killed: writes away | 11.0 s | ≤ 8 s | 6.5 s (of 1) |" in figures
    assert "| primary paused: writes away | the whole pause | ≤ 12 s | not done |" in figures


def test_who_comes_closer_to_rest_is_waited_for_and_who_does_not_is_given_up() -> None:
    rest = Rest(120, since=0)
    for now, work in enumerate(range(1000, 0, -1)):
        assert not rest.given_up(now)
        rest.seen(work, now)
    rest.seen(1, 1119)
    assert not rest.given_up(1119)
    assert rest.given_up(1120)
