"""One connection through a proxy: bytes pass at once, late, slowly, or not for now."""

import asyncio
import contextlib
import itertools
import os
import socket
import struct
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast

MOST_HELD = 256 * 1024
"""Bytes of one direction on the way; more are left with their sender."""
LATE_S = 0.02
"""Bytes that were longer than this on the way were late."""
TO_SERVER, TO_CLIENT = "to_server", "to_client"
_NUMBERS = itertools.count()
_RESET_AT_CLOSE = struct.pack("ii", 1, 0)


@dataclass
class Rule:
    """How a proxy treats its connections. ``sources``: process numbers it is for, None for everybody."""

    refuse: bool = False
    silent: tuple[str, ...] = ()
    delay_s: float = 0.0
    rate: float = 0.0  # bytes per second, 0 for no limit
    sources: frozenset[int] | None = None

    def and_also(self, other: "Rule") -> "Rule":
        """Both at once: the worse of each."""
        rates = [rate for rate in (self.rate, other.rate) if rate]
        return Rule(
            refuse=self.refuse or other.refuse,
            silent=self.silent + other.silent,
            delay_s=max(self.delay_s, other.delay_s),
            rate=min(rates, default=0.0),
        )


@dataclass
class Counters:
    """What a proxy has seen since it was opened."""

    to_server: int = 0
    to_client: int = 0
    connections: int = 0
    refused: int = 0
    reset: int = 0
    unreachable: int = 0
    late: int = 0
    longest_s: float = 0.0


class Owner(Protocol):
    """The proxy a connection belongs to."""

    port: int
    target: int
    rules: dict[str, Rule]
    counters: Counters
    links: "set[Link]"


class Direction:
    """Bytes from one end of a connection to the other: passed on at once, late, slowly, or not for now."""

    def __init__(self, link: "Link", name: str) -> None:
        self.link = link
        self.name = name
        self.source: asyncio.Transport | None = None
        self.sink: asyncio.Transport | None = None
        self._queue: deque[tuple[float, float, bytes | None]] = deque()
        """(came, due, what)"""
        self._held = 0
        self.over = False
        """Whether its end was passed on."""
        self._free_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._reasons: set[str] = set()
        self._loop = asyncio.get_running_loop()

    def take(self, data: bytes | None) -> None:
        """Bytes from the source; None is its end."""
        rule = self.link.rule
        now = self._loop.time()
        size = len(data or b"")
        begin = max(now, self._free_at) if rule.rate else now
        self._free_at = begin + (size / rule.rate if rule.rate else 0.0)
        self._queue.append((now, max(now, self._free_at) + rule.delay_s, data))
        self._held += size
        self._hold("queue", self._held > MOST_HELD)
        self.flow()

    def flow(self) -> None:
        """Pass on what is due."""
        self._hold("silent", self.name in self.link.rule.silent)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.name in self.link.rule.silent or self.sink is None:
            return
        now = self._loop.time()
        while self._queue and self._queue[0][1] <= now + 0.0005:
            came, _, data = self._queue.popleft()
            self._pass(data, now - came)
        self._hold("queue", self._held > MOST_HELD)
        if self._queue:
            self._timer = self._loop.call_at(self._queue[0][1], self.flow)

    def hurry(self) -> None:
        """A slow or late line was healed: what waits is due now."""
        self._queue = deque((came, 0.0, data) for came, _, data in self._queue)
        self._free_at = 0.0
        self.flow()

    def sink_is_full(self, full: bool) -> None:
        self._hold("sink", full)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _pass(self, data: bytes | None, late_s: float) -> None:
        sink = self.sink
        if sink is None or sink.is_closing():
            return
        if data is None:
            if sink.can_write_eof():
                sink.write_eof()
            self.over = True
            self.link.close_if_over()
            return
        self._held -= len(data)
        counters = self.link.proxy.counters
        setattr(counters, self.name, getattr(counters, self.name) + len(data))
        self.link.passed += len(data)
        if late_s > LATE_S:
            counters.late += len(data)
            counters.longest_s = max(counters.longest_s, late_s)
        sink.write(data)

    def _hold(self, why: str, held: bool) -> None:
        before = bool(self._reasons)
        (self._reasons.add if held else self._reasons.discard)(why)
        after = bool(self._reasons)
        if self.source is None or self.source.is_closing() or before == after:
            return
        if after:
            self.source.pause_reading()
        else:
            self.source.resume_reading()


