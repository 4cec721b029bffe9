"""Facts the workshop announces (W1-W9). Key: the visit id."""

from datetime import date

from contracts.event import Event
from contracts.values import ClassHours, LineId, OpenEnum, PartLine, StaffId, TechnicianHours, VisitId


class PauseReason(OpenEnum):
    """Why a clock stands (W3)."""

    PARTS = "PARTS"
    AUTHORISATION = "AUTHORISATION"
    TECHNICIAN = "TECHNICIAN"
    EQUIPMENT = "EQUIPMENT"
    CUSTOMER = "CUSTOMER"
    UNKNOWN = "UNKNOWN"


class Urgency(OpenEnum):
    """How soon a finding has to be mended (W6)."""

    SAFETY = "SAFETY"
    SOON = "SOON"
    LATER = "LATER"
    UNKNOWN = "UNKNOWN"


class JobOpened(Event):
    """Authorised lines are on the workshop's board (W1)."""

    lines: tuple[LineId, ...]
    hours: tuple[ClassHours, ...]


class JobDispatched(Event):
    """A line was given to a technician and a bay (W1). ``dispatch_round`` counts the day's rounds from 1."""

    line_id: LineId
    technician: StaffId
    bay: str
    dispatch_round: int


class WorkStarted(Event):
    """The clock runs (W3)."""

    line_id: LineId
    technician: StaffId


class WorkPaused(Event):
    """The clock stands (W3)."""

    line_id: LineId
    technician: StaffId
    reason: PauseReason


class WorkResumed(Event):
    """The clock runs again (W3)."""

    line_id: LineId
    technician: StaffId


class WorkFinished(Event):
    """A line is done (W3): worked time beside flat-rate time."""

    line_id: LineId
    technician: StaffId
    worked: TechnicianHours
    flat_rate: TechnicianHours


class ClockCorrected(Event):
    """A worked time was corrected, with who and why (W3)."""

    line_id: LineId
    technician: StaffId
    before: TechnicianHours
    after: TechnicianHours
    reason: str


class AdditionalWorkFound(Event):
    """The technician found more (W6): reception asks the customer, the rest goes on."""

    finding_id: str
    line_id: LineId | None = None
    cause: str
    urgency: Urgency
    hours: ClassHours
    parts: tuple[PartLine, ...] = ()


class SelfCheckPassed(Event):
    """First stage of quality control: the technician's own check (W7)."""

    technician: StaffId


class QualityCheckFailed(Event):
    """Second stage failed (W7): rework on the named lines."""

    inspector: StaffId
    lines: tuple[LineId, ...]
    reason: str
    failures: int
    """How often this job has failed by now."""


class QualityCheckPassed(Event):
    """Second stage passed (W7) by an inspector who did none of the work."""

    inspector: StaffId
    road_test: bool


class VehicleReady(Event):
    """Washed, clean, ready to be handed over (W7)."""

    lines: tuple[LineId, ...]


class JobCarriedOver(Event):
    """The job stays overnight (W8): its remaining hours are reserved on ``to_day``."""

    from_day: date
    to_day: date
    remaining: tuple[ClassHours, ...]
    reason: str


class ReworkLinked(Event):
    """A vehicle came back with the same complaint within 30 days (W9)."""

    first_visit: VisitId
    days_between: int
