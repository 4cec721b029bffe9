"""Kafka and MongoDB for a stack: given by the environment, in Docker, or native; behind one protocol."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class KafkaAccess:
    """Where a Kafka is, and its administrator. Without a user name it is an open broker (plaintext)."""

    bootstrap: str
    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def secured(self) -> bool:
        return bool(self.username)

    @classmethod
    def told(cls, kafka: Mapping[str, str]) -> "KafkaAccess":
        """As `describe` wrote it down."""
        return cls(kafka["bootstrap"], kafka["username"], kafka["password"])

    def describe(self) -> dict[str, str]:
        """The `kafka` part of stack.json."""
        return {
            "bootstrap": self.bootstrap,
            "security_protocol": "SASL_PLAINTEXT" if self.secured else "PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-256" if self.secured else "",
            "username": self.username,
            "password": self.password,
        }


@dataclass(frozen=True)
class MongoAccess:
    """Where a MongoDB is: a url with the administrator's credentials, if it has any. `secured`: it knows users."""

    url: str = field(repr=False)
    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def secured(self) -> bool:
        return bool(self.username)

    def describe(self) -> dict[str, str]:
        """The `mongo` part of stack.json."""
        return {"url": self.url, "username": self.username, "password": self.password}


class Servers(Protocol):
    """Brings up Kafka and MongoDB. Both calls block until the server answers; each is made once."""

    kind: str
    reason: str

    def start_kafka(self, passwords: dict[str, str]) -> KafkaAccess:
        """Bring up Kafka. `passwords`: a user for each service, to be known to the broker when it needs users."""
        ...

    def start_mongo(self) -> MongoAccess:
        """Bring up MongoDB as a replica set (transactions and change streams need one)."""
        ...

    def start_zipkin(self, port: int) -> None:
        """Bring up the viewer of traces on this port of loopback; returns when it is ready."""
        ...

    def stop(self) -> None:
        """Stop exactly what was started."""
        ...

    def fallen(self) -> list[str]:
        """Which of the servers started here have ended by themselves."""
        ...
