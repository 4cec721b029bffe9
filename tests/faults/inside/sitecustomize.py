"""Loaded by every service process of a fault cluster before anything else: obeys orders that come by a signal.

SIGUSR2: do what the file ``<process>.order`` in the folder FAULTS_ORDERS says, and remove it. ``stall 5`` blocks the
event loop for 5 s, as a call that should have been awaited would, or until there is a file ``<process>.enough``;
``hog`` takes memory without end.

FAULTS_CLOCK_OFF: by so many seconds the system's clock is wrong for whatever Python reads it.
"""

import os
import signal
import time
from pathlib import Path

_FOLDER = os.environ.get("FAULTS_ORDERS", "")
_PROCESS = os.environ.get("SEVENSTEP_PROCESS", "")


def _obey(number: int, frame: object) -> None:
    order = Path(_FOLDER, f"{_PROCESS}.order")
    word, _, seconds = order.read_text().partition(" ")
    order.unlink()
    if word == "stall":
        enough, until = Path(_FOLDER, f"{_PROCESS}.enough"), time.monotonic() + float(seconds)
        while time.monotonic() < until and not enough.exists():
            time.sleep(0.05)
        enough.unlink(missing_ok=True)
    elif word == "hog":
        taken = []
        while True:
            taken.append(b"\1" * (8 << 20))


def _misread(seconds: float) -> None:
    from datetime import timedelta

    from chassis import clock  # before anybody else takes its function

    right, rightly, exactly = clock.system_now, time.time, time.time_ns
    clock.system_now = lambda: right() + timedelta(seconds=seconds)
    time.time = lambda: rightly() + seconds
    time.time_ns = lambda: exactly() + int(seconds * 1e9)


if _OFF := os.environ.get("FAULTS_CLOCK_OFF"):
    _misread(float(_OFF))
if _FOLDER and _PROCESS:
    signal.signal(signal.SIGUSR2, _obey)
