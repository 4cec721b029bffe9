"""Whole stacks: side by side, process by process, and with kept data."""

import os
import signal
import socket
import threading
from pathlib import Path

import httpx2
import pytest
from pymongo import MongoClient
from sevenstep import description, loopback, proc
from sevenstep.fleet import UnknownProcess
from sevenstep.kafka_access import admin_client
from sevenstep.operations import move_clock, read_clock
from sevenstep.proc import ProcessEnded
from sevenstep.servers import KafkaAccess
from sevenstep.stack import Stack, StackAlreadyRunning, StackOptions, UnknownService

pytestmark = pytest.mark.stack


def topics_of(found: description.StackDescription) -> set[str]:
    access = KafkaAccess(found.kafka["bootstrap"], found.kafka["username"], found.kafka["password"])
    return set(admin_client(access).list_topics(timeout=10).topics)


def test_two_stacks_side_by_side_do_not_meet(servers, checkout: Path, marked, said_by):
    with Stack(StackOptions(name="second", services=[])) as stack:
        second = stack.description
        assert second.kafka["bootstrap"] != servers.kafka["bootstrap"]
        assert second.issuer["url"] != servers.issuer["url"]
        assert topics_of(second) == {"hello.events", "quiet.events", "world.events"}
        assert "booking.events" in topics_of(servers)
        with MongoClient(second.mongo["url"]) as mongo:
            assert mongo.admin.command("hello")["isWritablePrimary"]
        with pytest.raises(StackAlreadyRunning, match="sevenstep down"):
            Stack(StackOptions(name="second", services=[])).start()
    assert marked() == [os.getpid()] or marked() == []
    assert not description.state_file("second").exists()
    assert said_by(servers.issuer["url"])["status"] == "ready"
    assert "booking.events" in topics_of(servers)


def test_processes_of_a_service_are_started_stopped_killed_and_restarted_one_by_one(checkout: Path, said_by):
    with Stack(StackOptions(name="fleet", processes={"hello": 2}, extra={"SEVENSTEP_MOOD": "good"})) as stack:
        found = stack.description
        assert sorted(found.services) == ["hello", "world"]
        assert [one["name"] for one in found.processes["hello"]] == ["hello-1", "hello-2"]
        settings = said_by(found.services["hello"], "/settings")
        assert settings.items() >= found.environment["hello"].items()
        assert (settings["SEVENSTEP_PROCESS"], settings["SEVENSTEP_MOOD"]) == ("hello-1", "good")
        assert settings["SEVENSTEP_PUBLIC_URL"] == found.services["hello"]
        for secret in ("SEVENSTEP_KEYS_MASTER", "SEVENSTEP_LINK_KEY"):
            assert found.environment["world"][secret] == settings[secret]

        assert stack.start_process("hello") == "hello-3"
        third = found.processes["hello"][2]
        before = said_by(third["url"])["pid"]
        stack.stop_process("hello-3", kill=True)
        assert stack.fallen() == []
        stack.restart("hello-3")
        assert said_by(third["url"])["pid"] == third["pid"] != before

        os.kill(found.processes["world"][0]["pid"], signal.SIGKILL)
        assert _soon(stack.fallen) == ["world-1"]
        with pytest.raises(UnknownProcess, match="hello-1"):
            stack.stop_process("hello-9")


def test_a_process_that_joins_later_starts_at_the_business_time_of_the_others(checkout: Path, said_by):
    options = StackOptions(name="time", services=["hello"], clock="manual", clock_start="2025-06-01T00:00:00+00:00")
    with Stack(options) as stack:
        found = stack.description
        assert said_by(found.services["hello"], "/ops/clock")["now"] == "2025-06-01T00:00:00+00:00"
        move_clock(found, "2025-06-23T00:00:00+00:00")
        stack.start_process("hello")
        assert said_by(found.processes["hello"][1]["url"], "/ops/clock")["now"] == "2025-06-23T00:00:00+00:00"
        stack.stop_process("hello-1", kill=True)
        stack.restart("hello-1")
        assert set(read_clock(found)) == {"hello-1", "hello-2"}
        assert {answer["now"] for answer in read_clock(found).values()} == {"2025-06-23T00:00:00+00:00"}


def _soon(ask):
    import time

    for _ in range(100):
        if found := ask():
            return found
        time.sleep(0.05)
    return ask()


def test_a_service_that_cannot_start_stops_everything_and_says_why(checkout: Path, marked):
    (checkout / "services" / "world" / "src" / "world" / "main.py").write_text(
        "raise SystemExit('the key does not fit')"
    )
    with pytest.raises(ProcessEnded, match="the key does not fit"):
        Stack(StackOptions(name="broken")).start()
    assert set(marked()) <= {os.getpid()}
    assert not description.state_file("broken").exists()


