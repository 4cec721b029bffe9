"""Sums of technician hours (W1, W8)."""

from collections.abc import Iterable

from contracts.values import ClassHours, TechnicianHours, WorkClass


def total(hours: Iterable[TechnicianHours]) -> TechnicianHours:
    """The sum; no hours for nothing."""
    return TechnicianHours(minutes=sum(h.minutes for h in hours))


def by_class(hours: Iterable[tuple[WorkClass, TechnicianHours]]) -> tuple[ClassHours, ...]:
    """Sums per work class, in the order of the classes' names."""
    sums: dict[WorkClass, int] = {}
    for work_class, value in hours:
        sums[work_class] = sums.get(work_class, 0) + value.minutes
    return tuple(
        ClassHours(work_class=work_class, hours=TechnicianHours(minutes=sums[work_class]))
        for work_class in sorted(sums)
    )
