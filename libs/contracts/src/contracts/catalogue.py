"""Every event there is, by wire type and by publisher. Found in the modules; nothing is listed by hand."""

import importlib
import pkgutil
from functools import cache

import contracts
from contracts.event import Event


@cache
def events() -> dict[str, type[Event]]:
    """Wire type -> event class, for all publishers."""
    found: dict[str, type[Event]] = {}
    for module in pkgutil.iter_modules(contracts.__path__):
        if module.name == "catalogue":
            continue
        for value in vars(importlib.import_module(f"contracts.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Event) and value is not Event:
                found[value.wire_type] = value
    return dict(sorted(found.items()))


def published_by(service: str) -> list[type[Event]]:
    """The events of one publisher."""
    return [event for event in events().values() if event.service == service]
