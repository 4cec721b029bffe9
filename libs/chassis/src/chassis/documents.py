"""One collection of one kind of aggregate, projection or row, and how its state is written down."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from chassis.clock import milliseconds

Raw = dict[str, Any]


def _no_timers(_: Any) -> Mapping[str, datetime]:
    return {}


def _own_visit(aggregate: Any) -> str | None:
    return getattr(aggregate, "visit_id", None)


def plain(value: Any) -> Any:
    """A value as the store keeps it: dates and times of day as ISO text, instants in UTC milliseconds."""
    if isinstance(value, dict):
        return {_key(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(v) for v in value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return milliseconds(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value


def _key(key: Any) -> str:
    return str(plain(key))


A = TypeVar("A")


@dataclass(frozen=True, eq=False)
class Documents(Generic[A]):
    """Where one kind of thing is kept.

    ``aggregate`` names it in events (CloudEvents subject); ``id_of`` gives the document's id, which is the key of its
    facts; ``timers`` derives from the state what falls due when, so a timer lives exactly as long as the state asks
    for it. ``indexes`` and ``unique`` get the dealer in front. Every type has a ``dealer_id``.
    """

    name: str
    aggregate: str
    type: type[A]
    id_of: Callable[[A], str]
    visit_of: Callable[[A], str | None] = _own_visit
    timers: Callable[[A], Mapping[str, datetime]] = _no_timers
    indexes: Sequence[tuple[str, ...]] = ()
    unique: Sequence[tuple[str, ...]] = ()

    @cached_property
    def _adapter(self) -> TypeAdapter[A]:
        return TypeAdapter(self.type)

    def dump(self, aggregate: A) -> Raw:
        """The state as the store keeps it."""
        return plain(self._adapter.dump_python(aggregate))

    def load(self, raw: Raw) -> A:
        """The state out of the store's document; the machinery's own fields begin with an underscore."""
        return self._adapter.validate_python({k: v for k, v in raw.items() if not k.startswith("_")})
