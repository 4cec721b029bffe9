"""The house rules as reads of the source: each function answers the violations under one repository root.

Everything is found by folder, so a new service is under the rules from its first file. What is not allowed for a room
is forbidden there.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from contracts.catalogue import events

ROOMS = ("domain", "storage", "projections", "usecases", "consumers", "api", "channels")
COMPOSITION = "composition"
"""Files beside the rooms (main.py, settings.py, timers.py …): here things are put together."""
DATA = "data"
"""A folder with data files (a questionnaire's versions) and the module that reads them into domain values."""

_WORK = {"chassis.unit", "chassis.documents", "chassis.files", "chassis.scopes"}
_FACTS = {"chassis.facts", "chassis.consumer"}
_HTTP = {
    "chassis.access",
    "chassis.app",
    "chassis.clock",
    "chassis.commands",
    "chassis.export",
    "chassis.field_texts",
    "chassis.lists",
    "chassis.links",
    "chassis.links_door",
    "chassis.live",
    "chassis.pages",
    "chassis.paging",
    "chassis.problems",
    "chassis.raw_bodies",
    "chassis.settings",
    "chassis.tables",
    "chassis.texts",
}


@dataclass(frozen=True)
class Room:
    """What the files of one room may import beside the standard library and the published language."""

    own: frozenset[str]
    chassis: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()


def _room(own: str, chassis: set[str] | None = None, others: str = "") -> Room:
    return Room(frozenset(own.split()), frozenset(chassis or ()), frozenset(others.split()))


ALLOWED = {
    "domain": _room("domain"),
    "storage": _room("domain storage", _WORK, "holidays"),
    DATA: _room("domain data", None, "pydantic"),
    "channels": _room("domain projections channels settings"),
    "projections": _room("domain storage projections", _WORK | _FACTS | {"chassis.ids"}),
    "usecases": _room("domain data storage projections usecases channels", _WORK | _FACTS | {"chassis.texts"}),
    "consumers": _room("domain storage projections usecases consumers", _WORK | _FACTS),
    "api": _room(
        "domain data storage projections usecases api settings",
        _WORK | _HTTP,
        "fastapi starlette pydantic icalendar reportlab segno",
    ),
    COMPOSITION: _room(
        "domain storage projections usecases consumers api channels main settings timers",
        _WORK | _FACTS | _HTTP | {"chassis.timers", "chassis.runtime", "chassis.tokens", "chassis.logs", "chassis.ops"},
        "fastapi pydantic pydantic_settings",
    ),
}

IMPURE_MODULES = {
    *("asyncio", "ftplib", "getpass", "http", "logging", "multiprocessing", "os", "pathlib", "random", "secrets"),
    *("select", "shutil", "signal", "smtplib", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile"),
    *("threading", "time", "urllib", "uuid", "concurrent", "selectors", "io"),
}
"""Standard modules by which the outside, the clock or chance would come into a domain."""

IMPURE_CALLS = {
    "now",
    "utcnow",
    "today",
    "fromtimestamp",
    "monotonic",
    "perf_counter",
    "time_ns",
    "open",
    "uuid4",
    "input",
}

FORBIDDEN_NAMES = {
    "utils",
    "util",
    "common",
    "helpers",
    "helper",
    "models",
    "core",
    "base",
    "services",
    "misc",
    "shared",
}

MOST_LINES = 400

DOMAIN_NOUNS = {
    *("appointment", "booking", "vehicle", "repair", "customer", "technician", "estimate", "workshop", "reception"),
    *("survey", "complaint", "questionnaire", "plate", "vin", "invoice", "odometer", "delivery", "mechanic"),
    *("car", "garage", "bay", "invitation", "headquarters", "crm", "no_show", "walk_around", "carry_over"),
}

WORDS_OF_IDENTITY = {"access": {"technician", "headquarters"}, "links_door": {"customer"}}
"""Who a caller is: the names of the roles in tokens and the actor behind a personal link, and only there."""

_WRITERS = {"pymongo", "motor", "bson", "gridfs", "aiokafka", "kafka", "confluent_kafka", "faststream"}


@dataclass(frozen=True)
class Source:
    """One Python file of one package."""

    path: Path
    package: str
    inside: tuple[str, ...]
    """Path parts below the package, without ``.py``."""

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @property
    def room(self) -> str:
        """The room by folder; a service of few commands may have a file instead, ``domain.py``."""
        first = self.inside[0]
        if first in ROOMS:
            return first
        if len(self.inside) == 1:
            return COMPOSITION
        return DATA if _holds_data(self.path.parents[len(self.inside) - 2]) else first

    @property
    def where(self) -> str:
        return f"{self.package}/{'/'.join(self.inside)}.py"


def _holds_data(folder: Path) -> bool:
    return any(folder.glob("*.json"))


def services(root: Path) -> Iterator[Source]:
    """All files of all services."""
    for folder in sorted(root.glob("services/*/src/*")):
        yield from package(folder)


def package(folder: Path) -> Iterator[Source]:
    """All files of one importable package."""
    for path in sorted(folder.rglob("*.py")):
        yield Source(path, folder.name, path.relative_to(folder).with_suffix("").parts)


def imports(source: Source) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Module and imported names; ``from x import y`` also counts as ``x.y`` where y could be a module."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield ".", ()
            yield node.module or "", tuple(alias.name for alias in node.names)


def rooms_that_are_none(root: Path) -> list[str]:
    """Folders in a service that are no room of the house."""
    return [source.where for source in services(root) if source.inside != ("__init__",) and source.room not in ALLOWED]


def imports_beyond_the_room(root: Path) -> list[str]:
    """Imports that the room's allow-list does not name; another service is on no list."""
    return [
        f"{source.where} imports {module}"
        for source in services(root)
        for module, names in imports(source)
        if not _may_import(source, module, names)
    ]


def _may_import(source: Source, module: str, names: tuple[str, ...]) -> bool:
    allowed = ALLOWED.get(source.room, ALLOWED["domain"])
    top, _, rest = module.partition(".")
    if top == source.package:
        wanted = {rest.partition(".")[0]} if rest else set(names)
        street = source.path.parents[len(source.inside) - 1]
        return {DATA if _holds_data(street / room) else room for room in wanted} <= allowed.own
    if top == "chassis":
        wanted = {module} if rest else {f"chassis.{name}" for name in names}
        return wanted <= allowed.chassis
    return top == "contracts" or top in sys.stdlib_module_names or top in allowed.others


def foreign_facts_outside_their_door(root: Path) -> list[str]:
    """Facts of another service are known in ``consumers/<that service>.py`` only. Shared vocabulary may travel."""
    facts = {(event.__module__, event.__name__) for event in events().values()}
    found: list[str] = []
    for source in services(root):
        for module, names in imports(source):
            publisher = module.removeprefix("contracts.")
            if publisher in {module, source.package} or source.inside == ("consumers", publisher):
                continue
            found += [f"{source.where} knows {publisher}'s {name}" for name in names if (module, name) in facts]
    return found


def impurities(root: Path) -> list[str]:
    """Clock, chance, ids, files, network or waiting in a domain."""
    found: list[str] = []
    for source in services(root):
        if source.room != "domain":
            continue
        for module, names in imports(source):
            top = module.partition(".")[0]
            if top in IMPURE_MODULES:
                found.append(f"{source.where} imports {module}")
            found += [f"{source.where} imports {name}" for name in names if top == "datetime" and name in IMPURE_CALLS]
        for node in ast.walk(source.tree):
            if isinstance(node, ast.AsyncFunctionDef | ast.Await):
                found.append(f"{source.where}:{node.lineno} waits")
            elif isinstance(node, ast.Call) and _name(node.func) in IMPURE_CALLS and not _of_own(node.func):
                found.append(f"{source.where}:{node.lineno} calls {_name(node.func)}()")
    return found


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def _of_own(called: ast.expr) -> bool:
    """``job.open()`` is a verb of the trade; ``datetime.now()`` and a bare ``open()`` are the outside."""
    if not isinstance(called, ast.Attribute):
        return False
    owner = called.value
    return not (_name(owner) in {"datetime", "date", "time", "uuid", "Path"} or isinstance(owner, ast.Call))


def writes_outside_the_chassis(root: Path) -> list[str]:
    """Drivers of store or broker in a service or in the demo: only the chassis writes."""
    return [
        f"{source.where} imports {module}"
        for source in [*services(root), *_demo(root)]
        for module, _ in imports(source)
        if module.partition(".")[0] in _WRITERS
    ]


def _demo(root: Path) -> Iterator[Source]:
    for folder in sorted(root.glob("demo/src/*")):
        yield from package(folder)


def demo_shortcuts(root: Path) -> list[str]:
    """The demo plays a dealer's app: it knows no service, no library of ours, no store and no topic."""
    forbidden = {"contracts", "contract_gate", "chassis", *_WRITERS, *(p.name for p in root.glob("services/*/src/*"))}
    return [
        f"{source.where} imports {module}"
        for source in _demo(root)
        for module, _ in imports(source)
        if module.partition(".")[0] in forbidden
    ]


def libraries_that_know_services(root: Path) -> list[str]:
    """The chassis imports no service; the contracts import nothing of ours at all."""
    owners = {folder.name for folder in root.glob("services/*/src/*")}
    found: list[str] = []
    for folder in sorted(root.glob("libs/*/src/*")):
        forbidden = owners | ({"chassis"} if folder.name != "chassis" else set())
        for source in package(folder):
            found += [
                f"{source.where} imports {module}"
                for module, names in imports(source)
                if module.partition(".")[0] in forbidden or _fact_module(folder.name, module, names, owners)
            ]
    return found


def _fact_module(folder: str, module: str, names: tuple[str, ...], owners: set[str]) -> bool:
    """Whether the chassis looks at one publisher's facts."""
    if folder != "chassis" or module.partition(".")[0] != "contracts":
        return False
    return module.removeprefix("contracts.") in owners or (module == "contracts" and bool(owners & set(names)))


_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def domain_nouns_in_the_chassis(root: Path) -> list[str]:
    """Words of the trade in names and texts of the chassis. Its prose may explain by them."""
    found: list[str] = []
    for folder in sorted(root.glob("libs/chassis/src/chassis")):
        for source in package(folder):
            prose = _prose(source.tree)
            for node in ast.walk(source.tree):
                for text in _spoken(node, prose):
                    noun = _noun_in(text)
                    if noun and noun not in WORDS_OF_IDENTITY.get(source.inside[-1], set()):
                        found.append(f"{source.where}:{getattr(node, 'lineno', 1)} says {noun}")
    return found


def _prose(tree: ast.Module) -> set[int]:
    """Ids of the constants that are docstrings or stand alone."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _spoken(node: ast.AST, prose: set[int]) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [node.attr]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
        return [node.value]
    return []


def _noun_in(text: str) -> str | None:
    words = [word.lower() for word in _WORD.findall(text)]
    spoken = {*words, *(word.removesuffix("s") for word in words), *map("_".join, pairwise(words))}
    return next(iter(sorted(spoken & DOMAIN_NOUNS)), None)


def nameless_modules(root: Path) -> list[str]:
    """Files and folders whose name says nothing."""
    return [
        str(path.relative_to(root))
        for path in _own_python(root)
        if FORBIDDEN_NAMES & {*path.relative_to(root).with_suffix("").parts[_depth(root, path) :]}
    ]


def _depth(root: Path, path: Path) -> int:
    """Below ``src`` names count; the folder ``services`` at the root is the street's own."""
    parts = path.relative_to(root).parts
    return parts.index("src") + 1 if "src" in parts else 1


def long_files(root: Path) -> list[str]:
    """Files of more than 400 lines: they are two files."""
    lengths = ((path, path.read_text().count("\n")) for path in _own_python(root))
    return [f"{path.relative_to(root)}: {lines} lines" for path, lines in lengths if lines > MOST_LINES]


def _own_python(root: Path) -> Iterator[Path]:
    for street in ("services", "libs", "deploy", "demo", "tests", "bench"):
        for path in sorted((root / street).rglob("*.py")):
            if not {"build", ".venv", "node_modules"} & set(path.relative_to(root).parts):
                yield path


def early_acknowledgements(root: Path) -> list[str]:
    """Consumers that could acknowledge before the effects are in the store."""
    found: list[str] = []
    for street in ("services", "libs", "deploy", "demo"):
        for path in sorted((root / street).rglob("src/**/*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and _acknowledges_early(node):
                    found.append(f"{path.relative_to(root)}:{node.lineno}")
    return found


def _acknowledges_early(call: ast.Call) -> bool:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    value = given.get("enable_auto_commit")
    off = isinstance(value, ast.Constant) and value.value is False
    return ("enable_auto_commit" in given and not off) or (
        _name(call.func) in {"AIOKafkaConsumer", "KafkaConsumer", "subscriber"} and not off
    )
