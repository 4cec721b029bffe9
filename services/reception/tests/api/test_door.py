"""Reception over HTTP on a store in memory: a whole visit, the customer's link, refusals, replays (R1-R16)."""

from datetime import timedelta

from contracts.reception import VehicleDelivered
from reception.domain.delivery import DELIVERY_CHECKS
from reception_builders import NINE
from reception_door import CHECKS, WALK_IN, Door
from reception_requests import STATIONS


async def test_a_walk_in_goes_from_arrival_to_delivery(door: Door) -> None:
    """R1-R16: the charge is what was authorised and done."""
    visit = await door.walk_in_with_estimate()
    chosen = {"accept": ["L1"], "decline": [{"line_id": "L2", "reason": "LATER"}], "signature": "signatures/2"}
    decided = (await door.post(f"/visits/{visit}/estimates/1/authorisation", chosen)).json()
    assert decided["amount"] == decided["authorised_total"] == {"amount": 38500, "currency": "CNY"}
    await door.work_done(visit, "L1")
    assert (await door.post(f"/visits/{visit}/delivery-checks", CHECKS)).status_code == 200
    delivered = (await door.post(f"/visits/{visit}/delivery", {}, role="cashier")).json()
    assert delivered["charged"] == {"amount": 35000, "currency": "CNY"} and delivered["on_time"]
    assert door.others.announced(VehicleDelivered)[0].charged.amount == 35000
    (row,) = (await door.get("/visits?day=2025-06-23")).json()["items"]
    assert (row["visit_id"], row["state"], row["advisor"]) == (visit, "DELIVERED", "bo")


async def test_a_booked_vehicle_arrives_by_its_visit_id(door: Door) -> None:
    """R1."""
    early = await door.post("/arrivals", {"visit_id": "visit-1"})
    assert (early.status_code, early.json()["code"]) == (409, "appointment-unknown")
    await door.others.books()
    answer = await door.post("/arrivals", {"visit_id": "visit-1"})
    assert (answer.status_code, answer.json()["visit_id"], answer.json()["booked"]) == (201, "visit-1", True)


async def test_the_queue_shows_who_waits_and_how_long(door: Door) -> None:
    """R1: over a minute is too long."""
    visit = (await door.post("/arrivals", WALK_IN)).json()["visit_id"]
    door.runtime.clock.move(NINE + timedelta(seconds=61))
    (waiting,) = (await door.get("/queue", role="manager")).json()["items"]
    assert (waiting["visit_id"], waiting["waiting_seconds"], waiting["overdue"]) == (visit, 61, True)
    greeted = await door.post(f"/visits/{visit}/greeting", {"advisor": "bo"})
    assert greeted.json()["waited_seconds"] == 61
    assert (await door.get("/queue")).json()["items"] == []


async def test_the_queue_is_the_days_own(door: Door) -> None:
    """R1: who left unseen waits until midnight at the dealer's place, and not longer."""
    await door.post("/arrivals", WALK_IN)
    for minutes, waiting in ((15 * 60 - 1, 1), (15 * 60, 0)):
        door.runtime.clock.move(NINE + timedelta(minutes=minutes))
        assert len((await door.get("/queue")).json()["items"]) == waiting


async def test_who_came_just_before_midnight_still_stands_in_the_queue_after_it(door: Door) -> None:
    """R1: four hours long."""
    came = NINE + timedelta(hours=14, minutes=58)
    door.runtime.clock.move(came)
    await door.post("/arrivals", WALK_IN)
    for minutes, waiting in ((2, 1), (4 * 60, 1), (4 * 60 + 1, 0)):
        door.runtime.clock.move(came + timedelta(minutes=minutes))
        assert len((await door.get("/queue")).json()["items"]) == waiting


async def test_a_command_sent_twice_is_done_once_and_its_answer_holds_nothing_personal(door: Door) -> None:
    """X3, C15."""
    first = await door.post("/arrivals", WALK_IN, key="the-same")
    second = await door.post("/arrivals", WALK_IN, key="the-same")
    assert first.text == second.text and second.headers["Idempotency-Replayed"] == "true"
    assert len((await door.get("/visits")).json()["items"]) == 1
    for secret in ("Li Wei", "13800138000", "squeals"):
        assert secret not in str(door.others.store.documents)


async def test_reading_opens_personal_values(door: Door) -> None:
    """R2, C15; null once the person was erased."""
    visit = await door.walk_in_with_estimate()
    shown = (await door.get(f"/visits/{visit}")).json()
    assert (shown["customer"]["name"], shown["customer"]["phone"]) == ("Li Wei", "13800138000")
    assert shown["questioning"]["own_words"] == "It squeals somewhere."
    assert shown["vehicle"]["odometer_km"] == 20113
    assert shown["walk_around"]["sights"][3]["damages"][0]["photo"] == "camera/1"
    door.others.store.sealing.erased.add(shown["customer"]["person_id"])
    assert (await door.get(f"/visits/{visit}")).json()["customer"]["name"] is None


async def test_a_station_out_of_order_tells_which_one_comes_next(door: Door) -> None:
    """R5."""
    visit = (await door.post("/arrivals", WALK_IN)).json()["visit_id"]
    refused = await door.post(f"/visits/{visit}/walk-around/stations/REAR", {})
    assert (refused.status_code, refused.json()["details"]) == (409, {"expected": "LEFT_FRONT_DOOR"})


