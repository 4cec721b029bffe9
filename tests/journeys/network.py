"""The running platform as the journeys see it: calls with tokens, the shared clock, quiet, and processes that fall."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import httpx2
from platform_fixture import Platform
from sevenstep.operations import fetch_token

T = TypeVar("T")
Body = dict[str, Any]

ZONE = ZoneInfo("Asia/Shanghai")
SERVICES = ("booking", "crm", "headquarters", "reception", "survey", "workshop")
AWAY_S = 45.0
"""A process that was killed is back within this time; callers try again with the same key until then."""
QUIET_S = 60.0
_WORK = ("pending_events", "lag", "due_timers")


@dataclass(frozen=True)
class Answer:
    """What a service said."""

    status: int
    body: Body
    headers: httpx2.Headers

    def __getitem__(self, name: str) -> Any:
        return self.body[name]

    @property
    def offers(self) -> list[Body]:
        """The next best offers in a refusal (B2)."""
        return self.body.get("details", {}).get("offers", [])


class Network:
    """Everybody's way to the services. ``down``: processes that a test has stopped for the moment."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.http = httpx2.AsyncClient(
            timeout=60, trust_env=False, limits=httpx2.Limits(max_connections=200, max_keepalive_connections=200)
        )
        self.down: set[str] = set()
        self._tokens: dict[tuple[str, str, str], str] = {}
        self._left_dead: dict[str, Body] = {service: {} for service in SERVICES}

    async def close(self) -> None:
        await self.http.aclose()

    # --- calls -------------------------------------------------------------------------------------------------------

    async def token(self, role: str, dealer: str = "", subject: str = "") -> str:
        who = (role, dealer, subject or f"{role}-{dealer or 'network'}".lower())
        if who not in self._tokens:
            dealers, scope = ([dealer], "") if dealer else ([], "network")
            told = self.platform.description
            self._tokens[who] = await asyncio.to_thread(fetch_token, told, [role], dealers, scope, who[2])
        return self._tokens[who]

    async def ask(
        self,
        service: str,
        method: str,
        path: str,
        *,
        role: str,
        dealer: str = "",
        body: Body | None = None,
        key: str = "",
        process: int = 0,
        **query: Any,
    ) -> Answer:
        """One call of a person; the answer may be a refusal. No answer or 503: once more, with the same key."""
        headers = {"Authorization": f"Bearer {await self.token(role, dealer)}"}
        if method == "POST":
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        if method == "PUT":
            headers["If-Match"] = "*"
        url = self.platform.urls(service)[process] + path
        return await self.sent(method, url, headers, body, query)

    async def sent(self, method: str, url: str, headers: Body, body: Body | None, query: Body | None = None) -> Answer:
        """Sends until somebody answers."""
        until = time.monotonic() + AWAY_S
        while True:
            try:
                answer = await self.http.request(method, url, headers=headers, json=body, params=query or None)
            except httpx2.TransportError:
                pause = 0.2
            else:
                if answer.status_code != 503:
                    return Answer(answer.status_code, answer.json() if answer.content else {}, answer.headers)
                pause = float(answer.headers.get("Retry-After", "0.5"))
            assert time.monotonic() < until, f"{method} {url}: nobody answers"
            await asyncio.sleep(pause)

    async def do(self, service: str, path: str, body: Body, *, role: str, dealer: str = "", **more: Any) -> Answer:
        """A command that has to succeed."""
        return _granted(await self.ask(service, "POST", path, role=role, dealer=dealer, body=body, **more), path)

    async def get(self, service: str, path: str, *, role: str, dealer: str = "", **query: Any) -> Answer:
        """A question that has to be answered."""
        return _granted(await self.ask(service, "GET", path, role=role, dealer=dealer, **query), path)

    # --- the clock ---------------------------------------------------------------------------------------------------

    async def now(self) -> datetime:
        """Business time; the latest that any living process shows."""
        clocks = await self._operate("GET", "/ops/clock")
        return max(datetime.fromisoformat(clock["now"]) for clock in clocks)

    async def free_day(self) -> date:
        """A day far enough ahead for a reminder the day before; nothing of earlier tests falls on it."""
        return (await self.now()).astimezone(ZONE).date() + timedelta(days=3)

    async def move_clock(self, to: datetime) -> None:
        """Business time of every living process; it never goes back, so an earlier time changes nothing."""
        later = max(to, await self.now())
        await self._operate("PUT", "/ops/clock", {"now": later.isoformat()})

    async def until(self, to: datetime) -> None:
        """The next planned instant, and everything that falls due by then."""
        await self.quiet()
        await self.move_clock(to)
        await self.quiet()

    # --- quiet -------------------------------------------------------------------------------------------------------

    async def quiet(self) -> None:
        """Returns when living services have nothing to send, to take in or to fire, twice without doing anything."""
        before: int | None = None
        until = time.monotonic() + QUIET_S
        while True:
            backlogs = await self._operate("GET", "/ops/backlog")
            busy = any(backlog[work] for backlog in backlogs for work in _WORK)
            activity = sum(backlog["activity"] for backlog in backlogs)
            if not busy and activity == before:
                return
            before = None if busy else activity
            assert time.monotonic() < until, f"the platform does not come to rest: {backlogs}"
            await asyncio.sleep(0.05)

    async def backlog(self, service: str) -> Body:
        """What one service still has to do, told by its first living process."""
        (told,) = await self._operate("GET", "/ops/backlog", only=(self._living(service)[0],))
        return told

    async def look_around(self) -> None:
        """Before the first journey: dead letters of tests that were here before are not this journey's."""
        for service in SERVICES:
            self._left_dead[service] = _aside(await self.backlog(service))

    async def nothing_lost(self) -> None:
        """No fact stands aside anywhere but those that others left dead here, then quiet: every outbox is empty."""
        for service in SERVICES:
            left = self._left_dead[service]
            await self.eventually(
                lambda service=service: self.backlog(service), lambda told, left=left: _aside(told) == left
            )
        await self.quiet()
        for service in SERVICES:
            told = await self.backlog(service)
            assert _aside(told) == self._left_dead[service], service
            assert told["pending_events"] == 0, service

    @staticmethod
    async def eventually(ask: Callable[[], Awaitable[T]], enough: Callable[[T], object], seconds: float = 20.0) -> T:
        """Asks until the answer is enough; the last answer is told when it never is."""
        until = time.monotonic() + seconds
        while not enough(found := await ask()):
            assert time.monotonic() < until, f"still not after {seconds:.0f} s: {found}"
            await asyncio.sleep(0.05)
        return found

    # --- processes ---------------------------------------------------------------------------------------------------

    async def kill(self, *names: str) -> None:
        """kill -9."""
        self.down.update(names)
        await asyncio.gather(*(asyncio.to_thread(self.platform.stop_process, name, kill=True) for name in names))

    async def restart(self, *names: str) -> None:
        """Back under the old names and ports, at the others' business time; returns when they are ready."""
        await asyncio.gather(*(asyncio.to_thread(self.platform.restart, name) for name in names))
        self.down.difference_update(names)

    def _living(self, service: str) -> list[str]:
        known = self.platform.description.processes[service]
        return [process["url"] for process in known if process["name"] not in self.down]

    async def _operate(
        self, method: str, path: str, body: Body | None = None, only: tuple[str, ...] | None = None
    ) -> list[Body]:
        headers = {"Authorization": f"Bearer {await self.token('operations')}"}
        urls = [url for service in SERVICES for url in self._living(service)] if only is None else only
        answers = await asyncio.gather(*(self.sent(method, f"{url}{path}", headers, body) for url in urls))
        return [_granted(answer, path).body for answer in answers]


def _granted(answer: Answer, path: str) -> Answer:
    assert answer.status < 300, f"{path}: {answer.status} {answer.body}"
    return answer


def _aside(backlog: Body) -> Body:
    return {state: count for state, count in backlog["set_aside"].items() if count and state != "DROPPED"}
