"""Figures for Prometheus: requests by route, and how far behind this process is."""

from collections.abc import Mapping
from typing import Any

from prometheus_client import Counter, Gauge, Histogram, generate_latest
from prometheus_client.registry import REGISTRY

_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REQUESTS = Counter("sevenstep_http_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram("sevenstep_http_seconds", "Time to the whole answer.", ["method", "route"], buckets=_BUCKETS)
REPLAYS = Counter("sevenstep_commands_replayed", "Commands answered from their record.")
LOST_RACES = Counter("sevenstep_commands_retried", "Commands done again because somebody else was faster.")

PENDING = Gauge("sevenstep_outbox_pending", "Facts that Kafka has not acknowledged yet.")
LAG = Gauge("sevenstep_consumer_lag", "Facts not consumed yet.")
DUE = Gauge("sevenstep_timers_due", "Timers that are due and have not fired.")
SET_ASIDE = Gauge("sevenstep_set_aside", "Facts that stand aside, by state.", ["state"])

_children: dict[tuple[str, str, int], tuple[Any, Any]] = {}


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """One answered request. ``route`` is the template, never the path: ids are no labels."""
    found = _children.get((method, route, status))
    if found is None:
        found = REQUESTS.labels(method, route, str(status)), SECONDS.labels(method, route)
        _children[(method, route, status)] = found
    found[0].inc()
    found[1].observe(seconds)


def backlog(figures: Mapping[str, Any]) -> None:
    """Takes over what ``Runtime.backlog`` says."""
    PENDING.set(figures.get("pending_events", 0))
    LAG.set(_total(figures.get("lag", 0)))
    DUE.set(figures.get("due_timers", 0))
    aside = figures.get("set_aside", {})
    for state, count in (aside if isinstance(aside, Mapping) else {"all": aside}).items():
        SET_ASIDE.labels(state).set(count)


def exposition() -> bytes:
    """All figures in Prometheus' text format."""
    return generate_latest(REGISTRY)


def _total(lag: Any) -> float:
    return sum(_total(part) for part in lag.values()) if isinstance(lag, Mapping) else lag
