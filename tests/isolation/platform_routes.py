"""Routes that belong to no dealer: operations, health, figures for Prometheus."""

import asyncio
import uuid
from typing import Any

from callers import ANONYMOUS, ROLES
from confluent_kafka import Producer
from doors import Operation
from platform_fixture import Platform
from recipe import Ask
from sevenstep.kafka_access import client_settings
from sevenstep.servers import KafkaAccess
from verdict import REFUSED_TOKEN, WRONG_ROLE, Expected, succeeds
from walk import Walk

UNREADABLE = "no fact at all"
RECIPES: dict[str, Any] = {
    "read_backlog": lambda walk, id: Ask(),
    "read_clock": lambda walk, id: Ask(),
    "move_clock": lambda walk, id: Ask(body={"now": walk.director.now.isoformat()}),
    "list_dead_letters": lambda walk, id: Ask(query={"state": "DEAD"}),
    "show_dead_letter": lambda walk, id: Ask({"id": id}),
    "drop_dead_letter": lambda walk, id: Ask({"id": id}, {"reason": "it was put there to be dropped"}),
    "replay_dead_letter": lambda walk, id: Ask({"id": id}),
}
PUBLIC = ("live", "ready", "figures")


async def try_operations_routes(walk: Walk, platform: Platform) -> None:
    """Only the role ``operations`` opens them, whatever else a caller may be."""
    await _put_unreadable_messages(platform)
    found = [one for one in walk.known.values() if one.kind == "operations"]
    unknown = {one.name for one in found if one.id not in RECIPES}
    walk.ledger.without_recipe |= unknown
    await asyncio.gather(*(_try_service(walk, service) for service in sorted({one.service for one in found})))


async def _try_service(walk: Walk, service: str) -> None:
    dead = await _dead_letter(walk, service)
    for name, ask in RECIPES.items():
        await _try(walk, walk.known[f"{service}.{name}"], ask(walk, dead), dead)
    await _clear_away(walk, service)


async def try_public_routes(walk: Walk) -> None:
    """They are for everybody, so nothing of any dealer may stand in them."""
    for operation in (one for one in walk.known.values() if one.kind == "public"):
        if operation.id not in PUBLIC:
            walk.ledger.without_recipe |= {operation.name}
        hidden = walk.first.secrets() | walk.second.secrets()
        await walk.cell(operation, "anonymous", "", Ask(), ANONYMOUS, succeeds(hidden))
        walk.ledger.succeeded.add(operation.name)


async def _try(walk: Walk, operation: Operation, ask: Ask, dead: str) -> None:
    of, own = walk.tokens.of, (walk.first.code,)
    before = await _state(walk, operation.service, dead)
    everybody_else = [role for role in ROLES if role not in ("operations", "headquarters")]
    callers: list[tuple[str, dict[str, str], Expected]] = [
        ("anonymous", ANONYMOUS, REFUSED_TOKEN),
        ("expired token", walk.tokens.expired("operations", ()), REFUSED_TOKEN),
        ("wrong audience", walk.tokens.for_another_audience("operations", ()), REFUSED_TOKEN),
        ("another issuer", walk.tokens.of_another_issuer("operations", ()), REFUSED_TOKEN),
        ("dealer", await of("manager", dealers=own), WRONG_ROLE),
        ("dealer with every other role", await of(*everybody_else, dealers=own), WRONG_ROLE),
        ("area manager", await of("area_manager", scope=f"area:{walk.first.area}"), WRONG_ROLE),
        ("headquarters", await of("headquarters", scope="network"), WRONG_ROLE),
    ]
    for caller, headers, expected in callers:
        await walk.cell(operation, caller, "", ask, headers, expected)
    if await _state(walk, operation.service, dead) != before:
        walk.ledger.note(operation.name, "all foreign callers", 0, "something changed")
    answer = await walk.cell(operation, "operations", "", ask, await of("operations"), succeeds(set()))
    if answer.status_code < 300:
        walk.ledger.succeeded.add(operation.name)


async def _state(walk: Walk, service: str, dead: str) -> tuple[Any, Any]:
    seen = await walk.client.get(service, f"/ops/deadletters/{dead}", role="operations")
    now = await walk.client.get(service, "/ops/clock", role="operations")
    return (seen["state"], seen["tries"]), now.body


async def _put_unreadable_messages(platform: Platform) -> None:
    """One in a topic everybody but headquarters listens to, one in a topic headquarters does."""
    producer = Producer(client_settings(KafkaAccess.told(platform.description.kafka)))
    for topic in ("headquarters.events", "survey.events"):
        producer.produce(topic, key=uuid.uuid4().hex, value=UNREADABLE)
    await asyncio.to_thread(producer.flush, 20)


async def _dead_letter(walk: Walk, service: str) -> str:
    """The id of the unreadable message in this service."""
    for _ in range(400):
        if found := await _ours(walk, service, state="DEAD"):
            return found[0]
        await asyncio.sleep(0.05)
    raise AssertionError(f"{service} did not set the unreadable message aside")


async def _ours(walk: Walk, service: str, **query: str) -> list[str]:
    """Unreadable messages that stand aside."""
    told = await walk.client.get(service, "/ops/deadletters", role="operations", **query)
    undecided = [one["id"] for one in told["items"] if one["state"] != "DROPPED"]
    shown = [await walk.client.get(service, f"/ops/deadletters/{id}", role="operations") for id in undecided]
    return [one["id"] for one in shown if one["value"] == UNREADABLE]


async def _clear_away(walk: Walk, service: str) -> None:
    """A message that was replayed may be just tried again, so a drop has to be looked after."""
    while left := await _ours(walk, service):
        for id in left:
            reason = {"reason": "put there by a test"}
            await walk.client.do(service, f"/ops/deadletters/{id}/drop", reason, role="operations")
        await asyncio.sleep(0.3)
