"""What the native servers need from the operating system, and what to do when it is missing."""

import ctypes.util
import os
import re
import shutil
import subprocess
from collections.abc import Callable

JAVA = 17
"""The oldest Java that Kafka 4.1 runs on."""


def java_version() -> int:
    """The major version of the ``java`` on the path; 0 when there is none."""
    if shutil.which("java") is None:
        return 0
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(found[1]) if found else 0


_NEEDS: dict[str, Callable[[], bool]] = {
    "default-jre-headless": lambda: java_version() >= JAVA,
    "maven": lambda: shutil.which("mvn") is not None,
    "libcurl4": lambda: ctypes.util.find_library("curl") is not None,
}


class PrerequisiteMissing(Exception):
    """The operating system lacks something the native servers need, and we may not install it."""

    code = "prerequisite-missing"

    def __init__(self, packages: list[str]) -> None:
        super().__init__(
            f"Needed for Kafka (Java {JAVA} or newer), MongoDB and Zipkin on this machine: {', '.join(packages)}. "
            f"Install with: sudo apt-get install -y {' '.join(packages)}   "
            "(or give SEVENSTEP_STACK_KAFKA_BOOTSTRAP and SEVENSTEP_STACK_MONGO_URL, or use Docker)"
        )


def missing() -> list[str]:
    """Debian names of the packages that are missing."""
    return [package for package, present in _NEEDS.items() if not present()]


def ensure() -> None:
    """Install what is missing when we are root on a Debian; else raise PrerequisiteMissing with the command to type."""
    packages = missing()
    if not packages:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise PrerequisiteMissing(packages)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", *packages]):
        subprocess.run(command, env=quiet, check=False, stdout=subprocess.DEVNULL)
    if left := missing():
        raise PrerequisiteMissing(left)
