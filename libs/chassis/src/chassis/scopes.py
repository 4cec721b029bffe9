"""Whose documents a unit of work may see. Nothing is read or written without one (X1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Dealers:
    """One dealer or a set of dealers."""

    ids: frozenset[str]

    @classmethod
    def of(cls, *ids: str) -> "Dealers":
        return cls(frozenset(ids))

    @classmethod
    def among(cls, ids: Iterable[str]) -> "Dealers":
        return cls(frozenset(ids))


@dataclass(frozen=True, slots=True)
class System:
    """The machinery itself: relay, timers, inbox, migrations. Never a person's request."""

    purpose: str


@dataclass(frozen=True, slots=True)
class Network:
    """All dealers, by somebody named and for a reason that is logged. Only headquarters constructs it."""

    actor: str
    reason: str


Scope = Dealers | System | Network


def covers(scope: Scope, dealer_id: str) -> bool:
    """Whether documents of this dealer are inside the scope."""
    return not isinstance(scope, Dealers) or dealer_id in scope.ids


def scope_filter(scope: Scope) -> dict[str, Any]:
    """The part of every query that keeps it inside the scope."""
    if not isinstance(scope, Dealers):
        return {}
    if len(scope.ids) == 1:
        return {"dealer_id": next(iter(scope.ids))}
    return {"dealer_id": {"$in": sorted(scope.ids)}}
