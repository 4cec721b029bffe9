"""Every figure worked out again from the events that headquarters names as its reasons (H9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from demo.book import Book
from demo.client import Platform
from demo.outcome import PERIOD
from demo.plan import Dealer

SHOWN = ("SH002", "no_show_rate")
"""The figure whose events are kept in the report."""
PAGE = 20
"""Small enough that longer explanations come in several pages."""
_ONE_MINUS = frozenset({"first_time_fix_rate"})
_DIFFERENCES = frozenset({"open_complaints"})


@dataclass(frozen=True)
class Explanation:
    """The parts of a figure's formula and the events that count in them."""

    figure: str
    numerator: list[str]
    denominator: list[str]
    rows: list[dict[str, Any]]

    def value(self) -> float | None:
        """The figure from its events. None where there is nothing to divide by."""
        above, below = self._sum(self.numerator), self._sum(self.denominator)
        if self.figure in _DIFFERENCES:
            return above - below
        if not self.denominator:
            return above
        if not below:
            return None
        return 1 - above / below if self.figure in _ONE_MINUS else above / below

    def _sum(self, parts: Iterable[str]) -> float:
        return float(sum(row["amount"] for part in parts for row in self.rows if row["part"] == part))


async def check_all(platform: Platform, book: Book, dealers: list[Dealer], kpis: dict[str, Any]) -> dict[str, Any]:
    """Each figure of each dealer against its own events. Returns the one that is shown, with its events' ids."""
    shown: dict[str, Any] = {}
    for dealer in dealers:
        for figure, value in kpis[dealer.code].items():
            found = await explanation(platform, dealer, figure)
            book.check(f"{dealer.code} {figure}: worked out from its events", found.value(), value)
            if (dealer.code, figure) == SHOWN:
                shown = {"dealer": dealer.code, "figure": figure, "value": value, "from": _address(platform, *SHOWN),
                         "events": [row["event_id"] for row in found.rows]}  # fmt: skip
    return shown


async def explanation(platform: Platform, dealer: Dealer, figure: str) -> Explanation:
    """All pages of a figure's events."""
    rows: list[dict[str, Any]] = []
    more: dict[str, Any] = {}
    while True:
        page = await platform.get("headquarters", f"/dealers/{dealer.code}/figures/{figure}/events", role="manager",
                                  dealer=dealer.code, limit=PAGE, **PERIOD, **more)  # fmt: skip
        rows += page["items"]
        if page["next"] is None:
            return Explanation(figure, page["numerator"], page["denominator"], rows)
        more = {"after": page["next"]}


def _address(platform: Platform, dealer: str, figure: str) -> str:
    days = "&".join(f"{name}={day}" for name, day in PERIOD.items())
    return f"{platform.stack.services['headquarters']}/dealers/{dealer}/figures/{figure}/events?{days}"
