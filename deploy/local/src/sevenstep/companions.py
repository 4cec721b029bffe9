"""What stands beside the services: the embedded issuer, the trace bridge, and the viewer for traces."""

import json
from pathlib import Path

from sevenstep import cache, proc, workspace
from sevenstep.credentials import Credentials
from sevenstep.fleet import uvicorn_command, wait_until_healthy


class Companions:
    """Starts and stops them. Their addresses are attributes once they run."""

    def __init__(
        self, folder: Path, logs: Path, environment: dict[str, str], credentials: Credentials, zipkin: bool
    ) -> None:
        self.issuer = ""
        self.bridge = ""
        self.zipkin = ""
        self._zipkin_port = proc.free_port() if zipkin else 0
        self._folder = folder
        self._logs = logs
        self._environment = environment
        self._credentials = credentials
        self._children: list[proc.Child] = []

    def start_issuer_and_bridge(self) -> None:
        """Both are small; one after the other spawns, then both are waited for."""
        issuer, issuer_port = self._spawn("issuer", "sevenstep.issuer:create_app", self._issuer_settings())
        bridge, bridge_port = self._spawn("bridge", "sevenstep.otlp_bridge:create_app", self._bridge_settings())
        self.issuer, self.bridge = f"http://127.0.0.1:{issuer_port}", f"http://127.0.0.1:{bridge_port}"
        wait_until_healthy(issuer, f"{self.issuer}/health/ready", 30)
        wait_until_healthy(bridge, f"{self.bridge}/health/ready", 30)

    def start_zipkin(self) -> None:
        """Start the viewer and wait for it. Services do not need it: the bridge keeps what it cannot deliver yet."""
        log = self._logs / "zipkin.log"
        # `--server.address` is ignored by its web server; only this binds it to loopback.
        binding = {"ip": "127.0.0.1", "port": self._zipkin_port, "protocols[0]": "http"}
        options = [f"--armeria.ports[0].{key}={value}" for key, value in binding.items()]
        quick = ["-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"]
        command = ["java", *quick, "-jar", str(cache.zipkin_jar()), *options, "--logging.level.root=WARN"]
        child = proc.start("zipkin", command, log, self._environment)
        self._children.append(child)
        self.zipkin = f"http://127.0.0.1:{self._zipkin_port}"
        wait_until_healthy(child, f"{self.zipkin}/health", 90)

    def stop(self) -> None:
        """They keep nothing that would have to be closed properly."""
        for child in self._children:
            child.kill()

    def fallen(self) -> list[str]:
        """Which of them have ended."""
        return [child.name for child in self._children if not child.alive]

    def _spawn(self, name: str, factory: str, settings: dict[str, str]) -> tuple[proc.Child, int]:
        port = proc.free_port()
        own = settings | {"SEVENSTEP_OWN_URL": f"http://127.0.0.1:{port}"}
        log = self._logs / f"{name}.log"
        child = proc.start(name, [*uvicorn_command(factory, port), "--factory"], log, self._environment | own)
        self._children.append(child)
        return child, port

    def _issuer_settings(self) -> dict[str, str]:
        users = workspace.root() / "deploy" / "local" / "users.json"
        return {
            "SEVENSTEP_ISSUER_KEY": str(self._folder / "issuer-key.json"),
            "SEVENSTEP_ISSUER_USERS": str(users),
            "SEVENSTEP_ISSUER_CLIENTS": json.dumps({self._credentials.client_id: self._credentials.client_secret}),
        }

    def _bridge_settings(self) -> dict[str, str]:
        if not self._zipkin_port:
            return {}
        return {"SEVENSTEP_BRIDGE_ZIPKIN": f"http://127.0.0.1:{self._zipkin_port}/api/v2/spans"}
