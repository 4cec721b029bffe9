"""Every answer of every service is the one its OpenAPI document tells: schemathesis makes the requests.

Three kinds for each operation, the same ones in every run: right values at the story's own objects, wrong values there,
and right values at objects nobody has. Answers may be refusals, but documented ones, and never a server error.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from demo.client import Platform as Client
from demo.director import Director
from hypothesis import HealthCheck, given, settings
from mischief_walk import MischiefWalk
from platform_fixture import START, Platform
from recipes import RECIPES

if TYPE_CHECKING:
    # It takes seconds to load, which runs without these tests should not pay.
    from schemathesis import APIOperation, Case

pytestmark = [pytest.mark.journey, pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(1500)]

DOCUMENTS = sorted(Path(__file__).parents[2].glob("docs/api/*.openapi.json"))
"""The snapshots are what the running services tell; ``tests/contracts`` sees to that."""
EXAMPLES = 8
CHECKS = ("not_a_server_error", "status_code", "content_type", "response_headers", "response_schema")
Strategy = Any


def _names() -> list[str]:
    """Every operation as ``<service>.<operation id>``."""
    return [
        f"{path.name.partition('.')[0]}.{told['operationId']}"
        for path in DOCUMENTS
        for methods in json.loads(path.read_text())["paths"].values()
        for told in methods.values()
    ]


@pytest.fixture(scope="module")
def operations() -> "dict[str, APIOperation]":
    """Every operation as schemathesis knows it."""
    import schemathesis

    return {
        f"{path.name.partition('.')[0]}.{found.ok().definition.raw['operationId']}": found.ok()
        for path in DOCUMENTS
        for found in schemathesis.openapi.from_path(path).get_all_operations()
    }


@pytest.fixture(scope="module")
def checks() -> list[Any]:
    """What is looked at in each answer."""
    from schemathesis import checks

    return [getattr(checks, name, None) or getattr(checks, f"{name}_conformance") for name in CHECKS]


@pytest.mark.parametrize("name", _names())
def test_every_answer_is_documented(
    name: str,
    operations: "dict[str, APIOperation]",
    checks: list[Any],
    mischief: MischiefWalk,
    http: requests.Session,
) -> None:
    operation, service = operations[name], name.partition(".")[0]
    base, caller = mischief.client.stack.services[service], mischief.credentials.get(name, {})

    def send(case: "Case") -> None:
        _spare_the_clock(case)
        headers = {**caller, **({} if case.method == "GET" else {"Idempotency-Key": str(uuid.uuid4())})}
        answer = case.call(base_url=base, session=http, headers=headers, timeout=20)
        case.validate_response(answer, checks=checks)

    for strategy in _strategies(operation, _place(name, operation, mischief)):
        _tried(strategy, send)


def _strategies(operation: "APIOperation", place: dict[str, str]) -> Iterator[Strategy]:
    from schemathesis import GenerationMode

    dealer = {name: value for name, value in place.items() if name == "dealer_id"}
    free = [parameter for parameter in operation.iter_parameters() if parameter.name not in place]
    can_be_wrong = free or operation.body
    yield operation.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=place)
    if can_be_wrong:
        yield operation.as_strategy(generation_mode=GenerationMode.NEGATIVE, path_parameters=place)
    if place != dealer:
        yield operation.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=dealer)


def _tried(strategy: Strategy, send: Callable[["Case"], None]) -> None:
    bounded = settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    bounded(given(strategy)(send))()


def _place(name: str, operation: "APIOperation", mischief: MischiefWalk) -> dict[str, str]:
    """The story's own object that this operation is about."""
    try:
        asked = RECIPES[name].ask(mischief.first).path
    except KeyError:  # no recipe, or the story did not come that far: its own tests say so
        asked = {}
    wanted = {"dealer_id": mischief.first.code, **asked}
    return {one: str(wanted[one]) for one in wanted if f"{{{one}}}" in operation.path}


def _spare_the_clock(case: "Case") -> None:
    """All tests share one business clock, and it only goes forward: it is asked for a time that is long past."""
    if case.path == "/ops/clock" and isinstance(case.body, dict) and isinstance(case.body.get("now"), str):
        case.body["now"] = START


@pytest.fixture(scope="module")
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


async def test_what_was_accepted_is_understood_by_all_who_listen(platform: Platform, mischief: MischiefWalk) -> None:
    """A command that is accepted makes facts every listener can handle, however odd its values were."""
    client = Client(platform.addresses)
    try:
        now = (await client.get("headquarters", "/ops/clock", role="operations"))["now"]
        await Director(client, datetime.fromisoformat(now), lambda at, waiting: None).quiet()
        for service in platform.addresses.services:
            told = await client.get(service, "/ops/deadletters", role="operations", limit=1000)
            aside = [row for row in told["items"] if row["state"] in ("DEAD", "PARKED")]
            assert not aside, f"{service}: {[(row['lane'], row['reason']) for row in aside[:5]]}"
    finally:
        await client.close()
