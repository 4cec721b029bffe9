"""How loops end, in a world where libraries swallow cancellations and leak their own."""

import asyncio
from collections.abc import Sequence

import structlog

CANCELLED_TIMES = 20
"""Once a second; after that a loop is left behind."""

log = structlog.get_logger(__name__)


def told_to_stop() -> bool:
    """Whether the running task itself was cancelled. A ``CancelledError`` may also leak from a library that cancelled
    futures of its own (aiokafka does when a connection is closed): that is a failure like any other."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancels until they have really ended: a library below may swallow a cancellation (Python 3.11's ``wait_for``,
    PyMongo's network layer). One that resists is left behind with a line in the log, for a stop must come to its end.
    """
    for _ in range(CANCELLED_TIMES):
        running = [task for task in tasks if not task.done()]
        if not running:
            return
        for task in running:
            task.cancel()
        await asyncio.wait(running, timeout=1.0)
    for task in tasks:
        if not task.done():
            log.error("loop left behind", loop=task.get_coro().__qualname__)  # type: ignore[union-attr]
