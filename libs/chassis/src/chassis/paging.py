"""Long lists in pages: an opaque cursor that says where the next page begins."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from chassis.problems import Problem

T = TypeVar("T")
Row = TypeVar("Row")


class Listing(BaseModel, Generic[T]):
    """One page of a list. ``next`` is the cursor of the next page, or null when there is none."""

    items: list[T]
    next: str | None = Field(default=None, description="Send it as ?after=… to get the next page; null: the end.")


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list the caller wants: at most ``limit`` rows whose sort key is greater than ``after``."""

    limit: int
    after: str | None
    request: Request
    response: Response

    def listing(self, rows: Sequence[Row], show: Callable[[Row], T], key: Callable[[Row], str]) -> Listing[T]:
        """The page out of rows that were read with ``limit=page.limit + 1``, sorted by ``key``.

        ``key`` is the text the next page starts after; ``Link: rel="next"`` is set as well.
        """
        shown = rows[: self.limit]
        if len(rows) <= self.limit:
            return Listing(items=[show(row) for row in shown])
        cursor = base64.urlsafe_b64encode(key(shown[-1]).encode()).decode().rstrip("=")
        url = self.request.url.include_query_params(after=cursor)
        self.response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
        return Listing(items=[show(row) for row in shown], next=cursor)


def paging(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=200, description="Rows per page.")] = 50,
    after: Annotated[str | None, Query(max_length=400, description="The cursor `next` of the page before.")] = None,
) -> Page:
    """Dependency of list routes. Raises 400 for a cursor that is not one of ours."""
    try:
        start = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode() if after else None
    except (binascii.Error, UnicodeError, ValueError) as wrong:
        raise Problem(400, "cursor-invalid", "Send `after` as it came in `next`, unchanged.") from wrong
    return Page(limit, start, request, response)
