"""R5: photos of what was seen. What a file is, its first bytes say, never its sender."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from reception.domain.errors import PhotoTooLarge, PhotoUnreadable

_SIGNS: tuple[tuple[bytes, int, bytes, str], ...] = (
    (b"\xff\xd8\xff", 0, b"", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, b"", "image/png"),
    (b"RIFF", 8, b"WEBP", "image/webp"),
)
"""First bytes, then more bytes at a place, and what they mean. Nothing that a browser would run is among them."""


@dataclass
class Photo:
    """One photo of a visit; never changed. ``content``: base64."""

    photo_id: str
    dealer_id: str
    visit_id: str
    media_type: str
    content: str
    sha256: str
    taken_at: datetime
    taken_by: str


def media_type_of(content: bytes, most_bytes: int) -> str:
    """JPEG, PNG or WebP by the content itself. Raises ``PhotoTooLarge``, ``PhotoUnreadable``."""
    if len(content) > most_bytes:
        raise PhotoTooLarge(most_bytes)
    for sign, place, more, media_type in _SIGNS:
        if content.startswith(sign) and content[place : place + len(more)] == more:
            return media_type
    raise PhotoUnreadable


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
