"""What the booker sees of a vehicle, and who is due for maintenance (B5, B12)."""

from dataclasses import replace
from datetime import date, timedelta

from booking.consumers.headquarters import on_campaign_done, on_campaign_launched
from booking.consumers.reception import (
    on_estimate_authorised,
    on_lines_withdrawn,
    on_recommendation_answered,
    on_recommendation_postponed,
    on_vehicle_arrived,
    on_vehicle_delivered,
)
from booking.domain.due import ServicePlan
from booking.storage.documents import ARRIVALS, VEHICLES
from booking.usecases.remember_visit import tell_maintenance_due
from booking_builders import (
    GR,
    PM,
    THE_DAY_BEFORE,
    a_dealer,
    a_delivery,
    a_fact_of,
    a_line,
    a_vehicle,
    an_arrival_of,
    an_authorisation,
)
from booking_journeys import Desk
from chassis.testing import memory_unit
from contracts.booking import MaintenanceDue
from contracts.event import Event
from contracts.headquarters import CampaignDone, CampaignLaunched, VinRange
from contracts.reception import LinesWithdrawn, RecommendationAnswered, RecommendationPostponed
from contracts.values import Money

VIN = "LFV2A21K8B3000001"
ID = f"SH001:{VIN}"


async def heard(runtime, handler, event, visit="walk-in", at=THE_DAY_BEFORE):
    await Desk(runtime.store).do(lambda unit: handler(unit, a_fact_of(event, visit, at)))


def a_campaign(name="AIRBAG", recall=True, first=VIN, last=VIN, **more) -> CampaignLaunched:
    given = {"campaign_id": name, "title": name.title(), "recall": recall, "operations": ("OP",)}
    return CampaignLaunched.model_validate(given | {"vehicles": (VinRange(first=first, last=last),)} | more)


async def campaigns(desk, vin=VIN):
    return [one["campaign_id"] for one in (await desk.get(f"/vehicles/{vin}")).json()["campaigns"]]


async def test_the_booker_sees_the_vehicles_visits_newest_first(desk, runtime):
    """B5: who received it, what was authorised, whether it was delivered."""
    earlier = THE_DAY_BEFORE - timedelta(days=100)
    await heard(runtime, on_vehicle_arrived, an_arrival_of("wang", 10_000), "first", earlier)
    await heard(runtime, on_vehicle_arrived, an_arrival_of("li", 20_000), "second")
    await heard(runtime, on_estimate_authorised, an_authorisation(a_line()), "second")
    await heard(runtime, on_vehicle_delivered, a_delivery("li"), "second")
    shown = (await desk.get(f"/vehicles/{VIN}")).json()
    assert [(visit["visit_id"], visit["odometer_km"]) for visit in shown["visits"]] == [
        ("second", 20_000),
        ("first", 10_000),
    ]
    assert (shown["visits"][0]["operations"], shown["visits"][0]["delivered"]) == (
        [{"code": "OP", "title": "Brakes"}],
        True,
    )
    assert shown["last_advisor"] == "li"


async def test_open_campaigns_of_the_vin_are_shown_recalls_first(desk, runtime):
    """B5: for a vehicle that was never here, too; not for one outside the range, nor after the campaign's end."""
    await heard(runtime, on_campaign_launched, a_campaign("MATS", recall=False, first=VIN[:-1] + "0"))
    await heard(runtime, on_campaign_launched, a_campaign())
    await heard(runtime, on_campaign_launched, a_campaign("OLD", ends_on=date(2025, 6, 19)))
    assert await campaigns(desk) == ["AIRBAG", "MATS"]
    assert await campaigns(desk, VIN[:-1] + "2") == []


async def test_a_campaign_that_was_done_here_or_elsewhere_is_not_open(desk, runtime):
    """B5: here by its operations on a delivered visit, elsewhere by headquarters' fact."""
    await heard(runtime, on_campaign_launched, a_campaign("HERE"))
    await heard(runtime, on_campaign_launched, a_campaign("ELSEWHERE", operations=("OTHER",)))
    await heard(runtime, on_estimate_authorised, an_authorisation(a_line()), "second")
    assert await campaigns(desk) == ["ELSEWHERE", "HERE"]
    await heard(runtime, on_vehicle_delivered, a_delivery("li"), "second")
    await heard(runtime, on_campaign_done, CampaignDone(campaign_id="ELSEWHERE", vin=VIN))
    assert await campaigns(desk) == []


