"""Dealers headquarters tells of (H1)."""

from a_workshop import AWorkshop, registered
from contracts.headquarters import DealerChanged
from workshop.storage.dealers import DEALERS
from workshop_builders import EIGHT, MONDAY


async def test_a_registered_dealer_is_known_with_its_zone():
    """H1, B19: eight in the morning in Shanghai is still Monday there, at midnight UTC."""
    workshop = AWorkshop()
    await workshop.hear(registered())
    dealer = await workshop.unit().get(DEALERS, "SH001")
    assert dealer.day_of(EIGHT) == MONDAY
    assert dealer.start_of(MONDAY).isoformat() == "2025-06-22T16:00:00+00:00"


async def test_a_changed_dealer_is_the_new_one():
    """H1."""
    workshop = AWorkshop()
    await workshop.hear(registered())
    await workshop.hear(DealerChanged(**{**dict(registered()), "name": "Pudong East"}, effective_from=EIGHT))
    assert (await workshop.unit().get(DEALERS, "SH001")).name == "Pudong East"
