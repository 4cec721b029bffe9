"""What booking refuses, by stable code. The text tells a dealer's developer what to do, ``details`` stand in it."""

from typing import Any, ClassVar, Literal


class Refused(Exception):
    """A command that a rule forbids. ``text`` is English and translated at the door; ``details`` are shown too."""

    code: ClassVar[str] = "refused"
    kind: ClassVar[Literal["conflict", "invalid", "not-found", "forbidden"]] = "conflict"
    text: str = "The command was refused."

    def __init__(self, text: str = "", **details: Any) -> None:
        self.text = text or self.text
        self.details: dict[str, Any] = details
        super().__init__(self.text.format(**details) if details else self.text)


class DealerUnknown(Refused):
    code = "dealer-unknown"
    kind = "not-found"
    text = "Booking does not know this dealer yet: check the code, or wait for headquarters' registration to arrive."


class DayNotPlanned(Refused):
    """No hours are planned for the day: nothing can be booked (B1)."""

    code = "day-not-planned"
    text = "No capacity is planned for this day: PUT the day's capacity or the weekly capacity, or ask for offers."


class NotASlot(Refused):
    """The arrival is not the start of one of the dealer's slots (B2, B19)."""

    code = "not-a-slot"
    kind = "invalid"
    text = "The arrival is not the start of a reception slot of this dealer: take an arrival from the offers."


class SlotInThePast(Refused):
    code = "slot-in-the-past"
    kind = "invalid"
    text = "The slot has begun already: ask for offers from now on."


class TooFarAhead(Refused):
    code = "too-far-ahead"
    kind = "invalid"
    text = "Bookings reach {days} days ahead: take an earlier day."


class Taken(Refused):
    """Somebody else was first. ``details["offers"]`` holds the next best offers (B2)."""


class SlotTaken(Taken):
    """Every advisor on duty has an arrival in this slot already (B2)."""

    code = "slot-taken"
    text = "The slot is taken: take one of the offers in `details`."


class HoursTaken(Taken):
    """Less hours of the class are bookable than asked for (B1)."""

    code = "hours-taken"
    text = "The day has not enough bookable hours of this class left: take one of the offers in `details`."


class BayTaken(Taken):
    """No bay of the class is free while the work would take place (B1)."""

    code = "bay-taken"
    text = "No bay of this class is free at that time: take one of the offers in `details`."


class QualifiedHoursTaken(Taken):
    """Hours are left, but not of technicians who may do this work (W14)."""

    code = "qualified-hours-taken"
    text = "Nobody qualified for this work has enough hours left on that day: take one of the offers in `details`."


class TechnicianNotQualified(Refused):
    """The wished technician may not do this work (W14)."""

    code = "technician-not-qualified"
    kind = "invalid"
    text = "This technician has no valid qualification for the work: leave the technician out or name another."


class TechnicianNotOnDuty(Refused):
    code = "technician-not-on-duty"
    kind = "invalid"
    text = "This technician has no hours of the class on that day: leave the technician out or name another."


class NotADiagnostician(Refused):
    """Repairs are talked over with who is qualified for diagnosis, or where nobody is, with a technician (B4)."""

    code = "not-a-diagnostician"
    kind = "invalid"
    text = "Nobody of this name diagnoses today or on the day of the visit: consult one of {diagnosticians}."


class AdvisorNotOnDuty(Refused):
    code = "advisor-not-on-duty"
    kind = "invalid"
    text = "This advisor does not receive vehicles on that day: leave the advisor out or name another."


class AdvisorTaken(Taken):
    """The wished advisor receives somebody else in this slot (B2)."""

    code = "advisor-taken"
    text = "The wished advisor has an arrival in this slot: leave the advisor out, or take an offer in `details`."


class HoursTakenTwice(Refused):
    """A visit counts once in a day (B1)."""

    code = "visit-has-hours-already"
    text = "This visit has hours on this day already: reschedule it instead of booking it again."


