"""The schema of an event as it is released: plain JSON Schema without prose, references resolved."""

from collections.abc import Mapping
from typing import Any

from contracts.event import Event

Schema = dict[str, Any]

_PROSE = {"title", "description", "examples", "$defs"}


def schema_of(event: type[Event]) -> Schema:
    """What a reader of this class accepts and a writer of it may write; words for people are left out."""
    return pruned(event.model_json_schema())


def pruned(schema: Mapping[str, Any]) -> Schema:
    """``schema`` without prose and with every ``$ref`` replaced by what it points at."""
    return _pruned(schema, schema.get("$defs", {}), ())


def _pruned(schema: Mapping[str, Any], shared: Mapping[str, Schema], path: tuple[str, ...]) -> Schema:
    if "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[-1]
        if name in path:
            raise ValueError(f"{name} refers to itself: a fact is finite, flatten it")
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return _pruned({**shared[name], **beside}, shared, (*path, name))
    plain: Schema = {}
    for word, value in schema.items():
        if word == "properties":
            plain[word] = {name: _pruned(inner, shared, path) for name, inner in value.items()}
        elif word not in _PROSE:
            plain[word] = _inner(value, shared, path)
    return plain


def _inner(value: Any, shared: Mapping[str, Schema], path: tuple[str, ...]) -> Any:
    if isinstance(value, Mapping):
        return _pruned(value, shared, path)
    if isinstance(value, list) and value and all(isinstance(entry, Mapping) for entry in value):
        return [_pruned(entry, shared, path) for entry in value]
    return value
