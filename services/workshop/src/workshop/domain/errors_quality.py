"""What quality control refuses (W7)."""

from collections.abc import Iterable

from workshop.domain.errors import Refused


class WorkUnfinished(Refused):
    code = "work-unfinished"

    def __init__(self, line_ids: Iterable[str]) -> None:
        super().__init__("Quality control begins when all authorised lines are finished (W7).", lines=list(line_ids))


class NotATechnicianOfTheJob(Refused):
    code = "not-a-technician-of-the-job"
    kind = "invalid"

    def __init__(self, technician: str, technicians: Iterable[str]) -> None:
        super().__init__(
            f"{technician} did not work on this job: the self-check is made by those who did (W7).",
            technicians=sorted(technicians),
        )


class SelfCheckMissing(Refused):
    code = "self-check-missing"

    def __init__(self, technicians: Iterable[str]) -> None:
        super().__init__(
            "First stage first (W7): these technicians have to make their self-check.", technicians=sorted(technicians)
        )


class InspectorDidTheWork(Refused):
    code = "inspector-did-the-work"

    def __init__(self, inspector: str) -> None:
        super().__init__(f"{inspector} worked on this job: quality is checked by somebody who did not (W7).")


class CheckListIncomplete(Refused):
    code = "check-list-incomplete"
    kind = "invalid"

    def __init__(self, missing: Iterable[str]) -> None:
        super().__init__(
            "To pass, every item of the job's check list is to be named in checked (GET the job shows the list).",
            missing=list(missing),
        )


class RoadTestMissing(Refused):
    code = "road-test-missing"
    kind = "invalid"

    def __init__(self) -> None:
        super().__init__("This kind of work passes only after a road test (W7): make it and send road_test=true.")


class FailureNeedsLinesAndReason(Refused):
    code = "failure-needs-lines-and-reason"
    kind = "invalid"

    def __init__(self) -> None:
        super().__init__("A failed check names the lines to be reworked and the reason (W7).")


class QualityAlreadyPassed(Refused):
    code = "quality-already-passed"

    def __init__(self) -> None:
        super().__init__("This job passed its quality check: go on with wash and cleanliness check.")


class QualityNotPassed(Refused):
    code = "quality-not-passed"

    def __init__(self) -> None:
        super().__init__("The vehicle is washed after it passed the quality check (W7), not before.")


class NotWashed(Refused):
    code = "not-washed"

    def __init__(self) -> None:
        super().__init__("The cleanliness check comes after the wash (W7): record the wash first.")


class AlreadyReady(Refused):
    code = "already-ready"

    def __init__(self) -> None:
        super().__init__("The vehicle is ready for pickup already.")
