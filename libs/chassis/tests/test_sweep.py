"""What stands aside is looked for in a store that may be away."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from chassis.effects import Effects
from pymongo.errors import AutoReconnect


class Away:
    """A store that fails."""

    def __init__(self, failed: Exception) -> None:
        self.failed = failed

    async def any(self, consumer: str) -> bool:
        raise self.failed


def looking_into(aside: Away) -> Effects:
    effects = Effects.__new__(Effects)
    effects.consumer, effects.something_aside = cast(Any, SimpleNamespace(name="facts")), True
    effects._aside = cast(Any, aside)
    return effects


async def test_a_store_that_is_away_when_it_is_looked_for_is_told_and_the_consumer_stays() -> None:
    effects = looking_into(Away(AutoReconnect("connection reset by peer")))
    assert await effects.sweep() == "AutoReconnect: connection reset by peer"
    assert effects.something_aside


async def test_any_other_failure_is_not_hidden() -> None:
    with pytest.raises(LookupError):
        await looking_into(Away(LookupError())).sweep()
