"""Facts of reception: arrivals, repair orders and deliveries."""

from chassis.facts import Fact
from contracts.reception import (
    CustomerLeft,
    CustomerReturned,
    RepairOrderCancelled,
    RepairOrderOpened,
    VehicleArrived,
    VehicleDelivered,
)

from headquarters.domain.figures import Part
from headquarters.domain.visit_record import Mark, Step
from headquarters.projections.effects import ONLY_STORY, Effect, handlers

_NO_VISIT = ("REGISTERED_TWICE", "WRONG_DEALER")
"""Reasons of leaving by which nobody had come to this dealer for a visit of his own; booking counts likewise (B13)."""


def on_vehicle_arrived(fact: Fact[VehicleArrived]) -> Effect:
    """R1. Whether it counts as a visit, the reason decides for which he may leave, and as a booked one (B13) booking's
    no-show; a rework told here and by the workshop is one rework (W9): the visit's record makes these rows."""
    arrived = fact.event
    return Effect(
        reached=[Step.ARRIVED, Mark.REWORK] if arrived.rework_of else [Step.ARRIVED],
        booked=arrived.booked,
        rework_of=arrived.rework_of,
    )


def on_customer_left(fact: Fact[CustomerLeft]) -> Effect:
    return Effect(reached=[Mark.NO_VISIT]) if fact.event.reason in _NO_VISIT else ONLY_STORY


def on_customer_returned(fact: Fact[CustomerReturned]) -> Effect:
    return Effect(reached=[Mark.RETURNED])


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
        CustomerLeft: on_customer_left,
        CustomerReturned: on_customer_returned,
        RepairOrderOpened: on_repair_order_opened,
        RepairOrderCancelled: on_repair_order_cancelled,
        VehicleDelivered: on_vehicle_delivered,
    },
)
