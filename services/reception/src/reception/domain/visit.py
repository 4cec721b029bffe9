"""The visit at the counter: arrival, greeting, questioning, walk-around (R1-R5)."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from contracts.event import Event
from contracts.reception import (
    CheckInResumed,
    CheckInStopped,
    CustomerGreeted,
    CustomerLeft,
    CustomerReturned,
    Intent,
    PhotoKept,
    PhotoRemoved,
    QuestionnaireRecorded,
    VehicleArrived,
    VehicleProtected,
    VisitCorrected,
    WalkAroundCompleted,
)
from contracts.values import Person, Sealed, Vehicle

from reception.domain import errors
from reception.domain.errors_photo import PhotoUnknown
from reception.domain.photo import Photo, check_references, check_room, reference_of
from reception.domain.policy import Policy
from reception.domain.protection import Protection
from reception.domain.questionnaire import Questioning
from reception.domain.story import Happened
from reception.domain.waiting import Departure, LeaveReason
from reception.domain.walk_around import Sight, Station, WalkAround

_STAFF_ID_LENGTH = 64
"""As the contracts' ``StaffId``; the name in a token may be longer."""


class Resolution(StrEnum):
    """How a difference between car and order was cleared (R5)."""

    READ_AGAIN = "READ_AGAIN"
    ORDER_CORRECTED = "ORDER_CORRECTED"
    PLATE_CHANGED = "PLATE_CHANGED"
    OTHER_VEHICLE = "OTHER_VEHICLE"


@dataclass(frozen=True)
class Mismatch:
    """What differs between car and order; an empty ``seen_*`` was not looked at yet."""

    expected_vin: str
    seen_vin: str
    expected_plate: str
    seen_plate: str
    at: datetime
    resolution: Resolution | None = None


