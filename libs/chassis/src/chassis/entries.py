"""One document in a unit's hands: what was read, what it is now, and the change that makes."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chassis.clock import system_now
from chassis.documents import Documents, Raw
from chassis.store import COMMAND_DAYS, Change, Pending, brief_fields, changed_fields, timer_fields


@dataclass(slots=True)
class Entry:
    """One document in this unit's hands."""

    documents: Documents[Any]
    aggregate: Any
    raw: Raw
    """As read; empty when new."""
    pending: list[Pending] = field(default_factory=list)
    record: Raw | None = None
    dirty: bool = False
    removed: bool = False

    @property
    def version(self) -> int | None:
        return self.raw.get("_version")

    @property
    def _stamp(self) -> str | None:
        return self.raw.get("_stamp")

    def change(self) -> Change | None:
        """What is to be written; None: nothing."""
        documents, aggregate = self.documents, self.aggregate
        id, dealer_id = documents.id_of(aggregate), aggregate.dealer_id
        sequence = self.raw.get("_sequence", 0)
        if self.removed:
            gone = Change(documents, id, dealer_id, self.version, sequence, {}, removed=True, read_stamp=self._stamp)
            return gone if self.version is not None else None
        state = documents.dump(aggregate) | timer_fields(documents, aggregate)
        if self.record:
            oldest = system_now() - timedelta(days=COMMAND_DAYS)
            kept = [record for record in self.raw.get("_commands", ()) if record["at"] > oldest]
            state["_commands"] = [*kept, self.record]
        if self.version is not None:
            state = changed_fields(self.raw, state)
            if not state and not self.pending:
                return None
        state |= brief_fields(documents, aggregate, (self.version or 0) + 1)
        return Change(documents, id, dealer_id, self.version, sequence, state, self.pending, read_stamp=self._stamp)
