"""Live views: ``Accept: text/event-stream`` on a marked GET tells its JSON now, and again whenever it has changed.

The stream is the route itself asked again, so there is one way to make a view and one way to be refused it. What
changed is heard from the store once per process, not asked by every caller; callers of the same address share one look,
and a caller that reads slowly gets the newest state instead of all there were. Every stream ends after five minutes, so
that whoever listens is checked again: he comes back with ``Last-Event-ID`` and is told nothing that he knows.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from weakref import WeakSet

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.addresses import Addresses
from chassis.documents import Documents
from chassis.problems import busy, problem_response
from chassis.stopping import end

EVENT_STREAM = "text/event-stream"
MOST_STREAMS = 200
"""In one process; one more is told to come again."""
MOST_OF_A_DEALER = 40
LOOK_AGAIN_S = 15.0
"""A view is never older than this, even when the store's news are lost; also the time between two signs of life."""
AT_MOST_EVERY_S = 0.2
LONGEST_S = 300.0
COME_BACK_MS = 2000
_GONE = (401, 403, 404)
_STOPPING_TEXT = "The service is stopping."
_FULL_TEXT = "Too many live views are open: close some, or read the same address as JSON."

_MARK = "live_on"
_open: "WeakSet[Live]" = WeakSet()

log = structlog.get_logger(__name__)
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Ring = Callable[[str | None, str | None], None]
"""Told the collection and the dealer of a document that changed; None: any, it is not known which."""


class News(Protocol):
    """Where changes are heard from."""

    def changes(self, names: Sequence[str], ring: Ring) -> Coroutine[Any, Any, None]:
        """Rings for every change of these collections, by whichever process, until cancelled."""
        ...


def live(*on: Documents[Any]) -> Callable[[Endpoint], Endpoint]:
    """Marks a reading route of one dealer as a live view of these documents. It must show every caller the same."""

    def marked(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, frozenset(documents.name for documents in on))
        return endpoint

    return marked


def live_on(endpoint: Any) -> frozenset[str]:
    """The collections whose changes the route shows; empty for one that is not live."""
    return getattr(endpoint, _MARK, frozenset())


def end_all() -> None:
    """The process is told to stop: no stream keeps it from doing so, and none is begun."""
    for one in list(_open):
        one.close()


@dataclass
class _Caller:
    """One stream. ``bell``: there is something to say, or it is over."""

    scope: Scope
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False

    def finish(self) -> None:
        self.over = True
        self.bell.set()


@dataclass
class _View:
    """One address with everybody who looks at it."""

    key: tuple[str, bytes]
    dealer_id: str
    names: frozenset[str]
    body: bytes = b""
    callers: list[_Caller] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    @property
    def id(self) -> str:
        """The same state has the same id, in every process."""
        return hashlib.sha256(self.body).hexdigest()[:24]

    def take(self, body: bytes) -> None:
        """Everybody is told what is new."""
        if body != self.body:
            self.body = body
            for caller in self.callers:
                caller.bell.set()

    def state(self) -> bytes:
        return b"id: %s\nevent: state\ndata: %s\n\n" % (self.id.encode(), self.body)


