"""A broken promise, told as the smallest story: which visit, which facts, which trace."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from checker_topics import Announced
    from history import Operation


@dataclass(frozen=True)
class Violation:
    """``invariant`` names the promise; ``lines`` are operations and facts in few words."""

    invariant: str
    why: str
    visit: str = ""
    trace: str = ""
    lines: tuple[str, ...] = ()

    @classmethod
    def of(cls, invariant: str, why: str, *facts: "Announced") -> Self:
        """Told by facts, the guilty one first."""
        envelope = facts[0].envelope if facts else None
        visit = (envelope.visit_id or envelope.key) if envelope else ""
        trace = envelope.traceparent[3:35] if envelope else ""
        return cls(invariant, why, visit, trace, tuple(fact.said for fact in facts))

    @classmethod
    def by(cls, invariant: str, why: str, operation: "Operation") -> Self:
        """Told by an operation."""
        return cls(invariant, why, operation.visit, "", (operation.said,))

    def __str__(self) -> str:
        about = " ".join(
            part for part in (self.visit and f"visit {self.visit}", self.trace and f"trace {self.trace}") if part
        )
        return "\n    ".join([f"{self.invariant}: {self.why} ({about or 'no visit'})", *self.lines])


def told(violations: list[Violation], most: int = 12) -> str:
    """The first of each kind, then how many more there are."""
    kinds: dict[str, list[Violation]] = {}
    for violation in violations:
        kinds.setdefault(violation.invariant, []).append(violation)
    parts = []
    for invariant, some in kinds.items():
        parts += [str(one) for one in some[: max(1, most // len(kinds))]]
        parts.append(f"  {invariant}: {len(some)} in all")
    return "\n".join(parts)
