"""A whole platform on this machine: servers, issuer, traces and services as processes of one owner.

    with Stack(StackOptions(name="mine", services=["booking"])) as stack:
        stack.description.services["booking"]

Everything started is stopped when the block is left, and dies with its owner when that is killed.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from sevenstep import description as described
from sevenstep import kafka_access, mongo_access, proc, workspace
from sevenstep.companions import Companions
from sevenstep.credentials import Credentials
from sevenstep.description import StackDescription
from sevenstep.environment import ServiceSettings
from sevenstep.fleet import Fleet, Front, themselves
from sevenstep.plan import Progress, StackAlreadyRunning, StackOptions, UnknownService
from sevenstep.servers import KafkaAccess, MongoAccess, Servers
from sevenstep.servers.choice import choose

T = TypeVar("T")

__all__ = ["Stack", "StackAlreadyRunning", "StackOptions", "UnknownService"]


class Stack:
    """Owns what it starts. Use as a context manager, or `start()` and `stop()` in a finally."""

    def __init__(
        self,
        options: StackOptions,
        progress: Progress | None = None,
        *,
        servers: Callable[[Path, Path, dict[str, str]], Servers] | None = None,
        front: Front = themselves,
    ) -> None:
        """``servers``: others than those of ``choose``, made from data folder, log folder and environment.
        ``front``: what stands before each service process."""
        self.options = options
        self._given_servers = servers
        self._front = front
        self.description = StackDescription(options.name, 0, 0)
        self._progress = progress or (lambda part, state: None)
        self._writing = threading.Lock()
        self._servers: Servers | None = None
        self._companions: Companions | None = None
        self._fleet: Fleet | None = None
        self._zipkin: Future[None] | None = None

    def __enter__(self) -> "Stack":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Bring everything up and return when it is ready. What was started is stopped again when a part fails."""
        services = self._wanted_services()
        if self.options.clock == "manual" and not self.options.clock_start:
            self.options = replace(self.options, clock_start=datetime.now(UTC).isoformat(timespec="seconds"))
        folder, logs = self._claim()
        try:
            self._start_all(folder, logs, services)
        except BaseException as failure:
            self.description.state, self.description.error = "failed", str(failure) or type(failure).__name__
            self._write()
            self._stop_children()
            described.state_file(self.options.name).unlink(missing_ok=True)
            raise
        self.description.state = "ready"
        self._write()

    def stop(self) -> None:
        """Stop exactly what was started, services first, and remove the state file. Logs stay."""
        self.description.state = "stopping"
        self._write()
        self._stop_children()
        if not self.options.keep:
            described.remove_data(self.options.name, with_logs=self.options.discard)
        described.state_file(self.options.name).unlink(missing_ok=True)

    def start_process(self, service: str) -> str:
        """Start one more process of a service and wait until it is ready. Answers its name, such as `booking-2`."""
        return self.fleet.add(service)

    def stop_process(self, name: str, kill: bool = False) -> None:
        """Stop one process (SIGTERM, or SIGKILL with `kill`); it stays known and can be restarted."""
        self.fleet.stop_process(name, kill)

    def restart(self, name: str, settings: dict[str, str] | None = None) -> None:
        """Start a stopped process again, or stop and start a living one, under its name and port; wait until ready."""
        self.fleet.restart(name, settings or {})

    def roll(self, service: str) -> list[str]:
        """Replace every living process of a service, one after the other, without refusing a caller; their names."""
        return self.fleet.roll(service)

    def tell(self, part: str, state: str) -> None:
        """Write into the state file what became of a part."""
        self._step(part, state)

    def fallen(self) -> list[str]:
        """Names of parts that ended by themselves since they were ready. Nothing is restarted behind anybody's back."""
        owners = (self._fleet, self._companions, self._servers)
        return [name for owner in owners if owner is not None for name in owner.fallen()]

    @property
    def fleet(self) -> Fleet:
        """The service processes of a stack that runs."""
        if self._fleet is None:
            raise described.StackNotRunning(self.options.name)
        return self._fleet

    def _wanted_services(self) -> list[str]:
        known = workspace.runnable_services()
        wanted = known if self.options.services is None else self.options.services
        if unknown := (set(wanted) | set(self.options.processes)) - set(known):
            raise UnknownService(unknown, known)
        return list(wanted)

    def _claim(self) -> tuple[Path, Path]:
        """Make this stack's folder and state file ours, and clear away what dead owners left."""
        name = self.options.name
        described.sweep_stale()
        running = described.read(described.state_file(name))
        if running is not None and running.alive:
            raise StackAlreadyRunning(name)
        folder = described.data_folder(name)
        if not self.options.keep:
            described.remove_data(name)
        logs = folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        self.description = described.of_this_process(name, logs)
        self.description.keep = self.options.keep
        self._write()
        return folder, logs

    def _start_all(self, folder: Path, logs: Path, services: list[str]) -> None:
        known = workspace.service_folders()
        environment = proc.inherited()
        credentials = Credentials.of(folder, known)
        options = self.options
        if self._given_servers is not None:
            self._servers = self._given_servers(folder, logs, environment)
        else:
            self._servers = choose(folder, logs, environment, zipkin=options.zipkin, keep=options.keep)
        viewer = proc.free_port() if options.zipkin else 0
        zipkin = f"http://127.0.0.1:{viewer}" if viewer else ""
        self._companions = Companions(folder, logs, environment, credentials, zipkin)
        self.description.kind, self.description.reason = self._servers.kind, self._servers.reason
        self._step("servers", f"{self._servers.kind}: {self._servers.reason}")
        with ThreadPoolExecutor(4, thread_name_prefix="start-parts") as pool:
            try:
                servers = self._servers
                if viewer:
                    self._zipkin = pool.submit(self._part, "zipkin", lambda: servers.start_zipkin(viewer))
                self._start_parts(pool, self._servers, self._companions, credentials, known)
                self._fleet = Fleet(self.description, logs, environment, self._write, self._step, self._front)
                self._fleet.start_all(services, options.processes)
                if self._zipkin:  # slower than all the others, and services do without it
                    self._zipkin.result()
                    self.description.traces = zipkin
            except BaseException:
                # Whoever still waits in the pool for a server learns by its end that waiting is pointless.
                self._stop_children()
                raise

    def _start_parts(
        self,
        pool: ThreadPoolExecutor,
        servers: Servers,
        companions: Companions,
        credentials: Credentials,
        known: list[str],
    ) -> None:
        """All at once; returns when services can start."""
        kafka = pool.submit(self._part, "kafka", lambda: servers.start_kafka(credentials.kafka))
        mongo = pool.submit(self._part, "mongo", servers.start_mongo)
        beside = pool.submit(self._part, "issuer and trace bridge", companions.start_issuer_and_bridge)
        for part in as_completed([kafka, mongo, beside]):
            part.result()
        self._prepare(kafka.result(), mongo.result(), credentials, known)
        self._describe(companions, credentials)
        settings = ServiceSettings(
            kafka=kafka.result(),
            mongo=mongo.result(),
            credentials=credentials,
            issuer=companions.issuer,
            otlp=companions.bridge,
            trace_ratio=self.options.trace_ratio,
            clock=self.options.clock,
            clock_start=self.options.clock_start,
            extra=self.options.extra,
        )
        self.description.environment = {name: settings.of(name) for name in known}

    def _prepare(self, kafka: KafkaAccess, mongo: MongoAccess, credentials: Credentials, known: list[str]) -> None:
        named = sorted({*known, *workspace.publishers()})
        self._part("topics and access lists", lambda: kafka_access.prepare(kafka, named, self.options.partitions))
        self._part("databases and users", lambda: mongo_access.prepare(mongo, credentials.mongo))
        self.description.kafka, self.description.mongo = kafka.describe(), mongo.describe()

    def _describe(self, companions: Companions, credentials: Credentials) -> None:
        self.description.issuer = {
            "url": companions.issuer,
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
        }
        self.description.otlp = self.description.traces = companions.bridge
        self.description.clock = {"mode": self.options.clock, "start": self.options.clock_start}

    def _part(self, name: str, work: Callable[[], T]) -> T:
        """Do one part of the start, telling when it begins and how long it took."""
        self._step(name, "starting")
        begun = time.monotonic()
        found = work()
        self._step(name, f"ready after {time.monotonic() - begun:.1f} s")
        return found

    def _step(self, part: str, state: str) -> None:
        self.description.parts[part] = state
        self._write()
        self._progress(part, state)

    def _write(self) -> None:
        with self._writing:
            self.description.write()

    def _stop_children(self) -> None:
        for owner in (self._fleet, self._companions, self._servers):
            if owner is not None:
                owner.stop()
