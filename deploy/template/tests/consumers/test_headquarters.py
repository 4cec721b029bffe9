"""Dealers come from headquarters (H1)."""

from datetime import date, time

from chassis.testing import a_fact, memory_unit
from contracts.headquarters import DealerRegistered, OpeningHours
from newservice.consumers.headquarters import on_dealer_registered
from newservice.storage.dealers import DEALERS


def a_registration(name: str) -> DealerRegistered:
    return DealerRegistered(
        name=name,
        zone="Asia/Shanghai",
        currency="CNY",
        region="East",
        area="shanghai",
        opened_on=date(2012, 3, 1),
        opening_hours=(OpeningHours(weekday=0, opens=time(8), closes=time(18)),),
        advisors=("anna",),
    )


async def test_a_registered_dealer_is_known_and_a_changed_one_replaces_it() -> None:
    """H1."""
    unit = memory_unit()
    await on_dealer_registered(unit, a_fact(a_registration("Sunrise"), visit_id=None))
    await on_dealer_registered(unit, a_fact(a_registration("Sunset"), visit_id=None))
    await unit.commit()
    assert (await unit.get(DEALERS, "SH001")).name == "Sunset"
