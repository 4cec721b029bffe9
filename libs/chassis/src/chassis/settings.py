"""What a service is told from outside: environment variables ``SEVENSTEP_…``, and the time limits of its calls."""

from datetime import datetime
from typing import Literal

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """The same for every service. A service's own settings subclass this and name their own prefix in an alias."""

    model_config = SettingsConfigDict(env_prefix="SEVENSTEP_", extra="ignore", frozen=True)

    mongo_url: SecretStr = SecretStr("mongodb://127.0.0.1:27017/?replicaSet=rs0")
    mongo_database: str = ""
    """Empty: the service's own name."""
    keys_database: str = "keys"
    """Where the keys of sealed personal values are."""

    kafka_bootstrap: str = "127.0.0.1:9092"
    """``host:port,host:port``; the chassis splits it."""
    kafka_username: str = ""
    kafka_password: SecretStr = SecretStr("")

    oidc_issuer: str = ""
    """Exactly what tokens carry in ``iss``; its discovery document names the keys."""
    oidc_audience: str = "sevenstep"

    otlp_endpoint: str = ""
    """OTLP over HTTP, without ``/v1/traces``. Empty: no traces leave the process."""
    trace_ratio: float = 0.01
    """Share of visits whose traces are kept, 0 to 1."""

    clock: Literal["system", "manual"] = "system"
    """``manual`` (tests, demo): business time stands still until it is moved over ``/ops/clock``."""
    clock_start: datetime | None = None

    keys_master: SecretStr = SecretStr("")
    """Encrypts the persons' keys."""
    index_key: SecretStr = SecretStr("")
    """Makes pseudonyms and blind indexes of persons."""
    link_key: SecretStr = SecretStr("")
    """Signs customers' personal links."""

    public_url: str = ""
    """How callers reach this service, for links it hands out."""
    process: str = "1"
    """Tells the processes of one service apart in logs and leases."""

    @field_validator("clock_start", mode="before")
    @classmethod
    def _empty_means_none(cls, value: object) -> object:
        return value or None

    @field_validator("oidc_issuer", "otlp_endpoint", "public_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def kafka_servers(self) -> list[str]:
        """The bootstrap servers one by one."""
        return [server.strip() for server in self.kafka_bootstrap.split(",") if server.strip()]


# The time limits of the whole chassis, in seconds. They fit servers that replace a silent leader within about 4 s (the
# local stack's do). Together a paused primary costs a caller about 7 s, not the 25 s and more of the drivers' defaults.
MONGO_CONNECT_S = 3.0  # a host that does not answer a connection in this time is down
MONGO_TIMEOUT_S = 8.0  # one whole operation with its retries: longer than an election, shorter than a caller's patience
MONGO_HEARTBEAT_S = 2.0  # how soon a new primary is noticed
MONGO_SELECTION_S = 5.0  # waiting for a primary: elections take 3 to 4 s here
KAFKA_SESSION_S = 8.0  # a killed consumer's partitions go to another after this: taken over within 12 s
KAFKA_HEARTBEAT_S = 1.0  # how soon the others hear of it; eight within a session, so one that is late is no end
KAFKA_ANSWER_S = 5.0  # a broker that says nothing for so long is left: only then are the others asked
KAFKA_REQUEST_S = 10.0  # joining waits longer: a rebalance may wait a whole session for a dead member
KAFKA_AGAIN_S = 0.3  # between tries of a client; its own 0.1 s keeps brokers busy that start again
KAFKA_METADATA_S = 5.0  # who leads is asked at once when something fails, but a leader that hangs fails late
KAFKA_POLL_S = 120.0  # between two looks for records: longer than any batch with all its repetitions
KAFKA_FETCH_S = 0.5  # a question for records waits this long at the broker for one to come
KAFKA_STOP_S = 10.0  # aiokafka's stop can block; nothing is lost by walking away after this
ISSUER_TIMEOUT_S = 3.0  # keys are fetched while a caller waits
COMMAND_TRIES_S = 5.0  # a command that loses every race this long is told to come again
COMMAND_TRIES = 12
QUEUE_WAIT_S = 20.0  # a thousand callers for one day are through in less
START_RETRY_S = 2.0  # between attempts to reach store and broker at start
MAX_BODY_BYTES = 256 * 1024  # the longest request body: a day sheet has 40 KiB
