"""The files for Docker users, read as files: no Docker is needed."""

import re

import pytest
import yaml
from chassis.settings import ServiceSettings
from sevenstep import workspace
from sevenstep.servers.docker import KAFKA_IMAGE, MONGO_IMAGE, ZIPKIN_IMAGE

DEPLOY = workspace.root() / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
SERVERS = {"mongo", "kafka", "topics", "issuer", "bridge", "zipkin"}


def test_every_service_of_the_workspace_is_in_the_compose_file():
    assert set(COMPOSE) - SERVERS == set(workspace.service_folders())


@pytest.mark.parametrize("name", sorted(set(COMPOSE) - SERVERS))
def test_a_service_is_told_only_settings_that_it_reads(name: str):
    known = {f"SEVENSTEP_{field.upper()}" for field in ServiceSettings.model_fields}
    assert COMPOSE[name]["environment"].keys() <= known
    assert COMPOSE[name]["environment"]["SEVENSTEP_MONGO_DATABASE"] == name
    assert COMPOSE[name]["build"]["args"] == {"SERVICE": name}


def test_the_compose_file_uses_the_servers_that_the_local_stack_uses():
    images = {service["image"] for service in COMPOSE.values() if "image" in service}
    assert images == {KAFKA_IMAGE, MONGO_IMAGE, ZIPKIN_IMAGE}


def test_nothing_is_published_beyond_this_machine_and_no_port_twice():
    ports = [port for service in COMPOSE.values() for port in service.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert len(ports) == len({port.split(":")[1] for port in ports})


def test_the_compose_file_holds_no_secret():
    text = (DEPLOY / "compose.yaml").read_text()
    for line in text.splitlines():
        if re.search(r"(MASTER|_KEY|SECRET)\b", line) and "ISSUER_KEY:" not in line:
            assert ":?" in line, line


def test_what_is_built_exists_as_a_stage():
    stages = set(re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE, re.MULTILINE))
    assert {service["build"]["target"] for service in COMPOSE.values() if "build" in service} <= stages


def test_the_image_runs_as_nobody_special_and_tells_its_health():
    assert "\nUSER 10001\n" in DOCKERFILE
    assert "ARG SERVICE" in DOCKERFILE
    assert "/health/live" in DOCKERFILE


def test_the_image_holds_bytecode_of_all_that_is_installed():
    """Whoever runs it may not write any: each start would compile all sources again."""
    installs = [line for line in DOCKERFILE.splitlines() if "uv pip " in line]
    assert len(installs) == 3
    assert all("--compile-bytecode" in line for line in installs)


def test_whoever_has_released_facts_has_a_topic_before_its_service_is_there():
    """X5: others listen to it already, and would wait for ever for a topic that does not exist."""
    assert {"booking", "headquarters", "reception"} <= set(workspace.publishers())
    assert "RELEASED" not in workspace.publishers()
