"""What booking remembers of a vehicle at one dealer: its visits, who received it last, what is due (B5, B12, B18)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from contracts.booking import MaintenanceDue
from contracts.event import Event
from contracts.values import LineId, PersonId, StaffId, Vehicle, Vin, VisitId, WorkClass

from booking.domain.campaign import Campaign
from booking.domain.dealer import Dealer
from booking.domain.due import NextService, PostponedWork, Reading, ServicePlan, first_postponed, next_service

MORNING = timedelta(hours=9)
MOST_VISITS = 30
"""Older ones are not shown to the booker any more."""
LONGEST_STAY = timedelta(days=30)
"""Who has not been delivered for so long has left otherwise, as after a cancelled order."""


def file_id(dealer_id: str, vin: Vin) -> str:
    """One file for each vehicle and dealer (X1)."""
    return f"{dealer_id}:{vin}"


@dataclass(frozen=True)
class AuthorisedLine:
    """By its line the visit forgets the work that is off after all (R9)."""

    line: LineId
    operation: str
    work_class: WorkClass


@dataclass(frozen=True)
class PastVisit:
    """One visit in the history. ``operations``: what the customer authorised, by code and title."""

    visit_id: VisitId
    day: date
    odometer_km: int | None = None
    advisor: StaffId | None = None
    operations: tuple[tuple[str, str], ...] = ()
    delivered: bool = False
    work_classes: tuple[WorkClass, ...] = ()
    """Of what was authorised; older visits were kept without."""
    lines: tuple[AuthorisedLine, ...] = ()
    """Of what was authorised; older visits were kept without."""

    @property
    def was_maintenance(self) -> bool:
        """Work of which nobody knows the class may have been maintenance."""
        return self.delivered and (WorkClass.PM in self.work_classes or bool(self.operations and not self.work_classes))

    def without(self, lines: Collection[LineId]) -> "PastVisit":
        """These lines are off (R9); what another line is for as well stays."""
        kept = tuple(one for one in self.lines if one.line not in lines)
        gone = [one for one in self.lines if one.line in lines]
        operations = {one.operation for one in gone} - {one.operation for one in kept}
        classes = {one.work_class for one in gone} - {one.work_class for one in kept}
        return replace(
            self,
            operations=tuple(one for one in self.operations if one[0] not in operations),
            work_classes=tuple(one for one in self.work_classes if one not in classes),
            lines=kept,
        )


@dataclass
class VehicleFile:
    """Grows with reception's facts; newest visit last."""

    dealer_id: str
    vin: Vin
    visits: list[PastVisit] = field(default_factory=list)
    vehicle: Vehicle | None = None
    """As it was last seen."""
    person_id: PersonId | None = None
    """Who brought it last; None until a visit with a known customer was delivered, or work was put off."""
    campaigns_done: list[str] = field(default_factory=list)
    due_on: date | None = None
    """The next maintenance, or work that was put off before it. Kept up to date, so that due vehicles can be asked for.
    """
    due_because: str = ""
    due_odometer_km: int | None = None
    maintenance: NextService | None = None
    """Files that were kept before work could be put off have it only as what is due."""
    postponed: list[PostponedWork] = field(default_factory=list)
    """What the customer wants later (R13)."""
    tell_at: datetime | None = None
    """When the due maintenance is announced; None once it was, and until the vehicle was first delivered."""
    told_after: date | None = None
    """The day of the maintenance after which the next one was announced."""
    reckoned_from: date | None = None
    """``last_maintenance`` as it was when visits were left out; None while all are kept."""

    @property
    def last_advisor(self) -> StaffId | None:
        """Who received the vehicle last (B18)."""
        return next((visit.advisor for visit in reversed(self.visits) if visit.advisor), None)

    @property
    def last_maintenance(self) -> date:
        """From when on the next one is reckoned: without any maintenance here from the first visit on (B12)."""
        first = self.reckoned_from or self.visits[0].day
        return next((visit.day for visit in reversed(self.visits) if visit.was_maintenance), first)

    @property
    def next_maintenance(self) -> NextService | None:
        """None for a vehicle without any visit (B12)."""
        if self.maintenance or self.postponed or self.due_on is None:
            return self.maintenance
        return NextService(self.due_on, self.due_because, self.due_odometer_km)

    def visit(self, visit_id: VisitId) -> PastVisit | None:
        return next((visit for visit in self.visits if visit.visit_id == visit_id), None)

    def keep(self, visit: PastVisit) -> None:
        """A visit, or what became of one that is known: what is known stays where the news do not say otherwise."""
        known = self.visit(visit.visit_id)
        others = [one for one in self.visits if one.visit_id != visit.visit_id]
        others.append(_merged(known, visit) if known else visit)
        self.visits = sorted(others, key=lambda one: one.day)
        if len(self.visits) > MOST_VISITS:
            self.reckoned_from, self.visits = self.last_maintenance, self.visits[-MOST_VISITS:]

    def withdraw(self, visit_id: VisitId, lines: Collection[LineId]) -> None:
        """Authorised lines of this visit are off (R9): they were not done here."""
        self.visits = [visit.without(lines) if visit.visit_id == visit_id else visit for visit in self.visits]

    def met(self, vehicle: Vehicle, person_id: PersonId | None) -> None:
        """What was seen last holds."""
        self.vehicle = vehicle
        self.person_id = person_id or self.person_id

    def plan_next(self, plan: ServicePlan, dealer: Dealer, *, delivered: bool) -> None:
        """The first visit puts the vehicle into reminder tracking by itself; each one tells how much it drives (B12).

        Announced is a maintenance once, after the vehicle was ``delivered``.
        """
        readings = [Reading(visit.day, visit.odometer_km) for visit in self.visits if visit.odometer_km is not None]
        coming = self.maintenance = next_service(self.last_maintenance, readings, plan) if self.visits else None
        self._list(coming, first_postponed(self.postponed, readings, plan))
        if coming and delivered and self.told_after != self.last_maintenance:
            self.tell_at = dealer.begin_of(coming.due_on - timedelta(days=plan.tell_days_before)) + MORNING

    def put_off(self, work: PostponedWork, vehicle: Vehicle, person_id: PersonId) -> None:
        """The customer wants it later (R13). ``plan_next`` puts it on the due list; what he says anew holds."""
        self.take_off(work.recommendation_id)
        self.postponed.append(work)
        self.vehicle, self.person_id = self.vehicle or vehicle, self.person_id or person_id

    def take_off(self, recommendation_id: str) -> None:
        """He took or refused it (R13): ``plan_next`` takes it off the due list."""
        self.postponed = [work for work in self.postponed if work.recommendation_id != recommendation_id]

    def _list(self, *due: NextService | None) -> None:
        first = min((one for one in due if one), key=lambda one: one.due_on, default=None)
        self.due_on, self.due_because = (first.due_on, first.because) if first else (None, "")
        self.due_odometer_km = first.odometer_km if first else None

    def stands_here(self, today: date) -> bool:
        """Whether the newest visit goes on."""
        return any(not visit.delivered and today < visit.day + LONGEST_STAY for visit in self.visits[-1:])

    def tell_due(self, due: datetime, today: date) -> list[Event]:
        """The time to call the customer has come; a vehicle whose customer is not known has nobody to call.

        While the vehicle stands here the maintenance may be under way: it is asked again a day later.
        """
        if self.stands_here(today):
            self.tell_at = due + timedelta(days=1)
            return []
        self.tell_at, coming = None, self.next_maintenance
        if self.person_id is None or self.vehicle is None or coming is None:
            return []
        self.told_after = self.last_maintenance
        told = MaintenanceDue(
            person_id=self.person_id,
            vehicle=self.vehicle,
            due_on=coming.due_on,
            because=coming.because,
            odometer_km=coming.odometer_km,
        )
        return [told]

    def open_campaigns(self, running: Iterable[Campaign], today: date) -> list[Campaign]:
        """Recalls first; what was done here or elsewhere is not among them (B5)."""
        done_here = [code for visit in self.visits if visit.delivered for code, _ in visit.operations]
        wanted = [
            campaign
            for campaign in running
            if campaign.concerns(self.vin, today)
            and campaign.campaign_id not in self.campaigns_done
            and not campaign.done_by(done_here)
        ]
        return sorted(wanted, key=lambda campaign: (not campaign.recall, campaign.campaign_id))


def due_times(file: VehicleFile) -> Mapping[str, datetime]:
    """The due maintenance is announced once (B12)."""
    return {"maintenance-due": file.tell_at} if file.tell_at else {}


def _merged(known: PastVisit, news: PastVisit) -> PastVisit:
    return PastVisit(
        visit_id=known.visit_id,
        day=min(known.day, news.day),
        odometer_km=news.odometer_km if news.odometer_km is not None else known.odometer_km,
        advisor=news.advisor or known.advisor,
        operations=_each_once((*known.operations, *news.operations)),
        delivered=known.delivered or news.delivered,
        work_classes=tuple(dict.fromkeys((*known.work_classes, *news.work_classes))),
        lines=tuple({one.line: one for one in (*known.lines, *news.lines)}.values()),
    )


def _each_once(operations: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(dict(operations).items())
