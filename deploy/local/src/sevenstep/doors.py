"""The sockets on which service processes take calls: opened and kept by their owner, so that a successor takes over."""

import contextlib
import os
import socket
import threading

from sevenstep import proc

_ATTEMPTS = 3


class Door:
    """One loopback port of ours. While a process serves it, and while it is handed over, callers are let in or wait;
    when the process is gone they are refused at once, as if there were no such port."""

    def __init__(self) -> None:
        self._socket = _bound()
        self.port: int = self._socket.getsockname()[1]
        self.handing_over = False
        self._watcher: threading.Thread | None = None

    @property
    def handle(self) -> int:
        """The number under which a child gets it."""
        return self._socket.fileno()

    def served_by(self, child: proc.Child) -> None:
        """From now on this child serves it; its end closes the door, unless there is a successor."""
        self.handing_over = False
        self._watcher = threading.Thread(target=self._watch, args=(child.pid,), daemon=True, name=f"door-{self.port}")
        self._watcher.start()

    def settled(self) -> None:
        """Return when the last child's end has been seen: only then may the next one be started."""
        if self._watcher is not None:
            self._watcher.join()

    def _watch(self, pid: int) -> None:
        with contextlib.suppress(ChildProcessError):
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # only looks: whoever started it hears of its end too
        if not self.handing_over:
            with contextlib.suppress(OSError):  # it ended before it listened: there is nothing to close
                self._socket.shutdown(socket.SHUT_RD)


def _bound() -> socket.socket:
    for attempt in range(1, _ATTEMPTS + 1):
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            # By its number: only such a port stays ours while nobody listens on it.
            made.bind(("127.0.0.1", proc.free_port()))
        except OSError:
            made.close()
            if attempt == _ATTEMPTS:
                raise
        else:
            return made
    raise AssertionError("unreachable")
