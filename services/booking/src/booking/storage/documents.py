"""The kinds of documents of booking's database."""

from chassis.documents import Documents

from booking.domain.appointment import Appointment, due_times
from booking.domain.dealer import Dealer
from booking.domain.dealer_day import DealerDay
from booking.domain.vehicle_file import VehicleFile, file_id
from booking.domain.weekly_capacity import WeeklyCapacity

DEALERS = Documents("dealers", "dealer", Dealer, id_of=lambda dealer: dealer.dealer_id, indexes=[("area",), ("group",)])

WEEKS = Documents("weekly_capacities", "weekly-capacity", WeeklyCapacity, id_of=lambda week: week.dealer_id)

DAYS = Documents("dealer_days", "dealer-day", DealerDay, id_of=lambda day: day.id, indexes=[("day",)])

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
)

ALL = [DEALERS, WEEKS, DAYS, APPOINTMENTS, VEHICLES]
