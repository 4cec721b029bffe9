"""What reception refuses about photos (R5, R17)."""

from reception.domain.errors import Kind, Refused


class PhotoTooLarge(Refused):
    """R5."""

    code = "photo-too-large"
    kind: Kind = "invalid"
    text = "A photo has at most {most_bytes} bytes: make it smaller on the device."

    def __init__(self, most_bytes: int) -> None:
        super().__init__({"most_bytes": most_bytes})


class PhotoUnreadable(Refused):
    """R5."""

    code = "photo-unreadable"
    kind: Kind = "invalid"
    text = "Send a JPEG, PNG or WebP image as it is: by its first bytes this is none of them."


class PhotoPlaceUnclear(Refused):
    """R5, R17."""

    code = "photo-place-unclear"
    kind: Kind = "invalid"
    text = (
        "Say where it was taken: station (with position for a damage) of the walk-around, or point of the "
        "inspection as /check-lists and /inspection list them; one of both."
    )


class PhotosTooMany(Refused):
    """R5."""

    code = "photos-too-many"
    text = "A visit has at most {most} photos of {most_bytes} bytes together: remove one that says nothing."

    def __init__(self, most: int, most_bytes: int) -> None:
        super().__init__({"most": most, "most_bytes": most_bytes})


class PhotoUnknown(Refused):
    """R5, R17."""

    code = "photo-unknown"
    kind: Kind = "not-found"
    text = "This visit has no {reference}: keep the photo first, or list them at /photos."

    def __init__(self, reference: str) -> None:
        super().__init__({"reference": reference})


class PhotoErased(Refused):
    """R5, C15."""

    code = "photo-erased"
    kind: Kind = "not-found"
    text = "The person of this photo was erased, and the photo with him: only its hash is left."


class PhotoShown(Refused):
    """R17."""

    code = "photo-shown"
    text = "The customer has looked at the inspection sheet: what he saw there stays."
