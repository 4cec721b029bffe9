"""Skills, shifts and bays (W1)."""

from dataclasses import replace

import pytest
from contracts.values import NO_HOURS, WorkClass
from workshop.domain import errors
from workshop.domain.roster import Bay, Roster
from workshop_builders import MONDAY, TUESDAY, a_roster, a_technician, hours


def test_only_somebody_with_the_skill_does_a_class_of_work():
    """W1."""
    assert a_roster().able("tim", WorkClass.GR).code == "tim"
    with pytest.raises(errors.TechnicianLacksSkill):
        a_roster().able("sean", WorkClass.GR)
    with pytest.raises(errors.TechnicianUnknown):
        a_roster().able("nobody", WorkClass.PM)


def test_somebody_absent_has_no_hours_that_day():
    """B1, W1: shifts less leave."""
    sean = replace(a_technician("sean"), absences=(MONDAY,))
    assert (sean.hours_on(MONDAY), sean.hours_on(TUESDAY)) == (NO_HOURS, hours(8))


def test_a_bay_is_for_certain_classes():
    """W1."""
    roster = Roster("SH001", bays=[Bay("lift", (WorkClass.GR,)), Bay("express", (WorkClass.PM,))])
    assert roster.fitting_bay("lift", WorkClass.GR) == "lift"
    with pytest.raises(errors.BayUnknown):
        roster.fitting_bay("lift", WorkClass.PM)
