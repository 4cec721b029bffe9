"""Arrival, greeting, walk-around at the counter (R1-R5)."""

from datetime import timedelta

import pytest
from contracts.reception import (
    CheckInResumed,
    CheckInStopped,
    CustomerGreeted,
    Intent,
    VehicleArrived,
    WalkAroundCompleted,
)
from contracts.values import Vehicle
from reception.domain import errors
from reception.domain.visit import Resolution
from reception.domain.walk_around import ORDER, Damage, Station
from reception_builders import NINE, PLATE, VEHICLE, VIN, a_sight, a_visit, questioned, walked_around

OTHER = Vehicle(vin="JT1234567890ZZZZZ", plate="沪B99999", model="LC100", odometer_km=45_000)


def test_an_arrival_says_whether_it_was_booked():
    """R1."""
    (arrived,) = a_visit(booked=True).arrive()
    assert isinstance(arrived, VehicleArrived)
    assert arrived.booked and arrived.vehicle == VEHICLE


def test_the_wait_ends_with_the_greeting():
    """R1: the wait time is recorded, and told."""
    visit = a_visit()
    assert visit.waited_seconds(NINE + timedelta(seconds=40)) == 40
    (greeted,) = visit.greet("bo", NINE + timedelta(seconds=50))
    assert greeted == CustomerGreeted(advisor="bo", waited_seconds=50)
    assert visit.waited_seconds(NINE + timedelta(hours=1)) == 50
    assert not visit.in_queue and visit.advisor == "bo"


def test_nobody_waits_less_than_no_time():
    """R1: the process that greets may be a little behind the one that saw the arrival."""
    (greeted,) = a_visit().greet("bo", NINE - timedelta(seconds=3))
    assert greeted.waited_seconds == 0


def test_nobody_is_greeted_twice():
    """R1: the first greeting counts."""
    visit = a_visit()
    visit.greet("bo", NINE)
    with pytest.raises(errors.AlreadyGreeted):
        visit.greet("anna", NINE + timedelta(minutes=5))
    assert visit.advisor == "bo"


def test_the_walk_around_goes_clockwise_from_the_left_front_door():
    """R5: the order of the stations is the rule's."""
    assert [station.value for station in ORDER] == [
        "LEFT_FRONT_DOOR",
        "LEFT_FRONT_WING",
        "FRONT",
        "RIGHT_SIDE",
        "REAR",
        "LEFT_SIDE",
    ]


@pytest.mark.parametrize("place", range(len(ORDER)))
def test_any_other_station_than_the_next_is_refused(place: int):
    """R5: and the refusal tells which one is expected."""
    visit = a_visit()
    for station in ORDER[:place]:
        visit.see(a_sight(station))
    for wrong in set(ORDER) - {ORDER[place]}:
        with pytest.raises(errors.StationOutOfOrder) as refused:
            visit.see(a_sight(wrong))
        assert refused.value.details == {"expected": ORDER[place].value}
    visit.see(a_sight(ORDER[place]))


def test_after_the_last_station_only_the_signature_is_left():
    """R5."""
    visit = a_visit()
    for station in ORDER:
        visit.see(a_sight(station))
    assert visit.walk_around.missing == ["SIGNATURE"]
    with pytest.raises(errors.StationOutOfOrder):
        visit.see(a_sight(Station.LEFT_FRONT_DOOR))


def test_the_vin_is_read_at_the_left_front_wing():
    """R5."""
    visit = a_visit()
    visit.see(a_sight(Station.LEFT_FRONT_DOOR))
    with pytest.raises(errors.SeenIdentityMissing):
        visit.see(a_sight(Station.LEFT_FRONT_WING, vin=""))


def test_the_signature_announces_damages_and_odometer():
    """R5."""
    visit = a_visit()
    dent = Damage("left door", "dent", "photo-1")
    visit.see(a_sight(Station.LEFT_FRONT_DOOR, odometer_km=20_113, damages=(dent,)))
    for station in ORDER[1:]:
        visit.see(a_sight(station))
    (completed,) = visit.sign_walk_around("signature-1", NINE)
    assert completed == WalkAroundCompleted(damages=1, odometer_km=20_113)


def test_an_unfinished_walk_around_cannot_be_signed():
    """R5."""
    visit = a_visit()
    visit.see(a_sight(Station.LEFT_FRONT_DOOR))
    with pytest.raises(errors.WalkAroundIncomplete) as refused:
        visit.sign_walk_around("signature-1", NINE)
    assert refused.value.details["missing"][0] == "LEFT_FRONT_WING"


def test_a_signed_walk_around_is_not_changed():
    """R5."""
    visit = walked_around(a_visit())
    with pytest.raises(errors.WalkAroundCompleted):
        visit.sign_walk_around("signature-2", NINE)


def _stopped_by_vin():
    visit = a_visit(rework_of="visit-0")
    visit.see(a_sight(Station.LEFT_FRONT_DOOR))
    return visit, visit.see(a_sight(Station.LEFT_FRONT_WING, vin=OTHER.vin))


def test_another_vin_on_the_car_stops_the_check_in():
    """R5: nothing goes on until that is resolved."""
    visit, (stopped,) = _stopped_by_vin()
    assert stopped == CheckInStopped(expected_vin=VIN, seen_vin=OTHER.vin, expected_plate=PLATE, seen_plate="")
    with pytest.raises(errors.CheckInStopped):
        visit.see(a_sight(Station.FRONT))
    with pytest.raises(errors.CheckInStopped):
        visit.sign_walk_around("signature-1", NINE)
    with pytest.raises(errors.CheckInStopped):
        visit.ready_for_order()


