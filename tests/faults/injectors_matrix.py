"""All faults by name, and a seeded choice of them."""

from collections.abc import Callable, Collection
from random import Random

import injectors_data as data
import injectors_kafka as kafka
import injectors_mongo as mongo
import injectors_network as network
import injectors_service as service
from cluster import Cluster
from injectors import Fault

FAULTS: dict[str, Callable[[Cluster, Random], Fault]] = {
    "K1": kafka.LeaderKilled,
    "K1-chased": kafka.LeaderChased,
    "K2-coordinator": kafka.CoordinatorKilled,
    "K2-controller": kafka.ControllerKilled,
    "K3-two": kafka.MostBrokersKilled,
    "K3-all": kafka.AllBrokersKilled,
    "K4": kafka.LeaderPaused,
    "K5": kafka.RollingRestart,
    "K6": kafka.KafkaAwayAtStart,
    "M1": mongo.PrimaryKilled,
    "M1-lost": mongo.WritesLost,
    "M2": mongo.PrimaryPaused,
    "M3": mongo.StepDowns,
    "M4": mongo.AllMembersKilled,
    "M5": mongo.MajorityLost,
    "M6": mongo.DiskFull,
    "M7": mongo.LogOverrun,
    "S1-kill": service.Killed,
    "S2": service.Zombie,
    "S3": service.Rolled,
    "S4": service.Scaled,
    "S5-stall": service.Stalled,
    "S5-memory": service.MemoryKilled,
    "N1-primary": network.PrimaryAlone,
    "N1-leader": network.LeaderAlone,
    "N1-store": network.ServiceWithoutStore,
    "N1-kafka": network.ServiceWithoutKafka,
    "N1-one-way": network.OneWay,
    "N2": network.Resets,
    "N3-late": network.Late,
    "N3-very-late": network.VeryLate,
    "N3-slow": network.Slow,
    "D1-echo": data.Echo,
    "D1-replay": data.FromTheBeginning,
    "D3": service.ClockOff,
}

QUICK = (
    *("K1", "K2-coordinator", "K2-controller", "K4", "M1", "M2", "M3", "S1-kill", "S5-stall", "S5-memory"),
    *("N1-primary", "N1-leader", "N1-store", "N1-kafka", "N1-one-way", "N2", "N3-late", "N3-slow", "D1-replay"),
)
"""Over within some seconds: for a run with many faults, one after the other."""


def some_fault(cluster: Cluster, chance: Random, names: Collection[str] = QUICK) -> tuple[Fault, float]:
    """One of these that can be done to this cluster, and for how many seconds it shall be held."""
    while True:
        fault = FAULTS[chance.choice(sorted(names))](cluster, chance)
        if not fault.obstacle():
            return fault, chance.uniform(*fault.holds)
