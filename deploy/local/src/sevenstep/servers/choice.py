"""Which Kafka and MongoDB a stack uses: given by the environment, else Docker, else native."""

import os
from pathlib import Path

from sevenstep.servers import Servers
from sevenstep.servers.docker import Docker, why_not
from sevenstep.servers.given import Given, is_given
from sevenstep.servers.native import Native

FORCED = "SEVENSTEP_STACK_SERVERS"
"""Set to ``native``: the native servers, whatever else there is."""


def choose(folder: Path, logs: Path, environment: dict[str, str], *, zipkin: bool, keep: bool) -> Servers:
    """The servers to use, with the reason in words."""
    if os.environ.get(FORCED) == "native":
        return Native(folder, logs, environment, reason=f"{FORCED}=native", keep=keep)
    if is_given():
        return Given(logs, environment)
    obstacle = why_not(zipkin)
    if not obstacle:
        return Docker()
    return Native(folder, logs, environment, reason=f"{obstacle}; no addresses in the environment", keep=keep)
