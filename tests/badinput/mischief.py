"""Bad requests made out of a good one: each is wrong in the one thing its name says, and in nothing else."""

import copy
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from jsonschema import Draft202012Validator

BODY_LIMIT = 256 * 1024
FILE_LIMIT = 8_000_000
FIELDS_TRIED = 48
"""Changed fields of one command: all kinds of wrong values take turns over all fields."""

_WRONG_FIELD = (422,)
_NO_JSON = (400,)
_NOWHERE = (404, 422)
_NO_5XX = (200, 400, 404, 405, 422)
_NO_JSON_TYPES = (
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
)
_FILTERS = (
    "",
    "%00",
    "%ff",
    "x" * 3000,
    "-1",
    "1e999",
    "9999-12-31",
    "0001-01-01",
    "1970-01-01",
    "null",
    "%5B%5D",
)
_CURSORS = (
    ("after", "%00"),
    ("after", "bm8gY3Vyc29y"),
    ("after", "x" * 500),
    ("limit", "0"),
    ("limit", "9" * 40),
)
_MARK = "value-that-is-raw-json"


@dataclass(frozen=True)
class Request:
    """What goes over the wire. ``path`` holds percent-encoded values, ``query`` is encoded."""

    path: Mapping[str, str]
    query: str = ""
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    chunked: bool = False

    def with_headers(self, **changed: str | None) -> "Request":
        """Some headers changed; None leaves one out."""
        named = {name.replace("_", "-"): value for name, value in changed.items()}
        kept = {name: value for name, value in self.headers.items() if name not in named}
        return replace(self, headers={**kept, **{name: value for name, value in named.items() if value is not None}})


@dataclass(frozen=True)
class Bad:
    """A bad request, and what it may be told."""

    name: str
    request: Request
    statuses: tuple[int, ...]
    code: str = ""


# --- the request as a whole ------------------------------------------------------------------------------------------


