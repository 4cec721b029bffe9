"""What customer relations refuses. Each refusal says what to do."""


class Refused(Exception):
    """Something the rules do not allow. ``code`` is stable; ``kind`` decides the HTTP status."""

    code = "refused"
    kind = "conflict"


class DealerUnknown(Refused):
    code = "dealer-unknown"
    kind = "not-found"

    def __init__(self, dealer_id: str) -> None:
        super().__init__(
            f"dealer {dealer_id} is not known here yet: check the code, or wait for headquarters' registration"
        )


class CustomerUnknown(Refused):
    code = "customer-unknown"
    kind = "not-found"

    def __init__(self, person_id: str) -> None:
        super().__init__(
            f"customer {person_id} is not known: customers come from bookings and arrivals; look up by ?phone="
        )


class CustomerMerged(Refused):
    code = "customer-merged"

    def __init__(self, person_id: str, kept: str) -> None:
        super().__init__(f"customer {person_id} was merged: use {kept} instead")
        self.details = {"kept": kept}


class PhoneBelongsToAnother(Refused):
    code = "phone-belongs-to-another"

    def __init__(self, other: str) -> None:
        super().__init__(f"the number belongs to customer {other}: merge the two if they are one person")
        self.details = {"other": other}


class VehicleNotLinked(Refused):
    code = "vehicle-not-linked"
    kind = "invalid"

    def __init__(self, person_id: str, vin: str) -> None:
        super().__init__(f"vehicle {vin} is not linked to customer {person_id}: name one of the customer's `vehicles`")


class CannotMergeWithItself(Refused):
    code = "cannot-merge-with-itself"
    kind = "invalid"

    def __init__(self) -> None:
        super().__init__("both ids name the same customer: name the duplicate in `merged`")


class ChannelPreferredAndRefused(Refused):
    code = "channel-preferred-and-refused"
    kind = "invalid"

    def __init__(self, channel: str) -> None:
        super().__init__(f"{channel} cannot be preferred and refused at once: leave it out of one of the two")


class ContactAlreadyDecided(Refused):
    code = "contact-already-decided"

    def __init__(self, contact_id: str, state: str) -> None:
        super().__init__(f"contact {contact_id} is {state}: the gate decides only about due or postponed contacts")


class NotOnItsWay(Refused):
    code = "not-on-its-way"

    def __init__(self, contact_id: str, state: str) -> None:
        super().__init__(f"contact {contact_id} is {state}: only a message about to leave is asked for again")


class NoOpenCallTask(Refused):
    code = "no-open-call-task"

    def __init__(self, contact_id: str, state: str) -> None:
        super().__init__(f"contact {contact_id} is {state}, no open call task: list the open ones at /call-tasks")


class ComplaintAlreadyClosed(Refused):
    code = "complaint-already-closed"

    def __init__(self, case_id: str) -> None:
        super().__init__(f"complaint {case_id} is closed: open a new one, it will be linked as a repeat")


class SolutionMissing(Refused):
    code = "solution-missing"

    def __init__(self, case_id: str) -> None:
        super().__init__(f"complaint {case_id} has no solution yet: record one at …/solution before closing")


class AgreementMissing(Refused):
    code = "agreement-missing"

    def __init__(self, case_id: str) -> None:
        super().__init__(f"the customer did not agree to the solution of {case_id}: offer another one, then close")


class NothingToChange(Refused):
    code = "nothing-to-change"
    kind = "invalid"

    def __init__(self) -> None:
        super().__init__("the body names no field: send one of those that PATCH knows")
