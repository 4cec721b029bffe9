"""R5: VIN or plate differed from the order; now it is clear which vehicle this is."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.values import Vehicle

from reception.domain.policy import Policy
from reception.domain.vin_policy import check_vin_for_market
from reception.domain.visit import Resolution, Visit
from reception.storage.collections import VISITS
from reception.usecases.known import dealer_of


@dataclass(frozen=True)
class ResolveMismatch:
    """``vehicle`` as it holds from now on."""

    dealer_id: str
    visit_id: str
    vehicle: Vehicle
    how: Resolution


async def resolve_mismatch(unit: Unit, command: ResolveMismatch, policy: Policy) -> Visit:
    """Raises ``CheckInNotStopped``, ``VinNotRead``, ``CheckDigitWrong``."""
    visit = await unit.get(VISITS, command.visit_id)
    dealer = await dealer_of(unit, command.dealer_id)
    check_vin_for_market(command.vehicle.vin, dealer.market, policy.check_digit_markets)
    unit.save(VISITS, visit, visit.resolve(command.vehicle, command.how))
    return visit
