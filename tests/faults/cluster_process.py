"""One process of a cluster that may be killed, paused and started again: a broker, a member, or a service's."""

import asyncio
import os
import shutil
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from proxy import Proxy
from pymongo import MongoClient
from pymongo.errors import PyMongoError
from sevenstep import loopback, proc
from sevenstep.fleet import Fleet
from sevenstep.servers.native_cluster import NativeCluster

READY_S = 120.0


class Process:
    """Signals work at once; what takes time is awaited."""

    def __init__(self, name: str, doors: Sequence[Proxy]) -> None:
        self.name = name
        """``kafka-1``, ``mongo-3``, ``booking-2``: also the name of its log and in the stack's description."""
        self.doors = list(doors)
        """All proxies in front of it. Heal them before a member is started again: it has to find itself."""

    @property
    def proxy(self) -> Proxy:
        """What its clients talk to (a broker has a second one for the other controllers)."""
        return self.doors[0]

    @property
    def child(self) -> proc.Child:
        """The process that runs, or ran last."""
        raise NotImplementedError

    @property
    def pid(self) -> int:
        return self.child.pid

    @property
    def alive(self) -> bool:
        """Whether there is a process (a paused one lives)."""
        return self.child.alive

    @property
    def paused(self) -> bool:
        """Whether the kernel has it stopped."""
        try:
            return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
        except (FileNotFoundError, ProcessLookupError):
            return False

    def kill(self) -> None:
        """kill -9; returns when it is gone."""
        self.expect_end()
        self.child.kill()

    def pause(self) -> None:
        """SIGSTOP: connections stay open and nothing answers."""
        os.killpg(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT. Does nothing to one that is gone."""
        if self.alive:
            os.killpg(self.pid, signal.SIGCONT)

    async def terminate(self) -> None:
        """SIGTERM, and wait for its orderly end."""
        self.expect_end()
        self.resume()
        await asyncio.to_thread(self.child.stop, 30.0)

    async def start(self, settings: Mapping[str, str] | None = None, *, ready: bool = True) -> None:
        """Start it again under its name, ports and data, if it does not run. ``settings``: variables on top of its own,
        this time only (services). Returns when it answers (a broker: its port, a member: it is primary or secondary,
        a service: ready); with ``ready=False`` when it was started."""
        if not self.alive:
            await asyncio.to_thread(self._run, dict(settings or {}))
        if ready:
            await asyncio.to_thread(self.wait_until_ready)

    def wait_until_ready(self) -> None:
        raise NotImplementedError

    def _run(self, settings: dict[str, str]) -> None:
        raise NotImplementedError

    def expect_end(self) -> None:
        """It will end on purpose, so it has not fallen."""
        raise NotImplementedError

    def __repr__(self) -> str:
        state = "paused" if self.paused else "alive" if self.alive else "dead"
        return f"{self.name} ({state})"


class Node(Process):
    """A Kafka node: broker and controller."""

    def __init__(self, name: str, doors: Sequence[Proxy], servers: NativeCluster) -> None:
        super().__init__(name, doors)
        self._servers = servers

    @property
    def data(self) -> Path:
        """Where it keeps everything."""
        return self._servers.nodes[self.name].data

    @property
    def child(self) -> proc.Child:
        return self._servers.children[self.name]

    def wait_until_ready(self) -> None:
        self._servers.wait_until_it_listens(self.name)

    def _run(self, settings: dict[str, str]) -> None:
        self._servers.run(self.name)

    def expect_end(self) -> None:
        self._servers.expect_end(self.name)


class Member(Node):
    """A member of the replica set. ``direct_url``: the administrator's way to it, past its proxy."""

    def __init__(
        self, name: str, doors: Sequence[Proxy], servers: NativeCluster, password: str, data: Path | None
    ) -> None:
        super().__init__(name, doors, servers)
        self._data = data or servers.members[name].data
        port = servers.members[name].port
        self.direct_url = f"mongodb://admin:{password}@127.0.0.1:{port}/?directConnection=true&authSource=admin"

    @property
    def data(self) -> Path:
        return self._data

    def forget(self) -> None:
        """Throw its data away; it must not run."""
        for found in self.data.iterdir():
            shutil.rmtree(found) if found.is_dir() else found.unlink()

    def client(self, seconds: float = 10.0) -> "MongoClient[Any]":
        """The administrator's own connection; every call has this time limit. The caller closes it."""
        limit = int(seconds * 1000)
        return MongoClient(self.direct_url, timeoutMS=limit, serverSelectionTimeoutMS=limit, tz_aware=True)

    def hello(self) -> dict[str, Any]:
        """What it says of itself; nothing when it does not answer."""
        if not self.alive or self.paused:
            return {}
        try:
            with self.client(1.0) as client:
                return client.admin.command("hello")
        except PyMongoError:
            return {}

    def wait_until_ready(self) -> None:
        super().wait_until_ready()
        until = time.monotonic() + READY_S
        while True:
            told = self.hello()
            if told.get("isWritablePrimary") or told.get("secondary"):
                return
            self.child.check()
            if time.monotonic() > until:
                raise proc.NotReadyInTime(self.name, READY_S, self.child.log)
            time.sleep(0.1)


class ServiceProcess(Process):
    """One process of a service."""

    def __init__(self, name: str, doors: Sequence[Proxy], fleet: Fleet, port: int) -> None:
        super().__init__(name, doors)
        self.service = name.rpartition("-")[0]
        self.port = port
        """Where it listens itself, past its proxy."""
        self._fleet = fleet

    @property
    def child(self) -> proc.Child:
        return self._fleet.child(self.name)

    @property
    def url(self) -> str:
        """What callers use."""
        return f"http://{self.proxy.address}"

    @property
    def direct_url(self) -> str:
        """The harness's own way, past the proxy."""
        return f"http://127.0.0.1:{self.port}"

    async def replace(self, settings: Mapping[str, str] | None = None) -> None:
        """A new process takes its place, as in a deploy: nobody is refused meanwhile."""
        await asyncio.to_thread(self._fleet.restart, self.name, dict(settings or {}))

    def wait_until_ready(self) -> None:
        loopback.wait_until_healthy(self.child, f"{self.direct_url}/health/ready", READY_S)

    def _run(self, settings: dict[str, str]) -> None:
        self._fleet.restart(self.name, settings, wait=False)

    def expect_end(self) -> None:
        if self.alive:
            self._fleet.expect_end(self.name)
