"""Facts of reception: arrivals, repair orders and deliveries."""

from chassis.facts import Fact
from contracts.reception import RepairOrderCancelled, RepairOrderOpened, VehicleArrived, VehicleDelivered

from headquarters.domain.figures import Part
from headquarters.domain.visit_record import Mark, Step
from headquarters.projections.effects import Effect, handlers


def on_vehicle_arrived(fact: Fact[VehicleArrived]) -> Effect:
    """R1. Whether it counts as a booked visit (B13), booking's no-show decides with it; a rework told here and by the
    workshop is one rework (W9): the visit's record makes these rows."""
    arrived = fact.event
    return Effect(
        counts=[(Part.VISITS, 1)],
        reached=[Step.ARRIVED, Mark.REWORK] if arrived.rework_of else [Step.ARRIVED],
        booked=arrived.booked,
        rework_of=arrived.rework_of,
    )


def on_repair_order_opened(fact: Fact[RepairOrderOpened]) -> Effect:
    return Effect(reached=[Step.REPAIR_ORDER])


def on_repair_order_cancelled(fact: Fact[RepairOrderCancelled]) -> Effect:
    return Effect(reached=[Mark.ORDER_CANCELLED])


def on_vehicle_delivered(fact: Fact[VehicleDelivered]) -> Effect:
    return Effect(
        counts=[(Part.DELIVERIES, 1), (Part.ON_TIME, int(fact.event.on_time))],
        reached=[Step.DELIVERED],
    )


HANDLERS = handlers(
    "reception",
    {
        VehicleArrived: on_vehicle_arrived,
        RepairOrderOpened: on_repair_order_opened,
        RepairOrderCancelled: on_repair_order_cancelled,
        VehicleDelivered: on_vehicle_delivered,
    },
)
