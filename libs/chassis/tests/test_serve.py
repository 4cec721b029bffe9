"""A process that is told to stop fails no caller."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

pytestmark = pytest.mark.slow  # each starts processes

APP = """
import asyncio, gc, os

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    if scope["path"] == "/slow":
        await asyncio.sleep(1.5)
    if scope["path"] == "/garbage":
        said = b"%d %d" % (gc.isenabled(), gc.get_freeze_count() > 0)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"3")]})
        await send({"type": "http.response.body", "body": said})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"6")]})
    await send({"type": "http.response.body", "body": b"%06d" % (os.getpid() % 1000000)})
"""


class Replaceable:
    """The parent of one serving process after the other, on one socket."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "tiny_served.py").write_text(APP)
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.process: Process | None = None

    async def start(self) -> None:
        handle = self._socket.fileno()
        self.process = await asyncio.create_subprocess_exec(
            *[sys.executable, "-m", "chassis.serve", "tiny_served:app", "--fd", str(handle)],
            pass_fds=[handle],
            env={**os.environ, "PYTHONPATH": str(self._folder)},
        )

    async def stop(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            await self.process.wait()

    async def end(self) -> None:
        await self.stop()
        self._socket.close()


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[Replaceable]:
    made = Replaceable(tmp_path)
    await made.start()
    yield made
    await made.end()


async def until(seen: Callable[[], bool]) -> None:
    """At most a minute."""
    for _ in range(1200):
        if seen():
            return
        await asyncio.sleep(0.05)
    raise TimeoutError


async def test_no_request_fails_while_one_process_is_replaced_by_the_next(served: Replaceable) -> None:
    async with httpx2.AsyncClient(base_url=served.url, timeout=60, trust_env=False) as http:
        seen: set[str] = set()
        failed: list[str] = []
        over = asyncio.Event()

        async def caller() -> None:
            while not over.is_set():
                try:
                    seen.add((await http.get("/")).raise_for_status().text)
                except httpx2.HTTPError as failure:
                    failed.append(repr(failure))
                await asyncio.sleep(0.005)

        callers = [asyncio.create_task(caller()) for _ in range(8)]
        for count in (1, 2, 3):
            await until(lambda count=count: len(seen) >= count)
            await served.stop()
            await served.start()
        await until(lambda: len(seen) == 4)
        over.set()
        await asyncio.gather(*callers)
    assert failed == []


async def test_a_running_request_is_finished_and_its_connection_is_not_kept(served: Replaceable) -> None:
    async with httpx2.AsyncClient(base_url=served.url, timeout=60, trust_env=False) as http:
        first = await http.get("/")
        slow = asyncio.create_task(http.get("/slow"))
        await asyncio.sleep(0.3)
        await served.stop()
        answer = await slow
    assert answer.status_code == 200
    assert answer.text == first.text


async def test_garbage_is_searched_for_again_once_everything_is_loaded(served: Replaceable) -> None:
    async with httpx2.AsyncClient(base_url=served.url, timeout=60, trust_env=False) as http:
        assert (await http.get("/garbage")).text == "1 1"
