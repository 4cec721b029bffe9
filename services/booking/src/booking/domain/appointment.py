"""An appointment: held, confirmed, arrived or missed, changed or cancelled by the customer (B4, B6, B9-B11, B15)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from contracts.booking import (
    AppointmentCancelled,
    AppointmentHeld,
    AppointmentMissed,
    AppointmentRescheduled,
    AskedPart,
    AttendanceConfirmed,
    CaseHandedOver,
    HoldExpired,
    Mobility,
    MobilityArranged,
    NoShowReasonRecorded,
    NoShowWithdrawn,
    ReadinessAcknowledged,
    ReadinessMissing,
    ReadinessOf,
    ReminderDue,
)
from contracts.event import Event
from contracts.values import Channel, Sealed, StaffId, TechnicianHours, VisitId, WorkClass

from booking.domain.dealer import Dealer
from booking.domain.details import Change, Details, NoShowReason, Readiness, WhoseChange
from booking.domain.errors import (
    AppointmentClosed,
    CustomerLeft,
    DeliveryBeforeArrival,
    HoldIsOver,
    NotConfirmed,
    NotHeld,
    NotMissed,
    OwnedAlready,
    ReadBackMissing,
)
from booking.domain.loaner import KeptCar
from booking.domain.parts_check import PartsCheck, PlannedPart
from booking.domain.taking import Wish

READY_BEFORE = timedelta(hours=2)
"""The advisor hears of what is not ready so long before the arrival: in time to call the customer (B8)."""


class State(StrEnum):
    """STAR's words, and EXPIRED for a hold that nobody confirmed."""

    RESERVED = "RESERVED"
    CONFIRMED = "CONFIRMED"
    ARRIVED = "ARRIVED"
    NO_SHOW = "NO_SHOW"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


