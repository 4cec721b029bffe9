"""Goes through the story at two dealers and, at each step, has everybody try it who must not.

Foreign cells come first, the own cell last: so each command meets a real object in the state that allows it, and its
own success proves that the refused requests would have worked.
"""

import asyncio
import time
import uuid
from datetime import datetime, timedelta
from typing import Any

import httpx2
from callers import ANONYMOUS, Headers, Tokens
from demo.client import Platform as Client
from demo.director import Director
from doors import Operation, operations
from everybody import Foreign, everybody_else
from ledger import Ledger
from links import try_link
from platform_fixture import Platform
from recipe import Ask, Recipe
from recipes import RECIPES, WATCHED
from side import ZONE, Side
from verdict import Expected, judged, succeeds


class Walk:
    """``first`` is the dealer whose objects everybody wants; ``second`` has the same objects of its own."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        client: Client,
        director: Director,
        tokens: Tokens,
        known: dict[str, Operation],
        sides: tuple[Side, Side],
    ) -> None:
        self.http, self.client, self.director, self.tokens, self.known = http, client, director, tokens, known
        self.first, self.second = sides
        asked = {name for name, operation in known.items() if operation.kind in ("dealer", "network", "link")}
        of_dealers = frozenset(name for name, operation in known.items() if operation.kind == "dealer")
        without, unknown = frozenset(asked - set(RECIPES)), frozenset(set(RECIPES) - set(known))
        self.ledger = Ledger(frozenset(known), of_dealers, without, unknown)
        self._began = time.monotonic()
        self._said_by = ""

    @classmethod
    async def begin(cls, platform: Platform) -> "Walk":
        """Two dealers nobody has heard of yet; their first day is tomorrow by the platform's clock."""
        http = httpx2.AsyncClient(timeout=20, trust_env=False)
        client, tokens = Client(platform.addresses), Tokens(http, platform.description)
        told = await client.get("headquarters", "/ops/clock", role="operations")
        now, mark = datetime.fromisoformat(told["now"]), uuid.uuid4().hex[:6].upper()
        day = (now.astimezone(ZONE) + timedelta(days=1)).date()
        first, second = Side(f"IA-{mark}", f"east-{mark}", day), Side(f"IB-{mark}", f"west-{mark}", day)
        director = Director(client, now, lambda at, waiting: None)
        known = await operations(http, platform.addresses.services)
        return cls(http, client, director, tokens, known, (first, second))

    async def close(self) -> None:
        self.ledger.seconds = time.monotonic() - self._began
        await self.client.close()
        await self.http.aclose()

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.first, self.second

    def turn_to(self, visit: str) -> None:
        for side in self.sides:
            side.visit = visit

    async def until(self, at: datetime) -> None:
        await self.director.quiet()
        await self.director.move(at)
        await self.director.quiet()
        self._said_by = ""

    def done(self, operation: Operation) -> None:
        """An own cell succeeded."""
        self.ledger.succeeded.add(operation.name)
        if operation.changes:
            self._said_by = operation.service

    async def heard(self, service: str) -> None:
        """What other services announced has come to this one."""
        if self._said_by not in ("", service):
            await self.director.quiet()
            self._said_by = ""

    # --- steps -------------------------------------------------------------------------------------------------------

    async def plain(self, *names: str) -> None:
        """Steps of the story at both dealers that have been tried by everybody elsewhere."""
        for name in names:
            for side in self.sides:
                await self._own(self.known[name], side, {})

    async def tried(self, *names: str) -> None:
        """Steps of the story that everybody tries first."""
        for name in names:
            await self._tried(self.known[name])

    async def by_link(self, name: str, purpose: str) -> None:
        """A step a customer does by a personal link; forged and foreign links come first."""
        await try_link(self, name, purpose)

    async def _tried(self, operation: Operation) -> None:
        await self.heard(operation.service)
        ask = RECIPES[operation.name].ask(self.first)
        extra = await self._extra_headers(operation, self.first)
        before = await self._foreign_cells(operation, ask, extra)
        await self._own(operation, self.first, extra)
        if operation.changes:
            await self._afterwards(operation, ask, extra, before)
        await self._own(operation, self.second, {})

    async def _foreign_cells(self, operation: Operation, ask: Ask, extra: Headers) -> list[Any]:
        """Everybody who must not; nothing changes by it. Answers what the dealer sees of its objects."""
        foreign = await everybody_else(self.tokens, operation, self.first, self.second)
        before = await self.watched(operation) if operation.changes else []
        await self._all(operation, foreign, ask, extra)
        if not operation.changes or await self.watched(operation) == before:
            return before
        # Perhaps it was a fact that was still on its way: again, when all is quiet.
        await self.director.quiet()
        before = await self.watched(operation)
        await self._all(operation, foreign, ask, extra)
        if (now := await self.watched(operation)) != before:
            self.ledger.note(operation.name, "all foreign callers", 0, f"the object changed: {before} -> {now}")
        return before

    async def _all(self, operation: Operation, foreign: list[Foreign], ask: Ask, extra: Headers) -> None:
        mine = self.first.code
        cells = [self.cell(operation, who, mine, ask, {**sent, **extra}, expected) for who, sent, expected in foreign]
        await asyncio.gather(*cells, self._crossed(operation, extra))

    async def _own(self, operation: Operation, side: Side, extra: Headers) -> None:
        """The dealer itself; raises when it is refused, for then the story ends here."""
        await self.heard(operation.service)
        recipe = RECIPES[operation.name]
        ask = recipe.ask(side)
        sent = {**await self._own_headers(operation, side), **(extra or await self._extra_headers(operation, side))}
        others = set() if operation.kind == "network" else self._other(side).secrets()
        answer = await self.cell(operation, "own dealer", side.code, ask, sent, succeeds(others))
        if answer.status_code >= 300:
            raise AssertionError(f"{operation.name} was refused at its own dealer: {answer.text}")
        self.done(operation)
        if answer.content and answer.headers["content-type"].startswith("application/json"):
            recipe.keep(side, answer.json())

    async def _afterwards(self, operation: Operation, ask: Ask, extra: Headers, before: list[Any]) -> None:
        """The own command was seen; its kept answer is not replayed to those who were refused before."""
        if await self.watched(operation) == before:
            self.ledger.note(operation.name, "own dealer", 0, "what is watched did not show the command's effect")
        for caller, headers, expected in (await everybody_else(self.tokens, operation, self.first, self.second))[:2]:
            sent = {**headers, **extra}
            await self.cell(operation, f"{caller}, repeated", self.first.code, ask, sent, expected)

    # --- objects of the other dealer ----------------------------------------------------------------------------------

    async def _crossed(self, operation: Operation, extra: Headers) -> None:
        """Each dealer asks under its own path for the other's object: it is told what is told of an id nobody has."""
        if operation.kind != "dealer":
            return
        recipe = RECIPES[operation.name]
        for side, other in (self.sides, (self.second, self.first)):
            ask = recipe.ask(other)
            made_up = ask.made_up(other.ids.values())
            sent = {**await self._own_headers(operation, side), **extra}
            if made_up == ask:
                if not operation.changes:  # a question by the other's values, such as a phone
                    expected = succeeds(other.secrets())
                    await self.cell(operation, f"question of {_which(side, self)}", side.code, ask, sent, expected)
                continue
            nobodys = await self._send(operation, side.code, made_up, sent)
            same = (nobodys.status_code,) if operation.changes is False else tuple({nobodys.status_code} & _REFUSALS)
            expected = Expected((404,) if ask.names_in_path(other.ids.values()) else same, hidden=other.secrets())
            answer = await self.cell(operation, f"object of {_which(side, self)}", side.code, ask, sent, expected)
            if _code(answer) != _code(nobodys):
                wrong = f"told as {_code(answer)}, an unknown id as {_code(nobodys)}"
                self.ledger.note(operation.name, "object of another dealer", answer.status_code, wrong)

    # --- requests ----------------------------------------------------------------------------------------------------

    async def cell(
        self, operation: Operation, caller: str, dealer: str, ask: Ask, headers: Headers, expected: Expected
    ) -> httpx2.Response:
        """One request of one caller, noted with what is wrong about the answer."""
        answer = await self._send(operation, dealer, ask, headers)
        wrong = judged(answer, expected, self.first.secrets() | self.second.secrets(), f"{dealer} {ask.text}")
        self.ledger.note(operation.name, caller, answer.status_code, wrong)
        return answer

    async def _send(self, operation: Operation, dealer: str, ask: Ask, headers: Headers) -> httpx2.Response:
        url = self.client.stack.services[operation.service] + operation.path.format(dealer_id=dealer, **ask.path)
        sent = {**headers, **ask.content_type}
        return await self.http.request(
            operation.method, url, headers=sent, content=ask.content or None, params=ask.query or None
        )

    async def _own_headers(self, operation: Operation, side: Side) -> Headers:
        if operation.kind == "link":
            return ANONYMOUS
        if operation.kind == "network" or operation.roles[0] == "headquarters":
            return await self.tokens.of("headquarters", scope="network")
        return await self.tokens.of(operation.roles[0], dealers=(side.code,))

    async def _extra_headers(self, operation: Operation, side: Side) -> Headers:
        """The same for all callers: they send the very same request."""
        recipe: Recipe = RECIPES[operation.name]
        if not operation.changes:
            return {}
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        if recipe.new:
            headers["If-None-Match"] = "*"
        if recipe.version_of:
            read = self.known[f"{operation.service}.{recipe.version_of}"]
            sent = await self._own_headers(read, side)
            told = await self._send(read, side.code, RECIPES[read.name].ask(side), sent)
            headers["If-Match"] = told.headers["ETag"]
        return headers

    async def watched(self, operation: Operation) -> list[Any]:
        """What the first dealer sees of its own objects in this service."""
        reads = []
        for name in WATCHED[operation.service]:
            read = self.known[f"{operation.service}.{name}"]
            try:
                reads.append((read, RECIPES[read.name].ask(self.first)))
            except KeyError:  # the object is not born yet
                continue
        return await asyncio.gather(*(self._seen(read, ask) for read, ask in reads))

    async def _seen(self, read: Operation, ask: Ask) -> tuple[str, int, str | None, Any]:
        answer = await self._send(read, self.first.code, ask, await self._own_headers(read, self.first))
        return read.id, answer.status_code, answer.headers.get("ETag"), _without_trace(answer)

    def _other(self, side: Side) -> Side:
        return self.second if side is self.first else self.first


_REFUSALS = {404, 409, 422}


def _which(side: Side, walk: Walk) -> str:
    return "another dealer" if side is walk.first else "this dealer under another's path"


def _code(answer: httpx2.Response) -> tuple[int, str]:
    found = answer.json() if answer.status_code >= 400 else {}
    return answer.status_code, found.get("code", "")


def _without_trace(answer: httpx2.Response) -> Any:
    found = answer.json()
    found.pop("trace_id", None)
    return found
