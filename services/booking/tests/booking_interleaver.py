"""Several callers in one process, switched at every await of the store in an order that a seed decides.

Between two awaits of the store nothing else can happen, so these are all the moments that matter. Works on any
store: on memory's nothing ever waits, on the real one only the caller whose turn it is.
"""

import types
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.store import Change, Store
from chassis.testing import MemoryStore

_SWITCH = object()

Choose = Callable[[int], int]
"""Which of so many callers goes on."""


@types.coroutine
def step_aside() -> Generator[object, None, None]:
    """Lets the others go first."""
    yield _SWITCH


@types.coroutine
def _one_step(caller: Coroutine[Any, Any, Any]) -> Generator[Any, Any, bool]:
    """Up to the caller's next await of the store; whether he is done. What the real store waits for is waited for."""
    while True:
        try:
            asked = caller.send(None)
        except StopIteration:
            return True
        if asked is _SWITCH:
            return False
        yield asked


async def interleave(callers: Sequence[Coroutine[Any, Any, Any]], choose: Choose) -> int:
    """Runs all callers to their end; returns the number of switches."""
    left, steps = list(callers), 0
    try:
        while left:
            caller = left[choose(len(left))]
            if await _one_step(caller):
                left.remove(caller)
            steps += 1
    finally:
        for caller in left:
            caller.close()
    return steps


@dataclass
class SteppingStore:
    """A store at which callers are switched. ``seen`` hears of every commit that the store took, in its order."""

    store: Store
    seen: Callable[[Sequence[Change]], Awaitable[None]]

    @property
    def sealing(self) -> Any:
        return getattr(self.store, "sealing", None) or MemoryStore().sealing

    async def load(self, *args: Any) -> Any:
        await step_aside()
        return await self.store.load(*args)

    async def load_all(self, *args: Any) -> Any:
        await step_aside()
        return await self.store.load_all(*args)

    async def load_together(self, *args: Any) -> Any:
        await step_aside()
        return await self.store.load_together(*args)

    async def search(self, *args: Any) -> Any:
        await step_aside()
        return await self.store.search(*args)

    async def briefs(self, *args: Any) -> Any:
        await step_aside()
        return await self.store.briefs(*args)

    async def count(self, *args: Any) -> int:
        await step_aside()
        return await self.store.count(*args)

    async def commit(self, changes: Sequence[Change]) -> None:
        await step_aside()
        await self.store.commit(changes)
        await self.seen(changes)

    async def confirm_majority(self) -> None:
        await step_aside()
        await self.store.confirm_majority()

    async def holds_record(self, *args: Any) -> bool:
        await step_aside()
        return await self.store.holds_record(*args)


class _Order:
    """One order: the choices given first, from there on always the first caller. Remembers what could be chosen."""

    def __init__(self, given: Sequence[int]) -> None:
        self.given, self.made, self.options = given, list[int](), list[int]()

    def __call__(self, count: int) -> int:
        pick = self.given[len(self.made)] if len(self.made) < len(self.given) else 0
        self.made.append(pick)
        self.options.append(count)
        return pick


def every_order() -> Generator[Choose, None, None]:
    """All orders there are, one after the other: each choice is made in each way (depth first)."""
    left: list[list[int]] = [[]]
    while left:
        order = _Order(left.pop())
        yield order
        for at in range(len(order.given), len(order.made)):
            left.extend([*order.made[:at], other] for other in range(1, order.options[at]))