class HoldIsOver(Refused):
    """The hold expired; its slot and hours are free for others (B15)."""

    code = "hold-is-over"
    text = "The hold has expired and its slot is free for others: hold a slot again, then confirm it in time."


class ReadBackMissing(Refused):
    """Nothing is confirmed before the customer heard it all once more (B6)."""

    code = "read-back-missing"
    kind = "invalid"
    text = "Read the details back to the customer and send read_back_confirmed = true."


class UpliftTooHigh(Refused):
    code = "uplift-too-high"
    kind = "invalid"
    text = "The uplift is {uplift_percent} %: at most {most} % are allowed."


class WrongCurrency(Refused):
    code = "wrong-currency"
    kind = "invalid"
    text = "The price is in {currency}: this dealer reckons in {expected}."


class DeliveryBeforeArrival(Refused):
    code = "delivery-before-arrival"
    kind = "invalid"
    text = "The delivery estimate lies before the arrival: correct it, or leave it out for 'to be confirmed'."


class MenuExceedsHours(Refused):
    """The menu items need more hours than were taken (B1, B4)."""

    code = "menu-exceeds-hours"
    kind = "invalid"
    text = "The menu items need more hours than the appointment holds: hold a slot with the full hours."


class NotHeld(Refused):
    code = "appointment-not-held"
    text = "Only a held appointment can be confirmed: read the appointment for its state."


class NotConfirmed(Refused):
    code = "appointment-not-confirmed"
    text = "Only a confirmed appointment can be changed: confirm the hold first, or make a new booking."


class CustomerLeft(Refused):
    code = "customer-left"
    text = "The customer left before he was greeted: nothing is arranged for him until reception says that he is back."


class AppointmentClosed(Refused):
    code = "appointment-closed"
    text = "The appointment is closed (arrived, missed, cancelled or expired): make a new booking."


class OwnedAlready(Refused):
    code = "owned-already"
    text = "The visit belongs to this person already: name somebody else."


class AgreementMissing(Refused):
    """The dealer changes an appointment only with the customer's word (B11)."""

    code = "agreement-missing"
    kind = "invalid"
    text = "A change by the dealer needs `contact`: when, how and by whom the customer was asked, and that he agreed."


class PlaceGone(Refused):
    """The offered place was let go, or its time is over (B16)."""

    code = "place-gone"
    text = "No place is offered to this customer now: wait for the next one, or book a slot from the offers."


class LoanerTaken(Refused):
    """Somebody else has the car, or no car is free (B17)."""

    code = "loaner-taken"
    text = "No such loaner car is free for the whole time: ask for another time, another car, or other mobility."


class TooShortALoan(Refused):
    code = "loan-too-short"
    kind = "invalid"
    text = "A loaner car is lent until some time after the arrival: give a later `until`."


class NotWaiting(Refused):
    code = "not-waiting"
    text = "This customer does not wait any more: make a new request."


class WaitTooShort(Refused):
    code = "days-contradictory"
    kind = "invalid"
    text = "The last day lies before the first, or both are over: correct the days."


class NotMissed(Refused):
    code = "appointment-not-missed"
    text = "A reason for not coming is recorded for missed appointments only."


class PlanContradictory(Refused):
    """A capacity plan that cannot be meant (B1)."""

    code = "plan-contradictory"
    kind = "invalid"
    text = "The capacity plan contradicts itself."


class PastDaysAreFrozen(Refused):
    """Days that are over stay as they were (B1)."""

    code = "past-days-are-frozen"
    kind = "invalid"
    text = "Days that are over stay as they were: give a day from today on."


class CountryUnknown(Refused):
    code = "country-unknown"
    kind = "invalid"
    text = "The public holidays of this country are not known: give its two-letter code, or leave it out."


class RangeTooWide(Refused):
    code = "range-too-wide"
    kind = "invalid"
    text = "Ask for 1 to {most} days: `from` is the first, `to` the last."
