"""R5, R17: photos are kept with their visit, and removed as long as the customer has not signed or seen them."""

import hashlib
from dataclasses import dataclass

from chassis.unit import Unit

from reception.domain.errors import RepairOrderClosed
from reception.domain.errors_photo import PhotoShown
from reception.domain.photo import Photo, Place, media_type_of
from reception.domain.policy import Policy
from reception.domain.visit import Visit
from reception.storage.collections import INSPECTIONS, PHOTO_FILES, REPAIR_ORDERS, VISITS


@dataclass(frozen=True)
class KeepPhoto:
    """``photo_id``: new. ``personal``: it shows the person, his things or his plate, and is erased with him."""

    visit_id: str
    photo_id: str
    content: bytes
    place: Place
    personal: bool


@dataclass(frozen=True)
class RemovePhoto:
    """``reason``: why it is no evidence."""

    visit_id: str
    photo_id: str
    reason: str


async def keep_photo(unit: Unit, command: KeepPhoto, policy: Policy) -> Visit:
    """Raises ``PhotoTooLarge``, ``PhotoUnreadable``, ``PhotoPlaceUnclear``, ``PhotosTooMany``,
    ``WalkAroundCompleted``, ``RepairOrderClosed``."""
    visit = await _open_visit(unit, command.visit_id)
    photo = Photo(
        photo_id=command.photo_id,
        place=command.place,
        media_type=media_type_of(command.content, policy),
        size=len(command.content),
        sha256=hashlib.sha256(command.content).hexdigest(),
        personal=command.personal,
        taken_at=unit.now,
        taken_by=unit.actor,
    )
    unit.save(VISITS, visit, visit.keep_photo(photo, policy))
    name = f"/dealers/{visit.dealer_id}/visits/{visit.visit_id}/{photo.reference}"
    entry = (photo.photo_id, visit.dealer_id, name)
    person_id = visit.customer.person_id if photo.personal else None
    await PHOTO_FILES.keep(unit, entry, photo.media_type, command.content, person_id)
    return visit


async def remove_photo(unit: Unit, command: RemovePhoto) -> Visit:
    """Raises ``PhotoUnknown``, ``WalkAroundCompleted``, ``PhotoShown``, ``RepairOrderClosed``."""
    visit = await _open_visit(unit, command.visit_id)
    photo = visit.photo(command.photo_id)
    sheet = await unit.find(INSPECTIONS, command.visit_id)
    if sheet and photo.place.point:
        if sheet.views:
            raise PhotoShown
        sheet.forget_photo(photo.reference)
        unit.save(INSPECTIONS, sheet)
    unit.save(VISITS, visit, visit.remove_photo(photo, command.reason))
    await PHOTO_FILES.remove(unit, photo.photo_id)
    return visit


async def _open_visit(unit: Unit, visit_id: str) -> Visit:
    visit = await unit.get(VISITS, visit_id)
    order = await unit.find(REPAIR_ORDERS, visit_id)
    if order and (order.delivery or order.cancelled_at):
        raise RepairOrderClosed(order.state)
    return visit
