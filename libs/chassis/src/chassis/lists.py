"""What the codes of a service's lists are called, in each language, for the screens of any app."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from chassis.access import Look, reader
from chassis.texts import LANGUAGES, words_of

Lists = Mapping[str, Iterable[str]]
"""Name of a list → its codes."""


class NameOut(BaseModel):
    """One code of a list and what it is called."""

    code: str
    en: str
    zh: str


class ListOut(BaseModel):
    name: str = Field(examples=["channel"])
    items: list[NameOut]


class ListsOut(BaseModel):
    lists: list[ListOut]


def lists_router(package: str, lists: Lists, *roles: str) -> APIRouter:
    """``GET /dealers/{dealer_id}/lists`` of these lists, with the words of the package's catalogues."""
    router = APIRouter(tags=["lists"])

    @router.get("/dealers/{dealer_id}/lists", response_model=ListsOut)
    async def read_lists(dealer_id: str, look: Look = Depends(reader(*roles))) -> dict[str, Any]:
        """What the codes of the lists are called, in Chinese and English."""
        return {"lists": [{"name": name, "items": _named(package, name, codes)} for name, codes in lists.items()]}

    return router


def _named(package: str, name: str, codes: Iterable[str]) -> list[dict[str, str]]:
    words = {language: words_of(language, package) for language in LANGUAGES}
    return [
        {"code": str(code), **{language: words[language].name(name, str(code)) for language in LANGUAGES}}
        for code in codes
    ]
