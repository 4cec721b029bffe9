"""Waiting times, look-up and correction, covers and valuables, damages on the outline (R1, R2, R3, R4, R5)."""

from datetime import timedelta

import pytest
from contracts.reception import VehicleProtected, VisitCorrected
from reception_builders import NINE
from reception_door import CHECKS, WALK_IN, Door
from reception_requests import LINE, STATIONS


async def arrived(door: Door) -> str:
    return (await door.post("/arrivals", WALK_IN)).json()["visit_id"]


async def test_waiting_times_count_who_was_greeted_within_the_target(door: Door) -> None:
    """R1: at sixty seconds within, at sixty-one not; who still waits has arrived only."""
    first, second, _ = [await arrived(door) for _ in range(3)]
    nobody = (await door.get("/waiting-times", role="manager")).json()
    assert (nobody["arrived"], nobody["greeted"], nobody["mean"]) == (3, 0, None)
    door.runtime.clock.move(NINE + timedelta(seconds=60))
    await door.post(f"/visits/{first}/greeting", {"advisor": "bo"})
    door.runtime.clock.move(NINE + timedelta(seconds=101))
    await door.post(f"/visits/{second}/greeting", {"advisor": "anna"})
    told = (await door.get("/waiting-times?day=2025-06-23")).json()
    assert (told["greeted"], told["mean"], told["longest"]) == (2, 80, 101)
    assert (told["within_target_percent"], told["target"]) == (50, 60)


async def test_contact_data_are_put_right_until_there_is_an_order(door: Door) -> None:
    """R2: told to customer relations; sealed as everywhere."""
    visit = await arrived(door)
    body = {"customer": {"name": "Li Weiwei", "phone": "13900139000"}, "odometer_km": 20_500}
    assert (await door.post(f"/visits/{visit}/correction", body)).status_code == 200
    shown = (await door.get(f"/visits/{visit}")).json()
    assert (shown["customer"]["name"], shown["vehicle"]["odometer_km"]) == ("Li Weiwei", 20_500)
    (told,) = door.others.announced(VisitCorrected)
    assert told.customer.person_id == shown["customer"]["person_id"]
    assert "Li Weiwei" not in str(door.others.store.documents)
    await door.checks_in(visit)
    await door.post(f"/visits/{visit}/repair-order", {"lines": [LINE]})
    assert (await door.post(f"/visits/{visit}/correction", body)).json()["code"] == "repair-order-exists"


async def delivered(door: Door) -> str:
    visit = await door.walk_in_with_estimate()
    await door.post(f"/visits/{visit}/estimates/1/authorisation", {"accept": ["L1", "L2"], "signature": "s/2"})
    await door.work_done(visit, "L1", "L2")
    await door.post(f"/visits/{visit}/delivery-checks", CHECKS)
    assert (await door.post(f"/visits/{visit}/delivery", {})).status_code == 200
    return visit


@pytest.mark.parametrize(("days", "flagged"), [(29, True), (30, False)])
async def test_a_vehicle_that_comes_back_soon_is_flagged_before_anybody_looks_at_it(
    door: Door, days: int, flagged: bool
) -> None:
    """R2, R3, W9: by its plate at the entrance, by its VIN at the counter."""
    first = await delivered(door)
    door.runtime.clock.move(NINE + timedelta(days=days))
    second = await arrived(door)
    history = (await door.get(f"/visits/{second}/history")).json()
    assert [row["visit_id"] for row in history["items"]] == [first]
    assert history["perhaps_rework"] == (first if flagged else None)
    found = (await door.get("/look-up?plate=沪A·12345")).json()
    assert [row["visit_id"] for row in found["items"]] == [second, first]
    assert (await door.get("/look-up?plate=沪B99999")).json() == {"items": [], "perhaps_rework": None}


async def test_covers_are_put_on_before_the_customers_eyes_and_valuables_are_listed(door: Door) -> None:
    """R4, X2: what he names is his own affair and kept sealed; that he was asked is told."""
    visit = await arrived(door)
    body = {
        "covers": ["SEAT", "FLOOR"],
        "customer_present": False,
        "valuables": [{"what": "Ming vase", "kept_at": "safe 3"}, {"what": "sunglasses"}],
    }
    assert (await door.get(f"/visits/{visit}/protection")).json()["at"] is None
    assert (await door.post(f"/visits/{visit}/protection", body)).json()["code"] == "covers-unseen"
    assert (await door.post(f"/visits/{visit}/protection", {**body, "customer_present": True})).status_code == 200
    told = (await door.get(f"/visits/{visit}/protection")).json()
    assert told["covers"] == ["SEAT", "FLOOR"]
    assert told["valuables"][0] == {"what": "Ming vase", "kept_at": "safe 3"}
    assert "Ming vase" not in str(door.others.store.documents)
    (protected,) = door.others.announced(VehicleProtected)
    assert protected == VehicleProtected(covers=("SEAT", "FLOOR"), valuables=2)


async def test_a_damage_has_its_place_on_the_outline(door: Door) -> None:
    """R5: in per cent of the drawing; beyond it is refused."""
    visit = await arrived(door)
    damage = {"position": "door", "note": "scratch", "spot": {"view": "LEFT", "x": 100, "y": 0}}
    station = f"/visits/{visit}/walk-around/stations/LEFT_FRONT_DOOR"
    seen = {**STATIONS["LEFT_FRONT_DOOR"], "damages": [damage]}
    beyond = {**seen, "damages": [{**damage, "spot": {"view": "LEFT", "x": 101, "y": 0}}]}
    assert (await door.post(station, beyond)).status_code == 422
    assert (await door.post(station, seen)).status_code == 200
    (sight,) = (await door.get(f"/visits/{visit}")).json()["walk_around"]["sights"]
    assert sight["damages"][0]["spot"] == {"view": "LEFT", "x": 100, "y": 0}
