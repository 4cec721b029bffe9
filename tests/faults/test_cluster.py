"""A small cluster: what runs in it can be killed, paused, cut off and brought back, and nothing stays when it ends."""

import os
import signal
from collections.abc import Iterator
from random import Random

import httpx2
import pytest
from cluster import Cluster, ClusterOptions, NotHealthyInTime
from injectors import NotProven, held, until
from injectors_matrix import FAULTS
from sevenstep import description
from sevenstep.operations import Operator
from sevenstep.proc import start_time

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.faults]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    name = f"small-{os.getpid()}"
    with Cluster(ClusterOptions(name=name, small=True, services={"booking": 2, "headquarters": 1})) as made:
        yield made
        pids = [one.pid for one in made.processes]
        made.services["booking"][0].pause()
    assert [pid for pid in pids if start_time(pid)] == []
    assert not description.state_file(name).exists()


async def test_all_traffic_flows_through_the_proxies(cluster: Cluster) -> None:
    await cluster.healthy()
    for one in (*cluster.kafka, *cluster.mongo):
        assert one.proxy.counters.to_client > 0, one
    booking = cluster.services["booking"][0]
    before = booking.proxy.counters.to_client
    told = cluster.description.processes["booking"][0]
    assert told["url"] == booking.url
    httpx2.get(f"{told['url']}/health/live", trust_env=False).raise_for_status()
    assert booking.proxy.counters.to_client > before


async def test_who_leads_is_known(cluster: Cluster) -> None:
    assert await cluster.primary() is cluster.mongo[0]
    assert await cluster.leader_of("booking.events", 0) is cluster.kafka[0]
    assert await cluster.controller() is cluster.kafka[0]
    assert await cluster.coordinator("booking.facts") is cluster.kafka[0]
    assert await cluster.lease_holder("booking") in cluster.services["booking"]


async def test_the_description_serves_the_command_line(cluster: Cluster) -> None:
    found = description.find(cluster.options.name)
    assert [one.name for one in Operator(found).processes()] == ["booking-1", "booking-2", "headquarters-1"]


async def test_what_was_killed_comes_back_with_its_data(cluster: Cluster) -> None:
    member, node = cluster.mongo[0], cluster.kafka[0]
    with member.client() as client:
        client["faults"]["notes"].insert_one({"_id": "kept"})
    for one in (member, node):
        one.kill()
        assert not one.alive
    with pytest.raises(NotHealthyInTime, match="mongo-1"):
        await cluster.healthy(0.5)
    for one in (member, node):
        await one.start()
    await cluster.healthy(120)
    with member.client() as client:
        assert client["faults"]["notes"].find_one({"_id": "kept"})


async def test_a_paused_process_lives_and_does_not_answer(cluster: Cluster) -> None:
    member = cluster.mongo[0]
    member.pause()
    assert (member.alive, member.paused, member.hello()) == (True, True, {})
    cluster.heal_all()
    assert not member.paused
    await cluster.healthy(60)


async def test_a_service_that_fell_by_itself_is_seen(cluster: Cluster) -> None:
    booking = cluster.services["booking"][1]
    os.kill(booking.pid, signal.SIGKILL)
    await until(lambda: not booking.alive, 10, "booking-2 is gone")
    with pytest.raises(NotHealthyInTime, match="booking-2"):
        await cluster.healthy(0.1)
    await booking.start({"SEVENSTEP_TRACE_RATIO": "0.5"})
    await cluster.healthy(60)


async def test_processes_are_added_and_retired(cluster: Cluster) -> None:
    booking = cluster.services["booking"]
    third = await cluster.add("booking")
    assert [one.name for one in booking] == ["booking-1", "booking-2", "booking-3"]
    httpx2.get(f"{third.url}/health/ready", trust_env=False).raise_for_status()
    await cluster.retire(third)
    assert [one["name"] for one in cluster.description.processes["booking"]] == ["booking-1", "booking-2"]
    await cluster.healthy(60)


@pytest.mark.parametrize("name", ["S1-kill", "S2", "S3", "S5-stall", "S5-memory", "D3", "N1-store", "N2", "N3-late"])
async def test_a_fault_proves_its_effect_and_heals(cluster: Cluster, name: str) -> None:
    fault = FAULTS[name](cluster, Random(name))
    told = await held(fault, fault.holds[0])
    print(told)
    await cluster.healthy(120)


async def test_a_fault_without_effect_is_told(cluster: Cluster) -> None:
    fault = FAULTS["N1-store"](cluster, Random(1))
    await fault.inject()
    for door, _ in fault.crossing:  # type: ignore[attr-defined]
        door.heal()
    booking = cluster.services["booking"]
    for one in booking:
        httpx2.get(f"{one.direct_url}/health/ready", trust_env=False)
    with pytest.raises(NotProven, match="bytes flowed"):
        await fault.proof()
    await fault.heal()
    await cluster.healthy(60)


async def test_faults_that_need_more_machines_say_so(cluster: Cluster) -> None:
    for name in ("K1", "M1", "M6", "M7"):
        assert "needs" in FAULTS[name](cluster, Random(1)).obstacle()
