"""R10: estimate pending diagnosis, acknowledged by the customer."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.values import Money

from reception.domain.authorisation import PendingDiagnosis
from reception.domain.repair_order import RepairOrder
from reception.domain.shown_text import diagnosis_text
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.known import dealer_of, order_of, say_to


@dataclass(frozen=True)
class AcknowledgeDiagnosis:
    """``limit``: what the diagnosis costs at most; zero: nothing."""

    dealer_id: str
    visit_id: str
    limit: Money
    signature: str


async def acknowledge_diagnosis(unit: Unit, command: AcknowledgeDiagnosis) -> RepairOrder:
    """Raises ``DiagnosisNotPending``, ``CurrencyForeign``, ``RepairOrderClosed``."""
    order = await order_of(unit, command.visit_id)
    dealer = await dealer_of(unit, command.dealer_id)
    pending = PendingDiagnosis(order.customer.person_id, unit.now, command.limit, command.signature)
    text = diagnosis_text(command.limit, dealer, order.vehicle.plate, say_to(dealer))
    unit.save(REPAIR_ORDERS, order, order.acknowledge_diagnosis(pending, text, unit.actor))
    return order
