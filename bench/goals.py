"""What each key is to reach. Bounds marked ``<=`` are upper ones."""

GOALS: dict[str, tuple[str, float]] = {
    "booking_ratio": (">=", 0.75),
    "booking_ratio_traced": (">=", 0.70),
    "command_ratio": (">=", 0.80),
    "read_ratio": (">=", 0.70),
    "availability_ms_p99": ("<=", 5.0),
    "booking_ms_p99": ("<=", 300.0),
    "booking_ms_p99_burst": ("<=", 300.0),
    "consume_ratio": (">=", 0.95),
    "react_ratio": (">=", 0.85),
    "relay_ratio": (">=", 0.60),
    "visible_ms_p50": ("<=", 8.0),
    "visible_ms_p99": ("<=", 25.0),
    "visible_ms_p50_200": ("<=", 15.0),
    "visible_ms_p99_200": ("<=", 60.0),
    "timer_late_s_p99": ("<=", 1.0),
    "rss_mb_max": ("<=", 110.0),
    "start_s_max": ("<=", 2.0),
    "visit_cost_ratio": ("<=", 2.0),
    "growth_ratio_max": ("<=", 1.3),
}


def reached(key: str, value: float) -> bool:
    """Whether this value is as good as its goal."""
    bound, goal = GOALS[key]
    return value >= goal if bound == ">=" else value <= goal
