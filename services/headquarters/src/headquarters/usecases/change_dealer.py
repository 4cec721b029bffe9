"""A dealer's registration changes (H1)."""

from dataclasses import dataclass

from chassis.unit import Unit

from headquarters.domain.dealer import Dealer, Registration
from headquarters.storage.dealers import DEALERS


@dataclass(frozen=True, slots=True)
class ChangeDealer:
    dealer_id: str
    registration: Registration


async def change_dealer(unit: Unit, command: ChangeDealer) -> Dealer:
    """Replaces the registration. Raises ``Unknown``, ``RegistrationInvalid`` and ``FixedSinceRegistration``."""
    dealer = await unit.get(DEALERS, command.dealer_id)
    unit.save(DEALERS, dealer, dealer.change(command.registration, at=unit.now))
    return dealer
