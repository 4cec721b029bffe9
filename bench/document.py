"""``python -m bench.document``: puts what the last runs wrote into the tables of ``docs/performance.md``."""

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from bench.goals import GOALS, reached

PAGE = Path("docs/performance.md")
BEGIN, END = "<!-- {} -->\n", "<!-- end of {} -->"


def main() -> None:
    """Blocks whose file is not there stay as they are."""
    text = PAGE.read_text()
    for name, lines in (("bench", _rows), ("bench-growth", _growth)):
        source = Path(f"build/{name}.json")
        if source.is_file():
            text = replaced(text, name, "\n".join(lines(json.loads(source.read_text()))))
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
            yield "| " + " | ".join([f"`{key}`", *_result(key, told[key]), *rates, *costs]) + " |"


def _cost(side: dict[str, list[float]]) -> str:
    return f"{median(side['cpu_us']):,.0f} / {median(side['store_cpu_us']):,.0f} µs"


def _result(key: str, value: float) -> list[str]:
    bound, goal = GOALS[key]
    sign = {">=": "≥", "<=": "≤"}[bound]
    return [f"{sign} {goal:g}", f"**{value:,.3g}**", "reached" if reached(key, value) else "missed"]


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
