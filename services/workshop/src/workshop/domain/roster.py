"""Who works in a dealer's workshop, what they can, how long, and on which bays (W1)."""

from dataclasses import dataclass, field
from datetime import date

from contracts.values import NO_HOURS, TechnicianHours, WorkClass

from workshop.domain import errors


@dataclass(frozen=True)
class Technician:
    """``hours`` is the daily shift; on the days in ``absences`` there is none."""

    code: str
    skills: tuple[WorkClass, ...]
    hours: TechnicianHours
    absences: tuple[date, ...] = ()

    def hours_on(self, day: date) -> TechnicianHours:
        return NO_HOURS if day in self.absences else self.hours


@dataclass(frozen=True)
class Bay:
    """A working place and the classes of work it is for."""

    code: str
    classes: tuple[WorkClass, ...]


@dataclass(frozen=True)
class WorkshopRules:
    """The figures a dealer may set: the rework window (W9), and the time for QC and wash after the work (R11, W2)."""

    rework_days: int = 30
    finishing_minutes: int = 30


@dataclass
class Roster:
    """One per dealer; replaced as a whole."""

    dealer_id: str
    technicians: list[Technician] = field(default_factory=list)
    bays: list[Bay] = field(default_factory=list)
    rules: WorkshopRules = field(default_factory=WorkshopRules)

    def knows(self, technician: str) -> bool:
        return any(one.code == technician for one in self.technicians)

    def able(self, technician: str, work_class: WorkClass) -> Technician:
        """The technician, if he may do this class of work (W1)."""
        found = next((t for t in self.technicians if t.code == technician), None)
        if found is None:
            raise errors.TechnicianUnknown(technician)
        if work_class not in found.skills:
            raise errors.TechnicianLacksSkill(technician, work_class, found.skills)
        return found

    def bays_for(self, work_class: WorkClass) -> list[str]:
        return [bay.code for bay in self.bays if work_class in bay.classes]

    def fitting_bay(self, bay: str, work_class: WorkClass) -> str:
        if bay not in (fitting := self.bays_for(work_class)):
            raise errors.BayUnknown(bay, fitting)
        return bay
