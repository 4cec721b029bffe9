"""Recommended work that the customer wants later goes on the due list, and leaves it with his answer (R13, B12)."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.values import PersonId, Vehicle, Vin

from booking.domain.due import PostponedWork
from booking.domain.vehicle_file import file_id
from booking.storage.documents import VEHICLES
from booking.usecases.remember_visit import plan_and_save, vehicle_file


@dataclass(frozen=True)
class PostponeWork:
    dealer_id: str
    vehicle: Vehicle
    person_id: PersonId
    work: PostponedWork


async def postpone_work(unit: Unit, command: PostponeWork) -> None:
    """Work that was put off before is put off to another day."""
    file = await vehicle_file(unit, command.dealer_id, command.vehicle.vin)
    file.put_off(command.work, command.vehicle, command.person_id)
    await plan_and_save(unit, file)


async def take_off_due_list(unit: Unit, dealer_id: str, vin: Vin, recommendation_id: str) -> None:
    """The customer took or refused what he had put off. What nobody told here is on no list."""
    file = await unit.find(VEHICLES, file_id(dealer_id, vin))
    if file is not None:
        file.take_off(recommendation_id)
        await plan_and_save(unit, file)
