"""``make faults`` and ``make soak``: the whole matrix once, or pairs of faults by chance for so many minutes."""

import argparse
import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import report
from cluster import Cluster, ClusterOptions
from failures import Failpoints
from injectors_matrix import QUICK
from run import Plan, Run
from run_course import EVERY, Course, Played, pairs, played, some

CI_FACTS, CI_FAULTS, CI_MOST_S = 30_000, 36, 2400.0
BY_DAY = 25_500
"""After so many the people go home: the nights that follow announce a fifth more."""
POINTS_IN_CI = (
    *("S1-after-inbox-insert", "S1-before-commit", "S1-before-answer", "S1-before-offset", "S1-after-send"),
    *("S1-mid-batch", "S1-in-rebalance", "S1-dead-letter-write", "S1-timer-before-commit", "S1-at-shutdown"),
    *("S1-lease-renewed", "S1-preparing"),
)


def options(name: str, folder: str, **more: object) -> ClusterOptions:
    """Three brokers, three members; booking and headquarters twice, so that somebody can take over."""
    services = {"booking": 2, "crm": 1, "headquarters": 2, "reception": 1, "survey": 1, "workshop": 1}
    settings = Failpoints(Path(folder)).settings
    return ClusterOptions(name=name, services=services, settings=settings, trace_ratio=0.001, **more)  # type: ignore[arg-type]


def ci_course(seed: int) -> Course:
    """``pytest -m course``: quick faults, each held for some seconds; about 20 minutes on two cores. It goes by
    the number of faults and facts, for a busy machine must not fail it; the time is a bound for what hangs."""
    quick = some([name for name in QUICK if name != "S1-kill"], CI_FAULTS - len(POINTS_IN_CI), seed)
    faults = some([*quick, *POINTS_IN_CI], CI_FAULTS, seed)
    return Course(faults, BY_DAY, CI_MOST_S, seed=seed)


def matrix_course(seed: int) -> Course:
    """Every fault there is, the brokers' kills oftener for a percentile of 20."""
    often = ["K1", "K2-coordinator", "K2-controller"] * 7
    return Course([*EVERY, *often, *("M1", "M2") * 2], facts=0, most_s=5400, period_s=20, long=True, seed=seed)


def soak_course(seed: int, minutes: float) -> Course:
    """X1: pairs by chance, a new one each 15 s."""
    names = [name for name in EVERY if name not in ("K5", "K6", "M1-lost", "M6", "M7", "S3", "S4")]
    return Course(pairs(names, int(minutes * 6), seed), facts=0, most_s=minutes * 60, period_s=15, seed=seed)


async def go(cluster: Cluster, course: Course, plan: Plan) -> Played:
    async with Run(cluster.description, plan, cluster.direct_kafka) as run:
        return await played(cluster, run, course)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("what", choices=["ci", "matrix", "soak"])
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--only", default="", help="these faults, with commas, instead of the whole course")
    asked.add_argument("--most", type=float, default=0.0, help="seconds after which no further fault is begun")
    asked.add_argument("--short", action="store_true", help="each fault is held for seconds, as in the quick course")
    asked.add_argument("--rate", type=float, default=Plan.rate, help="calls a second")
    given = asked.parse_args()
    course = {
        "ci": lambda: ci_course(given.seed),
        "matrix": lambda: matrix_course(given.seed),
        "soak": lambda: soak_course(given.seed, given.minutes),
    }[given.what]()
    if given.only:
        course = replace(course, faults=given.only.split(","), facts=0)
    if given.short:
        course = replace(course, long=False, period_s=Course.period_s)
    if given.most:
        course = replace(course, most_s=given.most)
    more = {"oplog_mb": 64, "tmpfs_mb": 1024} if given.what == "matrix" else {}
    with (
        tempfile.TemporaryDirectory(prefix="failpoints-") as folder,
        Cluster(options(f"faults-{given.what}", folder, **more)) as cluster,
    ):
        done = asyncio.run(go(cluster, course, Plan(seed=given.seed, rate=given.rate, alone=True)))
        print(report.everything(done))
        print(f"written to {report.written(done, f'faults-{given.what}-{given.seed}.md')}")
        if done.violations:
            print(report.failed(done))
    return 1 if done.violations else 0


if __name__ == "__main__":
    sys.exit(main())
