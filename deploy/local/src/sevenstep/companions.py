"""What stands beside the services: the embedded issuer and the trace bridge."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sevenstep import proc, workspace
from sevenstep.credentials import Credentials
from sevenstep.fleet import uvicorn_command
from sevenstep.loopback import wait_until_healthy

_ATTEMPTS = 3


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
        """Both at once; returns when both are ready."""
        with ThreadPoolExecutor(2) as pool:
            issuer = pool.submit(self._run, "issuer", "sevenstep.issuer:create_app", self._issuer_settings())
            bridge = pool.submit(self._run, "bridge", "sevenstep.otlp_bridge:create_app", self._bridge_settings())
            self.issuer, self.bridge = issuer.result(), bridge.result()

    def stop(self) -> None:
        """They keep nothing that would have to be closed properly."""
        for child in self._children:
            child.kill()

    def fallen(self) -> list[str]:
        """Which of them have ended."""
        return [child.name for child in self._children if not child.alive]

    def _run(self, name: str, factory: str, settings: dict[str, str]) -> str:
        """Start one and wait for it; its address. Another try when its port was taken meanwhile."""
        log = self._logs / f"{name}.log"
        for attempt in range(1, _ATTEMPTS + 1):
            port = proc.free_port()
            url = f"http://127.0.0.1:{port}"
            environment = self._environment | settings | {"SEVENSTEP_OWN_URL": url}
            child = proc.start(name, [*uvicorn_command(factory, port), "--factory"], log, environment)
            self._children.append(child)
            try:
                wait_until_healthy(child, f"{url}/health/ready", 30)
            except proc.ProcessEnded as ended:
                if not ended.port_clash or attempt == _ATTEMPTS:
                    raise
                self._children.remove(child)
                continue
            return url
        raise AssertionError("unreachable")

    def _issuer_settings(self) -> dict[str, str]:
        users = workspace.root() / "deploy" / "local" / "users.json"
        return {
            "SEVENSTEP_ISSUER_KEY": str(self._folder / "issuer-key.json"),
            "SEVENSTEP_ISSUER_USERS": str(users),
            "SEVENSTEP_ISSUER_CLIENTS": json.dumps({self._credentials.client_id: self._credentials.client_secret}),
        }

    def _bridge_settings(self) -> dict[str, str]:
        return {"SEVENSTEP_BRIDGE_ZIPKIN": f"{self._zipkin}/api/v2/spans"} if self._zipkin else {}
