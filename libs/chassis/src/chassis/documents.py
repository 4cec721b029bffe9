"""One collection of one kind of aggregate, projection or row, and how its state is written down."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cache, cached_property
from operator import attrgetter
from typing import Any, Generic, TypeVar

from contracts.event import Event
from pydantic import BaseModel, TypeAdapter

from chassis.clock import milliseconds

Raw = dict[str, Any]

MOST_REMEMBERED = 128
"""Documents of one kind; a dealer's calendar takes 0.15 MB."""


def _no_timers(_: Any) -> Mapping[str, datetime]:
    return {}


def _own_visit(aggregate: Any) -> str | None:
    return getattr(aggregate, "visit_id", None)


_AS_IT_IS = frozenset({str, int, float, bool, type(None), bytes})


def plain(value: Any) -> Any:
    """A value as the store keeps it: dates and times of day as ISO text, instants in UTC milliseconds.

    Dataclasses and pydantic values become their fields by name. It goes by the class of each value, looked up once:
    every state that is saved passes here.
    """
    kind = type(value)
    return value if kind in _AS_IT_IS else _writer(kind)(value)


def _sequence(value: Iterable[Any]) -> list[Any]:
    return [one if type(one) in _AS_IT_IS else _writer(type(one))(one) for one in value]


def _mapping(value: Mapping[Any, Any]) -> Raw:
    return {k if type(k) is str else str(plain(k)): plain(v) for k, v in value.items()}


def _record(names: Sequence[str]) -> Callable[[Any], Raw]:
    def written(value: Any) -> Raw:
        state = {}
        for name in names:
            one = getattr(value, name)
            state[name] = one if type(one) in _AS_IT_IS else _writer(type(one))(one)
        return state

    return written


@cache
def _writer(kind: type[Any]) -> Callable[[Any], Any]:
    """How a value of this class is written."""
    if is_dataclass(kind):
        return _record([one.name for one in fields(kind)])
    if issubclass(kind, BaseModel):
        return _record(list(kind.model_fields))
    for known, written in _WRITTEN:
        if issubclass(kind, known):
            return written
    return lambda value: value


_WRITTEN: Sequence[tuple[Any, Callable[[Any], Any]]] = (
    (Enum, attrgetter("value")),
    (dict, _mapping),
    ((list, tuple), _sequence),
    ((set, frozenset), lambda value: sorted(map(plain, value))),
    (datetime, milliseconds),
    ((date, time), lambda value: value.isoformat()),
    (timedelta, lambda value: value.total_seconds()),
)


A = TypeVar("A")


@dataclass(frozen=True, eq=False)
class Documents(Generic[A]):
    """Where one kind of thing is kept.

    ``aggregate`` names it in events (CloudEvents subject); ``id_of`` gives the document's id, which is the key of its
    facts; ``timers`` derives from the state what falls due when, so a timer lives exactly as long as the state asks
    for it. ``indexes`` and ``unique`` get the dealer in front. Every type has a ``dealer_id``. ``announces=False`` for
    projections and other rows that never announce a fact: nothing is kept or watched for the relay then.

    ``told``: called with the aggregate, the record (``chassis.store.Pending``) and the event for each fact that is
    announced with it; for an aggregate that keeps its own story in its state.

    ``brief``: a few values derived from the state, kept beside it, for questions that look at many large documents
    (``Unit.briefs``). It is made with every write and counts for that version only.

    ``remembered``: large, read with almost every request, hardly ever changed. It is read from the store each time, but
    while it is byte for byte what it was it is not decoded and made anew. All its fields hold must be immutable.
    """

    name: str
    aggregate: str
    type: type[A]
    id_of: Callable[[A], str]
    visit_of: Callable[[A], str | None] = _own_visit
    timers: Callable[[A], Mapping[str, datetime]] = _no_timers
    indexes: Sequence[tuple[str, ...]] = ()
    unique: Sequence[tuple[str, ...]] = ()
    announces: bool = True
    remembered: bool = False
    told: Callable[[A, Any, Event], None] | None = None
    brief: Callable[[A], Raw] | None = None

    @cached_property
    def _made(self) -> OrderedDict[str, tuple[Raw, A]]:
        return OrderedDict()

    @cached_property
    def _validate(self) -> Callable[[Raw], A]:
        validate = TypeAdapter(self.type).validator.validate_python
        if is_dataclass(self.type):
            return validate  # it takes its own fields only
        return lambda raw: validate({k: v for k, v in raw.items() if not k.startswith("_")})

    def dump(self, aggregate: A) -> Raw:
        """The state as the store keeps it."""
        return plain(aggregate)

    def load(self, raw: Raw) -> A:
        """The state out of the store's document; the machinery's own fields begin with an underscore."""
        if not self.remembered:
            return self._validate(raw)
        known = self._made.get(raw["_id"])
        if known is None or known[0] is not raw:
            known = raw, self._validate(raw)
            self._made[raw["_id"]] = known
            if len(self._made) > MOST_REMEMBERED:
                self._made.popitem(last=False)
        return _another(known[1])


class AsText(Generic[A]):
    """Values of one type as JSON text: for what is read often and looked at rarely."""

    def __init__(self, kind: type[A]) -> None:
        self._adapter: TypeAdapter[A] = TypeAdapter(kind)

    def write(self, value: A) -> str:
        return self._adapter.dump_json(value).decode()

    def read(self, text: str) -> A:
        """Raises ``ValueError`` for what was not written by this."""
        return self._adapter.validate_json(text)


def _another(aggregate: A) -> A:
    """One that can be changed without changing the first."""
    other = copy(aggregate)
    for name, value in vars(other).items():
        if isinstance(value, list | dict | set):
            setattr(other, name, copy(value))
    return other
