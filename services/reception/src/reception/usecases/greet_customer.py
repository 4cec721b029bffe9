"""R1: an advisor greets the customer; the wait is over and recorded."""

from dataclasses import dataclass

from chassis.unit import Unit

from reception.domain.visit import Visit
from reception.storage.collections import VISITS


@dataclass(frozen=True)
class GreetCustomer:
    """``advisor`` owns the visit from now on."""

    visit_id: str
    advisor: str


async def greet_customer(unit: Unit, command: GreetCustomer) -> Visit:
    """Raises ``AlreadyGreeted``, ``CustomerLeft``."""
    visit = await unit.get(VISITS, command.visit_id)
    unit.save(VISITS, visit, visit.greet(command.advisor, unit.now))
    return visit
