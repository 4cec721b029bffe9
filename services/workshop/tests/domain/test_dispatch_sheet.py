"""The day's sheet: rounds, technicians' hours, bays (W1)."""

import pytest
from workshop.domain import errors
from workshop.domain.dispatch_sheet import SheetRow
from workshop_builders import a_row, a_sheet, hours


def test_the_reference_rounds_add_up_to_32_hours():
    """W1: 15.5 + 8 + 8.5 = 32 h, on the sheet of four technicians of eight hours."""
    sheet = a_sheet()
    first = [("sean", 4), ("tim", 4), ("dave", 4), ("john", 3.5)]
    second = [("sean", 2), ("tim", 2), ("dave", 2), ("john", 2)]
    third = [("sean", 2), ("tim", 2), ("dave", 2), ("john", 2.5)]
    for dispatch_round, given in enumerate((first, second, third), start=1):
        for technician, of in given:
            row = a_row(of, technician, f"bay-of-{technician}", dispatch_round, f"{technician}-{dispatch_round}")
            sheet.enter(row, hours(8))
    assert [sheet.hours_of_round(number).hours for number in sheet.rounds] == [15.5, 8, 8.5]
    assert sheet.hours == hours(32)
    assert all(sheet.taken_of(technician) == hours(8) for technician, _ in first)


def test_a_technician_has_only_the_hours_of_his_shift():
    """W1: free hours."""
    sheet = a_sheet(a_row(7))
    with pytest.raises(errors.TechnicianFull) as refusal:
        sheet.enter(a_row(1.5, bay="bay-2", dispatch_round=2, visit_id="visit-2"), hours(8))
    assert refusal.value.details == {"free_minutes": 60, "wanted_minutes": 90}


def test_overtime_is_said_expressly():
    """W1."""
    sheet = a_sheet(a_row(7))
    sheet.enter(a_row(1.5, dispatch_round=2, visit_id="visit-2"), hours(8), overtime=True)
    assert sheet.taken_of("sean") == hours(8.5)


def test_a_bay_has_one_vehicle_in_a_round():
    """W1."""
    sheet = a_sheet(a_row())
    with pytest.raises(errors.BayTaken):
        sheet.enter(a_row(technician="tim", visit_id="visit-2"), hours(8))
    sheet.enter(a_row(technician="tim", visit_id="visit-2", dispatch_round=2), hours(8))


def test_two_lines_of_one_vehicle_share_its_bay():
    """W1."""
    sheet = a_sheet(a_row())
    sheet.enter(a_row(1, technician="tim"), hours(8))
    assert sheet.hours_of_round(1) == hours(3)


def test_a_line_that_leaves_untouched_frees_its_technician_and_bay():
    """W1, W8."""
    sheet = a_sheet(a_row(4))
    sheet.release("visit-1", {"L1": hours(0)})
    assert sheet.taken_of("sean") == hours(0)
    sheet.enter(a_row(technician="tim", visit_id="visit-2"), hours(8))


def test_of_a_line_that_leaves_what_was_worked_stays_on_the_sheet():
    """W1, W8."""
    sheet = a_sheet(a_row(4))
    sheet.release("visit-1", {"L1": hours(1)})
    assert sheet.taken_of("sean") == hours(1)


def test_what_was_left_once_is_not_left_again():
    """W1: given away at noon to another, carried over in the evening; each keeps what he worked."""
    sheet = a_sheet(a_row(4))
    sheet.release("visit-1", {"L1": hours(1)})
    sheet.enter(a_row(3, technician="tim", dispatch_round=2), hours(8))
    sheet.release("visit-1", {"L1": hours(2)})
    assert (sheet.taken_of("sean"), sheet.taken_of("tim")) == (hours(1), hours(2))


def test_a_release_touches_no_other_visit():
    """W1: line ids repeat from visit to visit."""
    sheet = a_sheet(a_row(4), a_row(2, bay="bay-2", visit_id="visit-2"))
    sheet.release("visit-1", {"L1": hours(0)})
    assert [(row.visit_id, row.hours) for row in sheet.rows] == [("visit-2", hours(2))]
    assert isinstance(sheet.rows[0], SheetRow)
