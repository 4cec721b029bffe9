"""A run of the benches: a row that hangs or fails takes no other with it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bench import document
from bench.__main__ import within
from bench.figures import Row, Side
from bench.report import write

ABOUT: dict[str, Any] = {
    "date": "2026-11-22T07:00:00+00:00",
    "machine": {"cpu": "some", "cores": 2, "memory_gib": 24},
    "versions": {"python": "3.11.7"},
    "load_at_start": 0.1,
}


async def test_a_row_that_hangs_ends_with_an_error_even_if_a_cancellation_is_swallowed() -> None:
    cancelled = 0

    async def hangs() -> list[Row]:
        nonlocal cancelled
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                cancelled += 1
                if cancelled == 2:
                    raise

    with pytest.raises(TimeoutError, match="not done within"):
        await within(0.05, hangs())
    assert cancelled == 2


async def test_what_a_row_measured_and_what_it_raised_come_through() -> None:
    async def measured() -> list[Row]:
        return [Row("something", {"relay_ratio": 1.0})]

    async def fails() -> list[Row]:
        raise LookupError("nothing was measured")

    assert [row.what for row in await within(5.0, measured())] == ["something"]
    with pytest.raises(LookupError, match="nothing was measured"):
        await within(5.0, fails())


def test_the_page_tells_the_rows_that_were_measured_and_why_others_were_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = Side(per_s=[100.0], cpu_us=[50.0], store_cpu_us=[20.0])
    row = Row("facts to Kafka", {"relay_ratio": 0.7}, {"ours": side, "raw": side})
    times = Row("to another view", {"visible_ms_p50": 9.0}, more={"by_hand_ms_p50": 7.5})
    write(tmp_path / "build/bench.json", ABOUT, "quick", [row, times], {"visit": "TimeoutError: not done within 240 s"})
    blocks = ("bench", "visits", "arithmetic", "bench-growth")
    page = "\n".join(f"<!-- {name} -->\nbefore {name}\n<!-- end of {name} -->" for name in blocks)
    (tmp_path / "docs").mkdir()
    (tmp_path / document.PAGE).write_text(page)
    monkeypatch.chdir(tmp_path)
    document.main()
    told = (tmp_path / document.PAGE).read_text()
    assert "| `relay_ratio` | ≥ 0.6 | **0.7** | reached | 100/s | 100/s | 50 / 20 µs | 50 / 20 µs |" in told
    assert "| `visible_ms_p50` | ≤ 8 | **9** | missed | 9.0 ms | 7.5 ms |  |  |" in told
    assert "| visit | | | could not be measured: TimeoutError: not done within 240 s | | | | |" in told
    assert "before visits" in told
    assert "before bench-growth" in told
    assert json.loads((tmp_path / "build/bench.json").read_text())["relay_ratio"] == 0.7
