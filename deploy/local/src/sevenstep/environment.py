"""What a service process is told at its start: the SEVENSTEP_ settings."""

from dataclasses import dataclass

from sevenstep.credentials import Credentials
from sevenstep.mongo_access import KEYS_DATABASE, service_url
from sevenstep.servers import KafkaAccess, MongoAccess

AUDIENCE = "sevenstep"


@dataclass
class ServiceSettings:
    """The same for every service, but for its own users."""

    kafka: KafkaAccess
    mongo: MongoAccess
    credentials: Credentials
    issuer: str
    otlp: str
    trace_ratio: float
    clock: str
    clock_start: str
    extra: dict[str, str]

    def of(self, service: str) -> dict[str, str]:
        """The SEVENSTEP_ variables of a service, without those that differ between its processes."""
        found = {
            "SEVENSTEP_MONGO_URL": service_url(self.mongo, service, self.credentials.mongo[service]),
            "SEVENSTEP_MONGO_DATABASE": service,
            "SEVENSTEP_KEYS_DATABASE": KEYS_DATABASE,
            "SEVENSTEP_KAFKA_BOOTSTRAP": self.kafka.bootstrap,
            "SEVENSTEP_OIDC_ISSUER": self.issuer,
            "SEVENSTEP_OIDC_AUDIENCE": AUDIENCE,
            "SEVENSTEP_TRACE_RATIO": str(self.trace_ratio),
            "SEVENSTEP_CLOCK": self.clock,
            "SEVENSTEP_KEYS_MASTER": self.credentials.keys_master,
            "SEVENSTEP_INDEX_KEY": self.credentials.index_key,
            "SEVENSTEP_LINK_KEY": self.credentials.link_key,
        }
        if self.kafka.secured:
            found["SEVENSTEP_KAFKA_USERNAME"] = service
            found["SEVENSTEP_KAFKA_PASSWORD"] = self.credentials.kafka[service]
        if self.otlp:
            found["SEVENSTEP_OTLP_ENDPOINT"] = self.otlp
        if self.clock_start:
            found["SEVENSTEP_CLOCK_START"] = self.clock_start
        return found | self.extra


def of_process(settings: dict[str, str], process: str, port: int) -> dict[str, str]:
    """The variables of one process of a service."""
    return settings | {"SEVENSTEP_PROCESS": process, "SEVENSTEP_PUBLIC_URL": f"http://127.0.0.1:{port}"}
