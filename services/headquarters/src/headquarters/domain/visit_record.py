"""What headquarters keeps of one visit: the seven steps' times, and what figures need to know across facts (X2, H9).

Facts of different services come in any order. A record is therefore a join of evidence: whichever order the facts
come in, the record, and the rows that follow from it, end the same. No personal value is ever kept here.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import StrEnum

from headquarters.domain.evidence import Evidence
from headquarters.domain.figures import Part, Row


class Step(StrEnum):
    """The seven-step service, by the moment each step is reached."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    REPAIR_ORDER = "repair_order"
    STARTED = "started"
    QC_PASSED = "qc_passed"
    DELIVERED = "delivered"
    FOLLOWED_UP = "followed_up"


STEPS = tuple(Step)


class Mark(StrEnum):
    """Other turns of a visit that decide its outcome or a figure."""

    HELD = "held"
    HOLD_EXPIRED = "hold_expired"
    CANCELLED = "cancelled"
    MISSED = "missed"
    MISS_WITHDRAWN = "miss_withdrawn"
    APPOINTED = "appointed"
    NO_VISIT = "no_visit"
    RETURNED = "returned"
    ORDER_CANCELLED = "order_cancelled"
    REWORK = "rework"
    FOLLOW_UP_ENDED = "follow_up_ended"


LAST_COUNTS = frozenset(
    {
        Step.QC_PASSED,
        Mark.CANCELLED,
        Mark.MISSED,
        Mark.MISS_WITHDRAWN,
        Mark.APPOINTED,
        Mark.NO_VISIT,
        Mark.RETURNED,
    }
)
"""Here the latest fact holds; elsewhere the first, because a step is reached once. Quality control passed again after
supplementary work is the one that counts; an appointment moved after a no-show stands again; who left may come back."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When the vehicle was to come, as one fact said it."""

    arrival: datetime
    said_at: datetime
    event_id: str


@dataclass
class VisitRecord:
    """One visit at one dealer. ``day`` (dealer's calendar) is the arrival's, before that the planned arrival's."""

    visit_id: str
    dealer_id: str
    day: date | None = None
    plan: Plan | None = None
    booked: bool | None = None
    rework_of: str | None = None
    evidence: dict[str, Evidence] = field(default_factory=dict)

    def note(self, what: Step | Mark, evidence: Evidence) -> None:
        """Joins one fact's evidence for a step or a mark."""
        known = self.evidence.get(what)
        if known is None or (evidence.rank > known.rank) == (what in LAST_COUNTS):
            self.evidence[what] = evidence

    def planned(self, plan: Plan) -> None:
        """Joins what one fact says of the planned arrival; what was said last holds."""
        if self.plan is None or (plan.said_at, plan.event_id) > (self.plan.said_at, self.plan.event_id):
            self.plan = plan

    def settle_day(self, zone: tzinfo) -> None:
        """Puts the visit on a day of the dealer's calendar."""
        decisive = self.at(Step.ARRIVED) or (self.plan.arrival if self.plan else None)
        earliest = min((e.at for e in self.evidence.values()), default=None)
        instant = decisive or earliest
        self.day = instant.astimezone(zone).date() if instant else None

    def at(self, what: Step | Mark) -> datetime | None:
        """When a step was reached or a mark was set, in UTC."""
        known = self.evidence.get(what)
        return known.at if known else None

    @property
    def outcome(self) -> str:
        """How the visit stands, in the trade's words."""
        for mark, word in _OUTCOMES:
            if self.evidence.get(mark):
                return word
        if self.missed:
            return "NO_SHOW"
        if self._stands(Mark.CANCELLED, since=(Mark.APPOINTED,)):
            return "CANCELLED"
        if self.evidence.get(Step.BOOKED):
            return "CONFIRMED"
        return "HOLD_EXPIRED" if self.evidence.get(Mark.HOLD_EXPIRED) else "TENTATIVE"

    @property
    def missed(self) -> bool:
        """B10: the appointment was missed, and that was neither withdrawn nor followed by another appointment."""
        return self._stands(Mark.MISSED, since=(Mark.MISS_WITHDRAWN, Mark.APPOINTED))

    @property
    def no_visit(self) -> bool:
        """R1, B13: taken out of the queue as registered twice or at the wrong dealer, and not back since."""
        return self._stands(Mark.NO_VISIT, since=(Mark.RETURNED,))

    def _stands(self, mark: Mark, *, since: tuple[Step | Mark, ...]) -> bool:
        told = self.evidence.get(mark)
        return told is not None and all(self.evidence[s].rank < told.rank for s in since if s in self.evidence)

    def rows(self, zone: tzinfo) -> list[Row]:
        """The explanation rows that more than one fact of the visit decides: a visit, unless it turned out to be none
        (R1); a booked one, as long as its no-show does not stand (B10, B13); a rework, counted once however often it is
        told; the lead time. They stand on the dealer's day of their event."""
        rows: list[Row] = []
        rework, arrived, delivered = (self.evidence.get(w) for w in (Mark.REWORK, Step.ARRIVED, Step.DELIVERED))
        if arrived and not self.no_visit:
            rows.append(self._row(Part.VISITS, zone, arrived, 1))
        if arrived and self.booked and not self.missed and not self.no_visit:
            # Who comes after the grace time is received like a walk-in: one person is not both, missed and booked.
            rows.append(self._row(Part.BOOKED_VISITS, zone, arrived, 1))
        if rework and not self.no_visit:
            rows.append(self._row(Part.REWORKS, zone, rework, 1))
        if arrived and delivered:
            minutes = int((delivered.at - arrived.at).total_seconds() // 60)
            rows.append(self._row(Part.LEAD_MINUTES, zone, delivered, minutes))
        return rows

    def _row(self, part: Part, zone: tzinfo, evidence: Evidence, amount: int) -> Row:
        day = evidence.at.astimezone(zone).date()
        return Row.of(evidence, dealer_id=self.dealer_id, visit_id=self.visit_id, day=day, part=part, amount=amount)


_OUTCOMES: tuple[tuple[Step | Mark, str], ...] = (
    (Step.FOLLOWED_UP, "FOLLOWED_UP"),
    (Step.DELIVERED, "DELIVERED"),
    (Mark.ORDER_CANCELLED, "ORDER_CANCELLED"),
    (Step.REPAIR_ORDER, "IN_PROGRESS"),
    (Step.ARRIVED, "ARRIVED"),
)
