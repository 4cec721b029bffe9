"""R10: an estimate version, split into labour and parts, immutable once issued."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from contracts.reception import EstimateIssued
from contracts.values import Money, PayType, WorkLine


@dataclass(frozen=True)
class Estimate:
    """One version. Amounts count every line whoever pays it; ``customer_pays`` is the customer's own part."""

    version: int
    lines: tuple[WorkLine, ...]
    contingency_percent: int
    issued_at: datetime
    issued_by: str
    supplement: bool = False
    finding_id: str | None = None
    price_list_version: int | None = None
    """The newest list that menu items or drafted parts were priced by (R10)."""
    parts_draft: int | None = None
    parts_drafted_by: str = ""
    """Who drafted its parts, as ``parts_clerk:chen``; whoever issued it confirmed them (R10)."""

    @property
    def currency(self) -> str:
        return self.lines[0].labour.currency

    @property
    def labour(self) -> Money:
        return sum((line.labour for line in self.lines), Money.zero(self.currency))

    @property
    def parts(self) -> Money:
        return sum((line.total - line.labour for line in self.lines), Money.zero(self.currency))

    @property
    def contingency(self) -> Money:
        return self.total - self.labour - self.parts

    @property
    def total(self) -> Money:
        """Labour, parts and contingency."""
        return self.amount_of({line.line_id for line in self.lines})

    @property
    def customer_pays(self) -> Money:
        return self.amount_of({line.line_id for line in self.lines if line.pay_type is PayType.CUSTOMER_PAY})

    def amount_of(self, line_ids: Collection[str]) -> Money:
        """What these lines may cost at most: their totals and their share of the contingency, rounded down.

        Rounded down, so that parts of an estimate never add up to more than the whole.
        """
        bare = sum((line.total for line in self.lines_of(line_ids)), Money.zero(self.currency))
        return bare + Money(amount=bare.amount * self.contingency_percent // 100, currency=self.currency)

    def lines_of(self, line_ids: Collection[str]) -> tuple[WorkLine, ...]:
        return tuple(line for line in self.lines if line.line_id in line_ids)

    def replaces(self, other: "Estimate") -> bool:
        """Whether this later version is about the same thing: the order itself, or the same finding."""
        return self.version > other.version and self.finding_id == other.finding_id

    def issued(self) -> EstimateIssued:
        return EstimateIssued(
            version=self.version,
            supplement=self.supplement,
            finding_id=self.finding_id,
            lines=self.lines,
            labour=self.labour,
            parts=self.parts,
            contingency=self.contingency,
            total=self.total,
            parts_draft=self.parts_draft,
            parts_drafted_by=self.parts_drafted_by,
        )
