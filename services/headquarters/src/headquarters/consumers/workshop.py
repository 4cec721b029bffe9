"""Facts of the workshop: start of work, quality control, reworks."""

from chassis.facts import Fact
from contracts.workshop import JobDispatched, QualityCheckPassed, ReworkLinked, WorkStarted

from headquarters.domain.visit_record import Mark, Step
from headquarters.projections.effects import Effect, handlers


def on_job_dispatched(fact: Fact[JobDispatched]) -> Effect:
    """Step 4 of seven is dispatch and production: it is reached with the first of the two (W1, W3)."""
    return Effect(reached=[Step.STARTED])


def on_work_started(fact: Fact[WorkStarted]) -> Effect:
    return Effect(reached=[Step.STARTED])


def on_quality_check_passed(fact: Fact[QualityCheckPassed]) -> Effect:
    return Effect(reached=[Step.QC_PASSED])


def on_rework_linked(fact: Fact[ReworkLinked]) -> Effect:
    """W9: counted once with what reception says of the same visit."""
    return Effect(reached=[Mark.REWORK], rework_of=fact.event.first_visit)


HANDLERS = handlers(
    "workshop",
    {
        JobDispatched: on_job_dispatched,
        WorkStarted: on_work_started,
        QualityCheckPassed: on_quality_check_passed,
        ReworkLinked: on_rework_linked,
    },
)
