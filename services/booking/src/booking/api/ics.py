"""An appointment as an iCalendar file (B19): in the dealer's zone, right across summer time."""

from datetime import datetime, timedelta

from chassis.texts import Words

from booking.domain.appointment import Appointment, State
from booking.domain.dealer import Dealer

LENGTH = timedelta(minutes=30)
"""How long the hand-over at the counter takes: what the customer has to keep free."""


def calendar_file(appointment: Appointment, dealer: Dealer, now: datetime, words: Words) -> bytes:
    """One event under a lasting id: a moved appointment replaces the old entry, a cancelled one takes it away."""
    from icalendar import Calendar, Event  # a tenth of the start, and few ask for it

    gone = appointment.state in (State.CANCELLED, State.EXPIRED)
    calendar = Calendar()
    calendar.add("prodid", "-//Sevenstep//booking//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if gone else "PUBLISH")
    event = Event()
    event.add("uid", f"{appointment.visit_id}@sevenstep")
    event.add("sequence", len(appointment.history))
    event.add("dtstamp", now)
    event.add("dtstart", appointment.arrival.astimezone(dealer.tz))
    event.add("dtend", (appointment.arrival + LENGTH).astimezone(dealer.tz))
    event.add("summary", words.say("{dealer}: your vehicle is expected", dealer=dealer.name_in(words.language)))
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()
