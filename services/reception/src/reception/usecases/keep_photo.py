"""R5: a photo is kept with its visit."""

import base64
import binascii
from dataclasses import dataclass

from chassis.unit import Unit

from reception.domain.errors import PhotoUnreadable
from reception.domain.photo import Photo, digest, media_type_of
from reception.domain.policy import Policy
from reception.storage.collections import PHOTOS, VISITS


@dataclass(frozen=True)
class KeepPhoto:
    """``photo_id``: new. ``content``: base64."""

    visit_id: str
    photo_id: str
    content: str


async def keep_photo(unit: Unit, command: KeepPhoto, policy: Policy) -> Photo:
    """Raises ``PhotoTooLarge``, ``PhotoUnreadable``."""
    visit = await unit.get(VISITS, command.visit_id)
    try:
        content = base64.b64decode(command.content, validate=True)
    except binascii.Error as unreadable:
        raise PhotoUnreadable from unreadable
    photo = Photo(
        photo_id=command.photo_id,
        dealer_id=visit.dealer_id,
        visit_id=visit.visit_id,
        media_type=media_type_of(content, policy.photo_bytes),
        content=command.content,
        sha256=digest(content),
        taken_at=unit.now,
        taken_by=unit.actor,
    )
    unit.add(PHOTOS, photo)
    return photo
