"""The story of the isolation tests, in which somebody sends nonsense before each step.

Every bad request uses the very headers, the very Idempotency-Key and the very object of the good one that follows: so
the good one's success proves that each was refused for what is wrong about it, and that no refusal was kept.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

import httpx2
from callers import Headers
from doors import Operation
from mischief import Bad, Request, bad_bodies, bad_fields, bad_files, bad_headers, bad_paths, bad_queries
from platform_fixture import Platform
from platform_routes import RECIPES as OPERATIONS_RECIPES
from problem import wrong_about
from recipe import Ask
from recipes import RECIPES
from walk import Walk
from witness import Witness, difference

AT_ONCE = 8


class MischiefWalk(Walk):
    """``first`` is the dealer at whom the nonsense comes; ``second`` goes the same way in peace."""

    witness: Witness
    documents: dict[str, dict[str, Any]]
    credentials: dict[str, Headers]
    """Who may do what, by operation; good for as long as a test session lasts."""

    @classmethod
    async def begin(cls, platform: Platform) -> "MischiefWalk":
        walk = await super().begin(platform)
        assert isinstance(walk, cls)
        walk.witness = Witness(platform.description)
        walk.documents = {
            service: (await walk.http.get(f"{url}/openapi.json")).json()
            for service, url in platform.addresses.services.items()
        }
        walk.credentials = {name: await walk._credentials(operation) for name, operation in walk.known.items()}
        return walk

    async def _credentials(self, operation: Operation) -> Headers:
        if operation.kind == "operations":
            return await self.tokens.of("operations")
        return {} if operation.kind == "public" else await self._own_headers(operation, self.first)

    async def close(self) -> None:
        await self.witness.close()
        await super().close()

    # --- steps of the story ------------------------------------------------------------------------------------------

    async def _tried(self, operation: Operation) -> None:
        await self.heard(operation.service)
        extra = await self._extra_headers(operation, self.first)
        headers = {**await self._own_headers(operation, self.first), **extra}
        ask = RECIPES[operation.name].ask(self.first)
        await self._nonsense(operation, ask, headers)
        await self._own(operation, self.first, extra)
        if operation.changes:
            await self._again(operation, ask, headers)
        await self._own(operation, self.second, {})

    async def by_link(self, name: str, purpose: str) -> None:
        operation = self.known[name]
        await self._tried(operation)

    async def operations_commands(self) -> None:
        """Those who run the platform send nonsense too; here nothing good follows."""
        headers = await self.tokens.of("operations")
        for operation in self.known.values():
            if operation.kind == "operations":
                ask = OPERATIONS_RECIPES[operation.id](self, "nobodys-id")
                await self._nonsense(operation, ask, headers)
                self.ledger.succeeded.add(operation.name)

    # --- nonsense ----------------------------------------------------------------------------------------------------

    async def _nonsense(self, operation: Operation, ask: Ask, headers: Headers) -> None:
        await self.director.quiet()
        before = await self.witness.sees(operation.service)
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(bad: Bad) -> None:
            async with turns:
                await self._bad(operation, bad)

        await asyncio.gather(*(one(bad) for bad in self._all_bad(operation, ask, headers)))
        await self._unchanged(operation, "bad input", before)

    def _all_bad(self, operation: Operation, ask: Ask, headers: Headers) -> list[Bad]:
        good = self._good(operation, ask, headers)
        ids = tuple(name for name in good.path)
        found = list(bad_paths(good, ids))
        if ask.file:  # an address that is none takes no file
            found = [replace(bad, statuses=(*bad.statuses, 415)) for bad in found]
        if operation.kind == "dealer" and operation.roles[0] != "headquarters":
            found.append(Bad("another dealer", self._at(good, "dealer_id", self.second.code), (404,), "unknown"))
        if not operation.changes:
            return [*found, *bad_queries(good)]
        if operation.kind in ("dealer", "network"):
            found += bad_headers(good, key_needed=operation.method == "POST")
        if ask.file:
            found += bad_files(good)
        elif (schema := self._body_schema(operation)) is not None:
            found += bad_bodies(good, ask.body)
            found += bad_fields(operation.name, good, ask.body, schema)
        return found

    async def _again(self, operation: Operation, ask: Ask, headers: Headers) -> None:
        """After it was done: the same key with another body is refused, the same request is answered and not done."""
        await self.director.quiet()
        before = await self.witness.sees(operation.service)
        good = self._good(operation, ask, headers)
        if "Idempotency-Key" in headers:
            other = Request(good.path, good.query, good.content + b" ", good.headers)
            reused = Bad("the same key, another body", other, (422,), "idempotency-key-reused")
            await self._bad(operation, reused)
            answer = await self._sent(operation, good)
            replayed = answer.headers.get("idempotency-replayed") == "true" and answer.status_code < 300
            wrong = "" if replayed else f"not answered from what was kept: {answer.text[:200]}"
            self.ledger.note(operation.name, "the same again", answer.status_code, wrong)
        await self._unchanged(operation, "replays", before)

    async def _bad(self, operation: Operation, bad: Bad) -> None:
        answer = await self._sent(operation, bad.request)
        wrong = wrong_about(answer, bad.statuses, bad.code)
        self.ledger.note(operation.name, bad.name, answer.status_code, wrong)

    async def _unchanged(self, operation: Operation, what: str, before: dict[str, str]) -> None:
        await self.director.quiet()
        changed = difference(before, await self.witness.sees(operation.service))
        self.ledger.note(operation.name, f"store after {what}", 0, f"changed: {changed[:5]}" if changed else "")

    # --- the wire ----------------------------------------------------------------------------------------------------

    def _good(self, operation: Operation, ask: Ask, headers: Headers) -> Request:
        named = {**({"dealer_id": self.first.code} if "{dealer_id}" in operation.path else {}), **ask.path}
        path = {name: quote(str(value), safe="") for name, value in named.items()}
        return Request(path, urlencode(ask.query), ask.content, {**headers, **ask.content_type})

    def _at(self, good: Request, name: str, value: str) -> Request:
        return Request({**good.path, name: value}, good.query, good.content, good.headers)

    async def _sent(self, operation: Operation, request: Request) -> httpx2.Response:
        url = self.client.stack.services[operation.service] + operation.path.format(**request.path)
        url += f"?{request.query}" if request.query else ""
        headers = {name: value.encode() for name, value in request.headers.items()}
        content = _in_chunks(request.content) if request.chunked else request.content or None
        return await self.http.request(operation.method, url, headers=headers, content=content)

    def _body_schema(self, operation: Operation) -> dict[str, Any] | None:
        document = self.documents[operation.service]
        told = document["paths"][operation.path][operation.method.lower()].get("requestBody")
        if told is None:
            return None
        return {**told["content"]["application/json"]["schema"], "components": document["components"]}


async def _in_chunks(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 65_536):
        yield content[start : start + 65_536]
