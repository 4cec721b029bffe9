"""HTTP to what runs on this machine: never through a proxy the environment may name."""

import time
from collections.abc import Callable

import httpx2

from sevenstep.proc import Child, NotReadyInTime


class NoAnswerInTime(Exception):
    """An address does not answer 200."""

    code = "no-answer-in-time"

    def __init__(self, url: str, seconds: float) -> None:
        super().__init__(f"{url} did not answer 200 within {seconds:.0f} s.")


def client(seconds: float = 5.0) -> httpx2.Client:
    """A client with this time limit for each call."""
    # Nothing here speaks TLS, and reading the machine's certificates takes longer than the call.
    return httpx2.Client(timeout=seconds, trust_env=False, verify=False)


def wait_until_healthy(child: Child, url: str, seconds: float) -> None:
    """Return when the url answers 200. Raises ProcessEnded or NotReadyInTime."""
    try:
        wait_until(url, seconds, child.check)
    except NoAnswerInTime as never:
        raise NotReadyInTime(child.name, seconds, child.log) from never


def wait_until(url: str, seconds: float, check: Callable[[], None] = lambda: None) -> None:
    """Return when the url answers 200. `check` raises when waiting has become pointless. Raises NoAnswerInTime."""
    deadline = time.monotonic() + seconds
    with client(2) as caller:
        while time.monotonic() < deadline:
            check()
            try:
                if caller.get(url).status_code == 200:
                    return
            except httpx2.HTTPError:
                pass
            time.sleep(0.1)
    raise NoAnswerInTime(url, seconds)
