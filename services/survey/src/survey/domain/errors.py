"""What the survey refuses, each with a stable code and a text that says what to do."""


class Refused(Exception):
    """A rule said no. ``kind``: conflict 409, invalid 422, not-found 404, forbidden 403, gone 410."""

    code = "refused"
    kind = "conflict"


class AlreadyAnswered(Refused):
    """V7: one answer per invitation."""

    code = "already-answered"
    kind = "conflict"


class FollowUpExpired(Refused):
    """V7: the time to answer is over."""

    code = "link-expired"
    kind = "gone"


class FollowUpWithheld(Refused):
    """V1, C4: the contact gate ended this follow-up."""

    code = "follow-up-withheld"
    kind = "conflict"


class NotAskedYet(Refused):
    """V1: the customer has not been asked."""

    code = "not-asked-yet"
    kind = "conflict"


class AnswersInvalid(Refused):
    """``details`` maps each question that needs correction to what is wrong with its answer."""

    code = "answers-invalid"
    kind = "invalid"

    def __init__(self, wrong: dict[str, str]) -> None:
        super().__init__("some answers do not fit the questionnaire: details says which and why")
        self.details = dict(wrong)


class PeriodInvalid(Refused):
    code = "period-invalid"
    kind = "invalid"


class DealerUnknown(Refused):
    code = "dealer-unknown"
    kind = "not-found"
