"""A command over HTTP: done once however often it is sent, written atomically with its answer, repeated when overtaken.

Refusals and failures are never kept: the same ``Idempotency-Key`` may come again until it succeeds.
"""

import asyncio
import hashlib
import hmac
import random
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from chassis import failpoints, metrics
from chassis.documents import Documents, Raw
from chassis.ids import derived_id
from chassis.problems import Problem, busy
from chassis.scopes import Scope
from chassis.settings import COMMAND_TRIES, COMMAND_TRIES_S, QUEUE_WAIT_S
from chassis.unit import AlreadyExists, Overloaded, Unit, VersionConflict

if TYPE_CHECKING:
    from chassis.runtime import Runtime

A = TypeVar("A")
R = TypeVar("R")

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_TAG = re.compile(r'"([^"]*)"')
_TAKEN_TEXT = "This is there already ({taken}): choose another."
_OVERLOADED_TEXT = "Too many facts wait to be announced: try again in a moment."
_KEY_TEXT = (
    "Send an Idempotency-Key header: a new UUID for each command, the same one when you repeat it because no answer "
    "came. Then it is done once."
)
_TAKEN_TRIES = 3  # an id or unique value that is still taken after this many looks is taken for good


def etag(version: int) -> str:
    return f'"{version}"'


class Turns:
    """Callers of this process who want the same scarce thing take turns instead of losing races against each other."""

    def __init__(self) -> None:
        self._queues: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self, key: str | None) -> AsyncIterator[bool]:
        """Holds the turn; says whether others had theirs before. Raises ``busy`` when it does not come in time. A queue
        nobody stands in is forgotten."""
        if key is None:
            yield False
            return
        lock, standing = self._queues.get(key, (asyncio.Lock(), 0))
        self._queues[key] = (lock, standing + 1)
        try:
            try:
                async with asyncio.timeout(QUEUE_WAIT_S):
                    await lock.acquire()
            except TimeoutError:
                raise busy("Too many others want the same: try again.") from None
            try:
                yield standing > 0
            finally:
                lock.release()
        finally:
            lock, standing = self._queues.pop(key)
            if standing > 1:
                self._queues[key] = (lock, standing - 1)

    def __len__(self) -> int:
        return len(self._queues)


@dataclass(frozen=True, slots=True)
class Preconditions:
    """What the caller says about the version: ``If-Match`` and ``If-None-Match: *``."""

    match: frozenset[str] | None = None
    """Versions of which one must be the present one; ``*``: any."""
    new: bool = False

    @classmethod
    def of(cls, request: Request) -> "Preconditions":
        """Raises 428 for PUT and PATCH that say nothing: they would overwrite what the caller never saw."""
        match, none_match = request.headers.get("if-match"), request.headers.get("if-none-match")
        if match is None and none_match is None:
            if request.method in ("PUT", "PATCH"):
                detail = "Send If-Match with the ETag you read (If-None-Match: * to make it new)."
                raise Problem(428, "version-required", detail)
            return cls()
        if match is None:
            return cls(new=none_match == "*")
        return cls(frozenset({"*"} if match.strip() == "*" else _TAG.findall(match)))

    def check(self, version: int) -> None:
        """``version`` is 0 when there is no document. Raises 412."""
        if self.new and version:
            raise Problem(412, "version-changed", "It exists already: read it and send If-Match.")
        if version and self.match is not None and not self.match & {"*", str(version)}:
            detail = "It was changed since you read it: read it again, decide again, send the new ETag in If-Match."
            raise Problem(412, "version-changed", detail, headers={"ETag": etag(version)})


def idempotency_key(request: Request, *, required: bool) -> str | None:
    """The ``Idempotency-Key`` header. Raises 400 when it is missing but required, or not 1 to 200 visible ASCII."""
    key = request.headers.get("idempotency-key")
    if key is None:
        if required:
            raise Problem(400, "idempotency-key-required", _KEY_TEXT)
        return None
    if not _KEY.fullmatch(key):
        raise Problem(400, "idempotency-key-invalid", "Idempotency-Key has 1 to 200 visible ASCII characters.")
    return key


