"""What stands beside the services: the embedded issuer and the trace bridge."""

import json
from pathlib import Path

from sevenstep import proc, workspace
from sevenstep.credentials import Credentials
from sevenstep.fleet import uvicorn_command
from sevenstep.loopback import wait_until_healthy


class Companions:
    """Starts and stops them. Their addresses are attributes once they run. `zipkin`: where the viewer will be."""

    def __init__(
        self, folder: Path, logs: Path, environment: dict[str, str], credentials: Credentials, zipkin: str
    ) -> None:
        self.issuer = ""
        self.bridge = ""
        self._zipkin = zipkin
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
        return {"SEVENSTEP_BRIDGE_ZIPKIN": f"{self._zipkin}/api/v2/spans"} if self._zipkin else {}