class End(asyncio.Protocol):
    """One end of a connection: reads for one direction, is the sink of the other."""

    def __init__(self, link: "Link", reads: Direction, writes: Direction) -> None:
        self._link, self._reads, self._writes = link, reads, writes

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._reads.source = self._writes.sink = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._reads.take(data)

    def eof_received(self) -> bool:
        self._reads.take(None)
        return True

    def pause_writing(self) -> None:
        self._writes.sink_is_full(True)

    def resume_writing(self) -> None:
        self._writes.sink_is_full(False)

    def connection_lost(self, exc: Exception | None) -> None:
        self._link.end_lost(self._reads, broken=exc is not None)


@dataclass(eq=False)
class Link:
    """One connection through a proxy."""

    proxy: Owner
    accepted: socket.socket
    peer: tuple[str, int] = field(init=False)
    ended: bool = False

    def __post_init__(self) -> None:
        self.peer = self.accepted.getpeername()
        self.there, self.back = Direction(self, TO_SERVER), Direction(self, TO_CLIENT)
        self.number = next(_NUMBERS)
        self.source = 0
        self.passed = 0
        self.rule = Rule()

    def find_rule(self) -> None:
        """What all standing rules together mean for this connection."""
        found = Rule()
        for rule in self.proxy.rules.values():
            if rule.sources is None or self.source in rule.sources:
                found = found.and_also(rule)
        self.rule = found

    async def open(self) -> None:
        """Connect to the server, then join both ends."""
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: End(self, self.back, self.there), "127.0.0.1", self.proxy.target)
        except OSError:
            self.proxy.counters.unreachable += 1
            self.proxy.links.discard(self)
            reset_at_close(self.accepted)
            self.accepted.close()
            return
        await loop.connect_accepted_socket(lambda: End(self, self.there, self.back), self.accepted)
        self.apply()

    def apply(self) -> None:
        """The rule has changed."""
        self.find_rule()
        if self.rule.refuse:
            self.reset()
            return
        for direction in (self.there, self.back):
            direction.hurry() if not (self.rule.delay_s or self.rule.rate) else direction.flow()

    def reset(self) -> None:
        """End it the hard way: both ends see a reset."""
        self.proxy.counters.reset += 1
        self._close(hard=True)

    def end_lost(self, reads: Direction, *, broken: bool) -> None:
        """One end is gone. What it said before is still passed on, unless it broke off."""
        other = self.back if reads is self.there else self.there
        reads.source = other.sink = None
        if broken:
            self._close(hard=True)
        elif other.source is not None:
            reads.take(None) if not self.ended else None
            other.source.close()
        self._forget()

    def close_if_over(self) -> None:
        """Nobody has anything more to say: what stayed open would be kept for ever."""
        if self.there.over and self.back.over:
            for transport in (self.there.source, self.back.source):
                if transport is not None:
                    transport.close()
            self._forget()

    def _close(self, *, hard: bool) -> None:
        self.ended = True
        for transport in (self.there.source, self.back.source):
            if transport is not None:
                if hard:
                    reset_at_close(transport.get_extra_info("socket"))
                transport.abort()
        self._forget()

    def _forget(self) -> None:
        self.ended = True
        self.there.stop()
        self.back.stop()
        self.proxy.links.discard(self)


def reset_at_close(of: socket.socket) -> None:
    """Closing this socket will be a reset instead of an end."""
    of.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)


def find_sources(links: Iterable[Link], to: int, pids: frozenset[int]) -> None:
    """Note at each of these connections to a port which of the processes opened it. Looked up only when a rule is
    about somebody, for it takes some milliseconds."""
    opened = _opened_to(to)
    owners = {inode: pid for pid in pids for inode in _sockets_of(pid)}
    for link in links:
        link.source = owners.get(opened.get(link.peer[1], ""), link.source)


def _opened_to(port: int) -> dict[int, str]:
    """Port of the client -> inode of its socket, of all loopback connections to this port."""
    found: dict[int, str] = {}
    wanted = f":{port:04X}"
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            words = line.split()
            if words[2].endswith(wanted):
                found[int(words[1].rpartition(":")[2], 16)] = words[9]
    return found


def _sockets_of(pid: int) -> list[str]:
    """Inodes of a process's sockets; none of one that is gone."""
    found = []
    with contextlib.suppress(OSError):
        for handle in os.scandir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                target = str(Path(handle.path).readlink())
                if target.startswith("socket:["):
                    found.append(target[8:-1])
    return found
