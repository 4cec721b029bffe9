"""The secrets of one stack: random, made when it is first started, kept in its own folder only."""

import json
import secrets
from base64 import b64encode
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sevenstep.description import private_file


def _random(length: int) -> str:
    return b64encode(secrets.token_bytes(length)).decode()


@dataclass
class Credentials:
    """Passwords per service, and the keys all services share. Keys are base64."""

    kafka: dict[str, str] = field(default_factory=dict)
    mongo: dict[str, str] = field(default_factory=dict)
    keys_master: str = field(default_factory=lambda: _random(96))
    index_key: str = field(default_factory=lambda: _random(32))
    link_key: str = field(default_factory=lambda: _random(32))
    client_id: str = "sevenstep-local"
    client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @staticmethod
    def of(folder: Path, services: list[str]) -> "Credentials":
        """The secrets kept in this folder, completed for services that are new, or fresh ones."""
        path = folder / "credentials.json"
        made = Credentials(**json.loads(path.read_text())) if path.is_file() else Credentials()
        for name in services:
            made.kafka.setdefault(name, secrets.token_urlsafe(24))
            made.mongo.setdefault(name, secrets.token_urlsafe(24))
        private_file(path, json.dumps(asdict(made)))
        return made
