"""What an answer must be, and what is wrong about one."""

from dataclasses import dataclass, field

import httpx2

SUCCESS = tuple(range(200, 300))


@dataclass(frozen=True)
class Expected:
    """``hidden``: values that must not stand in the answer; ``shown``: one that must, so that empty is no excuse."""

    statuses: tuple[int, ...]
    code: str = ""
    hidden: set[str] = field(default_factory=set)
    shown: str = ""


REFUSED_TOKEN = Expected((401,))
UNKNOWN = Expected((404,), "unknown")
"""A foreign dealer's object answers like one that does not exist (X1)."""
WRONG_ROLE = Expected((403,))


def succeeds(hidden: set[str], shown: str = "") -> Expected:
    """2xx, and nothing of those in it."""
    return Expected(SUCCESS, hidden=hidden, shown=shown)


def judged(answer: httpx2.Response, expected: Expected, all_values: set[str], sent: str) -> str:
    """What is wrong, in words; empty when nothing is. A refusal shows no value at all but what was ``sent``."""
    wrong = []
    refused = answer.status_code >= 400
    if answer.status_code not in expected.statuses:
        wrong.append(f"expected {_shortly(expected.statuses)}: {answer.text[:300]}")
    elif refused and expected.code and answer.json().get("code") != expected.code:
        wrong.append(f"expected code {expected.code}: {answer.text[:300]}")
    text = answer.text + " ".join(answer.headers.values())
    hidden = all_values if refused else expected.hidden
    if leaked := sorted(value for value in hidden if value in text and value not in sent):
        wrong.append(f"tells {leaked}")
    if refused and "etag" in answer.headers:
        wrong.append("tells a version")
    if not refused and expected.shown and expected.shown not in text:
        wrong.append(f"does not show {expected.shown}")
    return "; ".join(wrong)


def _shortly(statuses: tuple[int, ...]) -> str:
    return "2xx" if statuses == SUCCESS else "/".join(str(status) for status in statuses) or "a refusal"