def test_a_service_nobody_has_written_is_refused_before_anything_starts(checkout: Path):
    with pytest.raises(UnknownService, match="hello, world"):
        Stack(StackOptions(services=["quiet"])).start()
    with pytest.raises(UnknownService, match="moon"):
        Stack(StackOptions(processes={"moon": 2})).start()
    assert not description.state_file().exists()


def test_kept_data_are_there_again_and_a_new_service_gets_its_own(checkout: Path):
    options = StackOptions(name="kept", services=[], keep=True)
    with Stack(options) as stack, MongoClient(stack.description.mongo["url"]) as mongo:
        mongo["hello"]["notes"].insert_one({"_id": "remembered"})
    (checkout / "services" / "moon" / "src" / "moon").mkdir(parents=True)
    with Stack(options) as stack:
        with MongoClient(stack.description.environment["hello"]["SEVENSTEP_MONGO_URL"]) as mongo:
            assert mongo["hello"]["notes"].find_one({"_id": "remembered"})
        with MongoClient(stack.description.environment["moon"]["SEVENSTEP_MONGO_URL"]) as mongo:
            assert mongo["moon"]["notes"].find_one({}) is None
        assert "moon.events" in topics_of(stack.description)


def test_servers_that_run_already_are_used_with_users_of_their_own_and_left_running(
    servers, checkout: Path, monkeypatch, said_by
):
    monkeypatch.setenv("SEVENSTEP_STACK_KAFKA_BOOTSTRAP", servers.kafka["bootstrap"])
    monkeypatch.setenv("SEVENSTEP_STACK_KAFKA_USERNAME", servers.kafka["username"])
    monkeypatch.setenv("SEVENSTEP_STACK_KAFKA_PASSWORD", servers.kafka["password"])
    monkeypatch.setenv("SEVENSTEP_STACK_MONGO_URL", servers.mongo["url"])
    with Stack(StackOptions(name="given", services=["hello"])) as stack:
        found = stack.description
        assert found.kind == "environment"
        assert found.kafka["bootstrap"] == servers.kafka["bootstrap"]
        env = found.environment["hello"]
        own = KafkaAccess(env["SEVENSTEP_KAFKA_BOOTSTRAP"], "hello", env["SEVENSTEP_KAFKA_PASSWORD"])
        assert "hello.events" in admin_client(own).list_topics(timeout=10).topics
        with MongoClient(env["SEVENSTEP_MONGO_URL"]) as mongo:
            assert mongo["hello"]["notes"].find_one({}) is None
    assert "hello.events" in topics_of(servers)


def test_a_port_that_somebody_takes_first_is_answered_by_another_try(checkout: Path, monkeypatch):
    free_ports, met = proc.free_ports, threading.local()
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        taken = somebody.getsockname()[1]

        def unlucky_once(count: int) -> list[int]:
            first, met.before = not hasattr(met, "before"), True
            return [taken, *free_ports(count)][:count] if first else free_ports(count)

        monkeypatch.setattr(proc, "free_ports", unlucky_once)
        with Stack(StackOptions(name="clash", services=["hello"])) as stack:
            found = stack.description
            urls = [
                found.kafka["bootstrap"],
                found.mongo["url"],
                found.issuer["url"],
                found.otlp,
                *found.services.values(),
            ]
            assert not any(f":{taken}" in url for url in urls)
            assert "hello.events" in topics_of(found)


def test_a_service_is_replaced_process_by_process_without_refusing_a_caller(checkout: Path, said_by):
    with Stack(StackOptions(name="roll", services=["hello"], processes={"hello": 2})) as stack:
        urls = [one["url"] for one in stack.description.processes["hello"]]
        before = [said_by(url)["pid"] for url in urls]
        over, answered, failed = threading.Event(), [], []

        def caller(url: str) -> None:
            with loopback.client(60) as http:
                while not over.is_set():
                    try:
                        answered.append(http.get(f"{url}/health/ready").raise_for_status().json()["pid"])
                    except httpx2.HTTPError as failure:
                        failed.append(repr(failure))

        callers = [threading.Thread(target=caller, args=(url,)) for url in urls for _ in range(2)]
        for one in callers:
            one.start()
        assert stack.roll("hello") == ["hello-1", "hello-2"]
        after = [said_by(url)["pid"] for url in urls]
        over.set()
        for one in callers:
            one.join()
        assert not set(before) & set(after)
        assert set(answered) >= {*before, *after}
        assert failed == []


def test_nobody_is_let_in_where_nobody_serves(checkout: Path, said_by):
    with Stack(StackOptions(name="door", services=["hello"])) as stack:
        url = stack.description.services["hello"]
        os.kill(said_by(url)["pid"], signal.SIGKILL)
        assert _soon(stack.fallen) == ["hello-1"]
        with pytest.raises(httpx2.ConnectError), loopback.client() as http:
            _soon(lambda: http.get(f"{url}/health/ready") and False)
        stack.restart("hello-1")
        assert said_by(url)["process"] == "hello-1"
