"""Booking's HTTP door written by hand on the bare parts: the opponent of the chassis, as terse as the parts allow.

Starlette, msgspec, joserfc and PyMongo without anything of ours, on documents of the same shape as booking's. It does
the same durable work: the same reads with the same single question, sealed personal values with a key per person, an
answer kept under its ``Idempotency-Key``, state and facts in one conditional write or one transaction, majority and
journal. It verifies the same tokens and remembers them as long, and its facts go to Kafka by a relay in the process.
What it leaves out is what a platform adds: it knows no other rule, refuses without saying why, traces, counts and logs
nothing, has no time limits, no other routes, no lease.

    uvicorn --factory bench.raw_http:application --no-access-log

The environment is that of a booking process: ``SEVENSTEP_MONGO_URL``, ``…_MONGO_DATABASE``, ``…_KEYS_DATABASE``,
``…_KEYS_MASTER``, ``…_INDEX_KEY``, ``…_OIDC_ISSUER``, ``…_OIDC_AUDIENCE``, ``…_KAFKA_…``. Dealers, calendars and,
for the commands, appointments must be in the database as booking keeps them, with booking's collections and indexes.

| Route, below ``/dealers/{dealer_id}`` | What |
|---|---|
| ``POST /appointments`` with ``confirm`` | holds and confirms in one: a transaction over dealer day and appointment |
| ``POST /appointments/{visit_id}/no-show-reason`` | a command on one aggregate: one find, one conditional write |
| ``GET /days/{day}/board`` | one question for dealer and day; hours, slots and technicians are worked out |
| ``GET /appointments/{visit_id}`` | one find of the appointment, its personal values opened |

Bodies are booking's; answers have the fields a caller needs and no more.
"""

import asyncio
import base64
import gc
import hashlib
import hmac
import json
import os
import time
import uuid
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import msgspec
import phonenumbers
import uuid_utils
from bson.binary import Binary
from bson.codec_options import CodecOptions
from joserfc import jwt
from joserfc.jwk import KeySet
from pymongo import AsyncMongoClient
from pymongo.asynchronous.encryption import AsyncClientEncryption
from pymongo.encryption import Algorithm
from pymongo.errors import DuplicateKeyError, EncryptionError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.raw_board import board_of
from bench.raw_bodies import BOOK, REASON, Customer
from bench.raw_messaging import RawRelay, kafka_of
from bench.raw_refusals import Overtaken, Refused, refused, repeated

SEALED = Algorithm.AEAD_AES_256_CBC_HMAC_SHA_512_Random
CAUSES = uuid.UUID("5e7e9578-0c5d-4c3a-9f5e-73657665e572")
MOST_REMEMBERED = 4096
LISTEN_PAUSE_S = 0.01  # as the relay on the other side
ANNOUNCING = {"appointments": "appointment", "dealer_days": "dealer-day"}


def application() -> Starlette:
    """The ASGI application; what it needs of the environment is read now."""
    door = Door({name.removeprefix("SEVENSTEP_").lower(): value for name, value in os.environ.items()})
    at = "/dealers/{dealer_id}"
    routes = [
        Route(f"{at}/appointments", repeated(door.book), methods=["POST"]),
        Route(f"{at}/appointments/{{visit_id}}/no-show-reason", repeated(door.record_reason), methods=["POST"]),
        Route(f"{at}/days/{{day}}/board", door.board),
        Route(f"{at}/appointments/{{visit_id}}", door.appointment),
    ]
    return Starlette(routes=routes, lifespan=door.open, exception_handlers={Refused: refused})


