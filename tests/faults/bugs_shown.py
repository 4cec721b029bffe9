"""A short run with one bug planted, or with none: what the checker says of it."""

import asyncio

from bugs import Bug, settings_of
from checker_story import Violation
from cluster import Cluster
from failures import TROUBLES, Failpoints, Scene
from run import Plan, Run

SHORT = Plan(dealers=2, technicians=1, bookers=3, rate=30, nights=(), quiet_s=25)
"""Some hundred commands: a bug that needs more luck than this to show is not planted well."""
BEFORE_S, AFTER_S = 3.0, 2.0
"""People play so long before the trouble and after it."""


async def shown(
    cluster: Cluster, failpoints: Failpoints, bug: Bug | None, trouble: str | None = None
) -> tuple[list[Violation], Run]:
    """Plants the bug, plays with its trouble in between, and takes the bug out again."""
    planted = {bug.service: settings_of(bug.name)} if bug else {}
    try:
        for service, settings in planted.items():
            await _started_anew(cluster, service, settings)
        async with Run(cluster.description, SHORT, cluster.direct_kafka) as run:
            run.start()
            await asyncio.sleep(BEFORE_S)
            scene = Scene(cluster, failpoints, run, planted)
            await TROUBLES[bug.trouble if bug else trouble or "none"](scene, bug.service if bug else "booking")
            await asyncio.sleep(AFTER_S)
            return await run.settle(), run
    finally:
        failpoints.disarm()
        for service in planted:
            await _started_anew(cluster, service, {})


async def _started_anew(cluster: Cluster, service: str, settings: dict[str, str]) -> None:
    (process,) = cluster.services[service]
    process.kill()
    await process.start(settings)
