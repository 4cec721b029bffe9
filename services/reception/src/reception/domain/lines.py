"""Work lines (R7) before and when they get their ids."""

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.values import Money, PartLine, PayType, TechnicianHours, WorkClass, WorkLine

from reception.domain.errors import CurrencyForeign


@dataclass(frozen=True)
class DraftLine:
    """A work line as the counter writes it down; the repair order numbers it."""

    operation: str
    title: str
    work_class: WorkClass
    hours: TechnicianHours
    labour: Money
    parts: tuple[PartLine, ...] = ()
    pay_type: PayType = PayType.CUSTOMER_PAY

    def numbered(self, number: int) -> WorkLine:
        return WorkLine(
            line_id=f"L{number}",
            operation=self.operation,
            title=self.title,
            work_class=self.work_class,
            hours=self.hours,
            labour=self.labour,
            parts=self.parts,
            pay_type=self.pay_type,
        )


def check_currency(drafts: Iterable[DraftLine], currency: str) -> None:
    """Raises ``CurrencyForeign`` unless all amounts are in the dealer's currency (X4)."""
    for draft in drafts:
        if any(money.currency != currency for money in (draft.labour, *(part.price for part in draft.parts))):
            raise CurrencyForeign(currency)
