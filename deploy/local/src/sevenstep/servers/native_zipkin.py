"""Zipkin, the viewer of traces, from its runnable jar. It keeps them in memory."""

import shutil
from pathlib import Path

from sevenstep import cache, proc


def start(port: int, logs: Path, environment: dict[str, str], children: list[proc.Child]) -> proc.Child:
    """Start it; it is not ready yet. It yields to everything else: services do without it, and it is the slowest."""
    # `--server.address` is ignored by its web server; only this binds it to loopback.
    binding = {"ip": "127.0.0.1", "port": port, "protocols[0]": "http"}
    options = [f"--armeria.ports[0].{key}={value}" for key, value in binding.items()]
    quick = ["-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"]
    yielding = ["nice", "-n", "10"] if shutil.which("nice") else []
    command = [*yielding, "java", *quick, "-jar", str(cache.zipkin_jar()), *options, "--logging.level.root=WARN"]
    child = proc.start("zipkin", command, logs / "zipkin.log", environment)
    children.append(child)
    return child
