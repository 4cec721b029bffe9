"""Callers who play visits while things break: every command under one key, sent again until somebody answers."""

import asyncio
import itertools
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx2
from history import Attempt, Body, History, Operation, Outcome
from sevenstep.description import StackDescription
from sevenstep.operations import fetch_token
from sevenstep.proc import start_time

ANSWERED_WITHIN_S = 30.0
"""A service answers within this time whatever has happened to its store or broker."""
PATIENCE_S = 150.0
"""No fault lasts so long; a command that is not answered by then is given up as unknown."""
PAUSE_S = 0.25


class Refused(Exception):
    """A command that has to succeed was refused."""

    def __init__(self, operation: Operation) -> None:
        super().__init__(f"{operation.said}: {operation.answer}")
        self.operation = operation


class GivenUp(Exception):
    """Nothing came of it in ``PATIENCE_S``."""


class Stopped(Exception):
    """The run is over: whoever plays goes home."""


@dataclass(frozen=True)
class Probe:
    """Somebody asked for another dealer's document by its id. ``status`` 0: no answer."""

    at: float
    url: str
    status: int


@dataclass
class Pace:
    """So many calls a second, whoever makes them."""

    rate: float
    _next: float = 0.0

    async def turn(self) -> None:
        now = time.monotonic()
        self._next = max(self._next, now) + 1 / self.rate
        if self._next > now:
            await asyncio.sleep(self._next - now)


class Callers:
    """Everybody's way to the services of a running stack."""

    def __init__(self, stack: StackDescription, history: History, pace: Pace, seed: int) -> None:
        self.stack = stack
        self.history = history
        self.pace = pace
        self.chance = random.Random(seed)
        self.probes: list[Probe] = []
        self.stopped = False
        self._http = httpx2.AsyncClient(
            timeout=ANSWERED_WITHIN_S,
            trust_env=False,
            verify=False,
            limits=httpx2.Limits(max_connections=200, max_keepalive_connections=100),
        )
        self._tokens: dict[tuple[str, str], str] = {}

    async def close(self) -> None:
        await self._http.aclose()

    def urls(self, service: str) -> list[str]:
        """The addresses of the processes of a service."""
        return [one["url"] for one in self.stack.processes[service]]

    # --- commands ----------------------------------------------------------------------------------------------------

    async def ask(
        self,
        service: str,
        path: str,
        body: Body,
        *,
        role: str = "advisor",
        dealer: str = "",
        visit: str = "",
        impatient: bool = False,
    ) -> Operation:
        """One command until it is answered; ``impatient``: sent once, and whoever sent it does not wait long."""
        subject = _subject(role, dealer)
        operation = self.history.invoke(
            service, path, body, key=str(uuid.uuid4()), subject=subject, dealer=dealer, visit=visit
        )
        headers = {
            "Authorization": f"Bearer {await self._token(role, dealer)}",
            "Idempotency-Key": operation.key,
        }
        until = time.monotonic() + PATIENCE_S
        while True:
            await self._turn()
            url = self.chance.choice(self.urls(service)) + path
            limit = self.chance.uniform(0.005, 0.05) if impatient else ANSWERED_WITHIN_S
            answer = await self._sent(operation, url, headers, limit)
            if answer is not None and answer.status_code != 503:
                self._decide(operation, answer)
                return operation
            if impatient or time.monotonic() > until:
                operation.outcome = Outcome.UNKNOWN
                return operation
            await asyncio.sleep(PAUSE_S if answer is None else min(_retry_after(answer), 2.0))

    async def do(self, service: str, path: str, body: Body, **more: Any) -> Operation:
        """A command that has to succeed. Raises ``Refused``, ``GivenUp``."""
        operation = await self.ask(service, path, body, **more)
        if operation.outcome is Outcome.UNKNOWN:
            raise GivenUp(operation.said)
        if operation.outcome is not Outcome.OK:
            raise Refused(operation)
        return operation

    async def _sent(
        self, operation: Operation, url: str, headers: Mapping[str, str], limit: float
    ) -> httpx2.Response | None:
        began = self.history.now
        answer, problem = None, ""
        try:
            async with asyncio.timeout(limit):
                answer = await self._http.post(url, headers=headers, json=operation.body)
        except (httpx2.HTTPError, TimeoutError) as failed:
            problem = type(failed).__name__
        status = answer.status_code if answer is not None else 0
        told_when = status != 503 or "Retry-After" in answer.headers  # type: ignore[union-attr]
        operation.attempts.append(Attempt(began, self.history.now - began, status, problem, told_when))
        return answer

    @staticmethod
    def _decide(operation: Operation, answer: httpx2.Response) -> None:
        operation.answer = _json(answer)
        operation.version = int(answer.headers.get("ETag", '"0"').strip('"'))
        operation.outcome = Outcome.OK if answer.is_success else Outcome.FAIL

    # --- questions ---------------------------------------------------------------------------------------------------

    async def see(self, service: str, path: str, *, role: str = "advisor", dealer: str = "") -> Body | None:
        """A question; None when there is no answer, or nothing to see."""
        await self._turn()
        url = self.chance.choice(self.urls(service)) + path
        try:
            answer = await self._http.get(url, headers={"Authorization": f"Bearer {await self._token(role, dealer)}"})
        except httpx2.HTTPError:
            return None
        return _json(answer) if answer.is_success else None

    async def probe(self, service: str, path: str, *, role: str, dealer: str) -> None:
        """A question about another dealer's document, in the name of one's own."""
        url = self.chance.choice(self.urls(service)) + path
        try:
            answer = await self._http.get(url, headers={"Authorization": f"Bearer {await self._token(role, dealer)}"})
        except httpx2.HTTPError:
            return
        self.probes.append(Probe(self.history.now, url, answer.status_code))

    async def until(self, ask: Callable[[], Awaitable[Any]], what: str, seconds: float = PATIENCE_S) -> Any:
        """Asks again and again, less and less often. Raises ``GivenUp``."""
        until, pause = time.monotonic() + seconds, 0.1
        while time.monotonic() < until:
            if found := await ask():
                return found
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 2.0)
        raise GivenUp(f"not in {seconds:.0f} s: {what}")

    async def put(self, service: str, path: str, body: Body, *, role: str, dealer: str) -> None:
        """Puts something in place before the run."""
        headers = {"Authorization": f"Bearer {await self._token(role, dealer)}", "If-None-Match": "*"}
        answer = await self._http.put(self.urls(service)[0] + path, headers=headers, json=body)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"

    # --- operations --------------------------------------------------------------------------------------------------

    async def operate(self, method: str, path: str, body: Body | None = None) -> dict[str, Body | None]:
        """One call to every process that lives, by its name; None where there is no answer."""
        headers = {"Authorization": f"Bearer {await self._token('operations', '')}"}

        async def one(url: str) -> Body | None:
            try:
                async with asyncio.timeout(12):
                    answer = await self._http.request(method, url + path, headers=headers, json=body)
            except (httpx2.HTTPError, TimeoutError):
                return None
            return _json(answer) if answer.is_success else None

        known = [entry for entries in self.stack.processes.values() for entry in entries]
        every = [(entry["name"], entry["url"]) for entry in known if start_time(entry["pid"]) is not None]
        answers = await asyncio.gather(*(one(url) for _, url in every))
        return dict(zip((name for name, _ in every), answers, strict=True))

    async def _turn(self) -> None:
        if self.stopped:
            raise Stopped
        await self.pace.turn()

    async def _token(self, role: str, dealer: str) -> str:
        if (role, dealer) not in self._tokens:
            dealers, scope = ([dealer], "") if dealer else ([], "network")
            self._tokens[role, dealer] = await asyncio.to_thread(
                fetch_token, self.stack, [role], dealers, scope, _subject(role, dealer)
            )
        return self._tokens[role, dealer]


