"""Documents a customer gets, as pages for the printer: everything in them is escaped, nothing is fetched."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from chassis.texts import Words
from contracts.values import Money, PayType, WorkLine

from reception.domain.dealer import Dealer
from reception.domain.estimate import Estimate
from reception.domain.repair_order import RepairOrder
from reception.domain.walk_around import Damage

LABELS = (
    *("repair-order", "estimate", "hand-over", "visit", "customer", "phone", "address", "payer", "vehicle"),
    *("odometer", "advisor", "promised", "concern", "damages", "keep-parts", "operation", "hours", "labour"),
    *("parts", "total", "paid-by", "requirements", "precautions", "authorised-total", "what-was-done", "cause"),
    *("correction", "charged", "next-service", "quality", "signature", "erased", *PayType),
)
"""Everything that is printed on documents beside what was written down."""

STYLE = """body{font:11pt sans-serif;max-width:19cm;margin:1cm auto}h1{font-size:16pt}table{border-collapse:collapse;
width:100%}td,th{border-bottom:1px solid #999;padding:3px 6px;text-align:left;vertical-align:top}dt{font-weight:bold}
.sum{text-align:right}.sign{margin-top:2cm;border-top:1px solid;width:8cm}"""


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
        return escape(self.words.name("document", id))

    def head(self, title: str) -> str:
        chinese = self.words.language == "zh" and self.dealer.name_zh
        order, car = self.order, self.order.vehicle
        erased = self.words.name("document", "erased")
        facts = [
            ("visit", order.visit_id),
            ("customer", self.opened.name or erased),
            ("phone", self.opened.phone or erased),
            ("address", self.opened.address),
            ("payer", self.opened.payer),
            ("vehicle", f"{car.plate} · {car.model} · {car.vin}"),
            ("odometer", f"{car.odometer_km} km" if car.odometer_km is not None else None),
            ("advisor", order.advisor),
            ("promised", self.time(order.promised_at)),
        ]
        return f"<h1>{escape(chinese or self.dealer.name)}: {self.text(title)}</h1>{self.facts(facts)}"

    def facts(self, told: Iterable[tuple[str, str | None]]) -> str:
        rows = (f"<dt>{self.text(id)}</dt><dd>{escape(value)}</dd>" for id, value in told if value)
        return f"<dl>{''.join(rows)}</dl>"

    def lines(self, lines: Iterable[WorkLine]) -> str:
        heads = "".join(f"<th>{self.text(id)}</th>" for id in _COLUMNS)
        return f"<table><tr>{heads}</tr>{''.join(self._line(line) for line in lines)}</table>"

    def _line(self, line: WorkLine) -> str:
        notes = [(id, said) for id, said in (("requirements", line.requirements), ("precautions", line.precautions))]
        told = "".join(f"<br><small>{self.text(id)}: {escape(said)}</small>" for id, said in notes if said)
        cells = (
            f"{escape(line.line_id)} {escape(line.title)}{told}",
            f"{line.hours.hours:g}",
            *(money(amount) for amount in (line.labour, line.total - line.labour, line.total)),
            self.text(line.pay_type),
        )
        return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"

    def sum(self, id: str, amount: Money) -> str:
        return f'<p class="sum">{self.text(id)}: <b>{money(amount)}</b></p>'

    def time(self, at: datetime) -> str:
        return f"{at.astimezone(ZoneInfo(self.dealer.zone)):%Y-%m-%d %H:%M}"

    def page(self, title: str, *parts: str) -> str:
        sign = f'<p class="sign">{self.text("signature")}</p>'
        head = f'<meta charset="utf-8"><title>{self.text(title)}</title><style>{STYLE}</style>'
        body = f"{self.head(title)}{''.join(parts)}{sign}"
        return f'<!doctype html><html lang="{self.words.language}"><head>{head}</head><body>{body}</body></html>'


_COLUMNS = ("operation", "hours", "labour", "parts", "total", "paid-by")


def money(amount: Money) -> str:
    return f"{amount.amount // 100}.{amount.amount % 100:02d} {amount.currency}"


def repair_order(sheet: Sheet) -> str:
    """R7: the order the customer signs."""
    order = sheet.order
    seen = "; ".join(f"{damage.position}: {damage.note}" for damage in sheet.damages)
    kept = f"<p>{sheet.text('keep-parts')}</p>" if order.keep_replaced_parts else ""
    told = sheet.facts([("concern", sheet.opened.concern), ("damages", seen)])
    total = sheet.sum("authorised-total", order.agreement.authorised_total)
    lines = order.agreement.accepted_lines.values() or order.lines
    return sheet.page("repair-order", told, sheet.lines(lines), kept, total)


def estimate(sheet: Sheet, version: Estimate) -> str:
    """R10: one version, as it was issued."""
    return sheet.page(
        "estimate", f"<p>#{version.version}</p>", sheet.lines(version.lines), sheet.sum("total", version.total)
    )


def hand_over(sheet: Sheet) -> str:
    """R16, R18: what was wrong, what was done, what it cost, what comes next."""
    order, parts = sheet.order, []
    for line_id, story in order.stories.items():
        told = [("concern", story.concern), ("cause", story.cause), ("correction", story.correction)]
        parts.append(f"<h3>{escape(line_id)} {escape(order.known_lines[line_id].title)}</h3>{sheet.facts(told)}")
    if parts:
        parts.insert(0, f"<h2>{sheet.text('what-was-done')}</h2>")
    if order.delivery:
        due = order.delivery.hand_over.next_service
        said = [str(due.due_on or ""), f"{due.due_km} km" if due.due_km else ""]
        parts.append(sheet.sum("charged", order.delivery.charged))
        parts.append(sheet.facts([("next-service", " / ".join(part for part in said if part))]))
    done = [line for line in order.agreement.authorised_lines.values() if line.line_id in order.work.done]
    return sheet.page("hand-over", sheet.lines(done), *parts, sheet.facts([("quality", order.work.qc_inspector)]))
