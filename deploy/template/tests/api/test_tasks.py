"""The HTTP door, on the memory store."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from chassis.scopes import Dealers
from chassis.testing_http import LocalIssuer, MemoryRuntime, client_of
from newservice.domain.dealer import Dealer
from newservice.main import build
from newservice.settings import Settings
from newservice.storage.dealers import DEALERS

ISSUER = LocalIssuer()
ADVISOR = ISSUER.bearer("advisor", dealers=("SH001",))
TASKS = "/dealers/SH001/tasks"


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    """SH001 is registered."""
    runtime = MemoryRuntime()
    unit = runtime.unit(scope=Dealers.of("SH001"), actor="headquarters:hana")
    unit.add(DEALERS, Dealer("SH001", "Sunrise", "Asia/Shanghai"))
    await unit.commit()
    async with client_of(build(Settings(), runtime=runtime, tokens=ISSUER.tokens())) as client:
        yield client


async def written(client: httpx2.AsyncClient, title: str = "Order paint", key: str = "k1") -> httpx2.Response:
    return await client.post(TASKS, json={"title": title}, headers={**ADVISOR, "Idempotency-Key": key})


async def test_a_task_is_written_once_however_often_it_is_sent(client) -> None:
    first, again = await written(client), await written(client)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    listed = await client.get(TASKS, headers=ADVISOR)
    assert [task["title"] for task in listed.json()["items"]] == ["Order paint"]


async def test_a_task_is_finished_by_the_first_who_says_so(client) -> None:
    task_id = (await written(client)).json()["task_id"]
    first, second = [
        await client.post(f"{TASKS}/{task_id}/finish", headers={**ADVISOR, "Idempotency-Key": key})
        for key in ("one", "two")
    ]
    assert first.json() == {"task_id": task_id, "finished": True}
    assert (second.status_code, second.json()["code"]) == (409, "task-already-finished")
    assert (await client.get(f"{TASKS}/{task_id}", headers=ADVISOR)).json()["finished_at"] is not None


async def test_another_dealers_tasks_are_not_there(client) -> None:
    """X1."""
    task_id = (await written(client)).json()["task_id"]
    stranger = ISSUER.bearer("advisor", dealers=("SH002",))
    for path in (TASKS, f"{TASKS}/{task_id}", f"/dealers/SH002/tasks/{task_id}"):
        assert (await client.get(path, headers=stranger)).status_code == 404


async def test_a_dealer_that_nobody_registered_has_no_tasks(client) -> None:
    stranger = {**ISSUER.bearer("advisor", dealers=("SH009",)), "Idempotency-Key": "k1"}
    refused = await client.post("/dealers/SH009/tasks", json={"title": "Order paint"}, headers=stranger)
    assert (refused.status_code, refused.json()["code"]) == (404, "dealer-not-known")
