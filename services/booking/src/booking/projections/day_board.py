"""The appointment board of a day: free and taken capacity by class, slot, hour and technician (B8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from chassis.unit import Unit
from contracts.values import WorkClass

from booking.domain.capacity import Balance
from booking.domain.dealer import Dealer
from booking.domain.technician_load import TechnicianRow, technician_rows
from booking.storage.days import known_dealer, look_ahead, look_at_days


class SlotRow(NamedTuple):
    """One reception slot: arrivals taken and advisors still free."""

    arrival: datetime
    taken: int
    free: int


@dataclass(frozen=True)
class HourRow:
    """Minutes of work, by class, whose vehicles come in one hour of the dealer's clock."""

    hour: datetime
    minutes: dict[WorkClass, int]


@dataclass(frozen=True)
class Board:
    """The day at one look."""

    balances: Sequence[Balance]
    slots: Sequence[SlotRow]
    hours: Sequence[HourRow]
    technicians: Sequence[TechnicianRow]


async def board_of(unit: Unit, dealer_id: str, day: date) -> tuple[Dealer, Board]:
    """The board as it stands now; holds count until they end."""
    await look_ahead(unit, dealer_id, day)
    dealer = await known_dealer(unit, dealer_id)
    (seen,) = await look_at_days(unit, dealer, [day])
    standing = seen.at(unit.now)
    slots = [
        SlotRow(slot, standing.received(slot), standing.free_places(dealer, slot)) for slot in standing.slots(dealer)
    ]
    board = Board(
        balances=standing.balances(),
        slots=slots,
        hours=_hours(dealer, standing.work_by_arrival),
        technicians=technician_rows(seen, unit.now),
    )
    return dealer, board


def _hours(dealer: Dealer, work: Mapping[WorkClass, Mapping[datetime, int]]) -> list[HourRow]:
    rows: dict[datetime, dict[WorkClass, int]] = {}
    for work_class, by_arrival in work.items():
        for arrival, minutes in by_arrival.items():
            hour = dealer.wall_clock(arrival).replace(minute=0, second=0, microsecond=0)
            row = rows.setdefault(hour, {})
            row[work_class] = row.get(work_class, 0) + minutes
    return [HourRow(hour, rows[hour]) for hour in sorted(rows)]
