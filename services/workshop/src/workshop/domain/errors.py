"""What the workshop refuses, each with a stable code and what to do about it."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Literal

Kind = Literal["conflict", "invalid", "not-found", "forbidden"]


class Refused(Exception):
    """A command that the rules do not allow. ``details`` are shown to the caller beside the message."""

    code: ClassVar[str] = "refused"
    kind: ClassVar[Kind] = "conflict"

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.details: dict[str, object] = details


class DealerUnknown(Refused):
    code = "dealer-unknown"
    kind = "not-found"

    def __init__(self, dealer_id: str) -> None:
        super().__init__(
            f"The workshop does not know dealer {dealer_id} yet: check the code, or wait for its registration."
        )


class RosterMissing(Refused):
    code = "roster-missing"

    def __init__(self) -> None:
        super().__init__("This dealer has no roster yet: PUT /dealers/{dealer}/roster with technicians and bays first.")


class TechnicianUnknown(Refused):
    code = "technician-unknown"
    kind = "invalid"

    def __init__(self, technician: str) -> None:
        super().__init__(f"Technician {technician} is not on the roster: name one who is, or add him to the roster.")


class TechnicianLacksSkill(Refused):
    code = "technician-lacks-skill"

    def __init__(self, technician: str, work_class: str, skills: Iterable[str]) -> None:
        super().__init__(
            f"{technician} has no skill for {work_class}: choose another technician, GET dispatch-proposal names one.",
            skills=sorted(skills),
        )


class TechnicianFull(Refused):
    code = "technician-full"

    def __init__(self, technician: str, day: date, free_minutes: int, wanted_minutes: int) -> None:
        super().__init__(
            f"{technician} has {free_minutes} free minutes on {day} and this line needs {wanted_minutes}: "
            "choose another technician, carry the job over, or send overtime=true.",
            free_minutes=free_minutes,
            wanted_minutes=wanted_minutes,
        )


class BayUnknown(Refused):
    code = "bay-unknown"
    kind = "invalid"

    def __init__(self, bay: str, bays: Iterable[str]) -> None:
        super().__init__(
            f"Bay {bay} is not on the roster, or not for this class of work: choose one of bays.", bays=sorted(bays)
        )


class BayTaken(Refused):
    code = "bay-taken"

    def __init__(self, bay: str, dispatch_round: int, visit_id: str) -> None:
        super().__init__(
            f"Bay {bay} has another vehicle in round {dispatch_round}: choose another bay or a later round.",
            visit_id=visit_id,
        )


class DayIsPast(Refused):
    code = "day-is-past"
    kind = "invalid"

    def __init__(self, day: date, today: date) -> None:
        super().__init__(
            f"{day} does not lie after what is possible: today is {today} at this dealer; name a later day."
        )


class LineUnknown(Refused):
    code = "line-unknown"
    kind = "not-found"

    def __init__(self, line_id: str) -> None:
        super().__init__(
            f"Line {line_id} is not on this job: only authorised lines are (R12). GET the job for its lines."
        )


class LineNotDispatched(Refused):
    code = "line-not-dispatched"

    def __init__(self, line_id: str) -> None:
        super().__init__(f"Line {line_id} has no technician yet: dispatch it first.")


class LineOfAnother(Refused):
    code = "line-of-another-technician"

    def __init__(self, line_id: str, technician: str) -> None:
        super().__init__(
            f"Line {line_id} was dispatched to {technician}: he clocks on it, or dispatch it anew.",
            technician=technician,
        )


class LineInProgress(Refused):
    code = "line-in-progress"

    def __init__(self, line_id: str, technician: str) -> None:
        super().__init__(
            f"The clock of {technician} runs on line {line_id}: pause or finish it first.", technician=technician
        )


class LineNotInProgress(Refused):
    code = "line-not-in-progress"

    def __init__(self, line_id: str, state: str) -> None:
        super().__init__(f"No clock runs on line {line_id}, it is {state}: start or resume it first.", state=state)


class LineOnHold(Refused):
    code = "line-on-hold"

    def __init__(self, line_id: str) -> None:
        super().__init__(f"Line {line_id} is paused: resume it.")


class LineNotOnHold(Refused):
    code = "line-not-on-hold"

    def __init__(self, line_id: str, state: str) -> None:
        super().__init__(f"Line {line_id} is not paused but {state}: only a paused line can be resumed.", state=state)


class LineAlreadyFinished(Refused):
    code = "line-already-finished"

    def __init__(self, line_id: str) -> None:
        super().__init__(f"Line {line_id} is done: only a failed quality check opens it again.")


class LineDeclined(Refused):
    code = "line-declined"

    def __init__(self, line_id: str) -> None:
        super().__init__(f"The customer declined line {line_id}: it must not be worked.")


class TechnicianBusy(Refused):
    code = "technician-busy"

    def __init__(self, technician: str, visit_id: str, line_id: str) -> None:
        super().__init__(
            f"{technician} is clocked on another line (W3: one line at a time): pause or finish that one first.",
            visit_id=visit_id,
            line_id=line_id,
        )


class NeverWorkedOnLine(Refused):
    code = "never-worked-on-line"
    kind = "invalid"

    def __init__(self, technician: str, line_id: str) -> None:
        super().__init__(f"{technician} never clocked on line {line_id}: there is nothing to correct.")


class ClocksStillRun(Refused):
    code = "clocks-still-run"

    def __init__(self, line_ids: Iterable[str]) -> None:
        super().__init__("Clocks still run on this job: pause or finish these lines first.", lines=list(line_ids))


class NothingToCarryOver(Refused):
    code = "nothing-to-carry-over"

    def __init__(self) -> None:
        super().__init__("Every line of this job is finished: nothing is left to carry over (W8).")


class JobNotReady(Refused):
    code = "job-not-ready"

    def __init__(self, state: str) -> None:
        super().__init__(f"The vehicle is not ready but {state}: it cannot have been delivered (R16).", state=state)


class JobClosed(Refused):
    code = "job-closed"

    def __init__(self) -> None:
        super().__init__("The vehicle has left the dealer: this job is closed.")


class JobCancelled(Refused):
    code = "job-cancelled"

    def __init__(self) -> None:
        super().__init__("The customer took every line back: there is no work to check, the vehicle may leave.")
