"""What reception keeps. No state asks for a timer: a personal link expires by its own date, checked when it is used."""

from chassis.documents import Documents

from reception.domain.dealer import Dealer
from reception.domain.diagnosis import Diagnosis
from reception.domain.expected import ExpectedVehicle
from reception.domain.free_service import FreeService
from reception.domain.inspection import Inspection
from reception.domain.photo import Photo
from reception.domain.price_list import PriceList
from reception.domain.recommendation import Recommendation
from reception.domain.repair_order import RepairOrder
from reception.domain.visit import Visit
from reception.domain.workload import Workload

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
)
REPAIR_ORDERS = Documents("repair_orders", "repair-order", RepairOrder, id_of=lambda order: order.visit_id)

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
)

DIAGNOSES = Documents("diagnoses", "diagnosis", Diagnosis, id_of=lambda diagnosis: diagnosis.visit_id)
INSPECTIONS = Documents("inspections", "inspection", Inspection, id_of=lambda sheet: sheet.visit_id)
RECOMMENDATIONS = Documents(
    "recommendations",
    "recommendation",
    Recommendation,
    id_of=lambda offered: offered.recommendation_id,
    indexes=[("vin", "state")],
)
WORKLOADS = Documents("workloads", "workload", Workload, id_of=lambda load: load.load_id, indexes=[("day",)])
PHOTOS = Documents("photos", "photo", Photo, id_of=lambda photo: photo.photo_id, indexes=[("visit_id",)])

ALL = [
    *(DEALERS, EXPECTED, VISITS, REPAIR_ORDERS),
    *(PRICE_LISTS, FREE_SERVICES, DIAGNOSES, INSPECTIONS, RECOMMENDATIONS, WORKLOADS, PHOTOS),
]
