"""Documents a customer gets: what stands on them, whatever they are printed on (R7, R10, R16)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from chassis.texts import Words
from contracts.values import Money, PayType, WorkLine

from reception.domain.dealer import Dealer
from reception.domain.estimate import Estimate
from reception.domain.repair_order import RepairOrder
from reception.domain.shown_text import rows_of_parts
from reception.domain.walk_around import Damage

LABELS = (
    *("repair-order", "estimate", "hand-over", "visit", "customer", "phone", "address", "payer", "vehicle"),
    *("odometer", "advisor", "promised", "concern", "damages", "keep-parts", "operation", "hours", "labour"),
    *("parts", "contingency", "total", "paid-by", "requirements", "precautions", "authorised-total", "what-was-done"),
    *("cause", "correction", "charged", "customer-pays", "next-service", "quality", "signature", "erased", *PayType),
)
"""Everything that is printed on documents beside what was written down."""


@dataclass(frozen=True)
class Facts:
    """Pairs of a label and what is told under it."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """Cells of text; what follows a line break in a cell is a note to it."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Heading:
    """``level`` 2 or 3; the page's title is 1."""

    text: str
    level: int


@dataclass(frozen=True)
class Sum:
    """A total below a table."""

    label: str
    amount: str


Block = Facts | Table | Text | Heading | Sum


@dataclass(frozen=True)
class Page:
    """One document from its heading to the line for the signature."""

    language: str
    title: str
    heading: str
    blocks: Sequence[Block]
    signature: str


@dataclass(frozen=True)
class Opened:
    """Personal values for this one page; None: the person was erased."""

    name: str | None
    phone: str | None
    address: str | None
    payer: str | None
    concern: str | None


@dataclass(frozen=True)
class Sheet:
    """What a page is made of."""

    dealer: Dealer
    order: RepairOrder
    opened: Opened
    damages: Sequence[Damage]
    words: Words

    def text(self, id: str) -> str:
        return self.words.name("document", id)

    def page(self, title: str, *blocks: Block) -> Page:
        chinese = self.words.language == "zh" and self.dealer.name_zh
        heading = f"{chinese or self.dealer.name}: {self.text(title)}"
        return Page(self.words.language, self.text(title), heading, (self._whose(), *blocks), self.text("signature"))

    def _whose(self) -> Facts:
        order, car = self.order, self.order.vehicle
        erased = self.text("erased")
        return self.facts(
            ("visit", order.visit_id),
            ("customer", self.opened.name or erased),
            ("phone", self.opened.phone or erased),
            ("address", self.opened.address),
            ("payer", self.opened.payer),
            ("vehicle", f"{car.plate} · {car.model} · {car.vin}"),
            ("odometer", f"{car.odometer_km} km" if car.odometer_km is not None else None),
            ("advisor", order.advisor),
            ("promised", self.time(order.promised_at)),
        )

    def facts(self, *told: tuple[str, str | None]) -> Facts:
        """Nothing is printed for what is not known."""
        return Facts([(self.text(id), value) for id, value in told if value])

    def lines(self, lines: Iterable[WorkLine]) -> Table:
        return Table([self.text(id) for id in _COLUMNS], [self._line(line) for line in lines])

    def _line(self, line: WorkLine) -> Sequence[str]:
        notes = [(id, said) for id, said in (("requirements", line.requirements), ("precautions", line.precautions))]
        told = [f"{self.text(id)}: {said}" for id, said in notes if said]
        return (
            "\n".join([f"{line.line_id} {line.title}", *told]),
            f"{line.hours.hours:g}",
            *(money(amount) for amount in (line.labour, line.total - line.labour, line.total)),
            self.text(line.pay_type),
        )

    def sum(self, id: str, amount: Money) -> Sum:
        return Sum(self.text(id), money(amount))

    def time(self, at: datetime) -> str:
        return f"{at.astimezone(ZoneInfo(self.dealer.zone)):%Y-%m-%d %H:%M}"


_COLUMNS = ("operation", "hours", "labour", "parts", "total", "paid-by")


def money(amount: Money) -> str:
    return f"{amount.amount // 100}.{amount.amount % 100:02d} {amount.currency}"


def repair_order(sheet: Sheet) -> Page:
    """R7: the order the customer signs."""
    order = sheet.order
    seen = "; ".join(f"{damage.position}: {damage.note}" for damage in sheet.damages)
    lines = order.agreement.accepted_lines.values() or order.lines
    return sheet.page(
        "repair-order",
        sheet.facts(("concern", sheet.opened.concern), ("damages", seen)),
        sheet.lines(lines),
        *([Text(sheet.text("keep-parts"))] if order.keep_replaced_parts else []),
        sheet.sum("authorised-total", order.agreement.authorised_total),
    )


def estimate(sheet: Sheet, version: Estimate) -> Page:
    """R10: one version, as it was issued; with all that the customer decides on (R9, R12, R18)."""
    number = Text(f"#{version.version}")
    of_parts = rows_of_parts(version, sheet.dealer, sheet.words.say, sheet.order.supply)
    told = [Text(row) for row in of_parts]
    return sheet.page("estimate", number, sheet.lines(version.lines), *told, *_estimated(sheet, version))


def _estimated(sheet: Sheet, version: Estimate) -> Iterable[Block]:
    if version.contingency.amount:
        yield sheet.sum("contingency", version.contingency)
    yield sheet.sum("total", version.total)
    if version.customer_pays != version.total:
        yield sheet.sum("customer-pays", version.customer_pays)


def hand_over(sheet: Sheet) -> Page:
    """R16, R18: what was wrong, what was done, what it cost, what comes next."""
    order = sheet.order
    done = [line for line in order.agreement.authorised_lines.values() if line.line_id in order.work.done]
    inspected = sheet.facts(("quality", order.work.qc_inspector))
    return sheet.page("hand-over", sheet.lines(done), *_stories(sheet), *_charged(sheet), inspected)


def _stories(sheet: Sheet) -> Iterable[Block]:
    order = sheet.order
    if order.stories:
        yield Heading(sheet.text("what-was-done"), 2)
    for line_id, story in order.stories.items():
        yield Heading(f"{line_id} {order.known_lines[line_id].title}", 3)
        yield sheet.facts(("concern", story.concern), ("cause", story.cause), ("correction", story.correction))


def _charged(sheet: Sheet) -> Iterable[Block]:
    """All payers' sum, and the customer's own part of it where others pay too."""
    if delivery := sheet.order.delivery:
        due = delivery.hand_over.next_service
        said = [str(due.due_on or ""), f"{due.due_km} km" if due.due_km else ""]
        yield sheet.sum("charged", delivery.charged)
        if (customer_pays := sheet.order.charged_to_customer) != delivery.charged:
            yield sheet.sum("customer-pays", customer_pays)
        yield sheet.facts(("next-service", " / ".join(part for part in said if part)))
