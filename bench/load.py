"""A load generator: keep-alive connections that ask one request after the other, as cheap as Python makes it."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
PATIENCE_S = 30.0


@dataclass
class Answers:
    """What came back: latencies in seconds, and how often each status."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    said: list[bytes] = field(default_factory=list)
    """Bodies that were not expected, the first few."""


def a_request(method: str, path: str, token: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
    """A request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "host: bench", f"authorization: Bearer {token}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


class _Caller(asyncio.Protocol):
    """One connection."""

    def __init__(self, ask: Callable[[], bytes | None], answers: Answers, wanted: int) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ask, self._answers, self._wanted = ask, answers, wanted
        self._buffer = b""
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._buffer, 0, end + 2)
        whole = end + 4 + (int(length[1]) if length else 0)
        if len(self._buffer) < whole:
            return
        status = int(self._buffer[9:12])
        self._answers.latencies.append(time.perf_counter() - self._sent)
        self._answers.statuses[status] += 1
        if status != self._wanted and len(self._answers.said) < 3:
            self._answers.said.append(self._buffer[end + 4 : whole])
        self._buffer = self._buffer[whole:]
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server hung up"))

    def _next(self) -> None:
        request = self._ask()
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(request)


async def drive(
    port: int, request: Callable[[], bytes], *, connections: int, wanted: int, seconds: float, most: int | None = None
) -> Answers:
    """Asks for so long (or so often) over so many connections; what was asked is waited for."""
    answers, began = Answers(), time.perf_counter()
    until, left = began + seconds, most

    def ask() -> bytes | None:
        nonlocal left
        if time.perf_counter() >= until or left == 0:
            return None
        if left is not None:
            left -= 1
        return request()

    loop = asyncio.get_running_loop()
    callers = [
        (await loop.create_connection(lambda: _Caller(ask, answers, wanted), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    async with asyncio.timeout(seconds + PATIENCE_S):
        await asyncio.gather(*(caller.done for caller in callers))
    answers.seconds = time.perf_counter() - began
    return answers


async def asked(port: int, request: Callable[[], bytes], wanted: int, times: int) -> None:
    """Asks so often over a few connections. Raises ``LookupError`` for any other answer."""
    answers = await drive(port, request, connections=4, wanted=wanted, seconds=PATIENCE_S, most=times)
    if answers.statuses != {wanted: times}:
        raise LookupError(f"{dict(answers.statuses)} instead of {wanted}: {answers.said}")


async def paced(port: int, request: Callable[[], bytes], *, pace: int, seconds: float, wanted: int) -> list[float]:
    """Asks so often a second, whoever still waits: how long each took from the moment at which it was due."""
    times, began = list[float](), time.perf_counter()

    async def caller(first: int) -> None:
        async with Client(port) as client:
            for n in range(first, round(pace * seconds), pace):
                due = began + n / pace
                await asyncio.sleep(due - time.perf_counter())
                await client.seconds(request(), wanted)
                times.append(time.perf_counter() - due)

    await asyncio.gather(*(caller(n) for n in range(pace)))
    return times


class Client:
    """One connection that asks one request after the other."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> "Client":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def seconds(self, request: bytes, wanted: int = 200) -> float:
        """Time to the whole answer. Raises ``LookupError`` for any other answer."""
        began = time.perf_counter()
        self._writer.write(request)
        async with asyncio.timeout(PATIENCE_S):
            head = await self._reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            body = await self._reader.readexactly(int(length[1])) if length else b""
        if int(head[9:12]) != wanted:
            raise LookupError(f"{head[:200]!r} {body[:300]!r} to {request[:120]!r}")
        return time.perf_counter() - began
