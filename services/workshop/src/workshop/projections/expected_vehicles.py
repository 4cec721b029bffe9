"""Preview of a day: which vehicles are booked, with class and hours (W1). No customer is kept here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chassis.documents import Documents
from chassis.unit import Unit
from contracts.values import NatureOfWork, TechnicianHours, WorkClass

from workshop.storage.jobs import VISITS


@dataclass
class ExpectedVehicle:
    """One booked visit. ``off``: cancelled or missed."""

    visit_id: str
    dealer_id: str
    day: date
    arrival: datetime
    plate: str
    model: str
    nature: NatureOfWork
    work_class: WorkClass
    hours: TechnicianHours
    off: bool = False

    def move(self, day: date, arrival: datetime, work_class: WorkClass, hours: TechnicianHours) -> None:
        """Booked for another time (B11)."""
        self.day, self.arrival, self.work_class, self.hours, self.off = day, arrival, work_class, hours, False


EXPECTED = Documents(
    "expected_vehicles",
    "expected-vehicle",
    ExpectedVehicle,
    id_of=lambda row: row.visit_id,
    indexes=[("day", "arrival")],
    announces=False,
)


async def expected_on(unit: Unit, day: date) -> Sequence[tuple[ExpectedVehicle, bool]]:
    """The day's booked vehicles by arrival, each with whether it is here already."""
    rows = await unit.query(EXPECTED, {"day": day, "off": False}, sort=[("arrival", 1)])
    visits = await unit.query(VISITS, {"visit_id": {"$in": [row.visit_id for row in rows]}})
    here = {visit.visit_id for visit in visits}
    return [(row, row.visit_id in here) for row in rows]
