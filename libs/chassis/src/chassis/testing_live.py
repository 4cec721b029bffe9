"""For tests: a caller of a live view of an application in this process, who hears part by part."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Self

from fastapi import FastAPI
from starlette.types import Message

from chassis.live import EVENT_STREAM
from chassis.stopping import end

PATIENCE_S = 20.0


class Watcher:
    """``async with Watcher(app, "/dealers/SH001/board", bearer) as view: await view.state()``."""

    def __init__(self, app: FastAPI, path: str, headers: Mapping[str, str], query: str = "") -> None:
        given = {"accept": EVENT_STREAM, **{name.lower(): value for name, value in headers.items()}}
        self._scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
            "client": ("test", 1),
            "server": ("service.test", 80),
        }
        self._app = app
        self._heard: asyncio.Queue[Message] = asyncio.Queue()
        self._left = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.status = 0
        self.headers: dict[str, str] = {}
        self.last_id = ""

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._app(self._scope, self._receive, self._heard.put), name="watcher")
        start = await self._next()
        self.status = start["status"]
        self.headers = {name.decode(): value.decode() for name, value in start["headers"]}
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    async def leave(self) -> None:
        """Hangs up, and returns when the service has noticed."""
        self._left.set()
        if self._task is not None:
            async with asyncio.timeout(PATIENCE_S):
                await self._task

    async def drop(self) -> None:
        """The connection breaks off in the middle."""
        if self._task is not None:
            await end([self._task])

    async def part(self) -> str:
        """The next part as it is sent; empty once the stream has ended."""
        return (await self._next()).get("body", b"").decode()

    async def state(self) -> Any:
        """The next state that is told."""
        while True:
            said = await self.part()
            if not said:
                raise AssertionError("the stream ended without another state")
            lines = {name: value for name, _, value in (line.partition(": ") for line in said.strip().splitlines())}
            if lines.get("event") == "state":
                self.last_id = lines["id"]
                return json.loads(lines["data"])

    async def _receive(self) -> Message:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _next(self) -> Message:
        async with asyncio.timeout(PATIENCE_S):
            return await self._heard.get()