def test_another_plate_on_the_car_stops_the_check_in():
    """R5."""
    visit = a_visit()
    for station in ORDER[:2]:
        visit.see(a_sight(station))
    (stopped,) = visit.see(a_sight(Station.FRONT, plate="沪C00001"))
    assert isinstance(stopped, CheckInStopped)
    assert (stopped.expected_plate, stopped.seen_plate, stopped.seen_vin) == (PLATE, "沪C00001", VIN)


def test_a_resolved_difference_lets_the_check_in_go_on_with_the_vehicle_that_holds():
    """R5."""
    visit, _ = _stopped_by_vin()
    (resumed,) = visit.resolve(OTHER, Resolution.ORDER_CORRECTED)
    assert resumed == CheckInResumed(vehicle=OTHER, resolution="ORDER_CORRECTED")
    for station in ORDER[2:]:
        visit.see(a_sight(station, plate=OTHER.plate))
    visit.sign_walk_around("signature-1", NINE)
    assert visit.vehicle == OTHER


@pytest.mark.parametrize(
    ("how", "read", "named", "holds"),
    [
        (Resolution.ORDER_CORRECTED, 20_113, None, 20_113),
        (Resolution.ORDER_CORRECTED, 20_113, 20_114, 20_114),
        (Resolution.ORDER_CORRECTED, None, None, VEHICLE.odometer_km),
        (Resolution.OTHER_VEHICLE, 20_113, None, 20_113),
        (Resolution.OTHER_VEHICLE, None, None, None),
    ],
)
def test_the_odometer_stays_as_it_was_read_when_a_difference_is_cleared(how, read, named, holds):
    """R5, R7, R8: also of another vehicle, for it was read in this one; what was booked is told of the booked one."""
    visit = a_visit()
    visit.see(a_sight(Station.LEFT_FRONT_DOOR, odometer_km=read))
    visit.see(a_sight(Station.LEFT_FRONT_WING, vin=OTHER.vin))
    (resumed,) = visit.resolve(OTHER.model_copy(update={"odometer_km": named}), how)
    assert visit.vehicle.odometer_km == resumed.vehicle.odometer_km == holds


def test_a_difference_is_not_cleared_with_a_vin_that_nobody_read():
    """R5: at the front only the plate is read; another VIN is one read again, or that of another vehicle."""
    for how in (Resolution.ORDER_CORRECTED, Resolution.PLATE_CHANGED):
        visit = a_visit()
        for station in ORDER[:2]:
            visit.see(a_sight(station))
        visit.see(a_sight(Station.FRONT, plate=OTHER.plate))
        with pytest.raises(errors.VinNotRead):
            visit.resolve(OTHER, how)
        assert visit.stopped and visit.vehicle == VEHICLE
        visit.resolve(OTHER.model_copy(update={"vin": VIN}), how)
        assert not visit.stopped
    visit, _ = _stopped_by_vin()
    visit.resolve(OTHER.model_copy(update={"vin": "JT1234567890YYYYY"}), Resolution.READ_AGAIN)
    assert not visit.stopped


def test_another_vehicle_has_the_vin_that_was_read_at_the_wing():
    """R5: one that nobody read is refused there; at the front, where only the plate was read, it is not."""
    visit, _ = _stopped_by_vin()
    with pytest.raises(errors.VinNotRead):
        visit.resolve(OTHER.model_copy(update={"vin": "JT1234567890YYYYY"}), Resolution.OTHER_VEHICLE)
    assert visit.stopped and visit.vehicle == VEHICLE
    visit.resolve(OTHER, Resolution.OTHER_VEHICLE)
    assert visit.vehicle == OTHER
    visit = a_visit()
    for station in ORDER[:2]:
        visit.see(a_sight(station))
    visit.see(a_sight(Station.FRONT, plate=OTHER.plate))
    visit.resolve(OTHER, Resolution.OTHER_VEHICLE)
    assert visit.vehicle == OTHER and not visit.stopped


def test_another_car_cannot_be_the_rework_of_the_first_one():
    """R1, W9: the earlier work was done on the VIN that was expected."""
    visit, _ = _stopped_by_vin()
    visit.resolve(OTHER, Resolution.OTHER_VEHICLE)
    assert visit.rework_of is None and visit.intent is Intent.PAID_REPAIR


def test_a_misread_vin_keeps_the_rework():
    """R1, W9."""
    visit, _ = _stopped_by_vin()
    visit.resolve(VEHICLE, Resolution.READ_AGAIN)
    assert visit.rework_of == "visit-0"


def test_without_a_difference_there_is_nothing_to_resolve():
    """R5."""
    with pytest.raises(errors.CheckInNotStopped):
        a_visit().resolve(VEHICLE, Resolution.READ_AGAIN)


def test_an_order_needs_answers_that_were_read_back_and_a_signed_walk_around():
    """R3, R7."""
    visit = walked_around(a_visit())
    with pytest.raises(errors.QuestionnaireNotReadBack):
        visit.ready_for_order()
    visit.question(questioned(read_back=False))
    with pytest.raises(errors.QuestionnaireNotReadBack):
        visit.ready_for_order()
    visit.question(questioned(read_back=True))
    visit.ready_for_order()
    early = a_visit()
    early.question(questioned())
    with pytest.raises(errors.WalkAroundIncomplete):
        early.ready_for_order()
