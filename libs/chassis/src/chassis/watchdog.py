"""Whether a client that gives nothing has nothing to give: aiokafka's can stand still for ever, alive to everybody."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

STUCK_AFTER_S = 20.0
"""Without a record; then the broker is asked whether there are some."""
SURE_AFTER_S = 5.0
"""And once more: the first time one may just have come."""
UNASSIGNED_AFTER_S = 60.0
"""A group that gathers anew takes its time."""


@dataclass
class Watchdog:
    """``moved``: when there was a record last, or surely nothing to read."""

    moved: float
    _asked: float = 0.0
    _behind: bool = False

    def record(self, now: float) -> None:
        self.moved, self._behind = now, False

    async def complains(self, now: float, assigned: bool, behind: Callable[[], Awaitable[bool]]) -> str:
        """Why the client has to be built anew; empty while it does not have to."""
        if now - self.moved < STUCK_AFTER_S or now - self._asked < SURE_AFTER_S:
            return ""
        self._asked = now
        if not assigned:
            return f"not assigned for {now - self.moved:.0f} s" if now - self.moved > UNASSIGNED_AFTER_S else ""
        if not await behind():
            self.record(now)
            return ""
        seen_before, self._behind = self._behind, True
        return f"no record for {now - self.moved:.0f} s although there are some" if seen_before else ""