def a_withdrawal(*lines: str) -> LinesWithdrawn:
    left = Money(amount=0, currency="CNY")
    return LinesWithdrawn(lines=lines, reason="PARTS_NOT_AWAITED", authorised_total=left)


async def test_a_recall_whose_line_was_taken_back_is_open_after_the_delivery(desk, runtime):
    """B5, R9: its part is missing and the customer does not wait; what another line is for stays done."""
    await heard(runtime, on_campaign_launched, a_campaign("RECALL", operations=("AIRBAG",)))
    await heard(runtime, on_campaign_launched, a_campaign("MATS", operations=("OP",)))
    recall = a_line("L1").model_copy(update={"operation": "AIRBAG"})
    await heard(runtime, on_estimate_authorised, an_authorisation(recall, a_line("L2"), a_line("L3")))
    await heard(runtime, on_lines_withdrawn, a_withdrawal("L1", "L3"))
    await heard(runtime, on_vehicle_delivered, a_delivery("li"))
    assert await campaigns(desk) == ["RECALL"]
    (visit,) = (await desk.get(f"/vehicles/{VIN}")).json()["visits"]
    assert [one["code"] for one in visit["operations"]] == ["OP"]


async def test_a_campaign_told_again_has_its_newest_words(desk, runtime):
    await heard(runtime, on_campaign_launched, a_campaign())
    await heard(runtime, on_campaign_launched, a_campaign(title="Driver's airbag"))
    (shown,) = (await desk.get(f"/vehicles/{VIN}")).json()["campaigns"]
    assert shown["title"] == "Driver's airbag"


async def test_the_first_visit_puts_a_vehicle_into_tracking_by_itself(desk, runtime):
    """B12: due half a year later; it is on the list from that day's question on."""
    await heard(runtime, on_vehicle_arrived, an_arrival_of("wang"))
    due = (await desk.get(f"/vehicles/{VIN}")).json()["due"]
    assert (due["due_on"], due["because"], due["odometer_km"]) == ("2025-12-17", "TIME", 27_200)
    listed = (await desk.get("/due-vehicles", until="2025-12-17")).json()["items"]
    assert [(row["vin"], row["plate"]) for row in listed] == [(VIN, "沪A12345")]
    assert (await desk.get("/due-vehicles", until="2025-12-16")).json()["items"] == []


async def test_the_dealer_decides_how_often_maintenance_is_due(desk, runtime):
    """B12: a setting with effect from a day."""
    await desk.put("/calendar/shop", {"effective_from": "2025-06-20", "service_days": 90, "service_km": 5_000})
    await heard(runtime, on_vehicle_arrived, an_arrival_of("wang"))
    assert (await desk.get(f"/vehicles/{VIN}")).json()["due"]["due_on"] == "2025-09-18"


async def test_due_maintenance_is_announced_once_to_a_known_customer(runtime):
    """B12: thirty days before, at nine in the morning of the dealer's day, by a durable timer."""
    await heard(runtime, on_vehicle_arrived, an_arrival_of("wang"))
    await heard(runtime, on_vehicle_delivered, a_delivery("wang"))
    desk = Desk(runtime.store)
    file = await memory_unit(store=runtime.store).get(VEHICLES, ID)
    assert file.tell_at is not None and file.tell_at.isoformat() == "2025-11-17T01:00:00+00:00"
    await desk.do(lambda unit: tell_maintenance_due(unit, ID, file.tell_at), file.tell_at)
    (told,) = [event for event in runtime.store.announced_events() if isinstance(event, MaintenanceDue)]
    assert (told.person_id, told.due_on, told.because) == ("person-1", date(2025, 12, 17), "TIME")
    assert (await memory_unit(store=runtime.store).get(VEHICLES, ID)).tell_at is None


async def a_visit(runtime, visit, days_ago, work_class, km=20_000):
    """Came, authorised, went, all on one day."""
    when, seen = THE_DAY_BEFORE - timedelta(days=days_ago), {"vehicle": a_vehicle(km=km)}
    authorised = an_authorisation(a_line(work_class=work_class)).model_copy(update=seen)
    await heard(runtime, on_vehicle_arrived, an_arrival_of("wang", km), visit, when)
    await heard(runtime, on_estimate_authorised, authorised, visit, when)
    await heard(runtime, on_vehicle_delivered, a_delivery("wang").model_copy(update=seen), visit, when)


