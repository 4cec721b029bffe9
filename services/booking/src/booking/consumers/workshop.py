"""What booking learns from the workshop: vehicles that stay overnight."""

from chassis.facts import Fact
from chassis.unit import Unit
from contracts.workshop import JobCarriedOver

from booking.consumers.prerequisites import needs_dealer
from booking.usecases.reserve_carry_over import ReserveCarryOver, reserve_carry_over


async def on_job_carried_over(unit: Unit, fact: Fact[JobCarriedOver]) -> None:
    """The remaining hours are reserved on the day the job goes on (W8)."""
    await needs_dealer(unit, fact)
    visit_id = fact.visit_id or fact.key
    told = fact.event
    command = ReserveCarryOver(fact.dealer_id, visit_id, told.from_day, told.to_day, told.remaining, told.reason)
    await reserve_carry_over(unit, command)


HANDLERS = {JobCarriedOver: on_job_carried_over}
