"""Records nobody should put on a topic, made out of a good one, and what must become of each.

Every poison is an aggregate of its own, so it holds back nobody but itself.
"""

import gzip
import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from contracts.envelope import Envelope, to_headers

Headers = list[tuple[str, bytes | None]]


class Fate(Enum):
    """What must become of a record."""

    DEAD = "it cannot be read: a dead letter at once, for every consumer of the topic"
    DEAD_WHERE_HEARD = "its body cannot be read: a dead letter at once, for every consumer that listens to its type"
    FAILS = "it is read and cannot be handled: a dead letter after five tries"
    PASSES = "nothing is wrong enough to stop at: it has its effect, or none"


@dataclass(frozen=True)
class Poison:
    """``name`` says what is wrong."""

    name: str
    fate: Fate
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


REQUIRED = ("ce_id", "ce_type", "ce_subject", "ce_time", "ce_dealer", "ce_sequence", "ce_recordedtime")
NOISE = random.Random(7).randbytes(2_000)
LARGE = 700_000
"""Kafka takes a record of at most 1 MB."""


def corpus(good: Envelope, body: dict[str, Any]) -> list[Poison]:
    """All poisons out of one good fact; ids and keys are derived from the good one's key."""
    return [*_of_headers(good, body), *_of_bodies(good, body), *_odd(good, body)]


def _of_headers(good: Envelope, body: dict[str, Any]) -> Iterator[Poison]:
    value = json.dumps(body).encode()

    def dead(name: str, headers: Headers) -> Poison:
        return Poison(name, Fate.DEAD, good.key.encode(), value, tuple(headers))

    headers = to_headers(good)
    yield dead("no headers", [])
    yield dead("only headers of others", [("x-any", b"1"), ("traceparent", b"00-x")])
    for name in REQUIRED:
        yield dead(f"{name} missing", [(one, told) for one, told in headers if one != name])
        yield dead(f"{name} null", _with(headers, name, None))
        yield dead(f"{name} empty", _with(headers, name, b""))
        yield dead(f"{name} not UTF-8", _with(headers, name, b"\xff\xfe" + NOISE[:20]))
    for name in ("ce_id", "ce_type", "ce_dealer", "ce_sequence", "ce_actor"):
        yield dead(f"{name} twice", [*headers, (name, b"1")])
    for name in ("ce_visit", "ce_actor", "ce_traceparent"):
        yield dead(f"{name} null", _with(headers, name, None))
        yield dead(f"{name} not UTF-8", _with(headers, name, b"\xff\xfe"))
    for name in ("ce_id", "ce_type", "ce_dealer", "ce_subject", "ce_actor"):
        yield dead(f"{name} endless", _with(headers, name, b"x/" + b"x" * 5_000))
    for text in ("0", "-1", "one", "1.5", "9223372036854775808", "9" * 5_000, "\uff11", "+1", " 1", "1_0"):
        yield dead(f"ce_sequence {text[:20]}", _with(headers, "ce_sequence", text.encode()))
    for name in ("ce_time", "ce_recordedtime"):
        for text in (
            "yesterday",
            "2025-06-23",
            "2025-06-23T08:00:00",
            "1750000000",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-12:00",
        ):
            yield dead(f"{name} {text}", _with(headers, name, text.encode()))
    yield dead("ce_subject without a key", _with(headers, "ce_subject", b"appointment"))
    yield dead("ce_subject with an empty key", _with(headers, "ce_subject", b"appointment/"))
    yield dead("a type of another service", _with(headers, "ce_type", b"another.thing-happened.v1"))
    yield dead("a type that is none", _with(headers, "ce_type", b"thing"))
    yield dead("names in capitals", [(name.upper(), told) for name, told in headers])
    structured = json.dumps({"specversion": "1.0", "type": good.type, "data": body}).encode()
    cloud = (("content-type", b"application/cloudevents+json"),)
    yield Poison("CloudEvents in structured mode", Fate.DEAD, good.key.encode(), structured, cloud)


