"""R6: how the cause was looked for: with the customer, on the road, by devices; what stays open is asked."""

from dataclasses import dataclass, field
from datetime import datetime

from contracts.event import Event
from contracts.reception import TechnicalSupportRequested
from contracts.values import Vehicle

from reception.domain.errors import CauseFound
from reception.domain.story import Happened


@dataclass(frozen=True)
class Reading:
    """What a device said: a trouble code, or a measured value with its unit."""

    device: str
    code: str = ""
    value: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Examination:
    """One look for the cause. ``cause``: empty while open; ``explained``: the customer knows why it takes long."""

    at: datetime
    by: str
    reproduced: bool
    with_customer: bool
    road_test: bool
    readings: tuple[Reading, ...]
    cause: str
    explained: bool


@dataclass
class SupportRequest:
    """Headquarters' technicians were asked."""

    request_id: str
    at: datetime
    question: str
    answer: str = ""
    answered_at: datetime | None = None


@dataclass
class Diagnosis:
    """All of one visit's. Its id is the visit id."""

    visit_id: str
    dealer_id: str
    vehicle: Vehicle
    examinations: list[Examination] = field(default_factory=list)
    requests: list[SupportRequest] = field(default_factory=list)
    history: list[Happened] = field(default_factory=list)

    @property
    def cause(self) -> str:
        """As found last."""
        return next((one.cause for one in reversed(self.examinations) if one.cause), "")

    def examine(self, examination: Examination) -> list[Event]:
        self.examinations.append(examination)
        return []

    def ask(self, request: SupportRequest) -> list[Event]:
        """The cause stays open: headquarters is asked, with all codes that were read. Raises ``CauseFound``."""
        if self.cause:
            raise CauseFound
        self.requests.append(request)
        codes = [reading.code for one in self.examinations for reading in one.readings if reading.code]
        return [
            TechnicalSupportRequested(
                request_id=request.request_id,
                vehicle=self.vehicle,
                codes=tuple(dict.fromkeys(codes)),
                question=request.question,
            )
        ]

    def answered(self, request_id: str, answer: str, at: datetime) -> None:
        """What headquarters' technicians advise; an answer to nothing is passed over."""
        for request in self.requests:
            if request.request_id == request_id:
                request.answer, request.answered_at = answer, at
