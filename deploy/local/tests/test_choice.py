"""Where Kafka and MongoDB come from, and the reason given."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from sevenstep import prerequisites
from sevenstep.mongo_access import service_url
from sevenstep.servers import MongoAccess, docker
from sevenstep.servers.choice import choose
from sevenstep.servers.docker import Docker
from sevenstep.servers.given import Given, OnlyOneAddressGiven
from sevenstep.servers.native import Native


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KAFKA_BOOTSTRAP", "KAFKA_USERNAME", "KAFKA_PASSWORD", "MONGO_URL"):
        monkeypatch.delenv(f"SEVENSTEP_STACK_{name}", raising=False)
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setattr(docker, "SOCKET", Path("/nowhere/docker.sock"))
    monkeypatch.setattr(prerequisites, "missing", lambda: [])


def chosen(tmp_path: Path, *, zipkin: bool = False):
    return choose(tmp_path, tmp_path, {}, zipkin=zipkin, keep=False)


def an_engine(monkeypatch: pytest.MonkeyPatch, *images: str) -> None:
    """A Docker engine that has these images."""
    import docker as client
    from docker.errors import ImageNotFound

    def get(image: str) -> str:
        if image not in images:
            raise ImageNotFound(image)
        return image

    engine = SimpleNamespace(ping=lambda: True, images=SimpleNamespace(get=get))
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    monkeypatch.setattr(client, "from_env", lambda timeout: engine)


def test_addresses_in_the_environment_win(tmp_path: Path, monkeypatch):
    an_engine(monkeypatch, docker.KAFKA_IMAGE, docker.MONGO_IMAGE)
    monkeypatch.setenv("SEVENSTEP_STACK_KAFKA_BOOTSTRAP", "kafka:9092")
    monkeypatch.setenv("SEVENSTEP_STACK_MONGO_URL", "mongodb://root:p%40ss@mongo:27017/?replicaSet=rs0")
    found = chosen(tmp_path)
    assert isinstance(found, Given)
    assert "are set" in found.reason
    mongo = found.start_mongo()
    assert (mongo.username, mongo.password) == ("root", "p@ss")


def test_one_address_alone_is_a_mistake(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("SEVENSTEP_STACK_MONGO_URL", "mongodb://mongo:27017")
    with pytest.raises(OnlyOneAddressGiven, match="KAFKA_BOOTSTRAP"):
        chosen(tmp_path)


def test_docker_is_used_when_it_answers_and_has_the_images(tmp_path: Path, monkeypatch):
    an_engine(monkeypatch, docker.KAFKA_IMAGE, docker.MONGO_IMAGE)
    assert isinstance(chosen(tmp_path), Docker)


def test_docker_without_an_image_is_left_aside_and_the_image_is_named(tmp_path: Path, monkeypatch):
    an_engine(monkeypatch, docker.KAFKA_IMAGE, docker.MONGO_IMAGE)
    found = chosen(tmp_path, zipkin=True)
    assert isinstance(found, Native)
    assert docker.ZIPKIN_IMAGE in found.reason


def test_without_docker_the_servers_are_native(tmp_path: Path):
    found = chosen(tmp_path)
    assert isinstance(found, Native)
    assert "no Docker engine answers" in found.reason


def test_an_engine_that_does_not_answer_is_no_engine(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    assert "no Docker engine answers" in chosen(tmp_path).reason


def test_what_the_machine_lacks_is_told_with_the_command_to_install_it(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(prerequisites, "missing", lambda: ["libcurl4"])
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(prerequisites.PrerequisiteMissing, match="sudo apt-get install -y libcurl4"):
        chosen(tmp_path)


def test_kafka_in_docker_is_told_the_address_its_clients_use():
    assert docker.kafka_environment(19092)["KAFKA_ADVERTISED_LISTENERS"].startswith("HOST://127.0.0.1:19092,")


def test_a_service_is_given_its_own_user_on_the_same_servers():
    access = MongoAccess("mongodb://admin:x@a:1,b:2/?replicaSet=rs0&authSource=admin", "admin", "x")
    assert service_url(access, "crm", "p/w") == "mongodb://crm:p%2Fw@a:1,b:2/?replicaSet=rs0&authSource=crm"
    assert service_url(MongoAccess("mongodb://a:1/?replicaSet=rs0"), "crm", "p") == "mongodb://a:1/?replicaSet=rs0"
