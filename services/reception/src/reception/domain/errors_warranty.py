"""Refusals about warranty and free services (R8, R20)."""

from reception.domain.errors import Kind, Refused, Said


class LineDecidedAlready(Refused):
    """R8."""

    code = "line-decided-already"
    text = "The customer decided on line {line_id} already: check the warranty before he decides."

    def __init__(self, line_id: str) -> None:
        super().__init__({"line_id": line_id})


class WarrantyNotPaid(Refused):
    """R8."""

    code = "warranty-not-paid"
    text = "The maker does not pay line {line_id}: issue a version in which another one pays it, or decline the line."

    def __init__(self, line_id: str) -> None:
        super().__init__({"line_id": line_id})


class WarrantyNotChecked(Refused):
    """R8."""

    code = "warranty-not-checked"
    text = (
        "Nobody checked whether the maker pays line {line_id}: post /lines/{line_id}/warranty-check first, or issue a "
        "version in which another one pays it."
    )

    def __init__(self, line_id: str) -> None:
        super().__init__({"line_id": line_id})


class NoWarrantyRequest(Refused):
    """R8."""

    code = "no-warranty-request"
    kind: Kind = "not-found"
    text = "No request about line {line_id} waits for headquarters' answer."

    def __init__(self, line_id: str) -> None:
        super().__init__({"line_id": line_id})


class FreeServiceUnknown(Refused):
    """R20."""

    code = "free-service-unknown"
    kind: Kind = "not-found"
    text = "This VIN has no free service {code} here: see /free-services of the visit."

    def __init__(self, code: str) -> None:
        super().__init__({"code": code})


class FreeServiceUsedUp(Refused):
    """R20."""

    code = "free-service-used-up"
    text = "Nothing is left of {code}: each was used, or is claimed by an open visit."

    def __init__(self, code: str) -> None:
        super().__init__({"code": code})


class FreeServiceExpired(Refused):
    """R20."""

    code = "free-service-expired"
    text = "It cannot be used any more: {why}."

    def __init__(self, why: Said) -> None:
        super().__init__({"why": why})


class FreeServiceCharged(Refused):
    """R20."""

    code = "free-service-charged"
    kind: Kind = "invalid"
    text = "Line {line_id} is paid by the customer: a free service is paid by somebody else."

    def __init__(self, line_id: str) -> None:
        super().__init__({"line_id": line_id})


class FreeServiceClaimed(Refused):
    """R20."""

    code = "free-service-claimed"
    text = "Line {line_id} has its free service already."

    def __init__(self, line_id: str) -> None:
        super().__init__({"line_id": line_id})