@dataclass
class Visit:
    """One vehicle at the counter. Its id is the visit id that booking or the walk-in minted."""

    visit_id: str
    dealer_id: str
    day: date
    """The dealer's calendar day of the arrival."""
    arrived_at: datetime
    listed_as: str
    """Sort key of lists: by arrival, each visit once."""
    booked: bool
    intent: Intent
    customer: Person
    vehicle: Vehicle
    advisor: str | None = None
    concern: Sealed | None = None
    rework_of: str | None = None
    in_queue: bool = True
    greeted_at: datetime | None = None
    departures: list[Departure] = field(default_factory=list)
    """R1: each time the customer went before he was greeted."""
    order_opened_at: datetime | None = None
    """R7: written here too, so that of opening the order and leaving the queue (R1) only one happens."""
    questioning: Questioning | None = None
    protection: Protection | None = None
    walk_around: WalkAround = field(default_factory=WalkAround)
    mismatches: list[Mismatch] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    history: list[Happened] = field(default_factory=list)

    def arrive(self) -> list[Event]:
        """R1: the vehicle is here; the wait for the greeting begins."""
        return [
            VehicleArrived(
                booked=self.booked,
                intent=self.intent,
                customer=self.customer,
                vehicle=self.vehicle,
                advisor=self.advisor,
                rework_of=self.rework_of,
            )
        ]

    @property
    def stopped(self) -> bool:
        """R5, R19: a difference of VIN or plate, or a VIN that cannot be right, is not resolved yet."""
        return any(mismatch.resolution is None for mismatch in self.mismatches)

    @property
    def words(self) -> Sealed | None:
        """The customer's own words: as taken in the questioning, else as told before."""
        return (self.questioning.own_words if self.questioning else None) or self.concern

    @property
    def departure(self) -> Departure | None:
        """R1: how the customer went ungreeted, as long as he is not back."""
        last = self.departures[-1] if self.departures else None
        return None if last is None or last.back_at else last

    def waited_seconds(self, now: datetime) -> int:
        """R1: in the house, from the arrival to the greeting, until he left, or until now; processes' clocks may differ
        a little."""
        if self.departure:
            return self.departure.waited_seconds
        last = self.departures[-1] if self.departures else None
        since, before = (last.back_at or last.at, last.waited_seconds) if last else (self.arrived_at, 0)
        return before + max(0, int(((self.greeted_at or now) - since).total_seconds()))

    def greet(self, advisor: str, at: datetime) -> list[Event]:
        """R1: an advisor greets the customer and owns the visit from now on. Raises ``AlreadyGreeted``,
        ``CustomerLeft``."""
        self._must_be_here()
        if self.greeted_at:
            raise errors.AlreadyGreeted
        self.greeted_at, self.in_queue, self.advisor = at, False, advisor
        return [CustomerGreeted(advisor=advisor, waited_seconds=self.waited_seconds(at))]

    def take_up(self, actor: str, at: datetime) -> list[Event]:
        """R1: whoever goes on with a visit that still waits has greeted its customer, so that nobody waits for ever. It
        is owned by whom the appointment named, else by the advisor who took it up. ``actor`` (role and name) may be
        the dealer's app: a walk-in that it goes on with waits until a person greets it. Raises ``CustomerLeft``."""
        self._must_be_here()
        if self.greeted_at or not (self.advisor or actor.startswith("advisor:")):
            return []
        return self.greet(self.advisor or actor.partition(":")[2][:_STAFF_ID_LENGTH], at)

    def _must_be_here(self) -> None:
        """R1: nothing that needs him goes on with a customer who left. Raises ``CustomerLeft``."""
        if self.departure:
            raise errors.CustomerLeft

    def leave(self, reason: LeaveReason, by: str, at: datetime) -> list[Event]:
        """R1: the customer went before anybody greeted him. Said once more it changes nothing. Raises
        ``CustomerAttended``, and ``CustomerLeft`` where another reason was recorded."""
        if self.greeted_at or self.order_opened_at:
            raise errors.CustomerAttended
        if self.departure and self.departure.reason is reason:
            return []
        self._must_be_here()
        waited = self.waited_seconds(at)
        self.departures.append(Departure(reason, at, by, waited))
        self.in_queue = False
        return [CustomerLeft(reason=reason, waited_seconds=waited)]

    def come_back(self, at: datetime) -> list[Event]:
        """R1: he waits again, with what he had waited before. Said once more it changes nothing. Raises
        ``CustomerDidNotLeave``."""
        if not self.departures:
            raise errors.CustomerDidNotLeave
        if self.departure is None:
            return []
        waited = self.departure.waited_seconds
        self.departures[-1] = replace(self.departure, back_at=at)
        self.in_queue = True
        return [CustomerReturned(waited_seconds=waited)]

    def question(self, questioning: Questioning) -> list[Event]:
        """R3: the answers as they hold now; they may be taken again until there is a repair order."""
        self.questioning = questioning
        return [QuestionnaireRecorded(version=questioning.version, read_back=questioning.read_back)]

    def protect(self, protection: Protection) -> list[Event]:
        """R4: covers and valuables, as they hold now. Raises ``CoversUnseen``, for the customer sees them put on, and
        ``CustomerLeft``."""
        self._must_be_here()
        if not protection.customer_present:
            raise errors.CoversUnseen
        self.protection = protection
        return [VehicleProtected(covers=protection.covers, valuables=len(protection.valuables))]

    def correct(self, customer: Person, vehicle: Vehicle) -> list[Event]:
        """R2: who comes with which vehicle, put right on the spot. VIN and plate are read off the car (R5)."""
        self.customer, self.vehicle = customer, vehicle
        return [VisitCorrected(customer=customer, vehicle=vehicle)]

    def see(self, sight: Sight) -> list[Event]:
        """R5: the next station. A VIN or plate that differs from the order stops the check-in."""
        if self.stopped:
            raise errors.CheckInStopped
        check_references((damage.photo for damage in sight.damages), self.photos)
        self.walk_around.see(sight)
        if sight.odometer_km is not None:
            self.vehicle = self.vehicle.model_copy(update={"odometer_km": sight.odometer_km})
        if sight.station is Station.LEFT_FRONT_WING and sight.vin_seen != self.vehicle.vin:
            return self._stop(sight)
        if sight.station is Station.FRONT and sight.plate_seen != self.vehicle.plate:
            return self._stop(sight)
        return []

    def stop_for_vin(self) -> list[Event]:
        """R19: the appointment's VIN cannot be right in this market. The customer is not sent away: the check-in is
        stopped on arrival, until the VIN is read off the car and the vehicle corrected like any other difference."""
        mismatch = Mismatch(
            expected_vin=self.vehicle.vin,
            seen_vin="",
            expected_plate=self.vehicle.plate,
            seen_plate="",
            at=self.arrived_at,
        )
        return self._stop_by(mismatch)

    def _stop(self, sight: Sight) -> list[Event]:
        mismatch = Mismatch(
            expected_vin=self.vehicle.vin,
            # Once the plate is looked at, the VIN has been seen or resolved.
            seen_vin=sight.vin_seen or self.vehicle.vin,
            expected_plate=self.vehicle.plate,
            seen_plate=sight.plate_seen or "",
            at=sight.at,
        )
        return self._stop_by(mismatch)

    def _stop_by(self, mismatch: Mismatch) -> list[Event]:
        self.mismatches.append(mismatch)
        return [
            CheckInStopped(
                expected_vin=mismatch.expected_vin,
                seen_vin=mismatch.seen_vin,
                expected_plate=mismatch.expected_plate,
                seen_plate=mismatch.seen_plate,
            )
        ]

    def resolve(self, vehicle: Vehicle, how: Resolution) -> list[Event]:
        """R5: the difference is cleared; ``vehicle`` is what holds from now on, with the odometer as it was read if it
        names none. Raises ``CheckInNotStopped`` and ``VinNotRead``: also another vehicle has the VIN that differed
        when it was read; at the front, where only the plate differs, nobody has read it."""
        if not self.stopped:
            raise errors.CheckInNotStopped
        read = self.mismatches[-1].seen_vin
        unread = [Resolution.READ_AGAIN]
        if read == self.mismatches[-1].expected_vin:
            unread.append(Resolution.OTHER_VEHICLE)
        if read and vehicle.vin != read and how not in unread:
            raise errors.VinNotRead
        if vehicle.odometer_km is None:
            vehicle = vehicle.model_copy(update={"odometer_km": self._odometer_km(how)})
        if vehicle.vin != self.vehicle.vin and self.rework_of:
            # The earlier work was done on another car: it cannot be what did not hold (W9).
            self.rework_of, self.intent = None, Intent.PAID_REPAIR
        self.vehicle = vehicle
        self.mismatches[-1] = replace(self.mismatches[-1], resolution=how)
        return [CheckInResumed(vehicle=vehicle, resolution=how)]

    def _odometer_km(self, how: Resolution) -> int | None:
        """As read on the walk-around; what was told before that was told of another vehicle."""
        told = None if how is Resolution.OTHER_VEHICLE else self.vehicle.odometer_km
        return told if self.walk_around.odometer_km is None else self.walk_around.odometer_km

    def sign_walk_around(self, signature: str, at: datetime) -> list[Event]:
        """R5: the customer signs what was found. Raises ``CheckInStopped``, ``CustomerLeft``."""
        self._must_be_here()
        if self.stopped:
            raise errors.CheckInStopped
        self.walk_around.sign(signature, at)
        return [
            WalkAroundCompleted(
                damages=len(self.walk_around.damages),
                odometer_km=self.vehicle.odometer_km,
                photos_sha256=tuple(photo.sha256 for photo in self.photos if photo.place.station),
            )
        ]

    def photo(self, photo_id: str) -> Photo:
        """Raises ``PhotoUnknown``."""
        for photo in self.photos:
            if photo.photo_id == photo_id:
                return photo
        raise PhotoUnknown(reference_of(photo_id))

    def keep_photo(self, photo: Photo, policy: Policy) -> list[Event]:
        """R5, R17: its hash is announced, so that the bytes can be proven. What the customer signed gets no more."""
        photo.place.check()
        self._photo_may_change(photo)
        check_room(self.photos, photo.size, policy)
        self.photos.append(photo)
        return [
            PhotoKept(
                photo_id=photo.photo_id,
                sha256=photo.sha256,
                media_type=photo.media_type,
                size=photo.size,
                station=photo.place.station,
                point=photo.place.point,
            )
        ]

    def remove_photo(self, photo: Photo, reason: str) -> list[Event]:
        """R5, R17: as long as nobody signed what it shows; damages speak of it no more."""
        self._photo_may_change(photo)
        self.photos.remove(photo)
        self.walk_around.forget_photo(photo.reference)
        return [PhotoRemoved(photo_id=photo.photo_id, sha256=photo.sha256, reason=reason)]

    def _photo_may_change(self, photo: Photo) -> None:
        if photo.place.station and self.walk_around.signed_at:
            raise errors.WalkAroundCompleted

    def take_order(self, at: datetime) -> None:
        """R7: its repair order is opened. Raises what ``ready_for_order`` says is missing."""
        self.ready_for_order()
        self.order_opened_at = at

    def ready_for_order(self) -> None:
        """R7: what must have happened before a repair order; says what is missing."""
        self._must_be_here()
        if self.stopped:
            raise errors.CheckInStopped
        if self.questioning is None or not self.questioning.read_back:
            raise errors.QuestionnaireNotReadBack
        if self.walk_around.missing:
            raise errors.WalkAroundIncomplete(self.walk_around.missing)
