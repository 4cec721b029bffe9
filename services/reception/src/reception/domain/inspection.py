"""R17: the multi-point inspection sheet as data: points with limits, graded green, yellow or red; who looked at it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from reception.domain.errors import InspectionInvalid, Said
from reception.domain.lines import DraftLine


class Grade(StrEnum):
    """Green: good. Yellow: soon. Red: now."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"


@dataclass(frozen=True)
class Point:
    """What is looked at. With limits a measurement grades itself: below ``red`` red, below ``yellow`` yellow."""

    code: str
    en: str
    zh: str
    unit: str = ""
    yellow: float | None = None
    red: float | None = None

    def grade(self, measured: float) -> Grade | None:
        """None: this point has no limits."""
        if self.yellow is None or self.red is None:
            return None
        return Grade.RED if measured < self.red else Grade.YELLOW if measured < self.yellow else Grade.GREEN


POINTS: Mapping[str, Point] = {
    point.code: point
    for point in (
        Point("BRAKE_PADS_FRONT", "Brake pads front", "前刹车片", "mm", 4.0, 2.0),
        Point("BRAKE_PADS_REAR", "Brake pads rear", "后刹车片", "mm", 4.0, 2.0),
        Point("TYRE_FRONT_LEFT", "Tyre front left", "左前轮胎", "mm", 3.0, 1.6),
        Point("TYRE_FRONT_RIGHT", "Tyre front right", "右前轮胎", "mm", 3.0, 1.6),
        Point("TYRE_REAR_LEFT", "Tyre rear left", "左后轮胎", "mm", 3.0, 1.6),
        Point("TYRE_REAR_RIGHT", "Tyre rear right", "右后轮胎", "mm", 3.0, 1.6),
        Point("BATTERY", "Battery", "蓄电池", "V", 12.4, 12.0),
        Point("COOLANT", "Coolant", "冷却液", "°C below zero", 25, 15),
        Point("LIGHTS", "Lights", "灯光"),
        Point("WIPERS", "Wipers", "雨刮"),
        Point("LEAKS", "Leaks", "渗漏"),
        Point("SUSPENSION", "Suspension and steering", "底盘和转向"),
    )
}


@dataclass(frozen=True)
class Result:
    """What was seen at one point, and the line proposed for it."""

    code: str
    grade: Grade
    measured: float | None = None
    note: str = ""
    photo: str | None = None
    proposal: DraftLine | None = None


@dataclass
class Inspection:
    """One visit's sheet. Its id is the visit id. ``views``: when the customer looked at it."""

    visit_id: str
    dealer_id: str
    plate: str
    results: list[Result] = field(default_factory=list)
    inspected_at: datetime | None = None
    inspected_by: str = ""
    views: list[datetime] = field(default_factory=list)

    def record(self, results: Iterable[Result], at: datetime, by: str) -> None:
        """The sheet as it holds now. Raises ``InspectionInvalid`` with each fault."""
        results = list(results)
        if faults := [fault for result in results for fault in _faults(result)]:
            raise InspectionInvalid(faults)
        self.results, self.inspected_at, self.inspected_by = results, at, by

    def forget_photo(self, reference: str) -> None:
        """The photo is gone: no result speaks of it any more."""
        self.results = [replace(r, photo=None) if r.photo == reference else r for r in self.results]

    def viewed(self, at: datetime) -> None:
        """The customer looked at it."""
        self.views.append(at)


def _faults(result: Result) -> list[Said]:
    point = POINTS.get(result.code)
    if point is None:
        return [Said("{code} is no point of this sheet", {"code": result.code})]
    by_measure = point.grade(result.measured) if result.measured is not None else None
    if by_measure and by_measure is not result.grade:
        values = {"code": result.code, "measured": result.measured, "unit": point.unit, "is": by_measure.value}
        return [Said("{code}: {measured} {unit} is {is}, not {said}", {**values, "said": result.grade.value})]
    if result.grade is not Grade.GREEN and not (result.note or result.proposal):
        return [Said("{code}: a finding needs a note or a proposed line", {"code": result.code})]
    return []
