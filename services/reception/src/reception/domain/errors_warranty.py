"""Refusals about warranty and free services (R8, R20)."""

from reception.domain.errors import Kind, Refused


class LineDecidedAlready(Refused):
    """R8."""

    code = "line-decided-already"

    def __init__(self, line_id: str) -> None:
        super().__init__(f"The customer decided on line {line_id} already: check the warranty before he decides.")


class WarrantyNotPaid(Refused):
    """R8."""

    code = "warranty-not-paid"

    def __init__(self, line_id: str) -> None:
        super().__init__(
            f"The maker does not pay line {line_id}: issue a version in which another one pays it, or decline the line."
        )


class NoWarrantyRequest(Refused):
    """R8."""

    code = "no-warranty-request"
    kind: Kind = "not-found"

    def __init__(self, line_id: str) -> None:
        super().__init__(f"No request about line {line_id} waits for headquarters' answer.")


class FreeServiceUnknown(Refused):
    """R20."""

    code = "free-service-unknown"
    kind: Kind = "not-found"

    def __init__(self, code: str) -> None:
        super().__init__(f"This VIN has no free service {code} here: see /free-services of the visit.")


class FreeServiceUsedUp(Refused):
    """R20."""

    code = "free-service-used-up"

    def __init__(self, code: str) -> None:
        super().__init__(f"Nothing is left of {code}: each was used, or is claimed by an open visit.")


class FreeServiceExpired(Refused):
    """R20."""

    code = "free-service-expired"

    def __init__(self, why: str) -> None:
        super().__init__(f"It cannot be used any more: {why}.")


class FreeServiceCharged(Refused):
    """R20."""

    code = "free-service-charged"
    kind: Kind = "invalid"

    def __init__(self, line_id: str) -> None:
        super().__init__(f"Line {line_id} is paid by the customer: a free service is paid by somebody else.")


class FreeServiceClaimed(Refused):
    """R20."""

    code = "free-service-claimed"

    def __init__(self, line_id: str) -> None:
        super().__init__(f"Line {line_id} has its free service already.")
