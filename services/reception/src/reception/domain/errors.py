"""What reception refuses, each with a stable code and what to do about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Said:
    """A sentence with what stands in it, said in the caller's language at the door (X4)."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(**self.values)


Kind = Literal["conflict", "invalid", "not-found", "forbidden"]


class Refused(Exception):
    """A rule says no. ``code`` is stable; ``details`` are shown in the problem body.

    ``text`` is English and translated at the door, with the values of ``said`` and ``details`` in it.
    """

    code: str = "refused"
    kind: Kind = "conflict"
    text: str = "The command was refused."

    def __init__(self, said: Mapping[str, Any] | None = None, /, **details: Any) -> None:
        self.details = details
        self.said = {**details, **(said or {})}
        super().__init__(self.text.format(**self.said))


_CLOSED = {
    "DELIVERED": Said("delivered already"),
    "CANCELLED": Said("cancelled already"),
    "ACCEPTED": Said("it was accepted"),
    "DECLINED": Said("it was declined"),
}
"""States after which nothing changes, as a sentence says them."""


class DealerUnknown(Refused):
    """H1."""

    code = "dealer-unknown"
    text = "Reception does not know dealer {dealer_id} yet: check the code, or retry when headquarters registered it."

    def __init__(self, dealer_id: str) -> None:
        super().__init__({"dealer_id": dealer_id})


class DealerNeverOpen(Refused):
    """R11."""

    code = "dealer-never-open"
    text = "No opening hours leave room for this work: correct the dealer's opening hours first."


class AppointmentUnknown(Refused):
    """R1."""

    code = "appointment-unknown"
    text = (
        "No confirmed appointment {visit_id} has reached reception. If it was booked a moment ago, retry in a"
        " few seconds; else register the vehicle as a walk-in (customer, vehicle, intent; no visit_id)."
    )

    def __init__(self, visit_id: str) -> None:
        super().__init__({"visit_id": visit_id})


class AppointmentCancelled(Refused):
    """R1."""

    code = "appointment-cancelled"
    text = "This appointment was cancelled: register the vehicle as a walk-in (without visit_id)."


class AlreadyArrived(Refused):
    """R1."""

    code = "already-arrived"
    text = "This vehicle has arrived already: go on with the visit, do not register it again."


class ReworkOfUnknownVisit(Refused):
    """R1, W9."""

    code = "rework-of-unknown-visit"
    text = "This dealer has no earlier visit {visit_id}: look it up in /visits, or arrive without rework_of."

    def __init__(self, visit_id: str) -> None:
        super().__init__({"visit_id": visit_id})


class ReworkOfAnotherVehicle(Refused):
    """R1, W9."""

    code = "rework-of-another-vehicle"
    text = "The earlier visit was made by another VIN: name that vehicle's own visit in rework_of."


class ReworkOfOpenVisit(Refused):
    """R1, W9."""

    code = "rework-of-open-visit"
    text = "The earlier visit has not been delivered: go on with that visit instead of opening another."


class AlreadyGreeted(Refused):
    """R1."""

    code = "already-greeted"
    text = "This customer was greeted already: the wait time stands as first recorded."


class CustomerAttended(Refused):
    """R1."""

    code = "customer-attended"
    text = "This customer was attended to already and waits no more: go on with his visit."


class CustomerLeft(Refused):
    """R1."""

    code = "customer-left"
    text = "This customer left before he was greeted: if he is back, or had not gone, post /return for his visit first."


class CustomerDidNotLeave(Refused):
    """R1."""

    code = "customer-did-not-leave"
    text = "This customer has not left the queue: there is nothing to take back."


class QueueOver(Refused):
    """R1."""

    code = "queue-over"
    text = "The queue in which this customer stood is over since midnight: who comes again is registered at /arrivals."


class CheckDigitWrong(Refused):
    """R19."""

    code = "vin-check-digit-wrong"
    kind: Kind = "invalid"
    text = (
        "Position 9 of this VIN is not the check digit that {market} requires: read the VIN again; for a "
        "vehicle of another standard write FREE: before its chassis number on purpose."
    )

    def __init__(self, market: str) -> None:
        super().__init__({"market": market})


class CoversUnseen(Refused):
    """R4."""

    code = "covers-unseen"
    kind: Kind = "invalid"
    text = "Put the covers on in the customer's presence, then record them with customer_present=true."


class AnswersInvalid(Refused):
    """R3."""

    code = "questionnaire-answers-invalid"
    kind: Kind = "invalid"
    text = "Correct the answers: {faults}"

    def __init__(self, faults: Iterable[Said]) -> None:
        faults = list(faults)
        super().__init__(faults=faults)


