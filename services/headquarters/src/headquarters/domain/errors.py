"""What headquarters refuses, each with a stable code and a text that says what to do."""


class Refused(Exception):
    """A rule said no. ``kind``: conflict 409, invalid 422, not-found 404, forbidden 403."""

    code = "refused"
    kind = "conflict"


class DealerAlreadyRegistered(Refused):
    code = "dealer-already-registered"
    kind = "conflict"


class RegistrationInvalid(Refused):
    """``details["field"]`` names the part of the registration to correct."""

    code = "registration-invalid"
    kind = "invalid"

    def __init__(self, field: str, what_to_do: str) -> None:
        super().__init__(f"{field}: {what_to_do}")
        self.details = {"field": field}


class FixedSinceRegistration(Refused):
    code = "fixed-since-registration"
    kind = "conflict"


class PeriodInvalid(Refused):
    code = "period-invalid"
    kind = "invalid"


class FigureUnknown(Refused):
    code = "figure-unknown"
    kind = "not-found"


class NetworkReachNeeded(Refused):
    code = "network-reach-needed"
    kind = "forbidden"
