"""TCP proxies in front of everything a fault cluster runs: they cut, delay, slow and reset, and count the bytes."""

import contextlib
import json
import socket
import sys
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sevenstep import proc

Way = Literal["to_server", "to_client"]
_ATTEMPTS = 3  # somebody may take a free port first
_ENGINE = Path(__file__).with_name("proxy_engine.py")


class ProxyRefused(Exception):
    """The proxies' process did not do as told; the message is its own."""


@dataclass(frozen=True)
class Counters:
    """Since the proxy was opened. Bytes are counted when they are passed on, so what a cut holds back is not in here.

    ``unreachable``: connections whose server was not there. ``late``: bytes that were on the way for more than 20 ms,
    ``longest_s`` the longest of them. ``open``: connections at this moment.
    """

    to_server: int
    to_client: int
    connections: int
    refused: int
    reset: int
    unreachable: int
    late: int
    longest_s: float
    open: int


class Switchboard:
    """The process all proxies of one cluster live in. Orders are carried out when the call returns (below 1 ms)."""

    def __init__(self, folder: Path, logs: Path, environment: dict[str, str]) -> None:
        path = folder / "proxies"
        path.unlink(missing_ok=True)
        self._child = proc.start(
            "proxies", [sys.executable, str(_ENGINE), str(path)], logs / "proxies.log", environment
        )
        self._lock = threading.Lock()
        self._socket = _connect(path, self._child)
        self._answers = self._socket.makefile("rb")

    @property
    def pid(self) -> int:
        return self._child.pid

    def open(self, name: str, target: int, port: int = 0) -> "Proxy":
        """A proxy before this port of loopback; on ``port``, or on one that is free."""
        for _ in range(0 if port else _ATTEMPTS):
            with contextlib.suppress(ProxyRefused):
                return self.open(name, target, proc.free_port())
        made = self.order({"do": "open", "target": target, "port": port or proc.free_port()})
        return Proxy(self, name, made["id"], made["port"])

    def order(self, what: dict[str, Any]) -> Any:
        """Raises ProxyRefused."""
        with self._lock:
            self._socket.sendall(json.dumps(what).encode() + b"\n")
            line = self._answers.readline()
        answer = json.loads(line) if line else {"failed": "the proxies' process has ended"}
        if "failed" in answer:
            raise ProxyRefused(answer["failed"])
        return answer["done"]

    def close(self) -> None:
        self._answers.close()
        self._socket.close()
        self._child.kill()


class Proxy:
    """One address in front of one server.

    Every fault holds until it is healed. ``by`` names who ordered it: of the same name a new fault takes the old one's
    place, those of different names hold at the same time, and each heals its own.
    """

    def __init__(self, board: Switchboard, name: str, id: int, port: int) -> None:
        self._board, self._id = board, id
        self.name, self.port = name, port

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def cut(self, *, silent: bool = False, sources: Collection[int] | None = None, by: str = "") -> None:
        """Nobody gets through. Connections are reset and new ones refused, as if the machine's port were closed;
        ``silent``: they stay open and nothing arrives until the heal, as when a cable is pulled.
        ``sources``: only for connections these processes opened."""
        self._rule({"silent": ["to_server", "to_client"]} if silent else {"refuse": True}, sources, by)

    def cut_one_way(self, way: Way, *, sources: Collection[int] | None = None, by: str = "") -> None:
        """Bytes of this direction do not arrive until the heal; the others do."""
        self._rule({"silent": [way]}, sources, by)

    def delay(self, milliseconds: float, *, sources: Collection[int] | None = None, by: str = "") -> None:
        """Bytes arrive this much later, each way."""
        self._rule({"delay_s": milliseconds / 1000}, sources, by)

    def rate(self, bytes_per_s: float, *, sources: Collection[int] | None = None, by: str = "") -> None:
        """At most so many bytes a second pass, each way of each connection."""
        self._rule({"rate": bytes_per_s}, sources, by)

    def heal(self, by: str | None = None) -> None:
        """As if nothing had been (``by`` none: whoever ordered it); what was held back arrives now."""
        self._board.order({"do": "heal", "id": self._id, "by": by})

    def reset(self) -> int:
        """Reset every open connection once; how many there were."""
        return self._board.order({"do": "reset", "id": self._id})

    @property
    def counters(self) -> Counters:
        return Counters(**self._board.order({"do": "count", "id": self._id}))

    def links(self, sources: Collection[int] | None = None) -> dict[str, int]:
        """The bytes each open connection has carried, both ways together; ``sources``: of these processes only."""
        told = None if sources is None else sorted(sources)
        return self._board.order({"do": "links", "id": self._id, "sources": told})

    def _rule(self, rule: dict[str, Any], sources: Collection[int] | None, by: str) -> None:
        told = rule if sources is None else rule | {"sources": sorted(sources)}
        self._board.order({"do": "rule", "id": self._id, "by": by, "rule": told})


def _connect(path: Path, child: proc.Child) -> socket.socket:
    until = time.monotonic() + 15
    while True:
        made = socket.socket(socket.AF_UNIX)
        try:
            made.connect(str(path))
        except OSError:
            made.close()
            child.check()
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return made
