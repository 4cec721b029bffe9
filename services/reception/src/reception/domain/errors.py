"""What reception refuses, each with a stable code and what to do about it."""

from collections.abc import Iterable
from typing import Any, Literal

Kind = Literal["conflict", "invalid", "not-found", "forbidden"]


class Refused(Exception):
    """A rule says no. ``code`` is stable; ``details`` are shown in the problem body."""

    code: str = "refused"
    kind: Kind = "conflict"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.details = details


class DealerUnknown(Refused):
    """H1."""

    code = "dealer-unknown"

    def __init__(self, dealer_id: str) -> None:
        super().__init__(
            f"Reception does not know dealer {dealer_id} yet: check the code, or retry when headquarters registered it."
        )


class DealerNeverOpen(Refused):
    """R11."""

    code = "dealer-never-open"

    def __init__(self) -> None:
        super().__init__("No opening hours leave room for this work: correct the dealer's opening hours first.")


class AppointmentUnknown(Refused):
    """R1."""

    code = "appointment-unknown"

    def __init__(self, visit_id: str) -> None:
        super().__init__(
            f"No confirmed appointment {visit_id} has reached reception. If it was booked a moment ago, retry in a few "
            "seconds; else register the vehicle as a walk-in (customer, vehicle, intent; no visit_id)."
        )


class AppointmentCancelled(Refused):
    """R1."""

    code = "appointment-cancelled"

    def __init__(self) -> None:
        super().__init__("This appointment was cancelled: register the vehicle as a walk-in (without visit_id).")


class AlreadyArrived(Refused):
    """R1."""

    code = "already-arrived"

    def __init__(self) -> None:
        super().__init__("This vehicle has arrived already: go on with the visit, do not register it again.")


class ReworkOfUnknownVisit(Refused):
    """R1, W9."""

    code = "rework-of-unknown-visit"

    def __init__(self, visit_id: str) -> None:
        super().__init__(
            f"This dealer has no earlier visit {visit_id}: look it up in /visits, or arrive without rework_of."
        )


class ReworkOfAnotherVehicle(Refused):
    """R1, W9."""

    code = "rework-of-another-vehicle"

    def __init__(self) -> None:
        super().__init__("The earlier visit was made by another VIN: name that vehicle's own visit in rework_of.")


class ReworkOfOpenVisit(Refused):
    """R1, W9."""

    code = "rework-of-open-visit"

    def __init__(self) -> None:
        super().__init__("The earlier visit has not been delivered: go on with that visit instead of opening another.")


class AlreadyGreeted(Refused):
    """R1."""

    code = "already-greeted"

    def __init__(self) -> None:
        super().__init__("This customer was greeted already: the wait time stands as first recorded.")


class CheckDigitWrong(Refused):
    """R19."""

    code = "vin-check-digit-wrong"
    kind: Kind = "invalid"

    def __init__(self, market: str) -> None:
        super().__init__(
            f"Position 9 of this VIN is not the check digit that {market} requires: read the VIN again; "
            "for a vehicle of another standard write FREE: before its chassis number on purpose."
        )


class CoversUnseen(Refused):
    """R4."""

    code = "covers-unseen"
    kind: Kind = "invalid"

    def __init__(self) -> None:
        super().__init__("Put the covers on in the customer's presence, then record them with customer_present=true.")


class AnswersInvalid(Refused):
    """R3."""

    code = "questionnaire-answers-invalid"
    kind: Kind = "invalid"

    def __init__(self, faults: Iterable[str]) -> None:
        faults = list(faults)
        super().__init__("Correct the answers: " + "; ".join(faults), faults=faults)


class QuestionnaireVersionUnknown(Refused):
    """R3."""

    code = "questionnaire-version-unknown"
    kind: Kind = "invalid"

    def __init__(self, version: int, known: Iterable[int]) -> None:
        super().__init__(f"There is no questionnaire version {version}: use one of {sorted(known)}.")


class CheckInStopped(Refused):
    """R5."""

    code = "check-in-stopped"

    def __init__(self) -> None:
        super().__init__(
            "VIN or plate on the car differ from the order, or the booked VIN has a wrong check digit: read them off "
            "the car and post /mismatch-resolution with the vehicle as it holds."
        )


