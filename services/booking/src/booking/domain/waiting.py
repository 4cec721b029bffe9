"""Somebody waits for a place (B16): offered in the order of waiting, each offer for a limited time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from contracts.booking import AskedPart, PlaceOffered, WaitingEnded, WaitingStarted
from contracts.event import Event
from contracts.values import Channel, Sealed, StaffId, TechnicianHours, VisitId, WorkClass

from booking.domain.dealer import Dealer
from booking.domain.details import Details
from booking.domain.errors import NotWaiting, PlaceGone, ReadBackMissing, WaitTooShort
from booking.domain.taking import Wish


class WaitingState(StrEnum):
    """``OVER``: the last wanted day came and nothing suited."""

    WAITING = "WAITING"
    OFFERED = "OFFERED"
    BOOKED = "BOOKED"
    WITHDRAWN = "WITHDRAWN"
    OVER = "OVER"


@dataclass
class Waiting:
    """One customer's request. Its place, once offered, is held like any other hold."""

    visit_id: VisitId
    dealer_id: str
    work_class: WorkClass
    hours: TechnicianHours
    first_day: date
    last_day: date
    details: Details
    since: datetime
    over_at: datetime
    owner: str
    advisor: StaffId | None = None
    needs: tuple[str, ...] = ()
    state: WaitingState = WaitingState.WAITING
    offered: datetime | None = None
    offered_until: datetime | None = None
    let_pass: list[date] = field(default_factory=list)
    """Days of places that were offered and not taken: none of these days is offered again."""
    channel: Channel = Channel.PHONE
    """By which the customer asked."""
    parts: tuple[AskedPart, ...] = ()
    """What the planned work needs, asked for once a place is taken (B7)."""

    @classmethod
    def start(
        cls,
        wish: Wish,
        dealer: Dealer,
        days: tuple[date, date],
        *,
        details: Details,
        channel: Channel,
        owner: str,
        now: datetime,
        read_back: bool,
        parts: Sequence[AskedPart] = (),
    ) -> tuple["Waiting", list[Event]]:
        """The request stands from now on; it is over when the last wanted day begins to end (00:00 after it).

        An offered place is taken by one word, so the details have to be right and read back already (B6).
        """
        first, last = days
        if last < first or last < dealer.day_of(now):
            raise WaitTooShort()
        if not read_back:
            raise ReadBackMissing()
        details.check_menu(wish.hours)
        waiting = cls(
            visit_id=wish.visit_id,
            dealer_id=dealer.dealer_id,
            work_class=wish.work_class,
            hours=wish.hours,
            first_day=first,
            last_day=last,
            details=details,
            since=now,
            over_at=dealer.begin_of(last + timedelta(days=1)),
            owner=owner,
            advisor=wish.advisor,
            needs=wish.needs,
            channel=channel,
            parts=tuple(parts),
        )
        started = WaitingStarted(
            person_id=details.customer.person_id,
            work_class=wish.work_class,
            hours=wish.hours,
            first_day=first,
            last_day=last,
        )
        return waiting, [started]

    def wish(self, arrival: datetime) -> Wish:
        """What the customer would take at this time."""
        return Wish(self.visit_id, arrival, self.work_class, self.hours, self.advisor, needs=self.needs)

    def would_take(self, day: date) -> bool:
        """Whoever let a place of a day pass is not asked for that day again."""
        return self.first_day <= day <= self.last_day and day not in self.let_pass

    def offer(self, arrival: datetime, until: datetime, link: Sealed) -> list[Event]:
        """A place is held for this customer until then."""
        if self.state is not WaitingState.WAITING:
            raise NotWaiting()
        self.state, self.offered, self.offered_until = WaitingState.OFFERED, arrival, until
        customer = self.details.customer
        offered = PlaceOffered(
            person_id=customer.person_id,
            arrival=arrival,
            expires_at=until,
            link=link,
            customer=customer,
            vehicle=self.details.vehicle,
        )
        return [offered]

    def take(self, now: datetime) -> list[Event]:
        """The customer takes the offered place in time."""
        if self.state is not WaitingState.OFFERED or self.offered_until is None or now >= self.offered_until:
            raise PlaceGone()
        return self._end(WaitingState.BOOKED)

    def let_go(self, day: date) -> None:
        """The offered place was not taken: the customer keeps his rank, and the place goes to the next."""
        if self.state is WaitingState.OFFERED:
            self.let_pass.append(day)
            self.state, self.offered, self.offered_until = WaitingState.WAITING, None, None

    def withdraw(self) -> list[Event]:
        """The customer does not want to wait any more."""
        if self.state not in (WaitingState.WAITING, WaitingState.OFFERED):
            raise NotWaiting()
        return self._end(WaitingState.WITHDRAWN)

    def run_out(self) -> list[Event]:
        """The last wanted day is over."""
        if self.state not in (WaitingState.WAITING, WaitingState.OFFERED):
            raise NotWaiting()
        return self._end(WaitingState.OVER)

    def booked_details(self, arrival: datetime) -> Details:
        """What the confirmation of the place records; the place was not known when it was written down."""
        return replace(self.details.for_arrival(arrival), source=self.details.source or "WAIT_LIST")

    def _end(self, state: WaitingState) -> list[Event]:
        self.state, self.offered, self.offered_until = state, None, None
        return [WaitingEnded(outcome=state.value)]


def due_times(waiting: Waiting) -> Mapping[str, datetime]:
    """Waiting ends by itself with the last wanted day; a held place ends by the hold's own timer."""
    return {"waiting-over": waiting.over_at} if waiting.state is WaitingState.WAITING else {}
