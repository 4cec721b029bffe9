"""A customer took authorised lines back before they were begun (R9): the hours they take are free again (B1)."""

from dataclasses import dataclass
from datetime import datetime

from chassis.unit import Unit
from contracts.values import VisitId

from booking.storage.days import known_dealer, open_day
from booking.storage.documents import DAYS


@dataclass(frozen=True)
class ReleaseWithdrawnLines:
    dealer_id: str
    visit_id: VisitId
    lines: tuple[str, ...]
    at: datetime


async def release_withdrawn_lines(unit: Unit, command: ReleaseWithdrawnLines) -> None:
    """On the day of the withdrawal: hours of a day that is over are of use to nobody, and an appointment's stay."""
    dealer = await known_dealer(unit, command.dealer_id)
    day = await open_day(unit, dealer, dealer.day_of(command.at))
    unit.save(DAYS, day, day.release_lines(command.visit_id, command.lines, unit.now))
