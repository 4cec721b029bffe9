"""docs/rules.md names tests that exist and rules that are in the book."""

import ast
import re
from pathlib import Path

import rule_book

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/rules.md").read_text()
_ROW = re.compile(r"^\| ([A-Z]\d+) \|(.*)\|$", re.MULTILINE)
_TEST = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")
_CHAPTER = re.compile(r"^## (\w+)$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def rows(page: str) -> list[tuple[str, str, str]]:
    """Service, rule and text of each row; a chapter is named like its service."""
    return [(chapter.lower(), *row) for chapter, text in _CHAPTER.findall(page) for row in _ROW.findall(text)]


def missing(page: str) -> list[str]:
    """Tests that the page names and nobody wrote, and rows that name none."""
    found = [f"{rule} names no test" for _, rule, text in rows(page) if not _TEST.search(text)]
    for service, _, text in rows(page):
        for file, test in _TEST.findall(text):
            path = ROOT / file if file.startswith("tests/") else ROOT / "services" / service / "tests" / file
            if not path.exists() or (test and test not in _tests(path)):
                found.append(f"{path.relative_to(ROOT)}::{test}")
    return found


def _tests(file: Path) -> set[str]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return {node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, kinds)}


def test_every_row_names_a_test_and_every_test_exists() -> None:
    assert missing(PAGE) == []


def test_every_row_stands_below_its_service() -> None:
    """A row elsewhere would not be looked at."""
    assert len(rows(PAGE)) == len(_ROW.findall(PAGE)) > 0


def test_every_rule_on_the_page_is_in_the_book() -> None:
    known = set(rule_book.defined((ROOT / "docs/domain.md").read_text()))
    assert {rule for _, rule, _ in rows(PAGE)} <= known


def test_a_test_that_nobody_wrote_would_be_found() -> None:
    assert len(missing("## Booking\n| B1 | `test_x.py::test_y` |\n| B2 | nothing |\n")) == 2
