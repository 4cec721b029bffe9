"""R12: the evidence of what was asked and decided, as a chain of hashes: nothing in it changes unseen."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum


class EvidenceKind(StrEnum):
    """What an entry proves."""

    LINK_REQUESTED = "LINK_REQUESTED"
    DECIDED = "DECIDED"


@dataclass(frozen=True)
class Entry:
    """Who decided what, when, how, on which version, for which amount, having seen which text.

    Persons are pseudonyms, so that the proof outlives the erasure of a person's data.
    """

    kind: EvidenceKind
    at: datetime
    actor: str
    person_id: str
    how: str
    version: int
    amount: int
    currency: str
    text_sha256: str
    accepted: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    signature: str | None = None
    previous: str = ""
    sha256: str = ""


def chained(chain: Sequence[Entry], entry: Entry) -> Entry:
    """The entry as the next link of the chain."""
    linked = replace(entry, previous=chain[-1].sha256 if chain else "", sha256="")
    return replace(linked, sha256=_hash(linked))


def is_unbroken(chain: Sequence[Entry]) -> bool:
    """Whether every entry is as it was written and none is missing in between."""
    previous = ""
    for entry in chain:
        if entry.previous != previous or entry.sha256 != _hash(replace(entry, sha256="")):
            return False
        previous = entry.sha256
    return True


def text_hash(text: str) -> str:
    """SHA-256 of the text a customer saw."""
    return hashlib.sha256(text.encode()).hexdigest()


def _hash(entry: Entry) -> str:
    content = asdict(entry) | {"at": entry.at.isoformat(timespec="milliseconds")}
    return text_hash(json.dumps(content, sort_keys=True, ensure_ascii=False))
