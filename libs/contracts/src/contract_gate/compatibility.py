"""Full compatibility of two versions of an event: closed writer against open reader, in both directions.

A *closed writer* writes only the fields of its schema; an *open reader* ignores fields it does not know. So an optional
field may be added, and an open vocabulary may grow. Everything else that one side could write and the other could not
read is a break. Words of JSON Schema this comparer does not know are refused, never waved through.
"""

from collections.abc import Iterator
from typing import Any

from contract_gate.schemas import Schema

_LOWER_BOUNDS = ("minLength", "minItems", "minimum", "exclusiveMinimum", "minProperties")
_UPPER_BOUNDS = ("maxLength", "maxItems", "maximum", "exclusiveMaximum", "maxProperties")
_SAME_OR_FREE = ("pattern", "format", "multipleOf", "uniqueItems", "contentEncoding", "propertyNames")
_KNOWN = {
    *_LOWER_BOUNDS,
    *_UPPER_BOUNDS,
    *_SAME_OR_FREE,
    *("type", "enum", "const", "x-open-enum", "anyOf", "default"),
    *("properties", "required", "additionalProperties", "items", "prefixItems"),
}


def breaks(old: Schema, new: Schema) -> list[str]:
    """Why ``new`` may not replace ``old``; empty if every message of each is readable by the other."""
    return [
        *(f"the new reader cannot read the old message: {why}" for why in _unreadable(old, new, "$")),
        *(f"the old reader cannot read the new message: {why}" for why in _unreadable(new, old, "$")),
        *_changed_meanings(old, new, "$"),
    ]


def _unreadable(writer: Schema, reader: Schema, path: str) -> Iterator[str]:
    """Where a document of the closed ``writer`` could be refused by the open ``reader``. Never too friendly."""
    for unknown in sorted((writer.keys() | reader.keys()) - _KNOWN):
        yield f"{path}: this gate cannot judge {unknown!r}"
    if "anyOf" in writer or "anyOf" in reader:
        yield from _unreadable_choice(writer, reader, path)
        return
    yield from _unreadable_words(writer, reader, path)
    yield from _unreadable_type(writer, reader, path)
    yield from _unreadable_bounds(writer, reader, path)
    if "object" in _types(writer) and "object" in _types(reader):
        yield from _unreadable_fields(writer, reader, path)
    if "array" in _types(writer) and "array" in _types(reader):
        yield from _unreadable_items(writer, reader, path)


def _unreadable_choice(writer: Schema, reader: Schema, path: str) -> Iterator[str]:
    readers = reader.get("anyOf", [reader])
    for branch in writer.get("anyOf", [writer]):
        reasons = [list(_unreadable(branch, other, path)) for other in readers]
        if all(reasons):
            yield min(reasons, key=len)[0]


def _words(schema: Schema) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _unreadable_words(writer: Schema, reader: Schema, path: str) -> Iterator[str]:
    readable = _words(reader)
    if readable is None or reader.get("x-open-enum"):
        return
    written = _words(writer)
    if written is None or writer.get("x-open-enum"):
        yield f"{path}: any word may come, only {readable} are readable"
    elif missing := [word for word in written if word not in readable]:
        yield f"{path}: {missing} may come, only {readable} are readable"


def _types(schema: Schema) -> set[str]:
    kind = schema.get("type", [])
    return {kind} if isinstance(kind, str) else set(kind)


def _unreadable_type(writer: Schema, reader: Schema, path: str) -> Iterator[str]:
    readable = _types(reader)
    if not readable and "enum" not in reader and "const" not in reader:
        return
    if "number" in readable:
        readable = readable | {"integer"}
    if not _types(writer) or not _types(writer) <= readable:
        yield f"{path}: {sorted(_types(writer)) or 'anything'} may come, only {sorted(readable)} is readable"


def _unreadable_bounds(writer: Schema, reader: Schema, path: str) -> Iterator[str]:
    for word in _LOWER_BOUNDS:
        if word in reader and (word not in writer or writer[word] < reader[word]):
            yield f"{path}: {word} is {writer.get(word, 'open')} for the writer, {reader[word]} for the reader"
    for word in _UPPER_BOUNDS:
        if word in reader and (word not in writer or writer[word] > reader[word]):
            yield f"{path}: {word} is {writer.get(word, 'open')} for the writer, {reader[word]} for the reader"
    for word in _SAME_OR_FREE:
        if word in reader and writer.get(word) != reader[word]:
            yield f"{path}: {word} is {writer.get(word, 'free')} for the writer, {reader[word]} for the reader"


def _unreadable_fields(writer: Schema, reader: Schema, path: str) -> Iterator[str]:
    written, read = writer.get("properties", {}), reader.get("properties", {})
    for name in sorted(set(reader.get("required", [])) - set(writer.get("required", []))):
        yield f"{path}.{name}: the reader requires it, the writer may leave it out"
    for name in sorted(written.keys() & read.keys()):
        yield from _unreadable(written[name], read[name], f"{path}.{name}")
    others = reader.get("additionalProperties", True)
    for name in sorted(written.keys() - read.keys()) if others is not True else []:
        yield f"{path}.{name}: the reader is not open for fields it does not know"
    if isinstance(others, dict):
        yield from _unreadable(writer.get("additionalProperties") or {}, others, f"{path}.*")


def _unreadable_items(writer: Schema, reader: Schema, path: str) -> Iterator[str]:
    if len(writer.get("prefixItems", [])) != len(reader.get("prefixItems", [])):
        yield f"{path}: the fixed places of the list changed"
    for place, (one, other) in enumerate(
        zip(writer.get("prefixItems", []), reader.get("prefixItems", []), strict=False)
    ):
        yield from _unreadable(one, other, f"{path}[{place}]")
    if isinstance(reader.get("items"), dict):
        yield from _unreadable(writer.get("items") or {}, reader["items"], f"{path}[]")


def _changed_meanings(old: Schema, new: Schema, path: str) -> Iterator[str]:
    """A default is what an old message without the field says, a word what it said: to change it rewrites history."""
    if "default" in old and "default" in new and old["default"] != new["default"]:
        yield f"{path}: the default was {old['default']!r} and may not become {new['default']!r}"
    if old.get("x-open-enum") and (lost := [word for word in old["enum"] if word not in new.get("enum", [])]):
        yield f"{path}: {lost} would read as UNKNOWN from now on"
    for name, field in old.get("properties", {}).items():
        if name in new.get("properties", {}):
            yield from _changed_meanings(field, new["properties"][name], f"{path}.{name}")
    for branch, other in zip(old.get("anyOf", []), new.get("anyOf", []), strict=False):
        yield from _changed_meanings(branch, other, path)
    if isinstance(old.get("items"), dict) and isinstance(new.get("items"), dict):
        yield from _changed_meanings(old["items"], new["items"], f"{path}[]")