async def test_another_vin_stops_the_check_in_until_it_is_resolved(door: Door) -> None:
    """R5."""
    visit = (await door.post("/arrivals", WALK_IN)).json()["visit_id"]
    stations = f"/visits/{visit}/walk-around/stations"
    await door.post(f"{stations}/LEFT_FRONT_DOOR", {})
    seen = await door.post(f"{stations}/LEFT_FRONT_WING", {"vin_seen": "JT1234567890ABCDF"})
    assert seen.json()["stopped"]
    assert (await door.post(f"{stations}/FRONT", {"plate_seen": "沪A12345"})).json()["code"] == "check-in-stopped"
    vehicle = {**WALK_IN["vehicle"], "vin": "JT1234567890ABCDF"}  # type: ignore[dict-item]
    resolution = {"vehicle": vehicle, "how": "ORDER_CORRECTED"}
    assert not (await door.post(f"/visits/{visit}/mismatch-resolution", resolution)).json()["stopped"]
    assert (await door.post(f"{stations}/FRONT", {"plate_seen": "沪A12345"})).json()["next_station"] == "RIGHT_SIDE"


async def test_a_customer_decides_by_his_link_once(door: Door) -> None:
    """R12: the link shows lines and total in his language; the same answer twice counts once; another is refused, and
    so is one that names no text it was given to."""
    visit = await door.walk_in_with_estimate()
    link = await door.link_of(visit)
    shown = (await door.client.get(link)).json()
    assert shown["language"] == "zh" and "合计" in shown["text"] and shown["decision"] is None
    assert shown["estimate"]["total"] == {"amount": 77000, "currency": "CNY"}
    yes = {"accept": ["L1"], "decline": [{"line_id": "L2", "reason": "TOO_EXPENSIVE"}]}
    assert (await door.client.post(link, json=yes)).status_code == 422
    yes["text_sha256"] = shown["text_sha256"]
    first = await door.client.post(link, json=yes)
    again = await door.client.post(link, json=yes)
    assert first.status_code == again.status_code == 200 and first.text == again.text
    other = await door.client.post(link, json={"accept": ["L1", "L2"], "text_sha256": shown["text_sha256"]})
    assert (other.status_code, other.json()["code"]) == (409, "estimate-already-decided")
    assert (await door.client.get(link)).json()["decision"]["accepted"] == ["L1"]
    evidence = (await door.get(f"/visits/{visit}/evidence")).json()
    assert evidence["unbroken"] and [item["kind"] for item in evidence["items"]] == [
        "ISSUED",
        "LINK_REQUESTED",
        "DECIDED",
    ]
    assert evidence["items"][2]["text_sha256"] == shown["text_sha256"]


async def test_a_link_expires_by_business_time_and_cannot_be_changed(door: Door) -> None:
    """R12."""
    link = await door.link_of(await door.walk_in_with_estimate())
    assert (await door.client.get(link[:-3] + "abc")).status_code == 404
    door.runtime.clock.move(NINE + timedelta(hours=48))
    assert (await door.client.get(link)).status_code == 410


async def test_above_the_authorised_total_is_never_charged(door: Door) -> None:
    """R12: the ceiling over HTTP."""
    visit = await door.walk_in_with_estimate()
    chosen = {"accept": ["L1", "L2"], "signature": "signatures/2"}
    await door.post(f"/visits/{visit}/estimates/1/authorisation", chosen)
    await door.work_done(visit, "L1", "L2")
    await door.post(f"/visits/{visit}/delivery-checks", CHECKS)
    charges = {"L1": {"amount": 38500, "currency": "CNY"}, "L2": {"amount": 38501, "currency": "CNY"}}
    refused = await door.post(f"/visits/{visit}/delivery", {"charges": charges})
    assert (refused.status_code, refused.json()["code"]) == (409, "above-authorised-total")
    euros = await door.post(f"/visits/{visit}/delivery", {"charges": {"L1": {"amount": 1, "currency": "EUR"}}})
    assert (euros.status_code, euros.json()["code"]) == (422, "currency-foreign")
    charges["L2"]["amount"] = 38500
    assert (await door.post(f"/visits/{visit}/delivery", {"charges": charges})).status_code == 200


async def test_a_request_that_says_neither_appointment_nor_walk_in_is_refused(door: Door) -> None:
    """R1."""
    for body in ({}, {"visit_id": "visit-1", **WALK_IN}, {**WALK_IN, "intent": None}, {**WALK_IN, "intent": "PARTY"}):
        assert (await door.post("/arrivals", body)).status_code == 422


async def test_a_foreign_dealer_and_an_unknown_visit_look_the_same(door: Door) -> None:
    """X1."""
    visit = await door.walk_in_with_estimate()
    foreign = await door.get(f"/visits/{visit}", dealer="SH002")
    unknown = await door.get("/visits/nobody")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json()["code"] == unknown.json()["code"]


async def test_a_technician_reads_no_customers(door: Door) -> None:
    """X1, C15."""
    visit = await door.walk_in_with_estimate()
    assert (await door.get(f"/visits/{visit}", role="technician")).status_code == 403


async def test_lists_are_paged(door: Door) -> None:
    """X3."""
    for number in range(3):
        await door.post("/arrivals", {**WALK_IN, "customer": {"name": "Li", "phone": f"1380013800{number}"}})
        door.runtime.clock.move(door.runtime.clock.now() + timedelta(minutes=5))
    first = (await door.get("/visits?limit=2")).json()
    rest = (await door.get(f"/visits?limit=2&after={first['next']}")).json()
    assert [len(first["items"]), len(rest["items"]), rest["next"]] == [2, 1, None]
    assert len({row["visit_id"] for row in first["items"] + rest["items"]}) == 3


async def test_check_lists_are_data(door: Door) -> None:
    """R3, R5, R16."""
    lists = (await door.get("/check-lists")).json()
    assert [station["station"] for station in lists["stations"]] == list(STATIONS)
    assert len(lists["questions"]) == 7 and len(lists["delivery_checks"]) == len(DELIVERY_CHECKS)
