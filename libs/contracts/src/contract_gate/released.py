"""Released schemas: immutable files, one for each state in which an event was released.

``schemas/<wire type>.json`` is the first state, ``schemas/<wire type>.r2.json`` the next after the event grew, and so
on; ``RELEASED.json`` keeps their checksums and the day of the first release. Until that day the schemas are drafts.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from contracts.event import Event

from contract_gate.compatibility import breaks
from contract_gate.schemas import Schema, schema_of

FOLDER = Path(__file__).resolve().parents[2] / "schemas"
MANIFEST = "RELEASED.json"


class Unreleasable(Exception):
    """An event may not be released as it is. Restore what was taken away, or write a ``V2`` beside it."""

    code = "unreleasable-event"


def manifest(folder: Path = FOLDER) -> dict[str, Any]:
    """``{"first_release": day or None, "sha256": {file name: checksum}}``."""
    path = folder / MANIFEST
    return json.loads(path.read_text()) if path.exists() else {"first_release": None, "sha256": {}}


def tampered(folder: Path = FOLDER) -> list[str]:
    """Released files that are missing, changed, or lie there without having been released."""
    known = manifest(folder)["sha256"]
    here = {path.name: _checksum(path) for path in folder.glob("*.json") if path.name != MANIFEST}
    return sorted(name for name in known.keys() | here.keys() if known.get(name) != here.get(name))


def revisions(wire_type: str, folder: Path = FOLDER) -> list[Schema]:
    """All released states of one event, oldest first."""
    return [json.loads((folder / name).read_text()) for name in _names(wire_type, folder)]


def incompatible(events: Mapping[str, type[Event]], folder: Path = FOLDER) -> list[str]:
    """Why today's classes may not stand beside what was released: all states of all events, also vanished ones."""
    found: list[str] = []
    for wire_type in sorted({_wire_type(name) for name in manifest(folder)["sha256"]} | events.keys()):
        if wire_type not in events:
            found.append(f"{wire_type}: was released and has no class any more; its messages are kept for ever")
            continue
        for state in revisions(wire_type, folder):
            found += [f"{wire_type}: {why}" for why in breaks(state, schema_of(events[wire_type]))]
    return found


def unreleased(events: Mapping[str, type[Event]], folder: Path = FOLDER) -> list[str]:
    """Wire types whose class says something that no released file says yet."""
    return sorted(name for name, event in events.items() if schema_of(event) not in revisions(name, folder))


def release(events: Mapping[str, type[Event]], folder: Path = FOLDER, *, day: str | None = None) -> list[str]:
    """Write the schemas of what is unreleased; answers the new file names. Nothing released is ever overwritten.

    Before the first release drafts are simply made anew; ``day`` (ISO) makes the drafts the first release.
    Raises ``Unreleasable``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    register: dict[str, Any] = manifest(folder)
    if register["first_release"] is None:
        for name in register["sha256"]:
            (folder / name).unlink(missing_ok=True)
        register = {"first_release": day, "sha256": {}}
    (folder / MANIFEST).write_text(_text(register))
    if wrong := tampered(folder) + incompatible(events, folder):
        raise Unreleasable("; ".join(wrong))
    written: list[str] = []
    for wire_type in unreleased(events, folder):
        name = _next_name(wire_type, folder)
        with (folder / name).open("x") as file:
            file.write(_text(schema_of(events[wire_type])))
        written.append(name)
    checksums = register["sha256"] | _checksums(folder, written)
    (folder / MANIFEST).write_text(_text({**register, "sha256": checksums}))
    return written


def _names(wire_type: str, folder: Path) -> list[str]:
    return sorted((name for name in manifest(folder)["sha256"] if _wire_type(name) == wire_type), key=_revision)


def _next_name(wire_type: str, folder: Path) -> str:
    last = _names(wire_type, folder)
    return f"{wire_type}.r{_revision(last[-1]) + 1}.json" if last else f"{wire_type}.json"


def _wire_type(name: str) -> str:
    return ".".join(name.split(".")[:3])


def _revision(name: str) -> int:
    """1 for ``booking.hold-expired.v1.json``, 2 for ``booking.hold-expired.v1.r2.json``."""
    last = name.removesuffix(".json").split(".")[-1]
    return int(last[1:]) if last.startswith("r") else 1


def _checksums(folder: Path, names: Iterable[str]) -> dict[str, str]:
    return {name: _checksum(folder / name) for name in names}


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _text(content: object) -> str:
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
