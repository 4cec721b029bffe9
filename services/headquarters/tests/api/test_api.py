"""H1, H5, H9, X1, X2: headquarters' HTTP door, on the memory store."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from chassis.testing_http import LocalIssuer, MemoryRuntime, client_of
from headquarters.api.dealer_bodies import EXAMPLE
from headquarters.main import build
from headquarters.settings import Settings
from headquarters_journeys import THE_DAY, a_day, a_network, arrived, take, told

ISSUER = LocalIssuer()
HEADQUARTERS = ISSUER.bearer("headquarters", dealers=(), reach="network")
MANAGER = ISSUER.bearer("manager", dealers=("SH001",))
WEEK = {"from": "2025-06-23", "to": "2025-06-29"}


@pytest.fixture
async def runtime() -> MemoryRuntime:
    """SH001 and SH002 are registered; SH001's day of four visits is told."""
    store = await a_network("SH001", "SH002")
    await take(store, [fact for facts in a_day() for fact in facts])
    return MemoryRuntime(store)


@pytest.fixture
async def client(runtime: MemoryRuntime) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(build(Settings(), runtime=runtime, tokens=ISSUER.tokens())) as client:
        yield client


def keyed(headers: dict[str, str], key: str = "k1") -> dict[str, str]:
    return {**headers, "Idempotency-Key": key}


async def register(client: httpx2.AsyncClient, dealer_id: str, key: str = "k1", **changes: Any) -> httpx2.Response:
    body = {"dealer_id": dealer_id, **EXAMPLE, **changes}
    return await client.post("/dealers", json=body, headers=keyed(HEADQUARTERS, key))


async def test_a_dealer_is_registered_once_however_often_it_is_sent(client, runtime) -> None:
    """H1."""
    before = len(runtime.store.events)
    first, again = await register(client, "BE001"), await register(client, "BE001")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert len(runtime.store.events) == before + 1
    taken = await register(client, "BE001", key="k2")
    assert (taken.status_code, taken.json()["code"]) == (409, "dealer-already-registered")


async def test_only_a_token_that_spans_the_network_registers_dealers(client) -> None:
    """H1, X1."""
    body = {"dealer_id": "BE001", **EXAMPLE}
    narrow = ISSUER.bearer("headquarters", dealers=("SH001",))
    refused = await client.post("/dealers", json=body, headers=keyed(narrow))
    assert (refused.status_code, refused.json()["code"]) == (403, "network-reach-needed")
    assert (await client.post("/dealers", json=body, headers=keyed(MANAGER))).status_code == 403


async def test_a_registration_that_cannot_work_says_which_field_to_mend(client) -> None:
    """H1."""
    refused = await register(client, "BE001", zone="Europe/Berlyn")
    assert (refused.status_code, refused.json()["code"]) == (422, "registration-invalid")
    assert refused.json()["details"] == {"field": "zone"}


async def test_a_change_needs_the_version_that_was_read(client) -> None:
    """H1."""
    read = await client.get("/dealers/SH001", headers=HEADQUARTERS)
    body = {name: value for name, value in read.json().items() if name in EXAMPLE}
    body["advisors"] = ["anna", "bo", "carl"]
    assert (await client.put("/dealers/SH001", json=body, headers=HEADQUARTERS)).status_code == 428
    with_version = {**HEADQUARTERS, "If-Match": read.headers["ETag"]}
    changed = await client.put("/dealers/SH001", json=body, headers=with_version)
    assert (changed.status_code, changed.json()["advisors"]) == (200, ["anna", "bo", "carl"])
    assert (await client.put("/dealers/SH001", json=body, headers=with_version)).status_code == 412


async def test_figures_are_answered_with_what_stands_above_and_below_the_line(client) -> None:
    """H4."""
    answer = (await client.get("/dealers/SH001/figures", params=WEEK, headers=MANAGER)).json()
    rate = answer["figures"]["no_show_rate"]
    assert (rate["numerator"], rate["denominator"], rate["value"]) == (1, 3, round(1 / 3, 6))
    assert answer["period"] == WEEK


async def test_a_dealer_without_visits_has_unknown_rates_and_no_visits(client) -> None:
    """H4."""
    manager = ISSUER.bearer("manager", dealers=("SH002",))
    figures = (await client.get("/dealers/SH002/figures", params=WEEK, headers=manager)).json()["figures"]
    assert figures["visits"]["value"] == 0
    assert {figures[name]["value"] for name in ("booking_rate", "satisfaction", "on_time_rate")} == {None}


