"""R16: the hand-over (交车): final check list as data, and what was charged."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from contracts.values import Money

from reception.domain.errors_estimate import DeliveryChecksIncomplete, DeliveryChecksUnknown

DELIVERY_CHECKS: Mapping[str, tuple[str, str]] = {
    "ALL_ITEMS_DONE": ("All items done", "所有项目已完成"),
    "CAR_CLEAN": ("Car is clean", "车辆清洁"),
    "AUDIO_AND_AC_OFF": ("Audio and air conditioning off", "音响和空调已关闭"),
    "CLOCK_SEAT_CUP_HOLDER_RESTORED": ("Clock, seat and cup holder restored", "时钟、座椅、杯架已复位"),
    "NO_TOOLS_LEFT": ("No tools left in the car", "车内无遗留工具"),
    "OLD_PARTS_PLACED": ("Old parts at the agreed place", "旧件放在约定位置"),
    "INTERIOR_TIDY": ("Interior tidy", "车内整洁"),
    "BODY_COMPARED_WITH_WALK_AROUND": ("Body and paint compared with the walk-around", "车身漆面与环检记录一致"),
    "DOORS_AND_WINDOWS_CLOSED": ("Doors and windows closed", "门窗已关闭"),
    "CAR_LOCKED": ("Car locked", "车辆已上锁"),
}


@dataclass(frozen=True)
class NextService:
    """The next service as told to the customer: by day or distance, whichever comes first."""

    due_on: date | None = None
    due_km: int | None = None


@dataclass(frozen=True)
class HandOver:
    """What happened at the hand-over."""

    opinion_card_filled: bool
    work_explained: bool
    old_parts_shown: bool
    follow_up_announced: bool
    next_service: NextService
    ready_notice_given: bool = True
    booklet_updated: bool = True
    """The maintenance booklet is filled in and handed over."""
    settlement_explained: bool = True
    """The itemised settlement was gone through."""


@dataclass(frozen=True)
class Delivery:
    """The vehicle is back with the customer. ``charges``: amount by line."""

    at: datetime
    charged: Money
    charges: dict[str, Money]
    on_time: bool
    hand_over: HandOver


def check_off(confirmed: Collection[str]) -> tuple[str, ...]:
    """The final check list with all items confirmed, in its order. Raises when one is open or unknown."""
    if unknown := set(confirmed) - DELIVERY_CHECKS.keys():
        raise DeliveryChecksUnknown(unknown)
    if missing := [item for item in DELIVERY_CHECKS if item not in confirmed]:
        raise DeliveryChecksIncomplete(missing)
    return tuple(DELIVERY_CHECKS)
