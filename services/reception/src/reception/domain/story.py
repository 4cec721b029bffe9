"""What happened to a visit, kept with what it happened to (X2): who, when, which fact, why, and nothing else."""

from dataclasses import dataclass
from datetime import datetime

from contracts.event import Event

_WHY = ("reason", "resolution", "outcome", "how")
"""Fields of facts that say why, or in which way."""


@dataclass(frozen=True)
class Happened:
    """One fact that was announced. ``at`` is business time, ``recorded_at`` the system's."""

    event_id: str
    type: str
    visit_id: str
    actor: str
    why: str
    at: datetime
    recorded_at: datetime
    traceparent: str


def why(event: Event) -> str:
    """The code of its reason; empty where it tells none."""
    return next((str(said) for name in _WHY if (said := getattr(event, name, None))), "")
