"""The catalogues of what people read: which texts the code uses, and the files they are translated in.

    .venv/bin/python tests/texts/catalogues.py --write    # takes new texts in and old ones out, makes the .mo files

A text is what the code says by ``say(…)``, ``Said(…)``, a problem, a refusal's ``text``, or a constant whose name ends
with TEXT or TEXTS; and each code of a list in ``LISTS`` of a service's ``api/lists.py``.
"""

import ast
import importlib
import io
import pkgutil
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGES = ("chassis", "booking", "reception")
LANGUAGES = ("en", "zh")
Id = tuple[str, str]
"""Context and text; the context of a sentence is empty."""

_TEXT_NAME = re.compile(r"(^|_)(text|detail)s?$", re.IGNORECASE)
_SAYS = {"say": 0, "Said": 0, "busy": 0, "unknown": 0, "Problem": 2, "Unfit": 0}
"""Calls, and which of their arguments is a text."""
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)


def used(package: str) -> set[Id]:
    """Every text of the package's code."""
    sentences = set(refusals(package).values())
    # The contracts' values say what is wrong with them and know no catalogue: the chassis tells it.
    beside = sorted(folder_of("contracts").rglob("*.py")) if package == "chassis" else []
    for path in [*sorted(folder_of(package).rglob("*.py")), *beside]:
        sentences |= set(sentences_in(ast.parse(path.read_text()), {*refusal_names(package)}))
    return {("", text) for text in sentences} | set(codes_of(package))


def folder_of(package: str) -> Path:
    return Path(str(files(package)))


def refusal_names(package: str) -> set[str]:
    return {one.__name__ for one in _refusals(package)}


def refusals(package: str) -> dict[str, str]:
    """Error code → its text."""
    return {one.code: one.text for one in _refusals(package)}


def _refusals(package: str) -> list[Any]:
    if package == "chassis":
        return []
    domain = importlib.import_module(f"{package}.domain")
    for module in pkgutil.walk_packages(domain.__path__, f"{package}.domain."):
        importlib.import_module(module.name)
    return list(_below(importlib.import_module(f"{package}.domain.errors").Refused))


def _below(refused: Any) -> Iterator[Any]:
    for one in refused.__subclasses__():
        if not one.__subclasses__():
            yield one
        yield from _below(one)


def codes_of(package: str) -> Iterator[Id]:
    """List and code of each option that has words."""
    if package != "chassis":
        lists = importlib.import_module(f"{package}.api.lists").LISTS
        yield from ((name, str(code)) for name, codes in lists.items() for code in codes)


def sentences_in(tree: ast.Module, refusing: set[str]) -> Iterator[str]:
    """Texts said in the code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            place = 0 if _name(node.func) in refusing else _SAYS.get(_name(node.func))
            if place is not None and len(node.args) > place:
                yield from _constants(node.args[place])
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(_TEXT_NAME.search(_name(target)) for target in targets):
                yield from _constants(node.value)
        elif isinstance(node, ast.FunctionDef) and node.name in _SAYS:
            for default in node.args.defaults:
                yield from _constants(default)


def out_of_reach(tree: ast.Module, refusing: set[str]) -> list[int]:
    """Lines that say what no catalogue can know: with values put in too early, or by a name that tells nothing."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        place = _SAYS.get(_name(node.func))
        unknown = place is not None and any(not _is_text(one) for one in node.args[place : place + 1])
        if unknown or (_name(node.func) in refusing and any(_is_sentence(one) for one in node.args)):
            found.append(node.lineno)
    return found


def _is_sentence(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) and any(
        isinstance(part, ast.Constant) and " " in str(part.value) for part in node.values
    )


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.IfExp):
        return _is_text(node.body) and _is_text(node.orelse)
    if isinstance(node, ast.Subscript):
        return _is_text(node.value)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "get" and _is_text(node.func.value)
    return bool(_TEXT_NAME.search(_name(node)))


def _constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
        yield node.value
    elif isinstance(node, ast.Dict | ast.Tuple):
        for value in node.values if isinstance(node, ast.Dict) else node.elts:
            yield from _constants(value)
    elif isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def place_of(package: str, language: str) -> Path:
    """Without ``.po`` or ``.mo``."""
    return folder_of(package) / "locale" / language / "LC_MESSAGES" / package


def kept(package: str, language: str) -> dict[Id, str]:
    """The catalogue as it lies there."""
    place = place_of(package, language).with_suffix(".po")
    if not place.is_file():
        return {}
    with place.open("rb") as file:
        return {
            (one.context or "", str(one.id)): str(one.string) for one in read_po(file, ignore_obsolete=True) if one.id
        }


def files_of(package: str, language: str, strings: dict[Id, str]) -> tuple[bytes, bytes]:
    """The catalogue of these texts as ``.po`` and ``.mo``."""
    catalog = Catalog(
        language, project=package, version="1", fuzzy=False, creation_date=_NO_DATE, revision_date=_NO_DATE
    )
    catalog.header_comment = f"# What {package} says to people."
    for (context, text), said in sorted(strings.items()):
        catalog.add(text, said, context=context or None, flags=[])
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalog, width=120, sort_output=True)
    write_mo(mo, catalog)
    return po.getvalue(), mo.getvalue()


def up_to_date(package: str, language: str) -> dict[Id, str]:
    """The catalogue with every text the code uses and no other; new ones are empty."""
    known = kept(package, language)
    return {one: known.get(one, "") for one in used(package)}


def write() -> None:
    for package in PACKAGES:
        for language in LANGUAGES:
            strings = up_to_date(package, language)
            place = place_of(package, language)
            place.parent.mkdir(parents=True, exist_ok=True)
            po, mo = files_of(package, language, strings)
            place.with_suffix(".po").write_bytes(po)
            place.with_suffix(".mo").write_bytes(mo)
            open_ = [one for one, said in strings.items() if not said and (language == "zh" or one[0])]
            print(f"{package} {language}: {len(strings)} texts, {len(open_)} without words", file=sys.stderr)
            for context, text in sorted(open_):
                print(f"  {context}: {text}" if context else f"  {text}", file=sys.stderr)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    write()
