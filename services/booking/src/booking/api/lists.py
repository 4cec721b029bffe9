"""Names of what people choose from, in both languages (X4)."""

from chassis.lists import Lists, lists_router
from chassis.tables import columns_of
from contracts.booking import Mobility, ReadinessOf
from contracts.values import Channel, Initiative, NatureOfWork, Party, WorkClass

from booking.api.days import BoardOut, RegisterOut, SheetOut
from booking.api.figures import FiguresOut, ForecastOut
from booking.api.vehicles import DueVehiclesOut
from booking.api.words import FLOOR
from booking.domain.appointment import State
from booking.domain.capacity import DIAGNOSIS
from booking.domain.details import ChangeReason, NoShowReason
from booking.domain.parts_check import PartState
from booking.domain.staff import LeaveReason
from booking.domain.taking import TakingKind
from booking.domain.waiting import WaitingState

SOURCES = ("CARD", "BROCHURE", "SIGN", "REMINDER_MAIL", "WEB_SITE", "SALES", "WAIT_LIST", "OTHER")
"""How customers come to book (B14); a dealer may use words of his own beside these."""

LISTS: Lists = {
    "work-class": WorkClass,
    "channel": Channel,
    "nature": NatureOfWork,
    "initiative": Initiative,
    "party": Party,
    "mobility": Mobility,
    "readiness": ReadinessOf,
    "appointment-state": State,
    "waiting-state": WaitingState,
    "taking": TakingKind,
    "part-state": PartState,
    "change-reason": ChangeReason,
    "no-show-reason": NoShowReason,
    "leave-reason": LeaveReason,
    "source": SOURCES,
    "due-because": ("TIME", "MILEAGE", "POSTPONED"),
    "need": ("HIGH_VOLTAGE", DIAGNOSIS),
    "column": columns_of(RegisterOut, BoardOut, SheetOut, FiguresOut, ForecastOut, DueVehiclesOut),
}

router = lists_router("booking", LISTS, *FLOOR)
