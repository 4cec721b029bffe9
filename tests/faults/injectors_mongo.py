"""M1-M7: members are killed and paused, step down again and again, lose their majority, their disk, their log."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from typing import Any

from cluster import Member, ServiceProcess
from injectors import Fault, NotProven, prove, until
from pymongo import WriteConcern
from pymongo.errors import PyMongoError

ELECTED_S = 20.0
ALONE_S = 3.0
"""So long a primary without the others takes writes that nobody will ever have; after ten it would step down."""
ON_THE_WAY = 48_000_000
"""More bytes than can be on the way to a member when it is paused."""
ABANDONED_S = 20.0
"""A primary that lost its majority steps down within this time."""


class _Members(Fault):
    """Some members are killed or paused; the heal brings them back."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.killed: list[Member] = []
        self.paused: list[Member] = []

    def obstacle(self) -> str:
        return "" if len(self.cluster.mongo) >= 3 else "needs three members"

    def kill(self, members: Sequence[Member]) -> None:
        for member in members:
            self.killed.append(member)
            member.kill()
        self.did = f"killed {', '.join(one.name for one in self.killed)}"

    async def proof(self) -> str:
        prove(all(not one.alive for one in self.killed), f"of {self.killed} somebody lives")
        prove(all(one.paused for one in self.paused), f"of {self.paused} somebody runs")
        return f"dead: {self.killed}, paused: {self.paused}"

    async def heal(self) -> None:
        for member in self.paused:
            member.resume()
        for member in self.killed:
            await member.start(ready=False)
        # Two of three have to be there before any of them is ready.
        await asyncio.gather(*(asyncio.to_thread(one.wait_until_ready) for one in self.killed))


class PrimaryKilled(_Members):
    id = "M1"
    describe = "kill -9 of the primary"

    async def inject(self) -> None:
        self.old = await self.cluster.primary()
        self.kill([self.old])

    async def proof(self) -> str:
        dead = await super().proof()
        now = await self.cluster.primary(ELECTED_S)
        prove(now is not self.old, f"{now} is primary still")
        return f"{dead}; {now.name} is primary now"


class WritesLost(PrimaryKilled):
    describe = "kill -9 of a primary with writes that it showed and no other member has"
    holds = (8.0, 12.0)

    async def inject(self) -> None:
        self.old = await self.cluster.primary()
        others = [one for one in self.cluster.mongo if one is not self.old]
        self.kill(others)  # one that is only paused would find on its connections what it missed
        await asyncio.sleep(ALONE_S)
        self.last = await asyncio.to_thread(_newest_entry, self.old)
        self.kill([self.old])
        self.did = f"killed {others[0].name} and {others[1].name}, and {self.old.name} {ALONE_S:.0f} s later"
        for one in others:
            self.killed.remove(one)
            await one.start(ready=False)
        await asyncio.gather(*(asyncio.to_thread(one.wait_until_ready) for one in others))

    async def proof(self) -> str:
        led = await super().proof()
        now = await self.cluster.primary(ELECTED_S)
        prove(not await asyncio.to_thread(_has_entry, now, self.last), f"{now.name} knows what was written last")
        return f"{led}; what was written last is lost"


class PrimaryPaused(PrimaryKilled):
    id = "M2"
    describe = "SIGSTOP of the primary: its connections stay open and nothing answers"
    holds = (6.0, 8.0)

    async def inject(self) -> None:
        self.old = await self.cluster.primary()
        self.paused.append(self.old)
        self.old.pause()
        self.did = f"paused {self.old.name}, the primary"


class StepDowns(Fault):
    id = "M3"
    describe = "the primary steps down, again and again"
    times = 3

    def obstacle(self) -> str:
        return "" if len(self.cluster.mongo) >= 3 else "needs three members"

    async def inject(self) -> None:
        self.before = await self._term()
        seen = []
        for _ in range(self.times):
            member = await self.cluster.primary(ELECTED_S)
            seen.append(member.name)
            await asyncio.to_thread(_step_down, member)
        self.did = f"made {', then '.join(seen)} step down"

    async def _term(self) -> int:
        primary = await self.cluster.primary(ELECTED_S)
        return await asyncio.to_thread(_status, primary, "term")

    async def proof(self) -> str:
        after = await self._term()
        prove(after >= self.before + self.times, f"term {self.before} became {after}")
        return f"{after - self.before} elections"

    async def heal(self) -> None:
        await self.cluster.primary()


class AllMembersKilled(_Members):
    id = "M4"
    describe = "kill -9 of all three members"

    async def inject(self) -> None:
        self.kill(self.cluster.mongo)


class MajorityLost(_Members):
    id = "M5"
    describe = "kill -9 of two members: the third must not take writes"
    holds = (6.0, 8.0)

    async def inject(self) -> None:
        self.left = self.chance.choice(self.cluster.mongo)
        self.kill([one for one in self.cluster.mongo if one is not self.left])

    async def proof(self) -> str:
        dead = await super().proof()
        took = await until(
            lambda: not self.left.hello().get("isWritablePrimary", True), ABANDONED_S, f"{self.left} takes no writes"
        )
        return f"{dead}; {self.left.name} takes no writes (seen after {took:.1f} s)"


