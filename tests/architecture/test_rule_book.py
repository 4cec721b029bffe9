"""Every rule number met in a test can be looked up in docs/domain.md, and the spine's rules are tested."""

from collections import Counter
from pathlib import Path

import pytest
import rule_book

ROOT = Path(__file__).resolve().parents[2]
BOOK = (ROOT / "docs/domain.md").read_text()
DEFINED = rule_book.defined(BOOK)
CITATIONS = list(rule_book.docstrings(ROOT))

LAST = {"B": 20, "R": 20, "W": 15, "P": 8, "S": 7, "C": 17, "V": 7, "H": 12, "X": 7}

_SPINE = {
    "B": (*range(1, 7), *range(8, 21)),
    "R": (1, 3, 5, 7, 10, 11, 12, 14, 16, 19),
    "W": (1, 2, 3, 6, 7, 8, 9),
    "C": (1, 3, 4, 5),
    "V": (1, 2, 4, 7),
    "H": (1, 9),
    "X": (1, 2, 4, 5, 6),
}
SPINE = [f"{letter}{number}" for letter, numbers in _SPINE.items() for number in numbers]
"""What the six services of the spine promise to do."""


def test_the_book_has_every_rule_once() -> None:
    assert [number for number, count in Counter(DEFINED).items() if count > 1] == []
    assert set(DEFINED) == {f"{letter}{number}" for letter, last in LAST.items() for number in range(1, last + 1)}


def test_every_rule_cited_in_a_test_is_in_the_book() -> None:
    unknown = {where: sorted(rule_book.cited(text) - set(DEFINED)) for where, text in CITATIONS}
    assert {where: numbers for where, numbers in unknown.items() if numbers} == {}


@pytest.mark.parametrize("rule", SPINE)
def test_every_rule_of_the_spine_is_cited_by_a_test(rule: str) -> None:
    """By a test of a service or across services: that the contracts have words for a rule is not enough."""
    telling = [text for where, text in CITATIONS if not where.startswith("libs/contracts/")]
    assert any(rule in rule_book.cited(text) for text in telling), f"no test says that it is about {rule}"


def test_the_tests_of_all_streets_are_read() -> None:
    """Otherwise the check above would be content with little."""
    assert {where.partition("/")[0] for where, _ in CITATIONS} >= {"libs", "services", "tests"}


def test_a_rule_that_is_nowhere_would_be_found(tmp_path: Path) -> None:
    folder = tmp_path / "services/booking/tests/domain"
    folder.mkdir(parents=True)
    (folder / "test_x.py").write_text('def test_a():\n    """B99, R1-R3: planted."""\n')
    ((where, text),) = rule_book.docstrings(tmp_path)
    assert where == "services/booking/tests/domain/test_x.py::test_a"
    assert rule_book.cited(text) == {"B99", "R1", "R2", "R3"}


def test_a_word_that_looks_like_a_rule_is_none() -> None:
    assert rule_book.cited("SH001 in UTF-8, ISO 3779, ES256, B-SV2025, V8x") == set()