def _of_bodies(good: Envelope, body: dict[str, Any]) -> Iterator[Poison]:
    field = next(iter(body))
    text = json.dumps(body).encode()
    for name, value in {
        "tombstone": None,
        "empty": b"",
        "null": b"null",
        "array": b"[]",
        "text": b'"text"',
        "number": b"7",
        "cut off": text[:-3],
        "two documents": text + text,
        "not UTF-8": text.replace(b":", b':"\xff', 1),
        "UTF-16": json.dumps(body).encode("utf-16"),
        "gzip": gzip.compress(text, mtime=0),
        "noise": NOISE,
        "a schema registry's frame": b"\x00\x00\x00\x00\x2a" + text,
        "a page of HTML": b"<html><body>502 Bad Gateway</body></html>",
        "deep": b"[" * 200_000,
        "deep in a field": b'{"' + field.encode() + b'":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "huge noise": NOISE * (LARGE // len(NOISE)),
        "huge number": b'{"' + field.encode() + b'":' + b"9" * 20_000 + b"}",
        "NaN": b'{"' + field.encode() + b'": NaN}',
        "no fields": b"{}",
        "a wrong type": json.dumps({**body, field: {"wrong": ["type"]}}).encode(),
        "a null field": json.dumps({**body, field: None}).encode(),
        "a missing field": json.dumps({name: told for name, told in body.items() if name != field}).encode(),
        "half a character": text.replace(b":", b': "\\ud800" ,"x":', 1).replace(b'"x": ', b'"x":', 1),
    }.items():
        own = _own(good, f"body {name}")
        yield Poison(f"body {name}", Fate.DEAD_WHERE_HEARD, own.key.encode(), value, tuple(to_headers(own)))


def _odd(good: Envelope, body: dict[str, Any]) -> Iterator[Poison]:
    """Odd, but nothing to stop at."""
    value = json.dumps(body).encode()

    def passes(
        name: str, envelope: Envelope, *extra: tuple[str, bytes | None], key: bytes | None = b"", told: bytes = value
    ) -> Poison:
        key = envelope.key.encode() if key == b"" else key
        return Poison(name, Fate.PASSES, key, told, (*to_headers(envelope), *extra))

    stem = good.type.rpartition(".")[0]
    unknown = f"{good.service}.nobody-knows-this.v1"
    yield passes("an unknown type", replace(_own(good, "unknown type"), type=unknown))
    yield passes("an unknown type with noise", replace(_own(good, "unknown noise"), type=unknown), told=NOISE)
    yield passes("a version from tomorrow", replace(_own(good, "version 99"), type=f"{stem}.v99"))
    yield passes("a version that never was", replace(_own(good, "version 0"), type=f"{stem}.v0"))
    yield passes("headers nobody knows", _own(good, "extra headers"), ("x", None), ("x", b"\xff"), ("y", NOISE))
    yield passes(
        "fields nobody knows", _own(good, "fields"), told=json.dumps({**body, "zz": [1], "$where": 1}).encode()
    )
    yield passes("another key for Kafka", _own(good, "kafka key"), key=b"elsewhere")
    yield passes("no key for Kafka", _own(good, "no key"), key=None)
    yield passes("noise for a key", _own(good, "noise key"), key=NOISE[:100])
    yield passes("an actor nobody is", replace(_own(good, "actor"), actor="\u202e[bold]$(reboot)"))
    yield passes("an id that looks like an address", replace(_own(good, "odd id"), id=f"a/b?c#d é%2F {good.key}"))


def failing(good: Envelope, body: dict[str, Any], count: int) -> list[Poison]:
    """Facts that can be read, and whose handler fails each time."""
    found = []
    for number in range(count):
        own = _own(good, f"fails {number}")
        value = json.dumps(body).encode()
        found.append(Poison(f"fails {number}", Fate.FAILS, own.key.encode(), value, tuple(to_headers(own))))
    return found


def _own(good: Envelope, what: str) -> Envelope:
    """A fact of an aggregate of its own."""
    name = f"{good.key}-{what.replace(' ', '-')}"
    return replace(good, id=f"{name}-{os.urandom(4).hex()}", key=name)


def _with(headers: Headers, name: str, value: bytes | None) -> Headers:
    others: Headers = [(one, told) for one, told in headers if one != name]
    return [*others, (name, value)]
