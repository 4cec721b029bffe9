"""Two-stage quality control: self-check, inspector, wash, cleanliness (W7)."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from datetime import datetime

from workshop.domain import errors_quality
from workshop.domain.check_lists import CheckItem


@dataclass(frozen=True)
class SelfCheck:
    technician: str
    at: datetime


@dataclass(frozen=True)
class Failure:
    """A failed second stage: which lines go back, and why."""

    inspector: str
    lines: tuple[str, ...]
    reason: str
    at: datetime


@dataclass(frozen=True)
class Pass:
    inspector: str
    road_test: bool
    checked: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Wash:
    by: str
    at: datetime


@dataclass
class QualityControl:
    """How far a job has come in its quality control; failures stay counted for ever."""

    self_checks: list[SelfCheck] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    passed: Pass | None = None
    wash: Wash | None = None
    ready_at: datetime | None = None

    def missing_self_checks(self, technicians: Set[str]) -> set[str]:
        return set(technicians) - {check.technician for check in self.self_checks}

    def self_check(self, technician: str, technicians: Set[str], now: datetime) -> bool:
        """False: he had checked himself before, and nothing changes."""
        if self.passed:
            raise errors_quality.QualityAlreadyPassed
        if technician not in technicians:
            raise errors_quality.NotATechnicianOfTheJob(technician, technicians)
        if technician not in self.missing_self_checks(technicians):
            return False
        self.self_checks.append(SelfCheck(technician, now))
        return True

    def admit(self, inspector: str, technicians: Set[str]) -> None:
        """May this inspector now make the second stage? He must have done none of the work."""
        if self.passed:
            raise errors_quality.QualityAlreadyPassed
        if missing := self.missing_self_checks(technicians):
            raise errors_quality.SelfCheckMissing(missing)
        if inspector in technicians:
            raise errors_quality.InspectorDidTheWork(inspector)

    def pass_(
        self, inspector: str, road_test: bool, checked: Iterable[str], check_list: Iterable[CheckItem], now: datetime
    ) -> None:
        items, checked = tuple(check_list), tuple(checked)
        if missing := [item.code for item in items if item.code not in checked]:
            raise errors_quality.CheckListIncomplete(missing)
        if not road_test and any(item.road_test for item in items):
            raise errors_quality.RoadTestMissing
        self.passed = Pass(inspector, road_test, checked, now)

    def fail(self, inspector: str, lines: tuple[str, ...], reason: str, redo: Set[str], now: datetime) -> None:
        """``redo``: the technicians who have to check themselves again."""
        self.failures.append(Failure(inspector, lines, reason, now))
        self.self_checks = [check for check in self.self_checks if check.technician not in redo]

    def washed(self, by: str, now: datetime) -> None:
        if self.ready_at:
            raise errors_quality.AlreadyReady
        if not self.passed:
            raise errors_quality.QualityNotPassed
        self.wash = Wash(by, now)

    def inspect_cleanliness(self, clean: bool, now: datetime) -> bool:
        """True: ready now. A car that is not clean goes back to the wash."""
        if self.ready_at:
            raise errors_quality.AlreadyReady
        if not self.wash:
            raise errors_quality.NotWashed
        if clean:
            self.ready_at = now
        else:
            self.wash = None
        return clean

    def reopen(self) -> None:
        """More work was authorised: both stages and the wash are to be made again; failures stay counted."""
        self.self_checks, self.passed, self.wash, self.ready_at = [], None, None, None