async def digest_of(request: Request) -> str:
    """What this request says, to tell a repetition from another command under the same key.

    Keyed, for it is kept: from a bare hash a guessed name or phone could be confirmed after the person was erased.
    """
    key = request.app.state.runtime.settings.index_key.get_secret_value().encode()
    body = await request.body()
    return hmac.new(key or b"no key", request.scope["query_string"] + b"\0" + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Call:
    """One command of one caller."""

    runtime: "Runtime"
    turns: Turns
    scope: Scope
    actor: str
    dealer_id: str | None
    cause: tuple[str, ...] | None
    """Caller, method, path and Idempotency-Key; None when the caller gave no key (PUT, PATCH, DELETE)."""
    digest: str
    preconditions: Preconditions
    status: int
    """The route's status code."""

    def derived_id(self) -> str:
        """The id of what this command makes: the same command makes the same id, so nothing is made twice."""
        if self.cause is None:
            raise Problem(400, "idempotency-key-required", _KEY_TEXT)
        return derived_id(*self.cause)

    def reading(self) -> Unit:
        """A unit that only reads, as of now: to choose the queue, or to answer at once who comes too late."""
        return self.runtime.unit(scope=self.scope, actor=self.actor)

    async def rehearse(self, do: Callable[[Unit], Awaitable[R]], answer: Callable[[R], BaseModel]) -> Response:
        """All checks of a command and the answer it would give now, without any effect. Raises what ``do`` refuses."""
        unit = self.reading()
        unit.keep_nothing()
        said = answer(await do(unit)).model_dump_json()
        return Response(said, 200, {"Simulated": "true"}, media_type="application/json")

    async def perform(
        self,
        documents: Documents[A],
        id: str,
        do: Callable[[Unit], Awaitable[R]],
        answer: Callable[[R], BaseModel],
        status: int | None = None,
        queue: str | None = None,
        seen: Unit | None = None,
    ) -> Response:
        """Does the command on the document ``id`` and answers; ``do`` may run several times and touches only its unit.

        The answer is kept with the document for 14 days: it must hold no personal value. ``queue``: callers of this
        process who name the same key take turns. ``seen``: this call's reading unit; who need not wait goes on with
        what it saw. Raises ``Problem`` 412, 422, 503 and what ``do`` refuses.
        """
        async with self.turns.turn(queue) as others_before:
            if others_before or seen is None:
                seen = self.reading()
            until = time.monotonic() + COMMAND_TRIES_S
            for attempt in range(1, COMMAND_TRIES + 1):
                try:
                    unit = seen if attempt == 1 else self.reading()
                    return await self._once(unit, documents, id, do, answer, status or self.status)
                except AlreadyExists as taken:
                    if attempt >= _TAKEN_TRIES:
                        raise Problem(409, "already-exists", _TAKEN_TEXT, said={"taken": str(taken)}) from taken
                except Overloaded as overloaded:
                    raise busy(_OVERLOADED_TEXT, after_s=5) from overloaded
                except VersionConflict:
                    metrics.LOST_RACES.inc()
                if time.monotonic() > until:
                    break
                await asyncio.sleep(random.uniform(0.001, min(0.25, 0.004 * 2**attempt)))
        raise busy("Others were faster each time: nothing was changed, try again.")

    async def _once(
        self,
        unit: Unit,
        documents: Documents[A],
        id: str,
        do: Callable[[Unit], Awaitable[R]],
        answer: Callable[[R], BaseModel],
        status: int,
    ) -> Response:
        key = derived_id("command", *self.cause) if self.cause else None
        if key and (record := await unit.command_record(documents, id, key)):
            return await self._replay(documents, id, record)
        try:
            if self.preconditions.match is not None or self.preconditions.new:
                await unit.find(documents, id)
                self.preconditions.check(unit.version_of(documents, id))
            said = answer(await do(unit)).model_dump_json()
        except Exception:
            # Another process may have done this very command since we looked, and that is what it is refused for now.
            if key and (record := await self.reading().command_record(documents, id, key)):
                return await self._replay(documents, id, record)
            raise
        if key:
            aggregate = await unit.get(documents, id)
            version = unit.version_of(documents, id) + 1
            record = {"key": key, "body": self.digest, "status": status, "answer": said, "version": version}
            unit.record_command(documents, aggregate, record)
        if failpoints.ARMED:
            failpoints.reached("before-command-write")
        await unit.commit()
        if failpoints.ARMED:
            failpoints.reached("before-answer")
        return _response(said, status, unit.version_of(documents, id))

    async def _replay(self, documents: Documents[A], id: str, record: Raw) -> Response:
        if record["body"] != self.digest:
            detail = "This Idempotency-Key was used for another command here: make a new key for each command."
            raise Problem(422, "idempotency-key-reused", detail)
        # What is only on the primary could still be rolled back; nobody may be told twice of something that is not.
        await self.runtime.store.confirm_majority()
        if not await self.runtime.store.holds_record(documents, id, record["key"]):
            # Another primary confirmed, and what the first one had shown is gone: the command is to be done.
            raise VersionConflict(f"{documents.aggregate} {id} was read from a primary that is none any more")
        metrics.REPLAYS.inc()
        response = _response(record["answer"], record["status"], record["version"])
        response.headers["Idempotency-Replayed"] = "true"
        return response


def _response(said: str, status: int, version: int) -> Response:
    headers = {"ETag": etag(version)} if version else {}
    return Response(said, status, headers, media_type="application/json")