@dataclass
class Appointment:
    """One visit's appointment. Its hours are taken in the dealer day, never here."""

    visit_id: VisitId
    dealer_id: str
    state: State
    day: date
    arrival: datetime
    work_class: WorkClass
    hours: TechnicianHours
    advisor: StaffId
    channel: Channel
    owner: str
    """Whoever answered first (B3)."""
    booked_at: datetime
    technician: StaffId | None = None
    expires_at: datetime | None = None
    reminder_at: datetime | None = None
    missed_after: datetime | None = None
    details: Details | None = None
    history: list[Change] = field(default_factory=list)
    arrived_at: datetime | None = None
    left_because: str | None = None
    """Reception's reason why he who came in time went before anybody greeted him; None: he is here, or is back (R1)."""
    no_show_reason: NoShowReason | None = None
    needs: tuple[str, ...] = ()
    """Qualifications without which the work may not be done (W14)."""
    readiness: dict[ReadinessOf, Readiness] = field(default_factory=dict)
    """Who said that he is ready, or why not (B8), and who was consulted for a repair (B4)."""
    readiness_at: datetime | None = None
    """When the advisor is alerted of what is still open; None once he was."""
    mobility: Mobility = Mobility.NONE
    loaner: str | None = None
    """Code of the car that is kept for the customer, or that he had to the end of his visit (B17)."""
    freed_car: KeptCar | None = None
    """What was kept until the visit moved or was missed: it is tried again (B17)."""
    attendance_confirmed: bool = False
    """The customer said by the reminder's link that he comes (B9)."""
    parts: PartsCheck = field(default_factory=PartsCheck)
    """What the planned work needs, and where it stands (B7)."""

    @classmethod
    def hold(
        cls,
        wish: Wish,
        dealer: Dealer,
        *,
        advisor: StaffId,
        channel: Channel,
        owner: str,
        now: datetime,
        until: datetime,
    ) -> tuple["Appointment", list[Event]]:
        """A slot and hours are kept until then while the customer decides (B15)."""
        appointment = cls(
            visit_id=wish.visit_id,
            dealer_id=dealer.dealer_id,
            state=State.RESERVED,
            day=dealer.day_of(wish.arrival),
            arrival=wish.arrival,
            work_class=wish.work_class,
            hours=wish.hours,
            advisor=advisor,
            technician=wish.technician,
            needs=wish.needs,
            channel=channel,
            owner=owner,
            booked_at=now,
            expires_at=until,
        )
        return appointment, [appointment._held(until)]

    @property
    def wish(self) -> Wish:
        """What it takes of its day."""
        who = (self.advisor, self.technician)
        return Wish(self.visit_id, self.arrival, self.work_class, self.hours, *who, needs=self.needs)

    def any_advisor(self, arrival: datetime) -> Wish:
        """The same work at another time, received by whoever is free (B9)."""
        return Wish(self.visit_id, arrival, self.work_class, self.hours, preferred=(self.advisor,), needs=self.needs)

    @property
    def takes_hours(self) -> bool:
        """Whether its hours are counted in its day: not while he who had come is gone again (R1)."""
        return self.left_because is None and self.state in (State.RESERVED, State.CONFIRMED, State.ARRIVED)

    @property
    def diagnostician(self) -> StaffId | None:
        """With whom the repair was talked over (B4)."""
        said = self.readiness.get(ReadinessOf.DIAGNOSTICIAN)
        return said.technician if said else None

    def confirm(self, details: Details, dealer: Dealer, *, read_back: bool, now: datetime) -> list[Event]:
        """The customer heard the details once more and agreed (B6)."""
        if self.state is State.EXPIRED or (self.expires_at and now >= self.expires_at):
            raise HoldIsOver()
        if self.state is not State.RESERVED:
            raise NotHeld()
        if not read_back:
            raise ReadBackMissing()
        if details.delivery_estimate and details.delivery_estimate <= self.arrival:
            raise DeliveryBeforeArrival()
        details.check_menu(self.hours)
        self.state, self.details, self.expires_at = State.CONFIRMED, details, None
        self._set_times(dealer, now)
        notice, said = details.notice(self.wish, self.advisor, self.channel), details.consulted
        return [notice, *(self.acknowledge(ReadinessOf.DIAGNOSTICIAN, said) if said else [])]

    def expire(self) -> list[Event]:
        """Nobody confirmed in time (B15)."""
        if self.state is not State.RESERVED:
            raise NotHeld()
        self.state, self.expires_at = State.EXPIRED, None
        return [HoldExpired(arrival=self.arrival, work_class=self.work_class, hours=self.hours)]

    def check_reschedule(self, hours: TechnicianHours, now: datetime) -> None:
        """Whether it can be moved at all, before other hours are taken for it."""
        self._require_changeable(now)
        if self.state is not State.CONFIRMED:
            raise NotConfirmed()
        if self.details:
            self.details.check_menu(hours)

    def reschedule(
        self, wish: Wish, dealer: Dealer, *, advisor: StaffId, change: WhoseChange, now: datetime
    ) -> list[Event]:
        """Another time, by the customer's wish or with his agreement (B11); the history stays."""
        self.check_reschedule(wish.hours, now)
        change.check(self.booked_at, now)
        previous = self.arrival
        self.history.append(change.line(now, previous, wish.arrival))
        self.day, self.arrival = dealer.day_of(wish.arrival), wish.arrival
        self.work_class, self.hours = wish.work_class, wish.hours
        self.advisor, self.technician = advisor, wish.technician
        self._set_times(dealer, now)
        self._void_words_of_old_time()
        rescheduled = AppointmentRescheduled(
            previous_arrival=previous,
            arrival=self.arrival,
            work_class=self.work_class,
            hours=self.hours,
            advisor=advisor,
            by=change.by,
            reason=change.reason.value,
            contact=change.contact,
        )
        return [rescheduled, *self._parts_moved()]

    def cancel(self, change: WhoseChange, now: datetime) -> list[Event]:
        """The visit does not take place (B11); a hold can be dropped the same way."""
        self._require_changeable(now)
        change.check(self.booked_at, now)
        self.history.append(change.line(now, self.arrival, None))
        self._end(State.CANCELLED)
        cancelled = AppointmentCancelled(
            arrival=self.arrival, by=change.by, reason=change.reason.value, contact=change.contact
        )
        return [cancelled]

    def hold_again(
        self, wish: Wish, dealer: Dealer, *, advisor: StaffId, now: datetime, until: datetime
    ) -> list[Event]:
        """Whoever waits let a place pass and is offered another one (B16)."""
        if self.state is not State.EXPIRED:
            raise NotHeld()
        self.state, self.expires_at, self.booked_at = State.RESERVED, until, now
        self.day, self.arrival = dealer.day_of(wish.arrival), wish.arrival
        self.advisor, self.technician = advisor, wish.technician
        return [self._held(until)]

    def confirm_attendance(self, now: datetime) -> list[Event]:
        """The customer says that he comes (B9); said again, nothing changes."""
        self._require_changeable(now)
        if self.state is not State.CONFIRMED:
            raise NotConfirmed()
        if self.attendance_confirmed:
            return []
        self.attendance_confirmed = True
        return [AttendanceConfirmed(arrival=self.arrival)]

    def mobile_from(self, now: datetime) -> datetime:
        """A car is kept from the arrival on; for a customer who is here already from now on (B17)."""
        return now if self.state is State.ARRIVED else self.arrival

    def arrange_mobility(self, mobility: Mobility, car: KeptCar | None = None) -> list[Event]:
        """How the customer stays mobile; the newest arrangement holds, also once he is here (B17)."""
        if self.state not in (State.CONFIRMED, State.ARRIVED):
            raise NotConfirmed()
        if self.left_because is not None:
            raise CustomerLeft()
        self.mobility, self.loaner, self.freed_car = mobility, car.code if car else None, None
        if car is None:
            return [MobilityArranged(mobility=mobility)]
        return [MobilityArranged(mobility=mobility, loaner=car.code, start=car.start, end=car.end)]

    def acknowledge(self, of: ReadinessOf, said: Readiness) -> list[Event]:
        """Workshop, parts or a consulted technician are ready, or say why not; the newest word holds (B4, B8)."""
        if self.state is not State.CONFIRMED:
            raise NotConfirmed()
        self.readiness[of] = said
        return [ReadinessAcknowledged(of=of, ready=said.ready, note=said.note, technician=said.technician)]

    def plan_parts(self, wanted: Sequence[AskedPart], by: str, now: datetime) -> list[Event]:
        """The parts of the planned work, once the visit is confirmed; they are asked for at once (B7)."""
        if self.state is not State.CONFIRMED or self.details is None:
            raise NotConfirmed()
        self.parts.plan(wanted)
        return [*self.parts.ask(self.arrival, self.details.vehicle), *self._parts_judged(by, now)]

    def parts_told(self, answers: Sequence[PlannedPart], by: str, at: datetime) -> list[Event]:
        """What the parts service answers (B7). Once the visit has come or is off, it is only written down."""
        self.parts.take_in(answers)
        return self._parts_judged(by, at) if self.state is State.CONFIRMED else []

    def alert_unready(self) -> list[Event]:
        """The visit is near: whoever is not ready is told to the advisor, once (B8)."""
        if self.state is not State.CONFIRMED or self.details is None:
            raise NotConfirmed()
        self.readiness_at = None
        missing = tuple(of for of in self.details.awaited if of not in self.readiness or not self.readiness[of].ready)
        if not missing:
            return []
        return [ReadinessMissing(arrival=self.arrival, advisor=self.advisor, missing=missing)]

    def remind(self, now: datetime, link: Sealed | None = None) -> list[Event]:
        """The reminder is due, once (B9). After an outage that outlasted the arrival there is nothing to remind of."""
        if self.state is not State.CONFIRMED or self.details is None:
            raise NotConfirmed()
        self.reminder_at = None
        if now >= self.arrival:
            return []
        return [ReminderDue(arrival=self.arrival, person_id=self.details.customer.person_id, link=link)]

    def miss(self, rebook_offers: Sequence[datetime] = ()) -> list[Event]:
        """Not arrived by the grace time (B10); the offers go into the follow-up contact."""
        if self.state is not State.CONFIRMED or self.details is None:
            raise NotConfirmed()
        self.state, self.reminder_at = State.NO_SHOW, None
        person = self.details.customer.person_id
        return [AppointmentMissed(arrival=self.arrival, person_id=person, rebook_offers=tuple(rebook_offers))]

    def arrive(self, at: datetime) -> list[Event]:
        """The vehicle came. In time: arrived, and a no-show that the late news caused is withdrawn (B10).

        After the grace time it is and stays a no-show, in whatever order the news come: the customer is received
        like a walk-in, and the authorised work takes hours then.
        """
        if self.state is State.CONFIRMED and self._in_time(at):
            self._end(State.ARRIVED)
            self.arrived_at = at
            return []
        if self.state is State.CONFIRMED:
            self.arrived_at = at
            return self.miss()
        if self.state is State.NO_SHOW and self._in_time(at):
            self._end(State.ARRIVED)
            self.arrived_at, self.no_show_reason = at, None
            return [NoShowWithdrawn(arrived_at=at)]
        if self.state is State.NO_SHOW:
            self.arrived_at = at
        return []

    def leave(self, reason: str) -> None:
        """He went before anybody greeted him (R1): no no-show. Who had come too late is one, and takes nothing."""
        self.left_because = reason if self.state is State.ARRIVED else None

    def come_back(self) -> None:
        """Who had left waits for his greeting again (R1)."""
        self.left_because = None

    def hand_over(self, owner: str, reason: str) -> list[Event]:
        """Whoever answered first owns the case until he hands it to somebody (B3)."""
        if owner == self.owner:
            raise OwnedAlready()
        previous, self.owner = self.owner, owner
        return [CaseHandedOver(previous=previous, owner=owner, reason=reason)]

    def record_no_show_reason(self, reason: NoShowReason) -> list[Event]:
        """Why the customer did not come, as told afterwards (B10)."""
        if self.state is not State.NO_SHOW:
            raise NotMissed()
        self.no_show_reason = reason
        return [NoShowReasonRecorded(reason=reason.value)]

    def _in_time(self, at: datetime) -> bool:
        return self.missed_after is not None and at <= self.missed_after

    def _require_changeable(self, now: datetime) -> None:
        """A hold that is over and a visit that is overdue are closed, whether or not their timers have fired yet."""
        over = (self.expires_at and now >= self.expires_at) or (self.missed_after and now > self.missed_after)
        if over or self.state not in (State.RESERVED, State.CONFIRMED):
            raise AppointmentClosed()

    def _set_times(self, dealer: Dealer, now: datetime) -> None:
        """A reminder whose time is over already would remind of what was said just now: there is none."""
        reminder = dealer.reminder_at(self.arrival)
        self.reminder_at = reminder if reminder > now else None
        self.missed_after = dealer.missed_after(self.arrival)
        alert = self.arrival - READY_BEFORE
        self.readiness_at = alert if alert > now else None

    def _void_words_of_old_time(self) -> None:
        """That he comes (B9), that the workshop is ready, and parts that are not all kept (B8), the delivery (B6).
        What a technician said of the fault lasts (B4)."""
        self.attendance_confirmed = False
        lasting = (ReadinessOf.DIAGNOSTICIAN, *((ReadinessOf.PARTS,) if self.parts.complete else ()))
        self.readiness = {of: said for of, said in self.readiness.items() if of in lasting}
        self.details = self.details and self.details.for_arrival(self.arrival)

    def _parts_moved(self) -> list[Event]:
        if not self.parts.items or self.details is None:
            return []
        return [*self.parts.ask(self.arrival, self.details.vehicle), *self.parts.judge(self.arrival, self.advisor)]

    def _parts_judged(self, by: str, at: datetime) -> list[Event]:
        """The facts speak for the parts department: ready once all is kept, not ready once something is short (B8)."""
        told = self.parts.judge(self.arrival, self.advisor)
        said = self.readiness.get(ReadinessOf.PARTS)
        ready = self.parts.complete
        known = ready or self.parts.short or (said is not None and said.ready and bool(self.parts.items))
        if not known or (said is not None and said.ready is ready):
            return told
        return [*told, *self.acknowledge(ReadinessOf.PARTS, Readiness(ready, by, at, self.parts.summary()))]

    def _held(self, until: datetime) -> AppointmentHeld:
        return AppointmentHeld(
            arrival=self.arrival,
            work_class=self.work_class,
            hours=self.hours,
            channel=self.channel,
            expires_at=until,
        )

    def _end(self, state: State) -> None:
        self.state, self.expires_at, self.reminder_at, self.readiness_at = state, None, None, None
