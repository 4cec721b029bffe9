"""R10: the dealer's price list with its menus: versions that never change, each valid from a day on."""

from dataclasses import dataclass
from datetime import date, datetime

from contracts.values import Money, PartCondition, PartLine, TechnicianHours, WorkClass

from reception.domain.dealer import Language
from reception.domain.errors_prices import MenuItemUnknown, PriceMissing
from reception.domain.lines import DraftLine


@dataclass(frozen=True)
class MenuItem:
    """A work package by its code. ``labour``: None is the labour rate of its class times its hours."""

    code: str
    en: str
    zh: str
    work_class: WorkClass
    hours: TechnicianHours
    labour: Money | None = None
    parts: tuple[PartLine, ...] = ()
    requirements: str = ""
    precautions: str = ""

    def title(self, language: Language) -> str:
        return (self.zh if language == "zh" else self.en) or self.en or self.zh


@dataclass
class PriceList:
    """One version. ``labour_rates``: for one hour, by work class."""

    list_id: str
    dealer_id: str
    version: int
    valid_from: date
    currency: str
    labour_rates: dict[WorkClass, Money]
    menu: tuple[MenuItem, ...]
    published_at: datetime
    published_by: str

    def labour(self, work_class: WorkClass, hours: TechnicianHours) -> Money:
        """Rate times hours, rounded up to the minor unit: an estimate is rather high than wrong (B6)."""
        rate = self.labour_rates.get(work_class)
        if rate is None:
            raise PriceMissing(work_class)
        return Money(amount=-(-rate.amount * hours.minutes // 60), currency=rate.currency)

    def line(self, code: str, language: Language) -> DraftLine:
        """A menu item as a work line. Raises ``MenuItemUnknown``, ``PriceMissing``."""
        item = next((item for item in self.menu if item.code == code), None)
        if item is None:
            raise MenuItemUnknown(code, self.version)
        return DraftLine(
            operation=item.code,
            title=item.title(language),
            work_class=item.work_class,
            hours=item.hours,
            labour=item.labour or self.labour(item.work_class, item.hours),
            parts=item.parts,
            requirements=item.requirements,
            precautions=item.precautions,
        )

    def part(self, number: str, condition: PartCondition, package: str) -> PartLine | None:
        """A part as its package has it, else as the dearest does: an estimate is rather high than wrong (B6)."""
        found = [
            (item.code == package, part.price.amount, part)
            for item in self.menu
            for part in item.parts
            if (part.number, part.condition) == (number, condition)
        ]
        return max(found, key=lambda one: one[:2])[2] if found else None

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Every amount in this list."""
        fixed = [item.labour for item in self.menu if item.labour]
        return (*self.labour_rates.values(), *fixed, *(part.price for item in self.menu for part in item.parts))
