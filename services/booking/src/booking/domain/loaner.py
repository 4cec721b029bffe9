"""A loaner car: a resource with a calendar of its own (B17)."""

from dataclasses import dataclass, field, replace
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

    def lend(self, visit_id: VisitId, start: datetime, end: datetime) -> KeptCar:
        """A visit that has it until ``start`` has it for longer: that is one loan. Raises ``LoanerTaken``."""
        if end <= start:
            raise TooShortALoan()
        if not self.is_free(start, end):
            raise LoanerTaken()
        had = next((loan for loan in self.loans if loan.visit_id == visit_id and loan.end == start), None)
        since = had.start if had else start
        self._keep([*(loan for loan in self.loans if loan is not had), Loan(visit_id, since, end)])
        return KeptCar(self.code, since, end)

    def give_back(self, visit_id: VisitId, driven_until: datetime | None = None) -> KeptCar | None:
        """The visit does not need it any more. Returns what was kept for it.

        Who had come drove it until then: that stays written down (X2). None: he has not come, so nobody had it.
        """
        kept = [loan for loan in self.loans if loan.visit_id == visit_id]
        if not kept:
            return None
        driven = [
            replace(loan, end=min(loan.end, driven_until))
            for loan in kept
            if driven_until is not None and loan.start < driven_until
        ]
        self._keep([*(loan for loan in self.loans if loan.visit_id != visit_id), *driven])
        return KeptCar(self.code, kept[-1].start, kept[-1].end)

    def _keep(self, loans: list[Loan]) -> None:
        self.loans = sorted(loans, key=lambda loan: loan.start)