def bad_bodies(good: Request, body: Any) -> Iterator[Bad]:
    """Whatever can be wrong about a body before its fields are looked at."""
    text = good.content
    for name, content in {
        "broken JSON": text[:-1] + b",",
        "cut off": text[: max(1, len(text) // 2)],
        "two documents": text + text,
        "not UTF-8": b'{"a": "\xff\xfe"}',
        "compressed garbage": b"\x1f\x8b\x08\x00" + zlib.compress(text),
        "deep nesting": b"[" * 120_000,
        "endless number": b'{"a": ' + b"9" * 5000 + b"}",
    }.items():
        yield Bad(name, replace(good, content=content), _NO_JSON, "body-not-json")
    for name, content in {"array": b"[]", "text": b'"text"', "number": b"7", "null": b"null", "empty": b""}.items():
        yield Bad(f"{name} for a body", replace(good, content=content), _WRONG_FIELD)
    nested = b'{"a":' * 400 + b"1" + b"}" * 400
    yield Bad("a deep field nobody knows", replace(good, content=nested), _WRONG_FIELD)
    huge = json.dumps({**body, "padding": "x" * BODY_LIMIT}).encode()
    yield Bad("huge body", replace(good, content=huge), (413,), "body-too-large")
    yield Bad("huge body in chunks", replace(good, content=huge, chunked=True), (413,), "body-too-large")
    yield from _called_otherwise(good, "image/png", *_NO_JSON_TYPES)


def bad_files(good: Request) -> Iterator[Bad]:
    """Whatever can be wrong about a file where an image is taken. ``good`` holds a small one."""
    for name, content in {
        "a page": b"<html><script>alert(1)</script></html>",
        "JSON": b'{"a": 1}',
        "cut off": good.content[:2],
        "another program's file": b"GIF89a" + good.content,
        "compressed garbage": b"\x1f\x8b\x08\x00" + zlib.compress(good.content),
        "nothing": b"",
    }.items():
        yield Bad(f"{name} for an image", replace(good, content=content), _WRONG_FIELD)
    huge = good.content + bytes(FILE_LIMIT)
    yield Bad("huge file", replace(good, content=huge), (413,), "body-too-large")
    yield Bad("huge file in chunks", replace(good, content=huge, chunked=True), (413,), "body-too-large")
    for name, value in (pair.partition("=")[::2] for pair in good.query.split("&") if pair):
        twice = replace(good, query=f"{good.query}&{name}={value}")
        yield Bad(f"{name} twice", twice, (422,), "parameter-repeated")
        for wrong in ("%00", "x" * 3000, "%5B%5D"):
            yield Bad(f"{name}={wrong[:20]}", replace(good, query=f"{name}={wrong}"), _WRONG_FIELD)
    yield from _called_otherwise(good, "application/json", "image/svg+xml", "text/html", *_NO_JSON_TYPES)


def _called_otherwise(good: Request, *kinds: str) -> Iterator[Bad]:
    for kind in kinds:
        yield Bad(f"called {kind}", good.with_headers(Content_Type=kind), (415,), "media-type")
    yield Bad("called nothing", good.with_headers(Content_Type=None), (415,), "media-type")
    yield Bad("said to be compressed", good.with_headers(Content_Encoding="gzip"), (415,), "media-type")


def bad_headers(good: Request, *, key_needed: bool) -> Iterator[Bad]:
    """Idempotency keys and versions that are none. ``key_needed``: by POST; PUT and PATCH need a version."""
    key = "Idempotency-Key"
    if key_needed:
        yield Bad("no Idempotency-Key", good.with_headers(Idempotency_Key=None), _NO_JSON, "idempotency-key-required")
    if key in good.headers:
        for name, value in {"overlong": "k" * 201, "blank": "a b", "empty": "", "not ASCII": "clé"}.items():
            request = good.with_headers(Idempotency_Key=value)
            yield Bad(f"{name} Idempotency-Key", request, _NO_JSON, "idempotency-key-invalid")
    if not key_needed:
        silent = good.with_headers(If_Match=None, If_None_Match=None)
        yield Bad("no If-Match", silent, (428,), "version-required")
        if "If-Match" in good.headers:
            for value in ('"999999"', "rubbish", '""', "W/", '"1'):
                yield Bad(f"If-Match {value}", silent.with_headers(If_Match=value), (412,), "version-changed")


def bad_paths(good: Request, ids: tuple[str, ...]) -> Iterator[Bad]:
    """Ids nobody has, and those with which one would like to be somewhere else."""
    values = {
        "traversal": "..%2f..%2f..%2fops%2fbacklog",
        "dots": "%2e%2e",
        "zero byte": "a%00b",
        "not UTF-8": "%ff%fe",
        "overlong": "x" * 3000,
        "emoji": quote("🚗"),
        "quotes": quote("' OR 1=1 --"),
        "operator": quote('{"$ne": null}'),
        "blank": "%20",
        "escape": "%1b%5b31m",
    }
    for name in ids:
        for kind, value in values.items():
            yield Bad(f"{kind} for {name}", replace(good, path={**good.path, name: value}), _NOWHERE)


def bad_queries(good: Request) -> Iterator[Bad]:
    """Parameters twice, and values of every kind: a filter may find nothing, but nothing may break."""
    pairs = [pair.partition("=")[::2] for pair in good.query.split("&") if pair]
    for name, value in pairs:
        request = replace(good, query=f"{good.query}&{name}={value}")
        yield Bad(f"{name} twice", request, (422,), "parameter-repeated")
    for name, _ in pairs:
        for value in (
            "",
            "%00",
            "%ff",
            "x" * 3000,
            "-1",
            "1e999",
            "9999-12-31",
            "0001-01-01",
            "1970-01-01",
            "null",
            "%5B%5D",
        ):
            changed = "&".join(f"{n}={value if n == name else v}" for n, v in pairs)
            yield Bad(f"{name}={value[:20]}", replace(good, query=changed), _NO_5XX)
    for name, value in (
        ("after", "%00"),
        ("after", "bm8gY3Vyc29y"),
        ("after", "x" * 500),
        ("limit", "0"),
        ("limit", "9" * 40),
    ):
        query = f"{good.query}&{name}={value}".lstrip("&")
        yield Bad(f"{name}={value[:20]}", replace(good, query=query), _NO_5XX)


# --- fields of the body ----------------------------------------------------------------------------------------------

Place = tuple[str | int, ...]
Change = tuple[str, Callable[[Any], Any], tuple[int, ...]]

_WRONG_IF_THE_SCHEMA_SAYS_SO: tuple[Change, ...] = (
    ("an object", lambda value: {"wrong": ["type"]}, _WRONG_FIELD),
    ("a list", lambda value: [["wrong"]], _WRONG_FIELD),
    ("null", lambda value: None, _WRONG_FIELD),
    ("another type", lambda value: "many" if isinstance(value, int | float) else 7, _WRONG_FIELD),
    ("empty", lambda value: "" if isinstance(value, str) else value, _WRONG_FIELD),
    ("negative", lambda value: -7 if isinstance(value, int | float) else value, _WRONG_FIELD),
    ("an unknown word", lambda value: "NO_SUCH_WORD ☃" if isinstance(value, str) else value, _WRONG_FIELD),
)
_NUMBERS = ("9223372036854775808", "1" + "0" * 30, "1e999", "-1e999")
_NO_NUMBERS = ("NaN", "Infinity", "-Infinity")
_TEXTS = {"zero byte": "a\x00b", "escape sequence": "\x1b[31mred", "lone surrogate": "a\ud800b", "delete": "a\x7f"}
_TIMES = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2025-02-30T00:00:00Z",
    "2025-06-23T08:00:00",
    "2025-06-23T08:00:00+99:00",
    "25:00",
)
_DAYS = ("0001-01-01", "9999-12-31", "2025-02-30", "2025-06-23T25:00:00Z")


def bad_fields(name: str, good: Request, body: Any, schema: Mapping[str, Any]) -> Iterator[Bad]:
    """Wrong values in every field. ``schema``: the body's, with all it refers to; it says which changes are wrong."""
    validator = Draft202012Validator(schema)
    found = list(_by_turns([*_changed(body, validator), *_missing(body, validator), *_strange(body, validator)]))
    yield from _chosen(name, [Bad(what, replace(good, content=_raw(wrong)), told) for what, wrong, told in found])


def _changed(body: Any, validator: Draft202012Validator) -> Iterator[tuple[str, Any, tuple[int, ...]]]:
    for place in _leaves(body):
        value, at = _at(body, place), "/".join(map(str, place))
        for kind, change, told in _WRONG_IF_THE_SCHEMA_SAYS_SO:
            wrong = _put(body, place, change(value))
            if not validator.is_valid(wrong):
                yield f"{kind} at {at}", wrong, told
        for kind, raw, told in _always_wrong(value):
            yield f"{kind} at {at}", _put(body, place, raw), told


def _always_wrong(value: Any) -> Iterator[tuple[str, Any, tuple[int, ...]]]:
    for text in _NO_NUMBERS:
        yield text, f"{_MARK}:{text}", _NO_JSON
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        for text in _NUMBERS:
            yield text[:12], f"{_MARK}:{text}", _WRONG_FIELD
    if isinstance(value, str):
        for kind, text in _TEXTS.items():
            yield kind, text, _WRONG_FIELD
        yield "endless text", "x" * 100_000, (413, 422)
        for text in _TIMES if _is_time(value) else _DAYS if _is_day(value) else ():
            yield text, text, _WRONG_FIELD


def _missing(body: Any, validator: Draft202012Validator) -> Iterator[tuple[str, Any, tuple[int, ...]]]:
    for place in _leaves(body, inner=True):
        if place and isinstance(place[-1], str):
            wrong = copy.deepcopy(body)
            del _at(wrong, place[:-1])[place[-1]]
            if not validator.is_valid(wrong):
                yield f"without {'/'.join(map(str, place))}", wrong, _WRONG_FIELD


def _strange(body: Any, validator: Draft202012Validator) -> Iterator[tuple[str, Any, tuple[int, ...]]]:
    for place in ((), *_leaves(body, inner=True)):
        inner = _at(body, place)
        if isinstance(inner, dict):
            for name in ("nobody_knows_me", "$where", "a.b", "", "\x00"):
                wrong = copy.deepcopy(body)
                _at(wrong, place)[name] = 1
                if not validator.is_valid(wrong) or name == "\x00":
                    yield f"field {name!r} at {'/'.join(map(str, place))}", wrong, _WRONG_FIELD


def _by_turns(found: list[tuple[str, Any, tuple[int, ...]]]) -> Iterator[tuple[str, Any, tuple[int, ...]]]:
    """One of each kind, then the next of each: so that a limit takes kinds and fields evenly."""
    kinds: dict[str, list[tuple[str, Any, tuple[int, ...]]]] = {}
    for one in found:
        kinds.setdefault(one[0].partition(" at ")[0].partition("/")[0], []).append(one)
    while kinds:
        for kind in list(kinds):
            yield kinds[kind].pop(zlib.crc32(kind.encode()) % len(kinds[kind]))
            if not kinds[kind]:
                del kinds[kind]


def _chosen(name: str, found: list[Bad]) -> list[Bad]:
    return found[:FIELDS_TRIED]


def _raw(body: Any) -> bytes:
    """JSON with what JSON has not: marked texts stand there as they are."""
    text = json.dumps(body)
    for number in (*_NUMBERS, *_NO_NUMBERS):
        text = text.replace(f'"{_MARK}:{number}"', number)
    return text.encode()


def _leaves(value: Any, at: Place = (), *, inner: bool = False) -> Iterator[Place]:
    """Places of all values that hold no others; with ``inner`` of those too that do."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if at and (inner or not parts):
        yield at
    for step, part in parts:
        yield from _leaves(part, (*at, step), inner=inner)


def _at(value: Any, place: Place) -> Any:
    for step in place:
        value = value[step]
    return value


def _put(body: Any, place: Place, value: Any) -> Any:
    changed = copy.deepcopy(body)
    _at(changed, place[:-1])[place[-1]] = value
    return changed


def _is_time(value: str) -> bool:
    try:
        return len(value) > 10 and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_day(value: str) -> bool:
    try:
        return len(value) == 10 and bool(datetime.fromisoformat(value))
    except ValueError:
        return False
