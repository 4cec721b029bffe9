"""The dispatch proposal: order and matching (W1)."""

from dataclasses import replace

from contracts.values import WorkClass
from contracts.workshop import PauseReason
from hypothesis import given
from hypothesis import strategies as st
from workshop.domain.proposal import WaitingLine, in_order, propose
from workshop_builders import a_roster, a_row, a_sheet, a_technician, at, hours

PM, GR = WorkClass.PM, WorkClass.GR


def a_waiting_line(visit_id="visit-1", promised=4.0, of=2.0, work_class=PM, **more):
    line = WaitingLine(visit_id, "L1", work_class, hours(of), at(promised), waiting=False, carried_over=False)
    return replace(line, **more)


def test_carry_over_comes_first_then_promise_then_waiting_customers_and_held_lines_last():
    """W1."""
    lines = [
        a_waiting_line("held", 1, held=PauseReason.PARTS, carried_over=True),
        a_waiting_line("early", 2),
        a_waiting_line("late-waiting", 4, waiting=True),
        a_waiting_line("late", 4),
        a_waiting_line("carried", 8, carried_over=True),
    ]
    assert [line.visit_id for line in in_order(lines)] == ["carried", "early", "late-waiting", "late", "held"]


def test_a_line_goes_to_somebody_with_the_skill():
    """W1."""
    (proposed,) = propose([a_waiting_line(work_class=GR)], a_roster(), a_sheet())
    assert (proposed.technician, proposed.bay, proposed.dispatch_round) == ("tim", "bay-1", 1)


def test_specialists_go_before_all_rounders():
    """W1: who can do repairs is kept for them."""
    (proposed,) = propose([a_waiting_line()], a_roster(), a_sheet())
    assert proposed.technician == "sean"


def test_nobody_gets_more_than_his_free_hours():
    """W1: 7 of Sean's 8 hours are gone, so Tim gets the line of 2."""
    (proposed,) = propose([a_waiting_line()], a_roster(), a_sheet(a_row(7)))
    assert proposed.technician == "tim"


def test_a_technicians_next_vehicle_is_in_his_next_round():
    """W1: rounds."""
    sean = a_roster(a_technician("sean"))
    proposed = propose([a_waiting_line("visit-1", 1), a_waiting_line("visit-2", 2)], sean, a_sheet())
    assert [p.dispatch_round for p in proposed] == [1, 2]


def test_lines_of_one_vehicle_stay_together():
    """W1."""
    lines = [a_waiting_line(of=1), a_waiting_line(of=1, line_id="L2")]
    first, second = propose(lines, a_roster(), a_sheet())
    assert (first.technician, first.bay, first.dispatch_round) == (
        second.technician,
        second.bay,
        second.dispatch_round,
    )


def test_two_vehicles_are_never_put_into_one_bay_in_one_round():
    """W1: one bay, two technicians."""
    lines = [a_waiting_line("visit-1", 1), a_waiting_line("visit-2", 2)]
    first, second = propose(lines, a_roster(bays=1), a_sheet())
    assert {(first.bay, first.dispatch_round), (second.bay, second.dispatch_round)} == {("bay-1", 1), ("bay-1", 2)}


def test_what_cannot_be_placed_says_why():
    """W1."""
    lines = [
        a_waiting_line("a", 1, of=9),
        a_waiting_line("b", 2, work_class=WorkClass.QUICK_SERVICE),
        a_waiting_line("c", 3, held=PauseReason.PARTS),
    ]
    reasons = [(p.technician, p.why) for p in propose(lines, a_roster(), a_sheet())]
    assert reasons == [(None, "no hours left for this class"), (None, "nobody has the skill"), (None, "on hold: PARTS")]


waiting_lines = st.lists(
    st.builds(
        lambda number, promised, minutes, work_class, waiting, carried: a_waiting_line(
            f"visit-{number}", promised, minutes / 60, work_class, waiting=waiting, carried_over=carried
        ),
        st.integers(1, 12),
        st.integers(1, 9),
        st.integers(0, 300),
        st.sampled_from([PM, GR]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=20,
)


@given(waiting_lines)
def test_a_proposal_can_be_carried_out_as_it_stands(lines):
    """W1: every proposed line passes the sheet's own rules, one after the other."""
    roster, sheet = a_roster(), a_sheet()
    for proposed in propose(lines, roster, sheet):
        if proposed.technician is None:
            continue
        line = proposed.line
        technician = roster.able(proposed.technician, line.work_class)
        row = a_row(0, proposed.technician, str(proposed.bay), proposed.dispatch_round or 0, line.visit_id)
        sheet.enter(replace(row, hours=line.hours), technician.hours)


@given(waiting_lines)
def test_a_proposal_loses_no_line_and_changes_no_sheet(lines):
    """W1."""
    sheet = a_sheet(a_row())
    assert [p.line for p in propose(lines, a_roster(), sheet)] == in_order(lines)
    assert sheet == a_sheet(a_row())