async def test_the_network_is_the_sum_of_its_dealers_compared(client, runtime) -> None:
    """H5."""
    (fact,) = told("b1", (0, arrived()))
    object.__setattr__(fact, "dealer_id", "SH002")
    await take(runtime.store, [fact])
    answer = (await client.get("/network/figures", params=WEEK, headers=HEADQUARTERS)).json()
    assert answer["network"]["visits"]["value"] == 4
    assert {one["dealer_id"]: one["figures"]["visits"]["value"] for one in answer["items"]} == {"SH001": 3, "SH002": 1}
    paged = await client.get("/network/figures", params={**WEEK, "limit": 1}, headers=HEADQUARTERS)
    rest = await client.get("/network/figures", params={**WEEK, "after": paged.json()["next"]}, headers=HEADQUARTERS)
    assert [one["dealer_id"] for one in rest.json()["items"]] == ["SH002"]
    assert rest.json()["network"] == answer["network"]


async def test_an_area_manager_sees_the_area_and_nothing_beyond(client) -> None:
    """X1."""
    assert (await register(client, "BE001", area="berlin", zone="Europe/Berlin")).status_code == 201
    berlin = ISSUER.bearer("area_manager", dealers=(), reach="area:berlin")
    shanghai = ISSUER.bearer("area_manager", dealers=(), reach="area:shanghai")
    listed = (await client.get("/dealers", headers=berlin)).json()["items"]
    assert [dealer["dealer_id"] for dealer in listed] == ["BE001"]
    for path in ("/dealers/SH001", "/dealers/SH001/figures", "/dealers/SH001/visits/v1/story"):
        assert (await client.get(path, params=WEEK, headers=berlin)).status_code == 404
        assert (await client.get(path, params=WEEK, headers=shanghai)).status_code == 200
    counted = (await client.get("/network/figures", params=WEEK, headers=berlin)).json()
    assert (counted["dealers_counted"], counted["network"]["visits"]["value"]) == (1, 0)


@pytest.mark.parametrize("reach", ["area:nowhere", "group:nobody", ""])
async def test_a_reach_that_names_nothing_spans_nothing(client, reach) -> None:
    """X1."""
    stranger = ISSUER.bearer("area_manager", dealers=(), reach=reach)
    assert (await client.get("/dealers", headers=stranger)).json()["items"] == []


async def test_dealers_are_listed_by_region_area_and_group(client) -> None:
    """H1."""
    await register(client, "BE001", area="berlin", region="north", group="")
    by_region = await client.get("/dealers", params={"region": "north"}, headers=HEADQUARTERS)
    by_group = await client.get("/dealers", params={"group": "delta"}, headers=HEADQUARTERS)
    assert [dealer["dealer_id"] for dealer in by_region.json()["items"]] == ["BE001"]
    assert [dealer["dealer_id"] for dealer in by_group.json()["items"]] == ["SH001", "SH002"]


async def test_every_event_behind_a_figure_is_shown_page_by_page(client) -> None:
    """H9."""
    path, rows, after = "/dealers/SH001/figures/satisfaction/events", [], None
    while True:
        params = {**WEEK, "limit": 1, **({"after": after} if after else {})}
        page = (await client.get(path, params=params, headers=MANAGER)).json()
        rows += page["items"]
        after = page["next"]
        if after is None:
            break
    score = sum(row["amount"] for row in rows if row["part"] == "score")
    answers = sum(row["amount"] for row in rows if row["part"] == "answers")
    figures = (await client.get("/dealers/SH001/figures", params=WEEK, headers=MANAGER)).json()["figures"]
    assert score / answers == figures["satisfaction"]["value"]
    assert {row["visit_id"] for row in rows} == {"v1", "v2"}


async def _all_rows(client, path: str, headers: dict[str, str], **params: Any) -> list[dict[str, Any]]:
    rows, after = [], {}
    while True:
        page = (await client.get(path, params={**WEEK, **params, "limit": 2, **after}, headers=headers)).json()
        rows += page["items"]
        if page["next"] is None:
            return rows
        after = {"after": page["next"]}


async def test_a_figure_of_the_network_is_explained_by_the_events_of_all_its_dealers(client, runtime) -> None:
    """H9: by time over all dealers, page by page, each event with its dealer."""
    (fact,) = told("b1", (10, arrived()))
    object.__setattr__(fact, "dealer_id", "SH002")
    await take(runtime.store, [fact])
    rows = await _all_rows(client, "/network/figures/booking_rate/events", HEADQUARTERS)
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    assert {row["visit_id"]: row["dealer_id"] for row in rows} == {
        "v1": "SH001",
        "v2": "SH001",
        "v3": "SH001",
        "b1": "SH002",
    }
    rate = (await client.get("/network/figures", params=WEEK, headers=HEADQUARTERS)).json()["network"]["booking_rate"]
    summed = {part: sum(row["amount"] for row in rows if row["part"] == part) for part in ("booked_visits", "visits")}
    assert summed == {"booked_visits": rate["numerator"], "visits": rate["denominator"]}