def put_off(due_on: date | None, due_km: int | None = None, name: str = "r1", title: str = "Brake pads") -> Event:
    told = {"recommendation_id": name, "person_id": "person-1", "vehicle": a_vehicle(), "title": title}
    return RecommendationPostponed.model_validate(told | {"due_on": due_on, "due_km": due_km})


async def due(desk, until):
    items = (await desk.get("/due-vehicles", until=until)).json()["items"]
    return [(row["due_on"], row["because"], row["odometer_km"], row["postponed"]) for row in items]


async def test_work_that_the_customer_put_off_is_on_the_due_list_until_he_takes_or_refuses_it(desk, runtime):
    """B12, R13: before the maintenance, which is announced as ever; at 40 km a day the 22,000 km come first."""
    await a_visit(runtime, "service", 0, PM)
    before = await kept_file(runtime)
    await heard(runtime, on_recommendation_postponed, put_off(date(2025, 12, 1)), "service")
    await heard(runtime, on_recommendation_postponed, put_off(None, 22_000, "r2", "Belt"), "service")
    assert await due(desk, "2025-12-16") == [("2025-08-09", "POSTPONED", 22_000, ["Brake pads", "Belt"])]
    seen = (await desk.get(f"/vehicles/{VIN}")).json()
    assert (seen["due"]["due_on"], [work["due_km"] for work in seen["postponed"]]) == ("2025-12-17", [None, 22_000])
    answer = {"recommendation_id": "r2", "person_id": "person-1", "vehicle": a_vehicle(), "accepted": True}
    await heard(runtime, on_recommendation_answered, RecommendationAnswered.model_validate(answer), "service")
    assert await due(desk, "2025-12-16") == [("2025-12-01", "POSTPONED", 26_560, ["Brake pads"])]
    await heard(runtime, on_recommendation_postponed, put_off(date(2026, 3, 1)), "service")
    assert await due(desk, "2025-12-16") == []
    assert await due(desk, "2025-12-17") == [("2025-12-17", "TIME", 27_200, ["Brake pads"])]
    assert (await kept_file(runtime)).tell_at == before.tell_at


async def test_work_put_off_by_a_vehicle_whose_visit_is_not_known_yet_is_due_on_its_day(desk, runtime):
    """B12, R13: topics and lanes have no order among each other; no maintenance is made of it."""
    await heard(runtime, on_recommendation_postponed, put_off(date(2025, 12, 1)))
    assert await due(desk, "2025-12-01") == [("2025-12-01", "POSTPONED", None, ["Brake pads"])]
    assert (await desk.get(f"/vehicles/{VIN}")).json()["due"] is None
    assert (await kept_file(runtime)).tell_at is None


async def kept_file(runtime):
    return await memory_unit(store=runtime.store).get(VEHICLES, ID)


async def test_a_visit_for_something_else_does_not_put_the_maintenance_off(runtime):
    """B12: a service in January, a bulb in June; due half a year after the service."""
    await a_visit(runtime, "service", 150, PM)
    before = await kept_file(runtime)
    await a_visit(runtime, "bulb", 0, GR)
    after = await kept_file(runtime)
    assert (before.due_on, after.due_on) == (date(2025, 7, 20), date(2025, 7, 20))
    assert after.tell_at == before.tell_at


async def test_maintenance_that_the_customer_took_back_does_not_put_the_maintenance_off(runtime):
    """B12, R9: he came for his service and a bulb, and only the bulb was done."""
    await a_visit(runtime, "service", 150, PM)
    both = an_authorisation(a_line("L1", work_class=PM), a_line("L2"))
    await heard(runtime, on_estimate_authorised, both, "bulb")
    await heard(runtime, on_lines_withdrawn, a_withdrawal("L1"), "bulb")
    await heard(runtime, on_vehicle_delivered, a_delivery("wang"), "bulb")
    assert (await kept_file(runtime)).due_on == date(2025, 7, 20)


async def test_found_work_that_the_customer_took_back_teaches_nothing_of_the_reserve(runtime):
    """B20, R9."""
    await heard(runtime, on_vehicle_arrived, an_arrival_of("wang"))
    found = an_authorisation(a_line("S1"), a_line("S2"), supplement=True)
    await heard(runtime, on_estimate_authorised, found)
    await heard(runtime, on_lines_withdrawn, a_withdrawal("S1"))
    arrival = await memory_unit(store=runtime.store).get(ARRIVALS, "walk-in")
    assert [work.line for work in arrival.found] == ["S2"]


