"""Names of what people choose from, in both languages (X4)."""

from collections.abc import Iterable, Mapping
from typing import Any

from chassis.access import Look, reader
from chassis.texts import LANGUAGES, words_of
from contracts.booking import Mobility, ReadinessOf
from contracts.values import Channel, Initiative, NatureOfWork, Party, WorkClass
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from booking.api.words import FLOOR, DealerPath
from booking.domain.appointment import State
from booking.domain.details import ChangeReason, NoShowReason
from booking.domain.parts_check import PartState
from booking.domain.staff import LeaveReason
from booking.domain.taking import TakingKind
from booking.domain.waiting import WaitingState

router = APIRouter(tags=["lists"])

SOURCES = ("CARD", "BROCHURE", "SIGN", "REMINDER_MAIL", "WEB_SITE", "SALES", "WAIT_LIST", "OTHER")
"""How customers come to book (B14); a dealer may use words of his own beside these."""

LISTS: Mapping[str, Iterable[str]] = {
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
    "due-because": ("TIME", "MILEAGE"),
    "need": ("HIGH_VOLTAGE",),
}


class NameOut(BaseModel):
    """One code of a list and what it is called."""

    code: str
    en: str
    zh: str


class ListOut(BaseModel):
    name: str = Field(examples=["work-class"])
    items: list[NameOut]


class ListsOut(BaseModel):
    lists: list[ListOut]


@router.get("/dealers/{dealer_id}/lists", response_model=ListsOut)
async def read_lists(dealer_id: DealerPath, look: Look = Depends(reader(*FLOOR))) -> dict[str, Any]:
    """What the codes of work classes, channels, reasons and states are called, in Chinese and English."""
    named = {language: words_of(language, "booking") for language in LANGUAGES}
    lists = [
        {
            "name": name,
            "items": [
                {"code": code, **{language: words.name(name, code) for language, words in named.items()}}
                for code in map(str, codes)
            ],
        }
        for name, codes in LISTS.items()
    ]
    return {"lists": lists}
