"""Rosters, the days' dispatch sheets, technicians' clocks."""

from datetime import date

from chassis.documents import Documents
from chassis.unit import Unit

from workshop.domain.dispatch_sheet import DispatchSheet, sheet_id
from workshop.domain.errors import RosterMissing
from workshop.domain.roster import Roster
from workshop.domain.technician_clock import TechnicianClock, clock_id

ROSTERS = Documents("rosters", "roster", Roster, id_of=lambda roster: roster.dealer_id)
SHEETS = Documents("dispatch_sheets", "dispatch-sheet", DispatchSheet, id_of=lambda sheet: sheet.sheet_id)
CLOCKS = Documents("technician_clocks", "technician-clock", TechnicianClock, id_of=lambda clock: clock.clock_id)


async def roster_of(unit: Unit, dealer_id: str) -> Roster:
    """Raises ``RosterMissing``."""
    roster = await unit.find(ROSTERS, dealer_id)
    if roster is None:
        raise RosterMissing
    return roster


async def sheet_of(unit: Unit, dealer_id: str, day: date) -> DispatchSheet:
    """The day's sheet; an empty one that is not kept yet when nothing was dispatched on it."""
    return await unit.find(SHEETS, sheet_id(dealer_id, day)) or DispatchSheet(dealer_id, day)


async def keep_sheet(unit: Unit, sheet: DispatchSheet) -> None:
    known = await unit.find(SHEETS, sheet.sheet_id)
    (unit.save if known else unit.add)(SHEETS, sheet)


async def clock_of(unit: Unit, dealer_id: str, technician: str) -> TechnicianClock:
    """A technician who never clocked has a fresh clock."""
    return await unit.find(CLOCKS, clock_id(dealer_id, technician)) or TechnicianClock(dealer_id, technician)


async def keep_clock(unit: Unit, clock: TechnicianClock) -> None:
    known = await unit.find(CLOCKS, clock.clock_id)
    (unit.save if known else unit.add)(CLOCKS, clock)
