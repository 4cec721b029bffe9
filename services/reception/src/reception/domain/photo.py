"""R5, R17: photos of what was seen, as evidence: each with the hash of its bytes and where it was taken.

What a file is, its first bytes say, never its sender.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reception.domain.errors_photo import (
    PhotoPlaceUnclear,
    PhotosTooMany,
    PhotoTooLarge,
    PhotoUnknown,
    PhotoUnreadable,
)
from reception.domain.inspection import POINTS
from reception.domain.policy import Policy
from reception.domain.walk_around import Station

_SIGNS: tuple[tuple[bytes, int, bytes, str], ...] = (
    (b"\xff\xd8\xff", 0, b"", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, b"", "image/png"),
    (b"RIFF", 8, b"WEBP", "image/webp"),
)
"""First bytes, then more bytes at a place, and what they mean. Nothing that a browser would run is among them."""
MEDIA_TYPES = tuple(media_type for *_, media_type in _SIGNS)
_OURS = "photos/"


@dataclass(frozen=True)
class Place:
    """Where it was taken: at a station of the walk-around, perhaps of a damage at ``position``, or at a point of the
    inspection."""

    station: Station | None = None
    position: str = ""
    point: str | None = None

    def check(self) -> None:
        """Raises ``PhotoPlaceUnclear`` unless it is one of both."""
        known = self.point is None or self.point in POINTS
        if not known or (self.station is None) == (self.point is None) or (self.point and self.position):
            raise PhotoPlaceUnclear


@dataclass(frozen=True)
class Photo:
    """One photo of a visit; never changed. ``personal``: sealed with the customer's key, so that it goes with him."""

    photo_id: str
    place: Place
    media_type: str
    size: int
    sha256: str
    personal: bool
    taken_at: datetime
    taken_by: str

    @property
    def reference(self) -> str:
        """By which a damage or a result of the inspection speaks of it."""
        return reference_of(self.photo_id)


def reference_of(photo_id: str) -> str:
    return f"{_OURS}{photo_id}"


def media_type_of(content: bytes, policy: Policy) -> str:
    """JPEG, PNG or WebP by the content itself. Raises ``PhotoTooLarge``, ``PhotoUnreadable``."""
    if len(content) > policy.photo_bytes:
        raise PhotoTooLarge(policy.photo_bytes)
    for sign, place, more, media_type in _SIGNS:
        if content.startswith(sign) and content[place : place + len(more)] == more:
            return media_type
    raise PhotoUnreadable


def check_room(photos: Iterable[Photo], size: int, policy: Policy) -> None:
    """Raises ``PhotosTooMany`` when one more of this size is too much for a visit."""
    sizes = [photo.size for photo in photos]
    if len(sizes) >= policy.visit_photos or sum(sizes) + size > policy.visit_photo_bytes:
        raise PhotosTooMany(policy.visit_photos, policy.visit_photo_bytes)


def check_references(references: Iterable[str | None], photos: Iterable[Photo]) -> None:
    """Raises ``PhotoUnknown`` for one of ours that the visit does not have; others' are kept elsewhere."""
    known = {photo.reference for photo in photos}
    for reference in references:
        if reference and reference.startswith(_OURS) and reference not in known:
            raise PhotoUnknown(reference)
