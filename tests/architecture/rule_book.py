"""The numbered rules of ``docs/domain.md``, and where the tests cite them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_DEFINED = re.compile(r"^- \*\*([BRWPSCVHX]\d{1,2}) ", re.MULTILINE)
_CITED = re.compile(r"\b([BRWPSCVHX])(\d{1,2})(?:\s*[-–]\s*(?:[BRWPSCVHX])?(\d{1,2}))?\b")


def defined(book: str) -> list[str]:
    """Rule numbers in the order of the book."""
    return _DEFINED.findall(book)


def cited(text: str) -> set[str]:
    """Rule numbers in a docstring; ``B1-B3`` cites three."""
    found: set[str] = set()
    for letter, first, last in _CITED.findall(text):
        found |= {f"{letter}{number}" for number in range(int(first), int(last or first) + 1)}
    return found


def docstrings(root: Path) -> Iterator[tuple[str, str]]:
    """``file::test`` and docstring of every test in the repository; a state machine is one by its class."""
    for path in sorted({*root.glob("*/*/tests/**/*.py"), *root.glob("*/tests/**/*.py"), *root.glob("tests/**/*.py")}):
        for node in ast.walk(ast.parse(path.read_text())):
            named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
            if named or isinstance(node, ast.ClassDef):
                yield f"{path.relative_to(root)}::{node.name}", ast.get_docstring(node) or ""
