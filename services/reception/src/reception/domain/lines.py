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
    requirements: str = ""
    precautions: str = ""

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Every amount in this line."""
        return (self.labour, *(part.price for part in self.parts))

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
            requirements=self.requirements,
            precautions=self.precautions,
        )


def check_currency(amounts: Iterable[Money], currency: str) -> None:
    """Raises ``CurrencyForeign`` unless all amounts are in the dealer's currency (X4)."""
    if any(money.currency != currency for money in amounts):
        raise CurrencyForeign(currency)
