"""Promise kept or broken, final check list, hand-over, and the ceiling (R11, R12, R16)."""

from datetime import timedelta

import pytest
from contracts.reception import PromisedTimeChanged, VehicleDelivered
from contracts.values import Money, PayType
from reception.domain import errors, errors_estimate
from reception.domain.delivery import DELIVERY_CHECKS
from reception.domain.promise import PromiseReason
from reception.domain.work import LineState
from reception_builders import (
    NINE,
    POLICY,
    a_choice,
    a_draft,
    a_finding,
    a_hand_over,
    a_ready_order,
    an_authorised_order,
    an_order,
    terms,
    worked,
    yuan,
)

HOUR = timedelta(hours=1)


def test_a_vehicle_is_delivered_with_what_was_done_and_authorised():
    """R16: charged are the authorised lines that were done, as estimated."""
    order = a_ready_order(a_draft(100, 50))
    (delivered,) = order.deliver(None, a_hand_over(), NINE + HOUR)
    assert isinstance(delivered, VehicleDelivered)
    assert delivered.charged == yuan(150) and delivered.on_time


def test_nothing_is_delivered_before_quality_control_released_it():
    """R16, W7."""
    order = an_authorised_order()
    with pytest.raises(errors_estimate.VehicleNotReady) as refused:
        order.check_delivery(tuple(DELIVERY_CHECKS), NINE)
    assert refused.value.details == {"missing": ["L1"]}
    with pytest.raises(errors_estimate.VehicleNotReady):
        order.deliver(None, a_hand_over(), NINE)


def test_work_authorised_after_the_ready_notice_makes_the_vehicle_unready_again():
    """R14, R16."""
    order = a_ready_order()
    order.work.found(a_finding())
    order.issue_supplement([a_draft()], terms(finding_id="finding-1"), POLICY)
    order.decide(2, a_choice("L2"))
    with pytest.raises(errors_estimate.VehicleNotReady):
        order.deliver(None, a_hand_over(), NINE)
    worked(order)
    order.deliver(None, a_hand_over(), NINE)


def test_every_item_of_the_final_check_list_is_checked():
    """R16."""
    order = worked(an_authorised_order())
    with pytest.raises(errors_estimate.DeliveryChecksIncomplete) as refused:
        order.check_delivery(tuple(DELIVERY_CHECKS)[:-1], NINE)
    assert refused.value.details == {"missing": ["CAR_LOCKED"]}
    with pytest.raises(errors_estimate.DeliveryChecksUnknown):
        order.check_delivery(("RADIO_LOUD",), NINE)
    with pytest.raises(errors_estimate.DeliveryChecksIncomplete):
        order.deliver(None, a_hand_over(), NINE)


def test_a_delivered_order_is_closed():
    """R16."""
    order = a_ready_order()
    order.deliver(None, a_hand_over(), NINE)
    with pytest.raises(errors.RepairOrderClosed):
        order.deliver(None, a_hand_over(), NINE)


@pytest.mark.parametrize(("late", "on_time"), [(timedelta(), True), (timedelta(milliseconds=1), False)])
def test_on_time_is_by_the_promised_time(late: timedelta, on_time: bool):
    """R11, R16: boundary."""
    order = a_ready_order()
    (delivered,) = order.deliver(None, a_hand_over(), order.promised_at + late)
    assert delivered.on_time is on_time


def test_a_new_promise_agreed_in_time_counts():
    """R11, R15."""
    order = a_ready_order()
    first, second = order.promised_at, order.promised_at + 2 * HOUR
    (changed,) = order.change_promise(second, PromiseReason.MORE_WORK, first - HOUR)
    assert changed == PromisedTimeChanged(previous=first, promised_at=second, reason="MORE_WORK", person_id="person-1")
    assert order.deliver(None, a_hand_over(), second)[0].on_time


def test_a_new_promise_does_not_mend_a_broken_one():
    """R11: or every late delivery could be made on time."""
    order = a_ready_order()
    late = order.promised_at + HOUR
    order.change_promise(late + HOUR, PromiseReason.OTHER, late)
    assert not order.deliver(None, a_hand_over(), late)[0].on_time


def test_a_promise_lies_in_the_future():
    """R11."""
    with pytest.raises(errors_estimate.PromiseInThePast):
        an_order().change_promise(NINE, PromiseReason.OTHER, NINE)


def test_not_more_than_the_authorised_total_is_charged():
    """R12: the hard ceiling, to the fen."""
    order = a_ready_order(a_draft(100, 0))
    with pytest.raises(errors_estimate.AboveAuthorised):
        order.deliver({"L1": Money(amount=100_01, currency="CNY")}, a_hand_over(), NINE)
    assert order.deliver({"L1": yuan(100)}, a_hand_over(), NINE)[0].charged == yuan(100)


def test_an_authorised_line_that_is_not_charged_gives_no_room_to_charge_more_for_another():
    """R12: the customer said yes to each line for its own price."""
    order = a_ready_order(a_draft(100, 0), a_draft(300, 0))
    with pytest.raises(errors_estimate.AboveAuthorised):
        order.deliver({"L1": yuan(101)}, a_hand_over(), NINE)
    assert order.deliver({"L1": yuan(100)}, a_hand_over(), NINE)[0].charged == yuan(100)


def test_what_another_pays_gives_no_room_to_charge_the_customer_more():
    """R12, R7: he was told what he pays at most."""
    order = a_ready_order(a_draft(500, 0), a_draft(1000, 0, pay_type=PayType.GOODWILL))
    with pytest.raises(errors_estimate.AboveAuthorised) as refused:
        order.deliver({"L1": yuan(1500), "L2": yuan(0)}, a_hand_over(), NINE)
    assert refused.value.details == {"charged": 150_000, "ceiling": 50_000, "lines": ["L1"]}
    assert order.deliver({"L1": yuan(500), "L2": yuan(1000)}, a_hand_over(), NINE)[0].charged == yuan(1500)
    assert order.charged_to_customer == yuan(500)


def test_only_authorised_lines_are_charged():
    """R12: line by line."""
    order = a_ready_order()
    with pytest.raises(errors_estimate.LineNotAuthorised):
        order.deliver({"L7": yuan(1)}, a_hand_over(), NINE)


def test_only_finished_lines_are_charged():
    """R16, S1."""
    order = a_ready_order(a_draft(), a_draft())
    order.work.progress("L2", LineState.ON_HOLD, NINE)
    with pytest.raises(errors_estimate.LineNotDone):
        order.deliver({"L2": yuan(1)}, a_hand_over(), NINE)
    assert order.default_charges().keys() == {"L1"}
