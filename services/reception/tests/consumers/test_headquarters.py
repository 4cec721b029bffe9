"""Dealers as headquarters tells them (H1)."""

from chassis.testing import memory_unit
from contracts.headquarters import DealerChanged
from reception.storage.collections import DEALERS
from reception_builders import NINE
from reception_counter import TheCounter, a_registration


async def test_a_dealers_change_replaces_what_was_known():
    """H1: the fact carries the whole new registration."""
    counter = TheCounter()
    await counter.opens()
    changed = a_registration().model_dump() | {"advisors": ("chen",), "effective_from": NINE}
    await counter.hears(DealerChanged.model_validate(changed))
    dealer = await memory_unit(store=counter.store).get(DEALERS, "SH001")
    assert dealer.advisors == ("chen",) and dealer.zone == "Asia/Shanghai"
