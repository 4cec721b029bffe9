"""A recipe says how to ask one operation about a dealer's real object, and what to remember of the answer."""

import json
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from side import Side

Answer = dict[str, Any]
Body = dict[str, Any] | Callable[[Side], dict[str, Any]] | None


@dataclass(frozen=True)
class Ask:
    """What goes into a request. ``dealer_id`` comes by itself. ``file``: instead of a body, its type and its bytes."""

    path: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    query: dict[str, Any] = field(default_factory=dict)
    file: tuple[str, bytes] | None = None

    @property
    def content(self) -> bytes:
        """The body as it goes over the wire."""
        if self.file:
            return self.file[1]
        return b"" if self.body is None else json.dumps(self.body).encode()

    @property
    def content_type(self) -> dict[str, str]:
        """The header that names it."""
        if self.file:
            return {"Content-Type": self.file[0]}
        return {} if self.body is None else {"Content-Type": "application/json"}

    @property
    def text(self) -> str:
        return json.dumps([self.path, self.body, self.query], ensure_ascii=False)

    def names_in_path(self, ids: Iterable[str]) -> bool:
        return bool(set(ids) & {str(part) for part in self.path.values()})

    def made_up(self, ids: Iterable[str]) -> "Ask":
        """The same request about ids of the same form that nobody has."""
        text = self.text
        for id in ids:
            text = text.replace(json.dumps(id), json.dumps(_other(id)))
        return Ask(*json.loads(text), file=self.file)


@dataclass(frozen=True)
class Recipe:
    """``ask`` makes the request for a side's object; ``keep`` remembers ids from the answer of the own cell.

    ``version_of``: the operation that tells the ETag to send as ``If-Match``. ``new``: it is put there the first time.
    """

    ask: Callable[[Side], Ask] = lambda side: Ask()
    keep: Callable[[Side, Answer], object] = lambda side, answer: None
    version_of: str = ""
    new: bool = False


def on_visit(body: Body = None, keep: Callable[[Side, Answer], object] = lambda side, answer: None) -> Recipe:
    """About the visit of the story."""
    return Recipe(lambda side: Ask({"visit_id": side.visit_id}, _made(body, side)), keep)


def on_line(body: Body = None) -> Recipe:
    """About a line of its job."""
    return Recipe(lambda side: Ask({"visit_id": side.visit_id, "line_id": side.seen["line"]}, _made(body, side)))


def on_person(body: Body = None, version_of: str = "") -> Recipe:
    """About its customer."""
    return Recipe(lambda side: Ask({"person_id": side.person_id}, _made(body, side)), version_of=version_of)


def on_case(body: Body = None) -> Recipe:
    """About the complaint."""
    return Recipe(lambda side: Ask({"case_id": side.ids["case"]}, _made(body, side)))


def _made(body: Body, side: Side) -> dict[str, Any] | None:
    return body(side) if callable(body) else body


def _other(id: str) -> str:
    chance = random.Random(id)
    return re.sub("[0-9a-f]", lambda _: chance.choice("0123456789abcdef"), id)
