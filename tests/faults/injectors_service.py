"""S1-S5, D3: services that die, come back from the dead, are replaced, stand still, eat, and misread the clock."""

import asyncio
import os
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx2
from cluster import ServiceProcess
from injectors import Fault, NotProven, prove, until

LEASE_GONE_S = 15.0
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
"""Debian's package ``libfaketime``."""
MEMORY_GROUPS = (Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup"))


class Zombie(Fault):
    id = "S2"
    describe = (
        "SIGSTOP of the process that relays and reads, for longer than its lease and its session; then it goes on"
    )
    holds = (12.0, 14.0)
    long_holds = (40.0, 60.0)

    async def inject(self) -> None:
        two = [name for name, processes in self.cluster.services.items() if len(processes) > 1]
        self.service = self.chance.choice(sorted(two or self.cluster.services))
        self.zombie = await self.cluster.lease_holder(self.service)
        self.relieved = self.service if two else ""
        self.zombie.pause()
        self.did = f"paused {self.zombie.name}, which held the lease"

    async def proof(self) -> str:
        prove(self.zombie.paused, f"{self.zombie} is not paused")
        if len(self.cluster.services[self.service]) == 1:
            return f"{self.zombie.name} paused; nobody else could take its lease"
        begun = time.monotonic()
        while (now := await self.cluster.lease_holder(self.service)) is self.zombie:
            prove(time.monotonic() - begun < LEASE_GONE_S, f"{self.zombie} holds the lease still")
            await asyncio.sleep(0.2)
        return f"{self.zombie.name} paused while {now.name} took the lease"

    async def heal(self) -> None:
        self.zombie.resume()


class Killed(Fault):
    id = "S1"
    describe = "kill -9 of a service's process at any moment"

    async def inject(self) -> None:
        self.victim = self.any_service()
        several = len(self.cluster.services[self.victim.service]) > 1
        self.relieved = self.victim.service if several else ""
        self.victim.kill()
        self.did = f"killed {self.victim.name}"

    async def proof(self) -> str:
        prove(not self.victim.alive, f"{self.victim} lives")
        return f"{self.victim.name} dead"

    async def heal(self) -> None:
        await self.victim.start(ready=False)


class Rolled(Fault):
    id = "S3"
    describe = "every process of a service is replaced, one after the other, as a deploy does it"

    async def inject(self) -> None:
        service = self.chance.choice(sorted(self.cluster.services))
        self.processes = list(self.cluster.services[service])
        self.before = [one.pid for one in self.processes]
        for process in self.processes:
            await process.replace()
        self.did = f"replaced every process of {service}"

    async def proof(self) -> str:
        now = [one.pid for one in self.processes]
        prove(not set(now) & set(self.before), "a process was not replaced")
        return f"process numbers {self.before} became {now}"

    async def heal(self) -> None:
        for process in self.processes:
            await process.start(ready=False)


class Scaled(Fault):
    id = "S4"
    describe = "a service goes from its processes to four and back to two"
    holds = (5.0, 8.0)
    most, then = 4, 2

    async def inject(self) -> None:
        self.service = self.chance.choice(sorted(self.cluster.services))
        processes = self.cluster.services[self.service]
        self.before = len([one for one in processes if one.alive])
        for one in processes[: self.most]:
            await one.start()
        while len(processes) < self.most:
            await self.cluster.add(self.service)
        self.did = f"{self.service}: {self.before} processes became {self.most}"

    async def proof(self) -> str:
        processes = self.cluster.services[self.service]
        told = await asyncio.gather(*(_ready(one) for one in processes))
        prove(told.count(True) == self.most, f"of {processes} only {told.count(True)} are ready")
        group = await self.cluster.group_of(self.service)
        return f"{self.most} processes ready; {await self.cluster.members_of(group)} of them in the group {group}"

    async def heal(self) -> None:
        for one in reversed(self.cluster.services[self.service][self.then :]):
            await self.cluster.retire(one)


class Stalled(Fault):
    id = "S5"
    describe = "the event loop of a process stands still for a while: a blocking call"
    holds = (5.0, 8.0)
    stall_s = 30.0

    async def inject(self) -> None:
        self.victim = self.any_service()
        self._pid = self.victim.pid
        self.cluster.order(self.victim, f"stall {self.stall_s}")
        self.did = f"stalled the event loop of {self.victim.name}"

    async def proof(self) -> str:
        prove(self.victim.alive and not self.victim.paused, f"{self.victim} is not alive and running")
        async with httpx2.AsyncClient(timeout=1.0, trust_env=False) as http:
            try:
                answer = await http.get(f"{self.victim.direct_url}/health/live")
            except httpx2.TimeoutException:
                return f"{self.victim.name} lives, takes connections and does not answer"
        raise NotProven(f"{self.victim.name} answers: {answer.status_code}")

    async def heal(self) -> None:
        if self.victim.alive and self.victim.pid == self._pid:
            self.cluster.enough(self.victim)


class MemoryKilled(Fault):
    id = "S5"
    describe = "a process takes more memory than it is allowed, and the kernel kills it"
    limit_bytes = 64 << 20

    def obstacle(self) -> str:
        return "" if self._parent() else "needs a memory control group that may be written (root)"

    @staticmethod
    def _parent() -> Path | None:
        limits = ("memory.limit_in_bytes", "memory.max")
        for group in MEMORY_GROUPS:
            if any((group / one).exists() for one in limits) or (group / "cgroup.controllers").exists():
                return group if os.access(group, os.W_OK) else None
        return None

    async def inject(self) -> None:
        parent = self._parent()
        assert parent is not None
        self.victim = self.any_service()
        self.group = parent / f"faults-{self.victim.pid}"
        self.group.mkdir()
        old = (self.group / "memory.limit_in_bytes").exists()
        (self.group / ("memory.limit_in_bytes" if old else "memory.max")).write_text(str(self.limit_bytes))
        (self.group / "cgroup.procs").write_text(str(self.victim.pid))
        self.events = self.group / ("memory.oom_control" if old else "memory.events")
        self.victim.expect_end()
        self.cluster.order(self.victim, "hog")
        await until(lambda: not self.victim.alive, 20, f"{self.victim.name} is killed")
        self.did = f"{self.victim.name} took more than {self.limit_bytes >> 20} MiB"

    async def proof(self) -> str:
        told = dict(line.split() for line in self.events.read_text().splitlines())
        prove(int(told["oom_kill"]) >= 1, f"the kernel tells of no kill: {told}")
        return f"the kernel killed {self.victim.name} for its memory"

    async def heal(self) -> None:
        await self.victim.start(ready=False)
        self.group.rmdir()


class ClockOff(Fault):
    id = "D3"
    describe = "a process's system clock is wrong: for all of it (libfaketime), or at least for its Python"
    offsets_s = (-120, -20, 20, 120)
    shown_s = 20.0
    """A process that just started on a full machine answers late, and the date it tells is some seconds old."""

    async def inject(self) -> None:
        self.victim = self.any_service()
        self.offset_s = self.chance.choice(self.offsets_s)
        await self.victim.terminate()
        await self.victim.start(wrong_clock(self.offset_s, FAKETIME), ready=False)
        await until(lambda: self._date() is not None, 30, f"{self.victim.name} answers")
        by = "libfaketime" if FAKETIME else "its Python only: libfaketime is not installed"
        self.did = f"restarted {self.victim.name} with its clock off by {self.offset_s} s ({by})"

    def _date(self) -> datetime | None:
        try:
            answer = httpx2.get(f"{self.victim.direct_url}/health/live", timeout=5, trust_env=False)
        except httpx2.HTTPError:
            return None
        return parsedate_to_datetime(answer.headers["date"])

    async def proof(self) -> str:
        seen: list[float] = []

        def is_off() -> bool:
            told = self._date()
            if told is not None:
                seen.append((told - datetime.now(UTC)).total_seconds())
            return bool(seen) and abs(seen[-1] - self.offset_s) < 5

        await until(is_off, self.shown_s, f"the clock of {self.victim.name} off by {self.offset_s} s")
        return f"the clock of {self.victim.name} was off by {seen[-1]:.0f} s"

    async def heal(self) -> None:
        await self.victim.terminate()
        await self.victim.start(ready=False)


def wrong_clock(seconds: int, library: Path | None) -> dict[str, str]:
    """Variables under which a process starts with a clock that is wrong by so much."""
    if library is None:
        return {"FAULTS_CLOCK_OFF": str(seconds)}
    return {"LD_PRELOAD": str(library), "FAKETIME": f"{seconds:+d}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


async def _ready(process: ServiceProcess) -> bool:
    async with httpx2.AsyncClient(timeout=2, trust_env=False) as http:
        for _ in range(40):
            try:
                if (await http.get(f"{process.direct_url}/health/ready")).status_code == 200:
                    return True
            except httpx2.HTTPError:
                pass
            await asyncio.sleep(0.25)
    return False
