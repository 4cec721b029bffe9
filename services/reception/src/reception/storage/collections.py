"""What reception keeps. No state asks for a timer: a personal link expires by its own date, checked when it is used."""

from typing import Any

from chassis.documents import Documents
from chassis.files import Files
from contracts.event import Event

from reception.domain.dealer import Dealer
from reception.domain.diagnosis import Diagnosis
from reception.domain.expected import ExpectedVehicle
from reception.domain.free_service import FreeService
from reception.domain.inspection import Inspection
from reception.domain.price_list import PriceList
from reception.domain.recommendation import Recommendation
from reception.domain.repair_order import RepairOrder
from reception.domain.story import Happened, why
from reception.domain.supply import BookedParts
from reception.domain.visit import Visit
from reception.domain.workload import Workload


def told(aggregate: Any, recorded: Any, event: Event) -> None:
    """Each fact that is announced stands in the story of what it changed (X2)."""
    happened = Happened(
        event_id=recorded.id,
        type=recorded.type,
        visit_id=recorded.visit_id or "",
        actor=recorded.actor,
        why=why(event),
        at=recorded.at,
        recorded_at=recorded.recorded_at,
        traceparent=recorded.traceparent,
    )
    aggregate.history.append(happened)


DEALERS = Documents("dealers", "dealer", Dealer, id_of=lambda dealer: dealer.dealer_id)
EXPECTED = Documents(
    "expected_vehicles", "expected-vehicle", ExpectedVehicle, id_of=lambda expected: expected.visit_id, announces=False
)
VISITS = Documents(
    "visits",
    "visit",
    Visit,
    id_of=lambda visit: visit.visit_id,
    indexes=[("day", "listed_as"), ("listed_as",), ("in_queue", "arrived_at"), ("vehicle.plate",), ("vehicle.vin",)],
    told=told,
)
BOOKED_PARTS = Documents(
    "booked_parts", "booked-parts", BookedParts, id_of=lambda booked: booked.visit_id, announces=False
)
REPAIR_ORDERS = Documents(
    "repair_orders",
    "repair-order",
    RepairOrder,
    id_of=lambda order: order.visit_id,
    indexes=[("opened_at",)],
    told=told,
)

PRICE_LISTS = Documents(
    "price_lists",
    "price-list",
    PriceList,
    id_of=lambda prices: prices.list_id,
    indexes=[("valid_from", "version")],
    unique=[("version",)],
)

FREE_SERVICES = Documents(
    "free_services",
    "free-service",
    FreeService,
    id_of=lambda service: service.service_id,
    indexes=[("vin",)],
    told=told,
)

DIAGNOSES = Documents("diagnoses", "diagnosis", Diagnosis, id_of=lambda diagnosis: diagnosis.visit_id, told=told)
INSPECTIONS = Documents("inspections", "inspection", Inspection, id_of=lambda sheet: sheet.visit_id)
RECOMMENDATIONS = Documents(
    "recommendations",
    "recommendation",
    Recommendation,
    id_of=lambda offered: offered.recommendation_id,
    indexes=[("vin", "state"), ("visit_id",)],
    told=told,
)
WORKLOADS = Documents("workloads", "workload", Workload, id_of=lambda load: load.load_id, indexes=[("day",)])
PHOTO_FILES = Files("photos")
"""The bytes of the visits' photos (R5, R17)."""

EXPORTED = [
    *(DEALERS, EXPECTED, VISITS, BOOKED_PARTS, REPAIR_ORDERS),
    *(PRICE_LISTS, FREE_SERVICES, DIAGNOSES, INSPECTIONS, RECOMMENDATIONS, WORKLOADS, PHOTO_FILES.entries),
]
"""What a dealer takes with him (X3); a photo's ``filename`` is the address of its bytes."""
ALL = [*EXPORTED, PHOTO_FILES.chunks]
