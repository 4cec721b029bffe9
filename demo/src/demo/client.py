"""A dealer app's way to the platform: tokens, idempotent commands, retries when it is told to come again."""

import asyncio
import json
import sys
import uuid
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2

from demo.stack import Stack

TRIES = 6


@dataclass(frozen=True)
class Answer:
    """What a service said."""

    status: int
    body: dict[str, Any]

    @property
    def ok(self) -> bool:
        return self.status < 300

    def __getitem__(self, name: str) -> Any:
        return self.body[name]


class Refused(Exception):
    """A call that the day's plan needs was refused; the service's own words are in the message."""


class Platform:
    """Calls services with a person's token."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._http = httpx2.AsyncClient(timeout=20, trust_env=False)
        self._tokens: dict[tuple[str, str], str] = {}
        self.calls = 0

    async def close(self) -> None:
        await self._http.aclose()

    async def get(
        self, service: str, path: str, *, role: str, dealer: str = "", language: str = "", **query: Any
    ) -> Answer:
        """Reads; raises ``Refused`` when that fails."""
        asked = self.ask(service, "GET", path, role=role, dealer=dealer, query=query, language=language)
        return self._needed(await asked)

    async def do(self, service: str, path: str, body: dict[str, Any], *, role: str, dealer: str = "") -> Answer:
        """Carries out a command once; raises ``Refused`` when it is refused."""
        return self._needed(await self.ask(service, "POST", path, role=role, dealer=dealer, body=body))

    async def put(self, service: str, path: str, body: dict[str, Any], *, role: str, dealer: str = "") -> Answer:
        """Puts something in place for the first time."""
        return self._needed(await self.ask(service, "PUT", path, role=role, dealer=dealer, body=body))

    async def send_file(
        self, service: str, path: str, kind: str, content: bytes, *, role: str, dealer: str, **query: Any
    ) -> Answer:
        """Hands a file over as it is, once; raises ``Refused`` when it is refused."""
        headers = {"Authorization": f"Bearer {await self._token(role, dealer)}", "Content-Type": kind}
        headers["Idempotency-Key"] = str(uuid.uuid4())
        return self._needed(await self._sent("POST", self.stack.services[service] + path, headers, content, query))

    async def ask(
        self,
        service: str,
        method: str,
        path: str,
        *,
        role: str,
        dealer: str = "",
        body: dict[str, Any] | None = None,
        query: dict[str, Any] | None = None,
        key: str | None = None,
        anew: bool = True,
        language: str = "",
    ) -> Answer:
        """Any call; the answer may be a refusal. The same key is sent again until an answer comes.

        ``anew``: what is put must not be there yet; else whatever is there is replaced. ``language``: the caller's.
        """
        headers = {"Authorization": f"Bearer {await self._token(role, dealer)}"}
        if language:
            headers["Accept-Language"] = language
        if method != "GET":
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        if method == "PUT":
            headers["If-None-Match" if anew else "If-Match"] = "*"
        return await self._sent(method, self.stack.services[service] + path, headers, body, query)

    @asynccontextmanager
    async def watch(self, service: str, path: str, *, role: str, dealer: str) -> AsyncIterator[AsyncIterator[Any]]:
        """A live view: its states as they are told, until the caller has seen enough."""
        headers = {"Authorization": f"Bearer {await self._token(role, dealer)}", "Accept": "text/event-stream"}
        self.calls += 1
        async with self._http.stream("GET", self.stack.services[service] + path, headers=headers) as answer:
            if answer.status_code != 200:
                raise Refused(f"{path} is not told live: {answer.status_code}")
            yield _states(answer.aiter_lines())

    async def open_link(self, url: str, body: dict[str, Any] | None = None) -> Answer:
        """A customer opens his personal link, or answers on it: no token."""
        return await self._sent("GET" if body is None else "POST", url, {}, body, None)

    async def announce(self, type: str, visit: str, body: dict[str, Any], *, dealer: str) -> None:
        """Speaks for somebody who is not part of the platform, such as the parts department's own system."""
        arguments = ("announce", type, visit, "--dealer", dealer, "--name", self.stack.name)
        command = await asyncio.create_subprocess_exec(
            *(str(Path(sys.executable).with_name("sevenstep")), *arguments), stdin=PIPE, stdout=PIPE, stderr=PIPE
        )
        _, complaint = await command.communicate(json.dumps(body).encode())
        if command.returncode:
            raise Refused(f"{type} was not announced: {complaint.decode()}")

    # --- operations --------------------------------------------------------------------------------------------------

    async def move_clock(self, to: datetime) -> None:
        """Moves business time of every process; returns when each has confirmed."""
        headers = {"Authorization": f"Bearer {await self._token('operations', '')}"}
        moves = [
            self._sent("PUT", f"{url}/ops/clock", headers, {"now": to.isoformat()}, None)
            for url in self.stack.processes
        ]
        for answer in await asyncio.gather(*moves):
            self._needed(answer)

    async def backlogs(self) -> list[dict[str, Any]]:
        """What each process still has to do."""
        headers = {"Authorization": f"Bearer {await self._token('operations', '')}"}
        asked = [self._sent("GET", f"{url}/ops/backlog", headers, None, None) for url in self.stack.processes]
        return [self._needed(answer).body for answer in await asyncio.gather(*asked)]

    # --- the wire ----------------------------------------------------------------------------------------------------

    async def _sent(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: dict[str, Any] | bytes | None,
        query: dict[str, Any] | None,
    ) -> Answer:
        failed: object = None
        sent: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
        for attempt in range(TRIES):
            self.calls += 1
            try:
                answer = await self._http.request(method, url, headers=headers, params=query or None, **sent)
            except httpx2.TransportError as error:
                failed = error
            else:
                if answer.status_code != 503:
                    return Answer(answer.status_code, _json(answer))
                failed = answer.text
            await asyncio.sleep(0.2 * 2**attempt)
        raise Refused(f"{method} {url}: no answer after {TRIES} tries: {failed}")

    def _needed(self, answer: Answer) -> Answer:
        if not answer.ok:
            raise Refused(f"{answer.status} {answer.body.get('code')}: {answer.body.get('detail')} {answer.body}")
        return answer

    async def _token(self, role: str, dealer: str) -> str:
        known = self._tokens.get((role, dealer))
        if known is None:
            issuer = self.stack.issuer
            form: dict[str, Any] = {
                "grant_type": "client_credentials",
                "client_id": issuer["client_id"],
                "client_secret": issuer["client_secret"],
                "role": role,
                "subject": f"{role}-{dealer or 'network'}".lower(),
                "scope": "" if dealer else "network",
            }
            if dealer:
                form["dealer"] = dealer
            answer = await self._http.post(f"{issuer['url']}/token", data=form)
            answer.raise_for_status()
            known = self._tokens[(role, dealer)] = answer.json()["access_token"]
        return known


async def _states(lines: AsyncIterator[str]) -> AsyncIterator[Any]:
    async for line in lines:
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


def _json(answer: httpx2.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {"detail": answer.text[:500]}
    return found if isinstance(found, dict) else {"items": found}
