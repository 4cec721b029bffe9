"""What newservice refuses, each with a stable code and a text that says what to do."""


class Refused(Exception):
    """A rule said no. ``kind``: conflict 409, invalid 422, not-found 404, forbidden 403."""

    code = "refused"
    kind = "conflict"


class DealerNotKnown(Refused):
    code = "dealer-not-known"
    kind = "not-found"


class TaskAlreadyFinished(Refused):
    code = "task-already-finished"