class Live:
    """Stands before the door. ``news``: tells what changed in the store."""

    def __init__(self, app: ASGIApp, addresses: Addresses, news: News) -> None:
        self._app = app
        self._addresses = addresses
        self._names = sorted(frozenset().union(*(live_on(route.endpoint) for route in addresses.routes)))
        self._news = news
        self._views: dict[tuple[str, bytes], _View] = {}
        self._listening: asyncio.Task[None] | None = None
        self._closed = False
        _open.add(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._live_route(scope)
        if found is None:
            await self._app(scope, receive, send)
            return
        dealer_id, names = found
        self._listen()
        view: _View | None = None
        caller = _Caller(scope)
        try:
            status, messages = await self._asked(scope)
            refused_text = self._full(dealer_id) if status == 200 else None
            if refused_text:
                await problem_response(busy(refused_text, int(LOOK_AGAIN_S)), scope)(scope, receive, send)
            elif status != 200:
                for message in messages:
                    await send(message)
            else:
                view = self._join(scope, dealer_id, names, caller)
                view.take(_body(messages))
                await self._tell(view, caller, receive, send)
        finally:
            await self._part_with(view, caller)

    @property
    def streams(self) -> int:
        """How many callers look now."""
        return sum(len(view.callers) for view in self._views.values())

    def close(self) -> None:
        """Ends all streams; whoever looked comes back to another process."""
        self._closed = True
        for view in self._views.values():
            for caller in view.callers:
                caller.finish()

    def _join(self, scope: Scope, dealer_id: str, names: frozenset[str], caller: _Caller) -> _View:
        key = scope["path"], scope["query_string"]
        view = self._views.get(key)
        if view is None:
            view = self._views[key] = _View(key, dealer_id, names)
            view.changed.set()  # whatever changed while he was looking
            view.task = asyncio.create_task(self._keep(view), name="live view")
        view.callers.append(caller)
        return view

    def _live_route(self, scope: Scope) -> tuple[str, frozenset[str]] | None:
        if scope["type"] != "http" or scope["method"] != "GET" or not self._names:
            return None
        if not any(name == b"accept" and EVENT_STREAM.encode() in value for name, value in scope["headers"]):
            return None
        address = self._addresses.of(scope)
        names = live_on(address.route.endpoint) if address else None
        return (address.dealer_id, names) if address and address.dealer_id and names else None

    def _full(self, dealer_id: str) -> str | None:
        if self._closed:
            return _STOPPING_TEXT
        of_dealer = sum(len(view.callers) for view in self._views.values() if view.dealer_id == dealer_id)
        if self.streams >= MOST_STREAMS or of_dealer >= MOST_OF_A_DEALER:
            return _FULL_TEXT
        return None

    # --- what changed ------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        if self._listening is None or self._listening.done():
            self._listening = asyncio.create_task(self._news.changes(self._names, self._ring), name="live news")

    def _ring(self, collection: str | None, dealer_id: str | None) -> None:
        for view in self._views.values():
            if collection in (None, *view.names) and dealer_id in (None, view.dealer_id):
                view.changed.set()

    async def _keep(self, view: _View) -> None:
        """Looks again when the bell rings, and from time to time in any case."""
        while True:
            try:
                async with asyncio.timeout(LOOK_AGAIN_S):
                    await view.changed.wait()
            except TimeoutError:
                for caller in view.callers:
                    caller.bell.set()
            view.changed.clear()
            await self._look(view)
            await asyncio.sleep(AT_MOST_EVERY_S)

    async def _look(self, view: _View) -> None:
        """With the first caller's right to look; whoever has lost it, loses his stream only."""
        while view.callers:
            asking = view.callers[0]
            try:
                status, messages = await self._asked(asking.scope)
            except Exception as failed:
                log.warning("live view looks again later", path=asking.scope["path"], error=type(failed).__name__)
                return
            if status in _GONE and asking in view.callers and not asking.over:
                asking.finish()
                view.callers.sort(key=lambda caller: caller.over)
                continue
            if status == 200:
                view.take(_body(messages))
            return

    async def _asked(self, scope: Scope) -> tuple[int, list[Message]]:
        """The same address as plain JSON."""
        plain = [(name, value) for name, value in scope["headers"] if name not in (b"accept", b"accept-encoding")]
        messages: list[Message] = []

        async def nothing_more() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app({**scope, "headers": plain, "state": dict(scope.get("state", {}))}, nothing_more, keep)
        return messages[0]["status"], messages

    async def _part_with(self, view: _View | None, caller: _Caller) -> None:
        """When nobody looks any more, nothing is heard or looked up either."""
        tasks: list[asyncio.Task[None]] = []
        if view is not None:
            view.callers.remove(caller)
            if not view.callers:
                del self._views[view.key]
                tasks += [view.task] if view.task else []
        if not self._views and self._listening:
            tasks.append(self._listening)
            self._listening = None
        await end(tasks)

    # --- what is told ------------------------------------------------------------------------------------------------

    async def _tell(self, view: _View, caller: _Caller, receive: Receive, send: Send) -> None:
        headers = [
            (b"content-type", EVENT_STREAM.encode()),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        told = next(
            (value.decode("latin-1") for name, value in caller.scope["headers"] if name == b"last-event-id"), ""
        )
        await _part(send, b"retry: %d\n\n" % COME_BACK_MS)
        leaving = asyncio.create_task(_leave(receive, caller), name="live caller")
        try:
            async with asyncio.timeout(LONGEST_S):
                while not caller.over:
                    caller.bell.clear()
                    if view.id == told:
                        await _part(send, b": still so\n\n")
                    else:
                        told, said = view.id, view.state()
                        await _part(send, said)
                    await caller.bell.wait()
        except TimeoutError:
            log.debug("live view ends after its time", path=caller.scope["path"])
        finally:
            await end([leaving])
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _part(send: Callable[[Message], Awaitable[None]], said: bytes) -> None:
    await send({"type": "http.response.body", "body": said, "more_body": True})


async def _leave(receive: Receive, caller: _Caller) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    caller.finish()


def _body(messages: Iterable[Message]) -> bytes:
    return b"".join(message.get("body", b"") for message in messages if message["type"] == "http.response.body")