class Door:
    def __init__(self, told: dict[str, str]) -> None:
        self.told = told
        self.known: OrderedDict[str, tuple[dict[str, Any], float]] = OrderedDict()
        self.zones: dict[str, ZoneInfo] = {}
        with urlopen(f"{told['oidc_issuer']}/.well-known/openid-configuration", timeout=3) as found:
            address = json.load(found)["jwks_uri"]
        with urlopen(address, timeout=3) as found:
            self.keys = KeySet.import_key_set(json.load(found))

    @asynccontextmanager
    async def open(self, _: Starlette) -> AsyncIterator[None]:
        told = self.told
        self.index_key = base64.b64decode(told["index_key"])
        self.client: AsyncMongoClient[Any] = AsyncMongoClient(
            told["mongo_url"], tz_aware=True, w="majority", journal=True
        )
        self.database = database = self.client[told["mongo_database"]]
        self.dealers, self.days = database["dealers"], database["dealer_days"]
        self.appointments = database["appointments"]
        self.sealer = AsyncClientEncryption(
            {"local": {"key": base64.b64decode(told["keys_master"])}},
            f"{told['keys_database']}.vault",
            self.client,
            CodecOptions(),
            key_expiration_ms=10_000,
        )
        gc.freeze()  # the collector is kept from what lives as long as the process, as on the other side
        gc.set_threshold(10_000, 20, 20)
        relay = RawRelay(kafka_of(told), "booking.events", self.client, database.name, ANNOUNCING)
        await relay.start()
        following = asyncio.create_task(relay.follow(LISTEN_PAUSE_S))
        try:
            yield
        finally:
            following.cancel()
            await relay.stop()
            await self.sealer.close()
            await self.client.close()

    # -- routes

    async def book(self, request: Request) -> Response:
        subject, dealer_id = self.caller(request)
        key, said = request.headers["idempotency-key"], await request.body()
        body = _decoded(BOOK, said)
        visit = str(uuid.uuid5(CAUSES, f"{subject}\x1fPOST\x1f{request.url.path}\x1f{key}"))
        arrival = body.arrival.astimezone(UTC)
        if dealer_id not in self.zones:
            self.zones[dealer_id] = ZoneInfo((await self.dealers.find_one({"_id": dealer_id}))["zone"])
        local = arrival.astimezone(self.zones[dealer_id])
        day_id = f"{dealer_id}:{local.date()}"
        found = await self.together(
            dealer_id, {"dealers": dealer_id, "calendars": dealer_id, "dealer_days": day_id, "appointments": visit}
        )
        if (held := found.get("appointments")) is not None:
            return self.again(held, visit, said)
        dealer, calendar, day = found["dealers"], found["calendars"], found.get("dealer_days")
        week = calendar["weeks"][-1]["weekdays"]
        plan = next(one["plan"] for one in week if one["weekday"] == local.weekday())
        minutes, now = round(body.hours * 60), datetime.now(UTC)
        takings = [t for t in day["takings"] if not t["held_until"] or now < t["held_until"]] if day else []
        available = _minutes((part for one in plan["technicians"] for part in one["hours"]), body.work_class)
        assigned = _minutes((line for t in takings for line in t["lines"]), body.work_class)
        busy = {t["advisor"] for t in takings if t["arrival"] == arrival}
        level = Counter(t["advisor"] for t in takings)
        advisor = min((a for a in dealer["advisors"] if a not in busy), key=lambda a: level[a], default=None)
        if advisor is None or assigned + minutes > available or arrival < now or not _is_slot(dealer, local):
            raise Refused(409)
        person = await self.person(dealer_id, body.confirm.customer)
        hours = {"minutes": minutes}
        taking = {
            "visit_id": visit,
            "kind": "APPOINTMENT",
            "arrival": arrival,
            "lines": [{"line": "", "work_class": body.work_class, "hours": hours}],
            "advisor": advisor,
            "technician": None,
            "held_until": None,
        }
        balance = {
            "work_class": body.work_class,
            "available": {"minutes": available},
            "assigned": {"minutes": assigned + minutes},
            "carry_over_reserve": {"minutes": 0},
            "walk_in_reserve": {"minutes": 0},
        }
        asked = {"arrival": arrival, "work_class": body.work_class, "hours": hours}
        details = {
            "customer": person,
            "vehicle": msgspec.to_builtins(body.confirm.vehicle),
            "nature": body.confirm.nature,
            "concern": await self.sealed(person["person_id"], body.confirm.concern) if body.confirm.concern else None,
            "menu_items": [],
            "initiative": "PASSIVE",
            "source": "",
            "estimated_price": None,
            "delivery_estimate": None,
        }
        missed = arrival + timedelta(minutes=dealer["no_show_grace_minutes"])
        reminder = arrival - timedelta(hours=dealer["reminder_hours_before"])
        state = {
            **{"visit_id": visit, "dealer_id": dealer_id, "state": "CONFIRMED", "day": str(local.date())},
            **asked,
            **{"advisor": advisor, "channel": body.channel, "owner": subject, "booked_at": now, "technician": None},
            **{"expires_at": None, "reminder_at": reminder, "missed_after": missed, "details": details, "history": []},
            **{"arrived_at": None, "no_show_reason": None},
        }
        answer = msgspec.json.encode({"visit_id": visit, "state": "CONFIRMED", **asked, "advisor": advisor})
        fact = {**asked, "advisor": advisor, "channel": body.channel, **details}
        moved = {"day": str(local.date()), **balance, "bookable": {"minutes": available - assigned - minutes}}
        sequence = day["_sequence"] if day else 0
        capacity = _pending(sequence + 1, "capacity-changed", moved, now, subject, visit)
        facts = [
            _pending(1, "appointment-held", {**asked, "channel": body.channel, "expires_at": now}, now, subject, visit),
            _pending(2, "appointment-confirmed", fact, now, subject, visit),
        ]
        appointment = {
            **{"_id": visit, **state, "_timers": {"reminder": reminder, "no-show": missed}, "_next_due": reminder},
            **{"_commands": [self.record(key, said, answer, 1, now)], "_version": 1, "_sequence": 2},
            **{"_pending": facts, "_pending_bytes": sum(len(one["data"]) for one in facts)},
        }
        async with self.client.start_session() as session, await session.start_transaction():
            if day is None:
                new = {"_id": day_id, "dealer_id": dealer_id, "day": str(local.date()), "plan": plan, "own_plan": False}
                new |= {
                    "takings": [taking],
                    "carry_overs": [],
                    "announced": [balance],
                    "_timers": {},
                    "_next_due": None,
                }
                new |= {"_version": 1, "_sequence": 1, "_pending": [capacity], "_pending_bytes": len(capacity["data"])}
                await self.days.insert_one(new, session=session)
            else:
                done = await self.days.update_one(
                    {"_id": day_id, "dealer_id": dealer_id, "_version": day["_version"]},
                    {
                        "$set": {"takings": [*takings, taking], "announced": [balance], "_sequence": sequence + 1},
                        "$inc": {"_version": 1, "_pending_bytes": len(capacity["data"])},
                        "$push": {"_pending": capacity},
                    },
                    session=session,
                )
                if not done.matched_count:
                    raise Overtaken
            await self.appointments.insert_one(appointment, session=session)
        return _answer(answer, 1, 201)

    async def record_reason(self, request: Request) -> Response:
        _, dealer_id = self.caller(request)
        key, said = request.headers["idempotency-key"], await request.body()
        reason, visit, now = _decoded(REASON, said).reason, request.path_params["visit_id"], datetime.now(UTC)
        own = {"_id": visit, "dealer_id": dealer_id}
        held = await self.appointments.find_one(own, {"_pending": 0})
        if held is None:
            raise Refused(404)
        if any(record["key"] == key for record in held.get("_commands", ())):
            return self.again(held, key, said)
        if held["state"] != "NO_SHOW":
            raise Refused(409)
        answer = msgspec.json.encode({"visit_id": visit, "state": "NO_SHOW", "arrival": held["arrival"]})
        sequence, version = held["_sequence"] + 1, held["_version"] + 1
        fact = _pending(sequence, "no-show-reason-recorded", {"reason": reason}, now, "agent", visit)
        record = self.record(key, said, answer, version, now)
        done = await self.appointments.update_one(
            {**own, "_version": held["_version"]},
            {
                "$set": {
                    **{"no_show_reason": reason, "_sequence": sequence},
                    "_commands": [*held.get("_commands", ()), record],
                },
                "$inc": {"_version": 1, "_pending_bytes": len(fact["data"])},
                "$push": {"_pending": fact},
            },
        )
        if not done.matched_count:
            raise Overtaken
        return _answer(answer, version)

    async def board(self, request: Request) -> Response:
        _, dealer_id = self.caller(request)
        day_id = f"{dealer_id}:{request.path_params['day']}"
        found = await self.together(dealer_id, {"dealers": dealer_id, "dealer_days": day_id})
        if len(found) < 2:
            raise Refused(404)
        day = found["dealer_days"]
        return _answer(msgspec.json.encode(board_of(found["dealers"], day, datetime.now(UTC))), day["_version"])

    async def appointment(self, request: Request) -> Response:
        _, dealer_id = self.caller(request)
        found = await self.appointments.find_one(
            {"_id": request.path_params["visit_id"], "dealer_id": dealer_id}, {"_pending": 0, "_commands": 0}
        )
        if found is None:
            raise Refused(404)
        details = found["details"]
        opened = {name: await self.opened(details["customer"][name]) for name in ("name", "phone")}
        concern = await self.opened(details["concern"]) if details["concern"] else None
        shown = {**found, "details": {**details, "customer": opened, "concern": concern}}
        return _answer(msgspec.json.encode(shown), found["_version"])

    # -- parts

    def caller(self, request: Request) -> tuple[str, str]:
        """Subject and dealer, verified; a token is remembered until it expires."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        now = time.time()
        claims, until = self.known.get(token, ({}, 0.0))
        if until <= now:
            claims = jwt.decode(token, self.keys, algorithms=["ES256", "EdDSA", "RS256"]).claims
            until = claims["exp"] + 30
            audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
            if claims["iss"] != self.told["oidc_issuer"] or self.told["oidc_audience"] not in audience or until <= now:
                raise Refused(401)
            self.known[token] = (claims, until)
            if len(self.known) > MOST_REMEMBERED:
                self.known.popitem(last=False)
        dealer_id = request.path_params["dealer_id"]
        if dealer_id not in claims["dealers"] or not {"advisor", "agent", "app"} & set(claims["roles"]):
            raise Refused(404)
        return claims["sub"], dealer_id

    async def together(self, dealer_id: str, ids: dict[str, str]) -> dict[str, Any]:
        """Documents by collection, with one question: to ask one after the other costs three times as much."""
        (first, pipeline), *others = (
            (
                name,
                [
                    {"$match": {"_id": id, "dealer_id": dealer_id}},
                    {"$addFields": {"_of": name, "_pending": "$$REMOVE"}},
                ],
            )
            for name, id in ids.items()
        )
        pipeline += [{"$unionWith": {"coll": name, "pipeline": part}} for name, part in others]
        return {raw.pop("_of"): raw for raw in await (await self.database[first].aggregate(pipeline)).to_list()}

    def record(self, key: str, said: bytes, answer: bytes, version: int, now: datetime) -> dict[str, Any]:
        digest = hmac.new(self.index_key, said, hashlib.sha256).hexdigest()
        return {"key": key, "body": digest, "status": 200, "answer": answer.decode(), "version": version, "at": now}

    def again(self, held: dict[str, Any], key: str, said: bytes) -> Response:
        """The answer that was given before."""
        record = next((one for one in held["_commands"] if one["key"] == key), held["_commands"][0])
        if record["body"] != hmac.new(self.index_key, said, hashlib.sha256).hexdigest():
            raise Refused(422)
        return _answer(record["answer"].encode(), record["version"])

    async def person(self, dealer_id: str, customer: Customer) -> dict[str, Any]:
        phone = phonenumbers.format_number(
            phonenumbers.parse(customer.phone, "CN"), phonenumbers.PhoneNumberFormat.E164
        )
        person = hmac.new(self.index_key, f"{dealer_id}\x1f{phone}".encode(), hashlib.sha256).hexdigest()[:32]
        name, phone = await self.sealed(person, customer.name), await self.sealed(person, customer.phone)
        return {"person_id": person, "name": name, "phone": phone}

    async def sealed(self, person: str, text: str) -> dict[str, str]:
        try:
            found = await self.sealer.encrypt(text, SEALED, key_alt_name=person)
        except EncryptionError:
            try:
                await self.sealer.create_data_key("local", key_alt_names=[person])
            except EncryptionError as failed:
                if not isinstance(failed.cause, DuplicateKeyError):
                    raise
            found = await self.sealer.encrypt(text, SEALED, key_alt_name=person)
        return {"person_id": person, "ciphertext": base64.b64encode(found).decode()}

    async def opened(self, sealed: dict[str, str]) -> str:
        return await self.sealer.decrypt(Binary(base64.b64decode(sealed["ciphertext"]), 6))


def _decoded(decoder: Any, said: bytes) -> Any:
    try:
        return decoder.decode(said)
    except msgspec.ValidationError:
        raise Refused(422) from None


def _minutes(parts: Any, work_class: str) -> int:
    return sum(part["hours"]["minutes"] for part in parts if part["work_class"] == work_class)


def _is_slot(dealer: dict[str, Any], local: datetime) -> bool:
    return local.minute % dealer["slot_minutes"] == 0 and any(
        hours["weekday"] == local.weekday() and hours["opens"] <= local.time().isoformat() < hours["closes"]
        for hours in dealer["opening_hours"]
    )


def _pending(sequence: int, fact: str, data: dict[str, Any], now: datetime, actor: str, visit: str) -> dict[str, Any]:
    return {
        **{"seq": sequence, "id": str(uuid_utils.uuid7()), "type": f"booking.{fact}.v1", "at": now, "recorded_at": now},
        **{"data": msgspec.json.encode(data).decode(), "actor": actor, "visit_id": visit, "traceparent": ""},
    }


def _answer(said: bytes, version: int, status: int = 200) -> Response:
    return Response(said, status, {"ETag": f'"{version}"'}, media_type="application/json")
