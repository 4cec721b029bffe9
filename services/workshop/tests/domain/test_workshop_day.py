"""A day of several jobs and technicians, steps in any order, allowed or not, beside a simple model (W3, W6, W7, W8)."""

import copy
from datetime import timedelta

from contracts.values import NO_HOURS, TechnicianHours
from contracts.workshop import PauseReason, QualityCheckPassed, VehicleReady
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from workshop.domain.errors import Refused
from workshop.domain.job_state import JobState
from workshop.domain.line import LineState
from workshop.domain.technician_clock import TechnicianClock
from workshop_builders import EIGHT, MONDAY, TUESDAY, a_job, a_work_line

VISITS = st.sampled_from(["visit-1", "visit-2"])
LINES = st.sampled_from(["L1", "L2", "L3"])
TECHNICIANS = st.sampled_from(["sean", "tim"])
INSPECTORS = st.sampled_from(["sean", "tim", "ines"])


class WorkshopDay(RuleBasedStateMachine):
    """Each step is one unit of work: it happens wholly, or is refused and changes nothing."""

    def __init__(self):
        super().__init__()
        self.now = EIGHT
        self.state = {
            "jobs": {
                visit: a_job(a_work_line("L1", 1), a_work_line("L2", 2), visit_id=visit)
                for visit in ("visit-1", "visit-2")
            },
            "clocks": {name: TechnicianClock("SH001", name) for name in ("sean", "tim")},
        }
        for visit, order in (("visit-1", ("sean", "tim")), ("visit-2", ("tim", "sean"))):
            for line, technician in zip(("L1", "L2"), order, strict=True):
                self.state["jobs"][visit].dispatch(line, technician, "bay-1", 1, MONDAY, EIGHT)
        self.running = {}  # technician -> (visit, line, since)
        self.seconds = {}  # (visit, line, technician) -> seconds of stints that ended
        self.corrected = {}  # (visit, line, technician) -> minutes added by corrections
        self.announced = []

    def unit(self, step):
        """Runs a step on a copy; True when it was not refused."""
        draft = copy.deepcopy(self.state)
        try:
            events = step(draft["jobs"], draft["clocks"])
        except Refused:
            return False
        self.state = draft
        self.announced += events or []
        return True

    def worked(self, visit, line, technician):
        since = self.running.get(technician)
        seconds = self.seconds.get((visit, line, technician), 0)
        if since and since[:2] == (visit, line):
            seconds += int((self.now - since[2]).total_seconds())
        return seconds // 60 + self.corrected.get((visit, line, technician), 0)

    @rule(seconds=st.integers(1, 7200))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule(visit=VISITS, line=LINES, technician=TECHNICIANS)
    def dispatch(self, visit, line, technician):
        self.unit(lambda jobs, _: jobs[visit].dispatch(line, technician, "bay-1", 1, MONDAY, self.now))

    def owner(self, visit, line):
        """Whose turn it is on a line; nobody's is tried as Sean's and refused."""
        given = [each.dispatch for each in self.state["jobs"][visit].lines if each.line_id == line and each.dispatch]
        return given[0].technician if given else "sean"

    @rule(visit=VISITS, line=LINES, begin=st.sampled_from(["start", "resume"]))
    def go_on(self, visit, line, begin):
        technician = self.owner(visit, line)

        def step(jobs, clocks):
            clocks[technician].go_on(visit, line, self.now)
            return getattr(jobs[visit], begin)(line, technician, self.now)

        if self.unit(step):
            assert technician not in self.running, "W3: he was on another line"
            self.running[technician] = (visit, line, self.now)

    def stop(self, visit, line, technician, step):
        def both(jobs, clocks):
            events = step(jobs)
            clocks[technician].leave()
            return events

        if self.unit(both):
            on_visit, on_line, since = self.running.pop(technician)
            assert (on_visit, on_line) == (visit, line), "W3: only his own clock stops"
            key = (visit, line, technician)
            self.seconds[key] = self.seconds.get(key, 0) + int((self.now - since).total_seconds())

    @rule(visit=VISITS, line=LINES)
    def pause(self, visit, line):
        technician = self.owner(visit, line)
        self.stop(
            visit, line, technician, lambda jobs: jobs[visit].pause(line, technician, PauseReason.PARTS, self.now)
        )

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def finish(self, data):
        technician = data.draw(st.sampled_from(sorted(self.running)))
        visit, line, _ = self.running[technician]
        self.stop(visit, line, technician, lambda jobs: jobs[visit].finish(line, technician, self.now))

    @rule(visit=VISITS, seconds=st.integers(1, 7200))
    def work_off_everything(self, visit, seconds):
        """What a good day looks like; without it random steps seldom get as far as quality control."""
        for line in ("L1", "L2", "L3"):
            self.go_on(visit, line, "start")
            self.time_passes(seconds)
            technician = self.owner(visit, line)
            self.stop(
                visit, line, technician, lambda jobs, at=line, by=technician: jobs[visit].finish(at, by, self.now)
            )
        for worker in ("sean", "tim"):
            self.self_check(visit, worker)

    @rule(visit=VISITS, line=LINES, technician=TECHNICIANS, minutes=st.integers(0, 300))
    def correct(self, visit, line, technician, minutes):
        before = self.worked(visit, line, technician)
        after = TechnicianHours(minutes=minutes)
        if self.unit(lambda jobs, _: jobs[visit].correct_clock(line, technician, after, "dora", "why", self.now)):
            key = (visit, line, technician)
            self.corrected[key] = self.corrected.get(key, 0) + minutes - before

    @rule(visit=VISITS, line=LINES)
    def authorise_more(self, visit, line):
        self.unit(lambda jobs, _: jobs[visit].authorise([a_work_line(line, 1)], "finding-1"))

    @rule(visit=VISITS)
    def carry_over(self, visit):
        self.unit(lambda jobs, _: jobs[visit].carry_over(MONDAY, TUESDAY, "parts", "dora", self.now, {}))

    @rule(visit=VISITS, technician=TECHNICIANS)
    def self_check(self, visit, technician):
        self.unit(lambda jobs, _: jobs[visit].self_check(technician, self.now))

    @rule(visit=VISITS, inspector=INSPECTORS)
    def pass_quality(self, visit, inspector):
        def step(jobs, _):
            checked = [item.code for item in jobs[visit].check_list]
            return jobs[visit].pass_quality(inspector, True, checked, self.now)

        if self.unit(step):
            workers = {technician for (v, _, technician) in self.seconds if v == visit}
            assert inspector not in workers, "W7: the inspector did some of the work"

    @rule(visit=VISITS, inspector=INSPECTORS, line=LINES)
    def fail_quality(self, visit, inspector, line):
        self.unit(lambda jobs, _: jobs[visit].fail_quality(inspector, [line], "loose", NO_HOURS, self.now))

    @rule(visit=VISITS, clean=st.booleans())
    def wash_and_inspect(self, visit, clean):
        def step(jobs, _):
            jobs[visit].wash("wang", self.now)
            return jobs[visit].inspect_cleanliness(clean, self.now)

        self.unit(step)

    @invariant()
    def no_technician_is_on_two_lines(self):
        on_lines = [
            line.stints[-1].technician
            for job in self.state["jobs"].values()
            for line in job.lines
            if line.state is LineState.IN_PROGRESS
        ]
        assert sorted(on_lines) == sorted(self.running)
        assert {n for n, clock in self.state["clocks"].items() if clock.on_visit} == set(self.running)

    @invariant()
    def worked_minutes_add_up(self):
        for visit, job in self.state["jobs"].items():
            for line in job.lines:
                each = {name: self.worked(visit, line.line_id, name) for name in ("sean", "tim")}
                assert {name: line.worked_by(name, self.now).minutes for name in each} == each
                assert line.worked(self.now).minutes == sum(each.values())

    @invariant()
    def nothing_is_ready_without_quality_control_and_finished_lines(self):
        for job in self.state["jobs"].values():
            if job.state is JobState.READY_FOR_PICKUP:
                assert job.quality.passed
                assert {line.state for line in job.live_lines} == {LineState.COMPLETED}

    @invariant()
    def every_ready_vehicle_passed_first(self):
        passed = [event for event in self.announced if isinstance(event, QualityCheckPassed)]
        assert len(passed) >= len([event for event in self.announced if isinstance(event, VehicleReady)])


WorkshopDay.TestCase.settings = settings(max_examples=min(40, settings().max_examples), stateful_step_count=40)
TestAWorkshopDayInAnyOrder = WorkshopDay.TestCase
