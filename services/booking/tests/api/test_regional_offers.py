"""Regional offers of the day, as headquarters announced them (B5)."""

from datetime import date, timedelta

import pytest
from booking.consumers.headquarters import on_regional_offer_made, on_regional_offer_withdrawn
from booking.consumers.reception import on_vehicle_arrived
from booking.domain.regional_offer import RegionalOffer
from booking_builders import THE_DAY_BEFORE, a_fact_of, an_arrival_of
from booking_journeys import Desk
from chassis.facts import NotYet
from contracts.headquarters import RegionalOfferMade, RegionalOfferWithdrawn

VIN = "LFV2A21K8B3000001"
TODAY = date(2025, 6, 20)


def an_offer(name="SUMMER", **more) -> RegionalOfferMade:
    given = {"offer_id": name, "title": "Air conditioning check", "title_zh": "空调检查"}
    days = {"first_day": TODAY, "last_day": TODAY + timedelta(days=10)}
    return RegionalOfferMade.model_validate(given | days | more)


async def heard(runtime, handler, event):
    await Desk(runtime.store).do(lambda unit: handler(unit, a_fact_of(event, None, THE_DAY_BEFORE)))


async def offered(desk, **asked):
    return [one["offer_id"] for one in (await desk.get("/regional-offers", **asked)).json()["items"]]


@pytest.mark.parametrize(
    ("day", "model", "told"),
    [(-1, None, False), (0, None, True), (10, "AE100", True), (11, None, False), (5, "LC100", False)],
)
def test_an_offer_is_told_on_its_days_and_for_its_models(day, model, told):
    """B5: first and last day included."""
    offer = RegionalOffer("SH001", "SUMMER", "Check", "", TODAY, TODAY + timedelta(days=10), models=("AE100",))
    assert offer.holds(TODAY + timedelta(days=day), model) is told


async def test_the_booker_sees_the_offers_of_the_day_the_soonest_over_first(desk, runtime):
    """B5: of today, or of the day that is asked for; newest words hold."""
    await heard(runtime, on_regional_offer_made, an_offer("LONG", last_day=TODAY + timedelta(days=60)))
    await heard(runtime, on_regional_offer_made, an_offer(title="To be corrected"))
    await heard(runtime, on_regional_offer_made, an_offer())
    await heard(runtime, on_regional_offer_made, an_offer("LATER", first_day=TODAY + timedelta(days=2)))
    shown = (await desk.get("/regional-offers")).json()
    assert shown["day"] == str(TODAY) and [one["offer_id"] for one in shown["items"]] == ["SUMMER", "LONG"]
    assert (shown["items"][0]["title"], shown["items"][0]["title_zh"]) == ("Air conditioning check", "空调检查")
    assert await offered(desk, day=str(TODAY + timedelta(days=2))) == ["LATER", "SUMMER", "LONG"]
    assert await offered(desk, day=str(TODAY + timedelta(days=61))) == []


async def test_who_asks_about_a_vehicle_sees_the_offers_for_its_model(desk, runtime):
    """B5: beside its history and campaigns."""
    await heard(runtime, on_regional_offer_made, an_offer("OTHERS", models=("LC100",)))
    await heard(runtime, on_regional_offer_made, an_offer("ALL"))
    unknown = (await desk.get(f"/vehicles/{VIN}")).json()["regional_offers"]
    assert {one["offer_id"] for one in unknown} == {"ALL", "OTHERS"}, "of a car nobody has seen every offer is told"
    await Desk(runtime.store).do(lambda unit: on_vehicle_arrived(unit, a_fact_of(an_arrival_of("wang"))))
    assert [one["offer_id"] for one in (await desk.get(f"/vehicles/{VIN}")).json()["regional_offers"]] == ["ALL"]


async def test_a_withdrawn_offer_is_told_to_nobody(desk, runtime):
    """B5: and news that come before their offer wait for it."""
    withdrawn = RegionalOfferWithdrawn(offer_id="SUMMER")
    with pytest.raises(NotYet):
        await heard(runtime, on_regional_offer_withdrawn, withdrawn)
    await heard(runtime, on_regional_offer_made, an_offer())
    assert await offered(desk) == ["SUMMER"]
    await heard(runtime, on_regional_offer_withdrawn, withdrawn)
    assert await offered(desk) == []
