"""Timers that fall due within a minute: how late after its due time the effect of each is in the store."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.clock import system_now
from chassis.documents import Documents
from chassis.runtime import Parts, Runtime
from chassis.timers import TimerRule
from chassis.unit import Unit

from bench.figures import Row, check, percentile, spending
from bench.ground import Ground
from bench.seed import as_kept, insert
from bench.toy import DEALER, counter_id

AHEAD_S = 5.0
"""Before the first is due: the process starts and takes its lease."""
PATIENCE_S = 60.0


@dataclass
class Alarm:
    id: str
    due: datetime | None
    rung: int = 0
    dealer_id: str = DEALER


def _wanted(alarm: Alarm) -> Mapping[str, datetime]:
    return {"ring": alarm.due} if alarm.due else {}


ALARMS = Documents("alarms", "alarm", Alarm, id_of=lambda alarm: alarm.id, timers=_wanted)


async def _ring(unit: Unit, id: str, due: datetime) -> None:
    alarm = await unit.get(ALARMS, id)
    alarm.due, alarm.rung = None, alarm.rung + 1
    unit.save(ALARMS, alarm)


async def measure(ground: Ground) -> list[Row]:
    """One minute of timers in one process."""
    size, service = ground.size, ground.new_service()
    rules = {("alarms", "ring"): TimerRule(_ring)}
    runtime = Runtime(Parts(service, [ALARMS], timers=rules), ground.settings(service, service))
    await runtime.store.prepare([ALARMS])
    begins = system_now() + timedelta(seconds=AHEAD_S)
    step = size.timers_within_s / size.timers
    dues = {counter_id(n): begins + timedelta(seconds=n * step) for n in range(size.timers)}
    await insert(runtime.database, ALARMS, (as_kept(ALARMS, Alarm(id, due)) for id, due in dues.items()))
    fired: dict[str, datetime] = {}
    commit = runtime.store.commit

    async def commit_and_stamp(changes: Any, also: Any = None) -> None:
        await commit(changes, also)
        for change in changes:
            check(change.id not in fired, f"the timer of {change.id} fired twice")
            fired[change.id] = datetime.now(UTC)

    runtime.store.commit = commit_and_stamp
    ground.tell(f"{size.timers:,} timers fall due within {size.timers_within_s:.0f} s")
    with spending([os.getpid()], ground.store) as spent:
        await runtime.start()
        try:
            async with asyncio.timeout(AHEAD_S + size.timers_within_s + PATIENCE_S):
                while len(fired) < size.timers:
                    await asyncio.sleep(0.05)
            rung = await runtime.database["alarms"].count_documents({"rung": 1, "_version": 2})
            check(rung == size.timers, f"{rung} of {size.timers} alarms rang once")
        finally:
            await runtime.stop()
    late = [(fired[id] - due).total_seconds() for id, due in dues.items()]
    more = {
        "timer_late_s_p50": percentile(late, 0.5),
        "timer_late_s_max": max(late),
        "timer_cpu_us": spent.cpu_s / size.timers * 1e6,
    }
    return [
        Row(
            f"{size.timers:,} timers due within {size.timers_within_s:.0f} s",
            {"timer_late_s_p99": percentile(late, 0.99)},
            more=more,
        )
    ]