class DiskFull(_Members):
    id = "M6"
    describe = "the disk of the primary is full"

    def obstacle(self) -> str:
        missing = "" if self.cluster.disk else "needs a member with a small disk of its own (tmpfs_mb, root)"
        return missing or super().obstacle()

    async def inject(self) -> None:
        assert self.cluster.disk is not None
        self.full = self.cluster.mongo[0]
        await step_up(self.full, self)
        self.taken = await asyncio.to_thread(self.cluster.disk.fill)
        self.free = self.cluster.disk.free_bytes
        await asyncio.to_thread(_press, self.full)
        self.did = f"filled the disk of {self.full.name} with {self.taken >> 20} MiB"

    async def proof(self) -> str:
        prove(self.free == 0, f"the disk had {self.free} bytes free")
        await until(lambda: not self.full.alive, 30, f"{self.full.name} ends because it cannot write its journal")
        now = await self.cluster.primary(ELECTED_S)
        return f"0 bytes free; {self.full.name} ended by itself, {now.name} is primary now"

    async def heal(self) -> None:
        if self.cluster.disk is not None:
            await asyncio.to_thread(self.cluster.disk.empty)
            await self.full.start()


class LogOverrun(_Members):
    id = "M7"
    describe = "a member, and a relay that reads changes, are away for longer than the log of writes reaches back"
    holds = (5.0, 8.0)

    def obstacle(self) -> str:
        small = self.cluster.options.oplog_mb <= 64
        return "" if small else "needs a small log of writes (oplog_mb <= 64)"

    async def inject(self) -> None:
        primary = await self.cluster.primary()
        self.stale = self.chance.choice([one for one in self.cluster.mongo if one is not primary])
        service = self.chance.choice(sorted(self.cluster.services))
        self.reader: ServiceProcess = await self.cluster.lease_holder(service)
        self.paused.append(self.stale)
        self.stale.pause()
        self.reader.pause()
        others = [one for one in self.cluster.mongo if one not in (primary, self.stale)]
        self.last_seen, written = await asyncio.to_thread(_overrun, primary, others)
        self.did = f"wrote {written >> 20} MiB while {self.stale.name} and {self.reader.name} stood still"

    async def proof(self) -> str:
        primary = await self.cluster.primary()
        oldest = await asyncio.to_thread(_oldest_entry, primary)
        prove(oldest > self.last_seen, f"the log still reaches back to {self.last_seen}")
        self.reader.resume()
        self.stale.resume()
        took = await until(lambda: _is_stale(self.stale), 120, f"{self.stale.name} finds that it is too stale")
        self.paused.clear()
        return f"the log begins at {oldest}, after {self.last_seen}; {self.stale.name} too stale after {took:.1f} s"

    async def heal(self) -> None:
        self.reader.resume()
        self.stale.kill()
        await asyncio.to_thread(self.stale.forget)
        await self.stale.start()  # and copies everything anew


async def step_up(member: Member, fault: Fault) -> None:
    """Make this member the primary."""
    for _ in range(20):
        if await fault.cluster.primary(ELECTED_S) is member:
            return
        with contextlib.suppress(PyMongoError):
            await asyncio.to_thread(_command, member, {"replSetStepUp": 1})
        await asyncio.sleep(0.5)
    raise NotProven(f"{member} does not become primary")


def _command(member: Member, command: dict[str, Any]) -> dict[str, Any]:
    with member.client() as client:
        return client.admin.command(command)


def _step_down(member: Member) -> None:
    with contextlib.suppress(PyMongoError):  # it may end the connection with which it was told
        _command(member, {"replSetStepDown": 3, "secondaryCatchUpPeriodSecs": 1, "force": True})


def _status(member: Member, field: str) -> Any:
    return _command(member, {"replSetGetStatus": 1})[field]


def _newest_entry(member: Member) -> Any:
    with member.client() as client:
        return client.local["oplog.rs"].find_one(sort=[("$natural", -1)])["ts"]


def _has_entry(member: Member, entry: Any) -> bool:
    with member.client() as client:
        return client.local["oplog.rs"].find_one({"ts": entry}) is not None


def _oldest_entry(member: Member) -> Any:
    with member.client() as client:
        return client.local["oplog.rs"].find_one(sort=[("$natural", 1)])["ts"]


def _overrun(primary: Member, others: Sequence[Member]) -> tuple[Any, int]:
    """Write ballast until nobody's log reaches back to a moment that the paused member cannot have heard of; that
    moment, and how many bytes were written."""
    written, mark, until_s = 0, None, time.monotonic() + 90
    with primary.client(30) as client:
        ballast = client["faults"].get_collection("ballast", write_concern=WriteConcern("majority"))
        while mark is None or min(_oldest_entry(one) for one in (primary, *others)) <= mark:
            prove(time.monotonic() < until_s, f"{written >> 20} MiB did not overrun the log")
            ballast.insert_many([{"bytes": b"\0" * 500_000} for _ in range(8)])
            written += 4_000_000
            if mark is None and written > ON_THE_WAY:
                mark = _newest_entry(primary)
            if written % 16_000_000 == 0:
                for one in (primary, *others):
                    _command(one, {"fsync": 1})  # what is not on disk yet is kept in the log
        client.drop_database("faults")
    return mark, written


def _press(member: Member) -> None:
    """Write until it fails: what the journal had room for is used up."""
    with contextlib.suppress(PyMongoError), member.client() as client:
        for _ in range(300):
            client["faults"]["ballast"].insert_one({"bytes": b"\0" * 1_000_000})


def _is_stale(member: Member) -> bool:
    told = member.hello()
    return bool(told) and not told.get("secondary") and not told.get("isWritablePrimary")
