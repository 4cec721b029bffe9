"""One technician, one line at a time (W3)."""

import pytest
from workshop.domain import errors
from workshop.domain.technician_clock import TechnicianClock
from workshop_builders import at


def test_a_technician_is_on_one_line_at_a_time():
    """W3."""
    clock = TechnicianClock("SH001", "sean")
    clock.go_on("visit-1", "L1", at(0))
    with pytest.raises(errors.TechnicianBusy) as refusal:
        clock.go_on("visit-2", "L1", at(1))
    assert refusal.value.details == {"visit_id": "visit-1", "line_id": "L1"}


def test_who_left_a_line_may_go_on_the_next():
    """W3."""
    clock = TechnicianClock("SH001", "sean")
    clock.go_on("visit-1", "L1", at(0))
    clock.leave()
    clock.go_on("visit-2", "L1", at(1))
    assert (clock.on_visit, clock.since) == ("visit-2", at(1))
