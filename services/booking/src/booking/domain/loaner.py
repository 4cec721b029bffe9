"""A loaner car: a resource with a calendar of its own (B17)."""

from dataclasses import dataclass, field
from datetime import datetime

from contracts.values import Plate, VisitId

from booking.domain.errors import LoanerTaken, TooShortALoan


@dataclass(frozen=True)
class Loan:
    """Who has the car from when to when; ``end`` belongs to the next."""

    visit_id: VisitId
    start: datetime
    end: datetime


@dataclass(frozen=True)
class KeptCar:
    """A car by its code, and from when to when it is kept for a visit."""

    code: str
    start: datetime
    end: datetime


@dataclass
class Loaner:
    """One car. ``out_from`` on it is lent to nobody; what is lent already stays lent."""

    dealer_id: str
    code: str
    plate: Plate
    model: str
    out_from: datetime | None = None
    loans: list[Loan] = field(default_factory=list)

    def is_free(self, start: datetime, end: datetime) -> bool:
        """Whether nobody has the car at any time between, and it is in service to the end."""
        in_service = self.out_from is None or end <= self.out_from
        return in_service and not any(loan.start < end and start < loan.end for loan in self.loans)

    def lend(self, visit_id: VisitId, start: datetime, end: datetime) -> None:
        """Raises ``LoanerTaken``."""
        if end <= start:
            raise TooShortALoan()
        if not self.is_free(start, end):
            raise LoanerTaken()
        self.loans = sorted([*self.loans, Loan(visit_id, start, end)], key=lambda loan: loan.start)

    def give_back(self, visit_id: VisitId) -> KeptCar | None:
        """The visit does not need it any more. Returns what was kept for it."""
        kept = [KeptCar(self.code, loan.start, loan.end) for loan in self.loans if loan.visit_id == visit_id]
        self.loans = [loan for loan in self.loans if loan.visit_id != visit_id]
        return kept[0] if kept else None
