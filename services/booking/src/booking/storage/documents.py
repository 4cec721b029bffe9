"""The kinds of documents of booking's database."""

from chassis.documents import Documents

from booking.domain.appointment import Appointment
from booking.domain.appointment_timers import due_times
from booking.domain.arrival import Arrival
from booking.domain.calendar import Calendar
from booking.domain.campaign import Campaign
from booking.domain.dealer import Dealer
from booking.domain.dealer_day import DealerDay
from booking.domain.loaner import Loaner
from booking.domain.regional_offer import RegionalOffer
from booking.domain.vehicle_file import VehicleFile, file_id
from booking.domain.vehicle_file import due_times as vehicle_due_times
from booking.domain.waiting import Waiting
from booking.domain.waiting import due_times as waiting_due_times
from booking.storage.briefs import brief_of

DEALERS = Documents("dealers", "dealer", Dealer, id_of=lambda dealer: dealer.dealer_id, indexes=[("area",), ("group",)])

CALENDARS = Documents("calendars", "calendar", Calendar, id_of=lambda calendar: calendar.dealer_id, remembered=True)

DAYS = Documents("dealer_days", "dealer-day", DealerDay, id_of=lambda day: day.id, indexes=[("day",)], brief=brief_of)

APPOINTMENTS = Documents(
    "appointments",
    "appointment",
    Appointment,
    id_of=lambda appointment: appointment.visit_id,
    timers=due_times,
    indexes=[("day", "arrival")],
)

VEHICLES = Documents(
    "vehicle_files",
    "vehicle-file",
    VehicleFile,
    id_of=lambda file: file_id(file.dealer_id, file.vin),
    timers=vehicle_due_times,
    indexes=[("due_on",), ("visits.visit_id",)],
)

ARRIVALS = Documents("arrivals", "arrival", Arrival, id_of=lambda arrival: arrival.visit_id, indexes=[("day",)])

LOANERS = Documents("loaners", "loaner", Loaner, id_of=lambda loaner: f"{loaner.dealer_id}:{loaner.code}")

CAMPAIGNS = Documents(
    "campaigns", "campaign", Campaign, id_of=lambda campaign: f"{campaign.dealer_id}:{campaign.campaign_id}"
)

REGIONAL_OFFERS = Documents(
    "regional_offers",
    "regional-offer",
    RegionalOffer,
    id_of=lambda offer: f"{offer.dealer_id}:{offer.offer_id}",
    indexes=[("last_day",)],
)

WAITING = Documents(
    "waiting",
    "waiting",
    Waiting,
    id_of=lambda waiting: waiting.visit_id,
    timers=waiting_due_times,
    indexes=[("state", "since")],
)

ALL = [DEALERS, CALENDARS, DAYS, APPOINTMENTS, VEHICLES, WAITING, CAMPAIGNS, REGIONAL_OFFERS, ARRIVALS, LOANERS]
