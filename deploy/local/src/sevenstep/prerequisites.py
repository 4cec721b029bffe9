"""What the native servers need from the operating system, and what to do when it is missing."""

import ctypes.util
import os
import shutil
import subprocess
from collections.abc import Callable

_NEEDS: dict[str, Callable[[], bool]] = {
    "default-jre-headless": lambda: shutil.which("java") is not None,
    "maven": lambda: shutil.which("mvn") is not None,
    "libcurl4": lambda: ctypes.util.find_library("curl") is not None,
}


class PrerequisiteMissing(Exception):
    """The operating system lacks something the native servers need, and we may not install it."""

    code = "prerequisite-missing"

    def __init__(self, packages: list[str]) -> None:
        super().__init__(
            f"Needed for Kafka, MongoDB and Zipkin on this machine: {', '.join(packages)}. "
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