async def test_network_events_are_those_of_the_callers_reach_and_filters(client, runtime) -> None:
    """H9, X1."""
    assert (await register(client, "BE001", area="berlin", region="north", zone="Europe/Berlin")).status_code == 201
    (fact,) = told("b1", (600, arrived()))
    object.__setattr__(fact, "dealer_id", "BE001")
    await take(runtime.store, [fact])
    path = "/network/figures/visits/events"
    berlin = ISSUER.bearer("area_manager", dealers=(), reach="area:berlin")
    assert {row["dealer_id"] for row in await _all_rows(client, path, HEADQUARTERS)} == {"SH001", "BE001"}
    assert {row["dealer_id"] for row in await _all_rows(client, path, berlin)} == {"BE001"}
    assert {row["dealer_id"] for row in await _all_rows(client, path, MANAGER)} == {"SH001"}
    assert {row["dealer_id"] for row in await _all_rows(client, path, HEADQUARTERS, region="north")} == {"BE001"}
    assert await _all_rows(client, path, berlin, area="shanghai") == []
    unknown = await client.get("/network/figures/happiness/events", params=WEEK, headers=HEADQUARTERS)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "figure-unknown")


async def test_capabilities_and_the_area_manager_are_registered_announced_and_answered(client, runtime) -> None:
    """H1."""
    named = {"capabilities": ["HIGH_VOLTAGE"], "area_manager": "am-chen"}
    answer = (await register(client, "BE001", **named)).json()
    assert {name: answer[name] for name in named} == named
    announced = runtime.store.events[-1].event
    assert (announced.capabilities, announced.area_manager) == (("HIGH_VOLTAGE",), "am-chen")
    older = (await client.get("/dealers/SH001", headers=HEADQUARTERS)).json()
    assert (older["capabilities"], older["area_manager"]) == ([], None)


@pytest.mark.parametrize("wrong", [{"capabilities": ["A"] * 41}, {"capabilities": ["x" * 61]}, {"area_manager": ""}])
async def test_capabilities_and_area_manager_are_bounded(client, wrong) -> None:
    """H1."""
    assert (await register(client, "BE001", **wrong)).status_code == 422


async def test_an_unknown_figure_says_which_there_are(client) -> None:
    answer = await client.get("/dealers/SH001/figures/happiness/events", params=WEEK, headers=MANAGER)
    assert (answer.status_code, answer.json()["code"]) == (404, "figure-unknown")
    assert "booking_rate" in answer.json()["detail"]


async def test_a_period_backwards_is_refused(client) -> None:
    params = {"from": "2025-06-23", "to": "2025-06-22"}
    answer = await client.get("/dealers/SH001/figures", params=params, headers=MANAGER)
    assert (answer.status_code, answer.json()["code"]) == (422, "period-invalid")


async def test_the_day_shows_its_visits_and_each_visit_its_story(client) -> None:
    """X2."""
    day = {"day": THE_DAY.isoformat()}
    visits = (await client.get("/dealers/SH001/visits", params=day, headers=MANAGER)).json()["items"]
    assert {visit["visit_id"]: visit["outcome"] for visit in visits} == {
        "v1": "FOLLOWED_UP",
        "v2": "FOLLOWED_UP",
        "v3": "ARRIVED",
        "v4": "NO_SHOW",
    }
    assert list(visits[0]["steps"]) == [
        "booked",
        "arrived",
        "repair_order",
        "started",
        "qc_passed",
        "delivered",
        "followed_up",
    ]
    one = (await client.get("/dealers/SH001/visits/v1", headers=MANAGER)).json()
    assert one == visits[0]
    story = (await client.get("/dealers/SH001/visits/v1/story", headers=MANAGER)).json()["items"]
    assert [line["service"] for line in story] == [
        "booking",
        "reception",
        "workshop",
        "workshop",
        "reception",
        "survey",
    ]


async def test_a_foreign_visit_is_unknown(client) -> None:
    """X1."""
    stranger = ISSUER.bearer("manager", dealers=("SH002",))
    assert (await client.get("/dealers/SH002/visits/v1", headers=stranger)).status_code == 404
    assert (await client.get("/dealers/SH002/visits/v1/story", headers=stranger)).status_code == 404
