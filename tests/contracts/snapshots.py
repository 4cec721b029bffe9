"""What the services tell the outside, as files: docs/api/*.json and docs/map.md.

``python tests/contracts/snapshots.py --write`` makes them anew; the tests beside this file compare. Services are found
by folder, what they listen to by the tables ``HANDLERS`` of their consumers.
"""

import importlib
import json
import pkgutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.asyncapi import document
from contracts.catalogue import events
from contracts.event import Event

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "python tests/contracts/snapshots.py --write"

Listeners = Mapping[str, list[type[Event]]]


def service_names(root: Path = ROOT) -> list[str]:
    """Every folder under ``services`` that is a package of the workspace."""
    return sorted(path.parent.name for path in root.glob("services/*/pyproject.toml"))


def has_app(service: str, root: Path = ROOT) -> bool:
    """Whether the service has a composition root yet."""
    return (root / f"services/{service}/src/{service}/main.py").exists()


def listens_to(service: str) -> list[type[Event]]:
    """The facts in the ``HANDLERS`` of all consumers of one service."""
    try:
        consumers = importlib.import_module(f"{service}.consumers")
    except ModuleNotFoundError as missing:
        if missing.name == f"{service}.consumers":
            return []
        raise
    found: set[type[Event]] = set()
    for module in pkgutil.iter_modules(consumers.__path__):
        found |= set(getattr(importlib.import_module(f"{consumers.__name__}.{module.name}"), "HANDLERS", {}))
    return sorted(found, key=lambda event: event.wire_type)


def openapi(service: str) -> dict[str, Any]:
    """The OpenAPI document of the service's app; importing it needs no server."""
    return importlib.import_module(f"{service}.main").app.openapi()


def map_page(listeners: Listeners) -> str:
    """Who announces, who listens, as one page."""
    lines = [
        "# Who announces, who listens",
        "",
        f"Generated from the contracts and the consumers by `{COMMAND}`; a test keeps it fresh.",
        "",
        "```mermaid",
        "graph LR",
        *(f"  {service}" for service in sorted(listeners)),
        *_arrows(listeners),
        "```",
        "",
        "An arrow leads from the announcing service to the listening one; its number counts the kinds of facts.",
        "",
        "| Fact | Announced by | Listened to by | What it says |",
        "|---|---|---|---|",
    ]
    for wire_type, event in events().items():
        ears = ", ".join(service for service, facts in sorted(listeners.items()) if event in facts) or "–"
        says = (event.__doc__ or "").partition("\n")[0].replace("|", "\\|").replace("``", "`")
        lines.append(f"| `{wire_type}` | {event.service} | {ears} | {says} |")
    return "\n".join(lines) + "\n"


def _arrows(listeners: Listeners) -> list[str]:
    counts: dict[tuple[str, str], int] = {}
    for service, facts in listeners.items():
        for event in facts:
            counts[event.service, service] = counts.get((event.service, service), 0) + 1
    return [f"  {teller} -->|{count}| {ear}" for (teller, ear), count in sorted(counts.items())]


def snapshots() -> dict[str, str]:
    """Path under the repository root -> content, for all snapshots there should be."""
    names = service_names()
    listeners = {service: listens_to(service) for service in names}
    pages = {"docs/map.md": map_page(listeners)}
    for service in names:
        pages[f"docs/api/{service}.asyncapi.json"] = _text(document(service, listeners[service]))
        if has_app(service):
            pages[f"docs/api/{service}.openapi.json"] = _text(openapi(service))
    return pages


def _text(content: object) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def write() -> list[str]:
    """Write what is stale, take away what nobody makes any more; answers the paths."""
    wanted = snapshots()
    changed = [path for path, text in wanted.items() if not (ROOT / path).exists() or (ROOT / path).read_text() != text]
    for path in changed:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(wanted[path])
    for path in superfluous(set(wanted)):
        (ROOT / path).unlink()
        changed.append(path)
    return changed


def superfluous(wanted: set[str]) -> list[str]:
    """Snapshots of services that are gone."""
    here = {str(path.relative_to(ROOT)) for path in (ROOT / "docs/api").glob("*.json")}
    return sorted(here - wanted)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(f"usage: {COMMAND}")
    print("\n".join(write()) or "everything was fresh")
