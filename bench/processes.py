"""CPU seconds, memory and children of processes, as the kernel tells them."""

import os
import time
from collections.abc import Iterable
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU seconds these processes have used until now, user and system. One that is gone counts no more."""
    total = 0.0
    for pid in pids:
        if pid == os.getpid():
            total += time.process_time()
            continue
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += (int(fields[11]) + int(fields[12])) / _TICK
    return total


def resident_mb(pid: int) -> float:
    """Memory of a process that is in RAM now, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"process {pid} tells no memory")


def children(named: str) -> list[int]:
    """Children of this process whose program has this name."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        name, rest = text[text.index("(") + 1 : text.rindex(")")], text.rpartition(")")[2].split()
        if int(rest[1]) == os.getpid() and name == named:
            found.append(int(text.split(" ", 1)[0]))
    return found