class CheckInNotStopped(Refused):
    """R5."""

    code = "check-in-not-stopped"

    def __init__(self) -> None:
        super().__init__("No difference of VIN or plate is open: there is nothing to resolve.")


class StationOutOfOrder(Refused):
    """R5."""

    code = "station-out-of-order"

    def __init__(self, expected: str) -> None:
        super().__init__(
            f"The walk-around goes clockwise from the left front door: {expected} comes next.", expected=expected
        )


class SeenIdentityMissing(Refused):
    """R5."""

    code = "seen-identity-missing"
    kind: Kind = "invalid"

    def __init__(self, field: str, station: str) -> None:
        super().__init__(f"At {station} read {field} off the car and send it as {field}.")


class WalkAroundIncomplete(Refused):
    """R5."""

    code = "walk-around-incomplete"

    def __init__(self, missing: Iterable[str]) -> None:
        missing = list(missing)
        super().__init__(f"Finish the walk-around first; still to do: {', '.join(missing)}.", missing=missing)


class PhotoTooLarge(Refused):
    """R5."""

    code = "photo-too-large"
    kind: Kind = "invalid"

    def __init__(self, most_bytes: int) -> None:
        super().__init__(f"A photo has at most {most_bytes} bytes: make it smaller on the device.")


class PhotoUnreadable(Refused):
    """R5."""

    code = "photo-unreadable"
    kind: Kind = "invalid"

    def __init__(self) -> None:
        super().__init__("Send the base64 of a JPEG, PNG or WebP image: by its first bytes this is none of them.")


class WalkAroundCompleted(Refused):
    """R5."""

    code = "walk-around-completed"

    def __init__(self) -> None:
        super().__init__("The customer signed the walk-around already: it is not changed any more.")


class QuestionnaireNotReadBack(Refused):
    """R3, R7."""

    code = "questionnaire-not-read-back"

    def __init__(self) -> None:
        super().__init__("Ask the questions, read the answers back, and post /questionnaire with read_back=true first.")


class CauseFound(Refused):
    """R6."""

    code = "cause-found"

    def __init__(self) -> None:
        super().__init__("The cause is known: nobody has to be asked. Record another examination if it was not.")


class InspectionInvalid(Refused):
    """R17."""

    code = "inspection-invalid"
    kind: Kind = "invalid"

    def __init__(self, faults: Iterable[str]) -> None:
        faults = list(faults)
        super().__init__("Correct the sheet: " + "; ".join(faults), faults=faults)


class AdvisorMissing(Refused):
    """R7."""

    code = "advisor-missing"
    kind: Kind = "invalid"

    def __init__(self) -> None:
        super().__init__("Nobody owns this visit yet: name the advisor in the greeting or in the repair order.")


class RepairOrderExists(Refused):
    """R7."""

    code = "repair-order-exists"

    def __init__(self) -> None:
        super().__init__("This visit has its repair order: issue an estimate or a supplement for other lines.")


class RepairOrderMissing(Refused):
    """R7."""

    code = "repair-order-missing"

    def __init__(self) -> None:
        super().__init__("This visit has no repair order yet: finish the check-in and post /repair-order first.")


class LineUnknown(Refused):
    """R7."""

    code = "line-unknown"
    kind: Kind = "not-found"

    def __init__(self, line_id: str) -> None:
        super().__init__(f"This repair order has no line {line_id}: see /repair-order.")


class RecommendationClosed(Refused):
    """R13."""

    code = "recommendation-closed"

    def __init__(self, state: str) -> None:
        super().__init__(f"The customer's answer stands ({state.lower()}): recommend the work anew.")


class PostponedToNever(Refused):
    """R13."""

    code = "postponed-to-never"
    kind: Kind = "invalid"

    def __init__(self) -> None:
        super().__init__("Say until when: due_on, due_km, or both; else nobody will think of it again.")


class CurrencyForeign(Refused):
    """X4."""

    code = "currency-foreign"
    kind: Kind = "invalid"

    def __init__(self, expected: str) -> None:
        super().__init__(f"This dealer reckons in {expected}: give every amount in it.")


class RepairOrderClosed(Refused):
    """R9, R16."""

    code = "repair-order-closed"

    def __init__(self, state: str) -> None:
        super().__init__(
            f"The repair order is {state}: nothing changes on it any more. A new visit starts at /arrivals."
        )
