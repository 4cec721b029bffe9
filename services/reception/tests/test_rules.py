"""docs/rules.md and the tests agree: each rule of reception has its row, and each row a test that cites it."""

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PAGE = (HERE.parents[2] / "docs/rules.md").read_text()
ROWS = re.findall(r"^\| (R\d+) \|(.*)\|$", PAGE, re.MULTILINE)


def docstring_of(where: str) -> str:
    """Of the test named in a row; of a whole file, all of its tests'."""
    file, _, name = where.partition("::")
    tree = ast.parse((HERE / file).read_text())
    tests = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    said = [ast.get_docstring(node) or "" for node in tests if name in ("", node.name)]
    assert said, f"{where} is no test"
    return " ".join(said)


def test_each_rule_of_reception_has_a_row() -> None:
    """R1-R20."""
    assert list(dict.fromkeys(rule for rule, _ in ROWS)) == [f"R{number}" for number in range(1, 21)]


@pytest.mark.parametrize(("rule", "row"), ROWS)
def test_the_tests_of_a_row_are_there_and_cite_its_rule(rule: str, row: str) -> None:
    tests = re.findall(r"`([\w/]+\.py(?:::\w+)?)`", row)
    assert tests and any(re.search(rf"\b{rule}\b", docstring_of(test)) for test in tests)
