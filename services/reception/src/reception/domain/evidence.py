"""R12: the evidence of what was issued, asked and decided, as a chain of hashes: nothing in it changes unseen."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from reception.domain.errors import Said
from reception.domain.estimate import Estimate


class EvidenceKind(StrEnum):
    """What an entry proves."""

    ISSUED = "ISSUED"
    LINK_REQUESTED = "LINK_REQUESTED"
    DECIDED = "DECIDED"
    DIAGNOSIS_ACKNOWLEDGED = "DIAGNOSIS_ACKNOWLEDGED"
    LINES_WITHDRAWN = "LINES_WITHDRAWN"


@dataclass(frozen=True)
class Entry:
    """Who decided what, when, how, on which version, for which amount, having seen which text.

    Persons are pseudonyms, so that the proof outlives the erasure of a person's data. ``about`` names dealer and
    visit; ``estimate_sha256`` is the version as issued, ``text`` what the customer saw, word for word.
    ``signed_name_sha256`` stands for the sealed name of another person who signed.
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
    about: str = ""
    text: str = ""
    estimate_sha256: str = ""
    reasons: tuple[str, ...] = ()
    """Why each of ``declined`` was declined, in its order."""
    signed_name_sha256: str = ""
    expires_at: datetime | None = None


_HASHED_WHERE_SET = ("about", "text", "estimate_sha256", "reasons", "signed_name_sha256", "expires_at")
"""Fields that came later: at their defaults they are left out, so that earlier entries keep their hashes."""
_DEFAULTS = {field.name: field.default for field in fields(Entry)}


def chained(chain: Sequence[Entry], entry: Entry) -> Entry:
    """The entry as the next link of the chain."""
    linked = replace(entry, previous=chain[-1].sha256 if chain else "", sha256="")
    return replace(linked, sha256=entry_hash(written(linked)))


def is_unbroken(chain: Sequence[Entry]) -> bool:
    """Whether every entry is as it was written and none is missing in between."""
    return not chain_faults([written(entry) for entry in chain])


def chain_faults(chain: Sequence[Mapping[str, Any]]) -> list[Said]:
    """Which written entries are not as they were written, or do not follow the one before."""
    found: list[Said] = []
    previous = ""
    for number, entry in enumerate(chain, start=1):
        if entry.get("previous") != previous:
            found.append(Said("entry {number} does not follow the one before it", {"number": number}))
        if entry.get("sha256") != entry_hash(entry):
            found.append(Said("entry {number} was changed", {"number": number}))
        if entry.get("text") and text_hash(entry["text"]) != entry.get("text_sha256"):
            found.append(Said("entry {number} has another text than was shown", {"number": number}))
        previous = entry.get("sha256")
    return found


def text_hash(text: str) -> str:
    """SHA-256 of the text a customer saw."""
    return hashlib.sha256(text.encode()).hexdigest()


def estimate_hash(estimate: Estimate) -> str:
    """SHA-256 of a version as issued, down to the price of each part."""
    return text_hash(_canonical(written_estimate(estimate)))


def written(entry: Entry) -> dict[str, Any]:
    """An entry in plain JSON, as it is hashed and exported."""
    plain = {name: value for name, value in asdict(entry).items() if not _left_out(name, value)}
    plain["at"] = entry.at.isoformat(timespec="milliseconds")
    if entry.expires_at:
        plain["expires_at"] = entry.expires_at.isoformat(timespec="milliseconds")
    return json.loads(json.dumps(plain, ensure_ascii=False))


def written_estimate(estimate: Estimate) -> dict[str, Any]:
    """A version in plain JSON. Values at their defaults are left out, so that a growing vocabulary changes no hash."""
    told = estimate.issued().model_dump(mode="json", exclude_defaults=True)
    issued_at = estimate.issued_at.isoformat(timespec="milliseconds")
    return {
        **told,
        "contingency_percent": estimate.contingency_percent,
        "issued_at": issued_at,
        "issued_by": estimate.issued_by,
        **({"price_list_version": estimate.price_list_version} if estimate.price_list_version else {}),
    }


def written_hash(written_version: Mapping[str, Any]) -> str:
    """SHA-256 of an exported version; equals ``estimate_hash`` of the version itself."""
    return text_hash(_canonical(written_version))


def entry_hash(entry: Mapping[str, Any]) -> str:
    """SHA-256 of a written entry without its own hash."""
    return text_hash(_canonical({**entry, "sha256": ""}))


def same(one: Any, other: Any) -> bool:
    """Whether two plain values are written the same; ``1`` and ``True`` are not."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _left_out(name: str, value: Any) -> bool:
    return name in _HASHED_WHERE_SET and value == _DEFAULTS[name]


def _canonical(content: Mapping[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False)
