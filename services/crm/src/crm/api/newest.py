"""Cursors of lists with the newest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from chassis.paging import Listing, Page
from chassis.problems import Problem

from crm.storage.newest_first import Seen

T = TypeVar("T")


def seen(page: Page) -> Seen | None:
    """Where the page before ended. Raises 400 for a cursor that is not one of ours."""
    if page.after is None:
        return None
    at, _, id = page.after.partition("|")
    try:
        return Seen(datetime.fromisoformat(at), id)
    except ValueError as wrong:
        raise Problem(400, "cursor-invalid", "Send `after` as it came in `next`, unchanged.") from wrong


def listing(page: Page, rows: Sequence[tuple[Seen, T]]) -> Listing[T]:
    """The page out of ``limit + 1`` rows with their places."""
    return page.listing(rows, lambda row: row[1], key=lambda row: f"{row[0].at.isoformat()}|{row[0].id}")
