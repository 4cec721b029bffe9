"""A dealer joins the network (H1)."""

from dataclasses import dataclass

from chassis.unit import Unit

from headquarters.domain.dealer import Dealer, Registration, register
from headquarters.domain.errors import DealerAlreadyRegistered
from headquarters.storage.dealers import DEALERS


@dataclass(frozen=True, slots=True)
class RegisterDealer:
    dealer_id: str
    registration: Registration


async def register_dealer(unit: Unit, command: RegisterDealer) -> Dealer:
    """Registers and announces the dealer. Raises ``DealerAlreadyRegistered`` and ``RegistrationInvalid``."""
    if await unit.find(DEALERS, command.dealer_id):
        raise DealerAlreadyRegistered(f"{command.dealer_id} is registered already: change it with PUT")
    dealer, events = register(command.dealer_id, command.registration, at=unit.now)
    unit.add(DEALERS, dealer, events)
    return dealer