class QuestionnaireVersionUnknown(Refused):
    """R3."""

    code = "questionnaire-version-unknown"
    kind: Kind = "invalid"
    text = "There is no questionnaire version {version}: use one of {known}."

    def __init__(self, version: int, known: Iterable[int]) -> None:
        super().__init__({"version": version, "known": sorted(known)})


class CheckInStopped(Refused):
    """R5."""

    code = "check-in-stopped"
    text = (
        "VIN or plate on the car differ from the order, or the booked VIN has a wrong check digit: read them "
        "off the car and post /mismatch-resolution with the vehicle as it holds."
    )


class CheckInNotStopped(Refused):
    """R5."""

    code = "check-in-not-stopped"
    text = "No difference of VIN or plate is open: there is nothing to resolve."


class VinNotRead(Refused):
    """R5."""

    code = "vin-not-read"
    text = (
        "Another VIN was read off the car: name that one in vehicle, or say in how that it was READ_AGAIN; where only "
        "the plate differs, also that it is an OTHER_VEHICLE."
    )


class StationOutOfOrder(Refused):
    """R5."""

    code = "station-out-of-order"
    text = "The walk-around goes clockwise from the left front door: {expected} comes next."

    def __init__(self, expected: str | None) -> None:
        """``expected``: None when all stations were seen."""
        said = expected or Said("the customer's signature")
        super().__init__({"expected": said}, expected=expected or "SIGNATURE")


class SeenIdentityMissing(Refused):
    """R5."""

    code = "seen-identity-missing"
    kind: Kind = "invalid"
    text = "At {station} read {field} off the car and send it as {field}."

    def __init__(self, field: str, station: str) -> None:
        super().__init__({"station": station, "field": field})


class WalkAroundIncomplete(Refused):
    """R5."""

    code = "walk-around-incomplete"
    text = "Finish the walk-around first; still to do: {missing}."

    def __init__(self, missing: Iterable[str]) -> None:
        missing = list(missing)
        super().__init__(missing=missing)


class WalkAroundCompleted(Refused):
    """R5."""

    code = "walk-around-completed"
    text = "The customer signed the walk-around already: it is not changed any more."


class QuestionnaireNotReadBack(Refused):
    """R3, R7."""

    code = "questionnaire-not-read-back"
    text = "Ask the questions, read the answers back, and post /questionnaire with read_back=true first."


class CauseFound(Refused):
    """R6."""

    code = "cause-found"
    text = "The cause is known: nobody has to be asked. Record another examination if it was not."


class InspectionInvalid(Refused):
    """R17."""

    code = "inspection-invalid"
    kind: Kind = "invalid"
    text = "Correct the sheet: {faults}"

    def __init__(self, faults: Iterable[Said]) -> None:
        faults = list(faults)
        super().__init__(faults=faults)


class AdvisorMissing(Refused):
    """R7."""

    code = "advisor-missing"
    kind: Kind = "invalid"
    text = "Nobody owns this visit yet: name the advisor in the greeting or in the repair order."


class RepairOrderExists(Refused):
    """R7."""

    code = "repair-order-exists"
    text = "This visit has its repair order: issue an estimate or a supplement for other lines."


class RepairOrderMissing(Refused):
    """R7."""

    code = "repair-order-missing"
    text = "This visit has no repair order yet: finish the check-in and post /repair-order first."


class LineUnknown(Refused):
    """R7."""

    code = "line-unknown"
    kind: Kind = "not-found"
    text = "This repair order has no line {line_id}: see /repair-order."

    def __init__(self, line_id: str) -> None:
        super().__init__({"line_id": line_id})


class RecommendationClosed(Refused):
    """R13."""

    code = "recommendation-closed"
    text = "The customer's answer stands ({state}): recommend the work anew."

    def __init__(self, state: str) -> None:
        super().__init__({"state": _CLOSED[state]})


class PostponedToNever(Refused):
    """R13."""

    code = "postponed-to-never"
    kind: Kind = "invalid"
    text = "Say until when: due_on, due_km, or both; else nobody will think of it again."


class CurrencyForeign(Refused):
    """X4."""

    code = "currency-foreign"
    kind: Kind = "invalid"
    text = "This dealer reckons in {expected}: give every amount in it."

    def __init__(self, expected: str) -> None:
        super().__init__({"expected": expected})


class RepairOrderClosed(Refused):
    """R9, R16."""

    code = "repair-order-closed"
    text = "The repair order is {state}: nothing changes on it any more. A new visit starts at /arrivals."

    def __init__(self, state: str) -> None:
        super().__init__({"state": _CLOSED[state]})
