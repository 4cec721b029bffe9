"""The network's settings of reception as one value; nothing in the rules is a literal."""

from dataclasses import dataclass

from reception.domain.warranty import POLICY, WarrantyRule


@dataclass(frozen=True)
class AuxiliaryTime:
    """One part of a promised time beside the work itself (R11)."""

    name: str
    minutes: int


@dataclass(frozen=True)
class Policy:
    """What a dealer network may set. ``check_digit_markets``: countries (ISO 3166) whose VINs carry a check digit."""

    greeting_target_seconds: int = 60
    contingency_percent_max: int = 10
    auxiliary: tuple[AuxiliaryTime, ...] = (
        AuxiliaryTime("hand-over", 10),
        AuxiliaryTime("free-checks", 15),
        AuxiliaryTime("quality-control", 15),
        AuxiliaryTime("wash", 20),
    )
    promise_step_minutes: int = 5
    link_hours: int = 48
    estimate_versions_max: int = 30
    check_digit_markets: tuple[str, ...] = ("US", "CA")
    photo_bytes: int = 4_000_000
    visit_photos: int = 100
    visit_photo_bytes: int = 80_000_000
    rework_days: int = 30
    """Within these days a vehicle that comes back is perhaps a rework (W9)."""
    warranty: tuple[WarrantyRule, ...] = POLICY
