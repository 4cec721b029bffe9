"""``asyncio.wait_for`` as Python has it from 3.12 on, for processes that run 3.11.

There it waits in a task of its own. Who is cancelled while that task ends leaves it behind: PyMongo's driver waits so
for a server, under a lock that the abandoned task then takes and nobody gives back. From then on every call of that
client waits for ever, whatever its time limits.
"""

import asyncio
import sys
from asyncio import tasks
from collections.abc import Awaitable
from typing import TypeVar

from pymongo import lock

T = TypeVar("T")


def install() -> None:
    """From now on for everything in this process; nothing where Python has it already."""
    if sys.version_info < (3, 12):
        for module in (asyncio, tasks, lock):
            module.wait_for = wait_for  # type: ignore[attr-defined]


async def wait_for(awaited: Awaitable[T], timeout: float | None) -> T:
    """What is awaited, here and not in a task. Raises ``TimeoutError`` when it takes longer than these seconds."""
    async with asyncio.timeout(timeout):
        return await awaited
