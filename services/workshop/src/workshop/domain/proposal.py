"""The dispatch proposal: whose turn it is, and to whom, where and in which round each line could go (W1)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.values import TechnicianHours, WorkClass
from contracts.workshop import PauseReason

from workshop.domain.dispatch_sheet import DispatchSheet, SheetRow
from workshop.domain.roster import Roster, Technician

LAST_ROUND = 12


@dataclass(frozen=True)
class WaitingLine:
    """A line that nobody works on. ``held``: it was begun and waits for something (W3)."""

    visit_id: str
    line_id: str
    work_class: WorkClass
    hours: TechnicianHours
    promised_at: datetime
    waiting: bool
    carried_over: bool
    held: PauseReason | None = None


@dataclass(frozen=True)
class Proposed:
    """``technician`` None: nobody with the skill has the hours today, or the line is held; ``why`` says which."""

    line: WaitingLine
    technician: str | None = None
    bay: str | None = None
    dispatch_round: int | None = None
    why: str = ""


def in_order(lines: Iterable[WaitingLine]) -> list[WaitingLine]:
    """Carry-over first, then the promised time, waiting customers before others; what is held comes last (W1)."""
    return sorted(
        lines,
        key=lambda x: (x.held is not None, not x.carried_over, x.promised_at, not x.waiting, x.visit_id, x.line_id),
    )


def propose(lines: Iterable[WaitingLine], roster: Roster, sheet: DispatchSheet) -> list[Proposed]:
    """Each line in its order, on what the lines before it left. Neither roster nor sheet is changed."""
    draft = replace(sheet, rows=list(sheet.rows))
    return [_place(line, roster, draft) for line in in_order(lines)]


def _place(line: WaitingLine, roster: Roster, draft: DispatchSheet) -> Proposed:
    if line.held is not None:
        return Proposed(line, why=f"on hold: {line.held}")
    able = [t for t in roster.technicians if line.work_class in t.skills]
    free = [t for t in able if line.hours <= t.hours_on(draft.day) - draft.taken_of(t.code)]
    if not free:
        return Proposed(line, why="no hours left for this class" if able else "nobody has the skill")
    technician = min(free, key=lambda t: _preference(t, line, draft)).code
    place = _bay_and_round(line, technician, roster, draft)
    if place is None:
        return Proposed(line, why="no bay free for this class")
    bay, dispatch_round = place
    draft.rows.append(
        SheetRow(line.visit_id, line.line_id, line.work_class, line.hours, technician, bay, dispatch_round)
    )
    return Proposed(line, technician, bay, dispatch_round)


def _preference(technician: Technician, line: WaitingLine, draft: DispatchSheet) -> tuple[bool, int, int, str]:
    """Who has the vehicle already; then specialists before all-rounders; then who has taken least."""
    has_vehicle = any(row.technician == technician.code and row.visit_id == line.visit_id for row in draft.rows)
    return not has_vehicle, len(technician.skills), draft.taken_of(technician.code).minutes, technician.code


def _bay_and_round(line: WaitingLine, technician: str, roster: Roster, draft: DispatchSheet) -> tuple[str, int] | None:
    fitting = roster.bays_for(line.work_class)
    for row in draft.rows:
        if row.visit_id == line.visit_id and row.technician == technician and row.bay in fitting and not row.left:
            return row.bay, row.dispatch_round
    for dispatch_round in range(draft.next_round_of(technician), LAST_ROUND + 1):
        for bay in fitting:
            if draft.vehicle_in(bay, dispatch_round) in (None, line.visit_id):
                return bay, dispatch_round
    return None
