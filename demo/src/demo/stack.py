"""Where the running platform is: what ``stack.json`` says."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Stack:
    """Addresses of everything the player calls."""

    name: str
    services: dict[str, str]
    processes: tuple[str, ...]
    issuer: dict[str, str]
    traces: str
    otlp: str
    logs: str

    @classmethod
    def read(cls) -> "Stack":
        """From the file named by ``SEVENSTEP_STACK``, else the default stack's."""
        path = Path(os.environ.get("SEVENSTEP_STACK", "build/stack.json"))
        if not path.exists():
            raise SystemExit(f"{path} is not there: start the platform first (make demo does both)")
        return cls.of(json.loads(path.read_text()))

    @classmethod
    def of(cls, known: Mapping[str, Any]) -> "Stack":
        """Of a running stack's description."""
        urls = tuple(process["url"] for all_of in known["processes"].values() for process in all_of)
        return cls(
            known["name"], known["services"], urls, known["issuer"], known["traces"], known["otlp"], known["logs"]
        )