async def test_without_any_maintenance_it_is_reckoned_from_the_first_visit_however_many_follow(runtime):
    """B12: also when the file does not keep the first visit any more."""
    await a_visit(runtime, "bulb", 0, GR)
    file = await kept_file(runtime)
    first = file.visits[0]
    for n in range(1, 40):
        file.keep(replace(first, visit_id=f"bulb {n}", day=first.day + timedelta(days=n)))
    assert (len(file.visits), file.last_maintenance) == (30, first.day)


async def test_visits_that_were_kept_without_their_work_count_as_maintenance(runtime):
    """B12: older files do not say what their visits were for."""
    await a_visit(runtime, "older", 100, GR)
    file = await kept_file(runtime)
    file.keep(replace(file.visits[0], visit_id="newer", day=file.visits[0].day + timedelta(days=90), work_classes=()))
    file.plan_next(ServicePlan(), a_dealer(), delivered=False)
    assert file.due_on == date(2025, 6, 10) + timedelta(days=180)


async def test_the_announcement_is_planned_with_the_delivery_not_before(runtime):
    """B12: nobody is called about the next maintenance while his vehicle stands here for this one."""
    await heard(runtime, on_vehicle_arrived, an_arrival_of("wang"))
    await heard(runtime, on_estimate_authorised, an_authorisation(a_line(work_class=PM)))
    assert (await kept_file(runtime)).tell_at is None
    await heard(runtime, on_vehicle_delivered, a_delivery("wang"))
    assert (await kept_file(runtime)).tell_at is not None


async def test_nobody_is_called_about_the_maintenance_for_which_his_vehicle_stands_here(runtime):
    """B12: asked again every morning; the delivery plans the next one's announcement, an order without any holds the
    call back for thirty days.
    """
    await a_visit(runtime, "first", 150, PM)
    desk, due = Desk(runtime.store), (await kept_file(runtime)).tell_at
    await heard(runtime, on_vehicle_arrived, an_arrival_of("wang"), "service")
    for _ in range(2):
        await desk.do(lambda unit: tell_maintenance_due(unit, ID, due), THE_DAY_BEFORE)
    assert (await kept_file(runtime)).tell_at == due + timedelta(days=1)
    assert [event for event in runtime.store.announced_events() if isinstance(event, MaintenanceDue)] == []
    late = THE_DAY_BEFORE + timedelta(days=30)
    await desk.do(lambda unit: tell_maintenance_due(unit, ID, due), late)
    assert len([event for event in runtime.store.announced_events() if isinstance(event, MaintenanceDue)]) == 1
    await heard(runtime, on_estimate_authorised, an_authorisation(a_line(work_class=PM)), "service")
    await heard(runtime, on_vehicle_delivered, a_delivery("wang"), "service")
    assert (await kept_file(runtime)).tell_at > late


async def test_who_drives_much_is_told_once_until_the_next_maintenance(runtime):
    """B12: 350 km a day, due in four weeks: told at once, and not again though a bulb's visit moves the due day."""
    await a_visit(runtime, "first", 100, PM, km=0)
    await a_visit(runtime, "service", 0, PM, km=35_000)
    file = await kept_file(runtime)
    assert (file.due_because, file.due_on) == ("MILEAGE", date(2025, 7, 18))
    desk = Desk(runtime.store)
    await desk.do(lambda unit: tell_maintenance_due(unit, ID, file.tell_at))
    await a_visit(runtime, "bulb", -2, GR, km=36_500)
    assert (await kept_file(runtime)).tell_at is None
    assert len([event for event in runtime.store.announced_events() if isinstance(event, MaintenanceDue)]) == 1
    await a_visit(runtime, "next service", -20, PM, km=42_000)
    assert (await kept_file(runtime)).tell_at is not None


async def test_a_vehicle_whose_customer_is_not_known_has_nobody_to_call(runtime):
    """B12: it stays on the list."""
    await heard(runtime, on_vehicle_arrived, an_arrival_of("wang"))
    desk = Desk(runtime.store)
    await desk.do(lambda unit: tell_maintenance_due(unit, ID, THE_DAY_BEFORE))
    assert [event for event in runtime.store.announced_events() if isinstance(event, MaintenanceDue)] == []