@dataclass
class BusinessTime:
    """The clock all processes share: it goes ``pace`` times as fast as the system's, and can be made to jump."""

    callers: Callers
    start: datetime
    pace: float = 60.0
    _began: float = field(default_factory=time.monotonic)
    _jumped: timedelta = timedelta()

    @property
    def now(self) -> datetime:
        return self.start + timedelta(seconds=(time.monotonic() - self._began) * self.pace) + self._jumped

    async def run(self) -> None:
        """Until cancelled. A process that does not answer learns it the next time."""
        while True:
            await self.tell()
            await asyncio.sleep(2.0)

    async def tell(self) -> bool:
        """Whether every process knows now what time it is."""
        answers = await self.callers.operate("PUT", "/ops/clock", {"now": self.now.isoformat()})
        return all(answers.values())

    async def jump(self, by: timedelta) -> None:
        """Every process is later by that much. Raises ``GivenUp``."""
        self._jumped += by
        await self.callers.until(self.tell, "every process is told the time", 60.0)


@dataclass
class Load:
    """People at work: ``players`` go on until the load is stopped; what they stumble over is kept."""

    callers: Callers
    players: Sequence[Callable[[], Awaitable[None]]]
    stumbled: list[str] = field(default_factory=list)
    played: int = 0
    _tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._play(player)) for player in self.players]

    async def stop(self) -> None:
        """Everybody comes to the end of the call he is in."""
        self.callers.stopped = True
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=PATIENCE_S)
            for task in late:
                task.cancel()
        self.callers.stopped = False

    async def _play(self, player: Callable[[], Awaitable[None]]) -> None:
        for _ in itertools.count():
            try:
                await player()
                self.played += 1
            except Stopped:
                return
            except (Refused, GivenUp) as failed:
                self.stumbled.append(f"{type(failed).__name__}: {failed}")
                if len(self.stumbled) > 200:
                    return
                await asyncio.sleep(0.2)


def _subject(role: str, dealer: str) -> str:
    return f"{role}-{dealer or 'network'}".lower()


def _retry_after(answer: httpx2.Response) -> float:
    try:
        return float(answer.headers.get("Retry-After", PAUSE_S))
    except ValueError:
        return PAUSE_S


def _json(answer: httpx2.Response) -> Body:
    try:
        found = answer.json()
    except ValueError:
        return {"detail": answer.text[:300]}
    return found if isinstance(found, dict) else {"items": found}
