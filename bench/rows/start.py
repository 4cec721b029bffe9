"""Each service alone: time to ready, and memory a moment later. Caches are warm, its database is there."""

import asyncio
import statistics

from sevenstep import workspace

from bench.figures import Row
from bench.ground import Ground
from bench.processes import resident_mb

IDLE_S = 2.0


async def measure(ground: Ground) -> list[Row]:
    """The first start of each makes its collections and warms the caches; it is not counted."""
    times: dict[str, float] = {}
    memory: dict[str, float] = {}
    for service in workspace.runnable_services()[: ground.size.started]:
        seconds = list[float]()
        for _ in range(ground.size.starts + 1):
            with ground.serving(f"{service}.main:app", service) as served:
                seconds.append(served.start_s)
                if len(seconds) > ground.size.starts:
                    await asyncio.sleep(IDLE_S)
                    memory[service] = resident_mb(served.pid)
        times[service] = statistics.median(seconds[1:])
        ground.tell(f"{service}: ready after {times[service]:.2f} s, {memory[service]:.0f} MB")
    keys = {"rss_mb_max": max(memory.values()), "start_s_max": max(times.values())}
    return [Row("start and memory of each service", keys, more={"start_s": times, "rss_mb": memory})]
