"""Satisfaction of a dealer's customers over a period (V3), from the invitations asked in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from chassis.unit import Unit

from survey.domain.dealer import Dealer
from survey.domain.errors import PeriodInvalid
from survey.domain.invitation import Invitation, State
from survey.storage.invitations import INVITATIONS

LONGEST_PERIOD = timedelta(days=92)
"""One dealer asks a few thousand customers in a quarter; longer views are headquarters' roll-ups."""
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Rates are 0 to 1 and scores 0 to 100; None where there is nothing to divide by."""

    asked: int
    answered: int
    expired: int
    withheld: int
    response_rate: float | None
    mean_score: float | None
    satisfied_rate: float | None
    very_satisfied_rate: float | None


async def satisfaction_of(unit: Unit, dealer: Dealer, first: date, last: date) -> Satisfaction:
    """Of those asked on these days of the dealer's calendar, both included. Raises ``PeriodInvalid``."""
    if last < first or last - first >= LONGEST_PERIOD:
        raise PeriodInvalid(f"`from` and `to` are days in this order, both included, at most {LONGEST_PERIOD.days}")
    since = datetime.combine(first, time(), dealer.zone)
    until = datetime.combine(last + timedelta(days=1), time(), dealer.zone)
    wanted = {"dealer_id": dealer.dealer_id, "asked_at": {"$gte": since, "$lt": until}}
    asked: list[Invitation] = []
    while page := await unit.query(INVITATIONS, wanted, sort=[("asked_at", 1)], limit=_BATCH, skip=len(asked)):
        asked += page
        if len(page) < _BATCH:
            break
    return measured(asked)


def measured(asked: Iterable[Invitation]) -> Satisfaction:
    """The figures of these invitations. Withheld ones count as not asked: the customer never got a question."""
    asked = list(asked)
    given = [invitation.given for invitation in asked if invitation.given is not None]
    withheld = sum(invitation.state is State.WITHHELD for invitation in asked)
    return Satisfaction(
        asked=len(asked) - withheld,
        answered=len(given),
        expired=sum(invitation.state is State.EXPIRED for invitation in asked),
        withheld=withheld,
        response_rate=_share(len(given), len(asked) - withheld),
        mean_score=round(sum(one.score for one in given) / len(given), 2) if given else None,
        satisfied_rate=_share(sum(one.satisfied for one in given), len(given)),
        very_satisfied_rate=_share(sum(one.very_satisfied for one in given), len(given)),
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
