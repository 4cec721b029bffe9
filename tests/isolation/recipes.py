"""All recipes by ``<service>.<operation id>``. A route without one fails ``test_every_route_has_a_recipe``."""

import recipes_booking as booking
import recipes_counter as counter
import recipes_floor as floor
import recipes_reception as reception
from recipe import Recipe

_BY_SERVICE: dict[str, dict[str, Recipe]] = {
    "headquarters": counter.HEADQUARTERS,
    "booking": counter.BOOKING | booking.BOOKING,
    "reception": {**counter.RECEPTION, **reception.IN_DEPTH},
    "workshop": floor.WORKSHOP,
    "crm": floor.CRM,
    "survey": floor.SURVEY,
}
RECIPES = {f"{service}.{name}": recipe for service, known in _BY_SERVICE.items() for name, recipe in known.items()}

WATCHED = {
    "headquarters": ("read_dealer", "list_visits"),
    "booking": ("read_week", "read_capacity", "read_register", "read_appointment", "list_waiting", "list_loaners"),
    "reception": (
        *("read_queue", "list_visits", "read_visit", "read_repair_order", "read_evidence"),
        *("read_current_prices", "read_warranty", "read_free_services", "read_protection", "read_parts_draft"),
        *("read_diagnosis", "read_recommendations", "read_inspection", "list_photos"),
    ),
    "workshop": ("read_roster", "read_board", "read_dispatch_sheet", "read_technician_clock", "read_job"),
    "crm": ("list_contacts", "list_complaints", "read_complaint", "read_customer", "list_contact_history"),
    "survey": ("list_invitations", "read_invitation"),
}
"""What is read before and after foreign commands: it must stay as it was, and change with the dealer's own command."""
