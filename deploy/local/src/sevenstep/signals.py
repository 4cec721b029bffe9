"""SIGTERM and SIGINT as an exception, so that a stack is stopped in the same order whoever asks for it."""

import signal
from types import FrameType


class ToldToStop(Exception):
    """SIGTERM or SIGINT arrived."""


def obey_signals() -> None:
    """From now on SIGTERM and SIGINT raise ToldToStop in the main thread, once; later ones wait for the clean end."""

    def stop(number: int, frame: FrameType | None) -> None:
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, signal.SIG_IGN)
        raise ToldToStop(f"stopped by {signal.Signals(number).name}")

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, stop)
