"""Poison on the topics of the whole platform: every service lives on, and its people get rid of it by command line.

Headquarters' topic reaches all services but headquarters, survey's reaches headquarters and crm.
"""

import asyncio
import base64
import json
import subprocess
import sys
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from chassis.kafka import Broker
from contracts.envelope import Envelope, to_headers
from contracts.headquarters import DealerRegistered
from contracts.survey import SurveyAnswered
from demo.client import Platform as Client
from demo.director import Director
from platform_fixture import Platform
from poison_corpus import Fate, Poison, corpus
from pymongo import AsyncMongoClient

pytestmark = [pytest.mark.journey, pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(1500)]

GOLDEN = Path(__file__).parents[2] / "libs" / "contracts" / "tests" / "golden"
SEVENSTEP = str(Path(sys.executable).with_name("sevenstep"))
LISTENERS = {"headquarters": ("booking", "crm", "reception", "survey", "workshop"), "survey": ("crm", "headquarters")}
"""Who has a handler for the fact that the poison is made of."""


class Fair:
    """Somebody sells poison at the topic of one service."""

    def __init__(self, service: str, wire_type: str) -> None:
        self.service, self.mark = service, f"PX{uuid.uuid4().hex[:6].upper()}"
        self.body = json.loads((GOLDEN / f"{wire_type}.json").read_text())["body"]
        at = datetime.fromisoformat("2025-06-20T00:00:00+00:00")
        self.good = Envelope(self.mark, wire_type, self.mark, self.mark, "test", "fair", self.mark, 1, at, at)
        self.sent: dict[str, Poison] = {}

    async def sell(self, producer: Any) -> None:
        """All of it, and in the midst of it something good."""
        topic = f"{self.service}.events"
        poisons = [one for one in corpus(self.good, self.body) if one.fate is not Fate.PASSES]
        good = Poison(
            "good", Fate.PASSES, self.mark.encode(), json.dumps(self.body).encode(), tuple(to_headers(self.good))
        )
        for poison in [*poisons[:40], good, *poisons[40:]]:
            told = await producer.send_and_wait(topic, poison.value, key=poison.key, headers=list(poison.headers))
            if poison is not good:
                self.sent[f"{topic}-{told.partition}-{told.offset}"] = poison


async def test_every_service_lives_on_and_gives_the_poison_back_byte_by_byte(platform: Platform) -> None:
    fairs = [Fair("headquarters", DealerRegistered.wire_type), Fair("survey", SurveyAnswered.wire_type)]
    kafka = platform.description.kafka
    producer = Broker(kafka["bootstrap"], kafka["username"], kafka["password"]).producer("fair")
    await producer.start()
    try:
        for fair in fairs:
            await fair.sell(producer)
    finally:
        await producer.stop()
    client = Client(platform.addresses)
    try:
        now = (await client.get("headquarters", "/ops/clock", role="operations"))["now"]
        await Director(client, datetime.fromisoformat(now), lambda at, waiting: None).quiet()
        await _everybody_is_ready(platform)
        for fair in fairs:
            for service in LISTENERS[fair.service]:
                assert await _passed(platform, service, fair), f"{service} did not come past the poison"
                await _has_all(client, service, fair)
    finally:
        await client.close()
    for service in platform.addresses.services:
        _get_rid_of_it(platform, service)


async def _everybody_is_ready(platform: Platform) -> None:
    async with httpx2.AsyncClient(trust_env=False) as http:
        for url in platform.addresses.processes:
            ready = await http.get(f"{url}/health/ready")
            assert ready.status_code == 200, f"{url}: {ready.text}"


async def _passed(platform: Platform, service: str, fair: Fair) -> bool:
    """The good fact in the midst of the poison was taken: applied, or it waits for what it builds on."""
    store: AsyncMongoClient[Any] = AsyncMongoClient(platform.description.mongo["url"])
    try:
        lane = f"{fair.service}.events/fair/{fair.mark}"
        applied = await store[service]["sequences"].find_one({"_id": {"$regex": f"\\|{lane}$"}, "sequence": 1})
        waits = await store[service]["set_aside"].find_one({"lane": lane, "state": "WAITING"})
        return applied is not None or waits is not None
    finally:
        await store.close()


async def _has_all(client: Client, service: str, fair: Fair) -> None:
    """Each dead letter once, with its reason and its bytes."""
    told = await client.get(service, "/ops/deadletters", role="operations", state="DEAD", limit=1000)
    mine = {f"{row['topic']}-{row['partition']}-{row['offset']}": row for row in told["items"]}
    missing = {poison.name for where, poison in fair.sent.items() if where not in mine}
    assert not missing, f"{service} lost {sorted(missing)}"

    async def one(where: str, poison: Poison) -> None:
        id = quote(mine[where]["id"], safe="")
        shown = await client.get(service, f"/ops/deadletters/{id}", role="operations")
        headers = tuple((header["name"], _bytes(header["value"])) for header in shown["headers"])
        kept = (_bytes(shown["key"]), _bytes(shown["value"]), headers)
        assert kept == (poison.key, poison.value, poison.headers), f"{service}: {poison.name}"
        assert shown["reason"], poison.name

    await asyncio.gather(*(one(where, poison) for where, poison in fair.sent.items()))


def _bytes(shown: Any) -> bytes | None:
    if isinstance(shown, dict):
        return base64.b64decode(shown["base64"])
    return None if shown is None else shown.encode()


def _get_rid_of_it(platform: Platform, service: str) -> None:
    """One is tried again and is dead again; then all are given up, and none is left."""
    dead = ("list", "--services", service, "--state", "DEAD", "--limit", "1000", "--json")
    listed = json.loads(_sevenstep(platform, *dead))
    assert listed
    _sevenstep(platform, "replay", service, listed[0]["id"])
    for state in ("PARKED", "WAITING", "DEAD"):
        _sevenstep(platform, "drop", service, "--all", "--state", state, "--reason", "a test's poison", "--yes")
    assert json.loads(_sevenstep(platform, *dead)) == []
    dropped = json.loads(_sevenstep(platform, "show", service, listed[0]["id"]))
    assert (dropped["state"], dropped["dropped_because"]) == ("DROPPED", "a test's poison")


def _sevenstep(platform: Platform, *words: str) -> str:
    command = [SEVENSTEP, "deadletters", *words, "--name", platform.description.name]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
