"""How much is measured: the whole, a quick look, or just enough to see that every row works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Amounts of one run. Each row alternates both sides ``rounds`` times and takes medians."""

    name: str
    rounds: int
    consume_events: int
    react_events: int
    relay_events: int
    visible_s: tuple[float, float]
    """Seconds of a round at each of the two rates."""
    timers: int
    timers_within_s: float
    starts: int
    started: int | None
    """How many services are started alone; None: all."""
    http_s: float
    http_dealers: int
    http_appointments: int
    """Many more than connections: callers are not to meet at one document, for the door by hand does not try again."""
    looks: int
    """How often a round asks for free slots."""
    paced_s: float
    """Seconds of bookings at each pace."""
    visits: int
    row_s: float
    """No row takes longer; one that hangs ends then."""


FULL = Size("full", 5, 50_000, 10_000, 50_000, (3.0, 2.0), 20_000, 60.0, 3, None, 1.6, 100, 6_000, 100, 8.0, 24, 240.0)
QUICK = Size("quick", 2, 10_000, 2_000, 10_000, (2.0, 2.0), 2_000, 6.0, 1, 3, 1.0, 50, 2_000, 50, 5.0, 8, 240.0)
TINY = Size("tiny", 1, 1_200, 600, 3_000, (1.0, 0.5), 60, 1.0, 1, 1, 0.4, 20, 600, 5, 1.0, 2, 240.0)

SIZES = {size.name: size for size in (FULL, QUICK, TINY)}
