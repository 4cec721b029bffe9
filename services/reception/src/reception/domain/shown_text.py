"""The text that a customer decides on, in his language (X4); its hash is kept as evidence (R12)."""

from collections.abc import Mapping
from datetime import datetime

from contracts.values import Money

from reception.domain.dealer import Dealer
from reception.domain.estimate import Estimate
from reception.domain.supply import PartSupply, Supply

_ALL_THERE = Supply()

_TEXTS = {
    "en": {
        "title": "{dealer}: estimate {version} for your vehicle {plate}",
        "line": "{title}: labour {labour}, parts {parts}",
        "contingency": "Contingency (at most): {amount}",
        "total": "Total (never charged above): {amount}",
        "customer": "Of this you pay at most: {amount}",
        "awaited": "{title}: {number} is missing and expected {eta}; by accepting you agree to wait for it",
        "unknown": "at a time still to be told",
        "condition": "{number} {name}: {condition}",
        "REMANUFACTURED": "remanufactured part",
        "AFTERMARKET": "aftermarket part",
        "USED": "used part",
        "diagnosis": "{dealer}: the estimate for your vehicle {plate} follows once its fault is found",
        "limit": "Finding it costs at most: {amount}. No repair begins before you agree to its estimate.",
        "ask": "Nothing is worked on before you agree. Please accept or decline each line.",
    },
    "zh": {
        "title": "{dealer}:您的车辆 {plate} 的第 {version} 版估价单",
        "line": "{title}:工时费 {labour},配件费 {parts}",
        "contingency": "预备费(最多):{amount}",
        "total": "合计(绝不超出此金额):{amount}",
        "customer": "其中由您支付(最多):{amount}",
        "awaited": "{title}:配件 {number} 缺货,预计到货 {eta};同意此项即表示您愿意等待",
        "unknown": "时间另行通知",
        "condition": "{number} {name}:{condition}",
        "REMANUFACTURED": "再制造件",
        "AFTERMARKET": "品牌件",
        "USED": "二手件",
        "diagnosis": "{dealer}:您的车辆 {plate} 需先诊断故障,之后提供估价单",
        "limit": "诊断费最多:{amount}。在您同意估价之前,我们不会开始维修。",
        "ask": "未经您同意,我们不会施工。请逐项选择同意或不同意。",
    },
}


def shown_text(estimate: Estimate, dealer: Dealer, plate: str, supply: Supply = _ALL_THERE) -> str:
    """The estimate in words, with missing parts (R9) and parts that are not new ones of the maker (R18).

    The same estimate, dealer and supply always give the same text.
    """
    texts = _TEXTS[dealer.language]
    rows = [texts["title"].format(dealer=_name(dealer), version=estimate.version, plate=plate)]
    rows += [
        texts["line"].format(title=line.title, labour=_money(line.labour), parts=_money(line.total - line.labour))
        for line in estimate.lines
    ]
    rows += _conditions(estimate, texts)
    rows += [
        texts["awaited"].format(title=title, number=part.number, eta=_day(part.eta, dealer) or texts["unknown"])
        for title, part in _missing(estimate, supply)
    ]
    if estimate.contingency.amount:
        rows.append(texts["contingency"].format(amount=_money(estimate.contingency)))
    rows.append(texts["total"].format(amount=_money(estimate.total)))
    if estimate.customer_pays != estimate.total:
        rows.append(texts["customer"].format(amount=_money(estimate.customer_pays)))
    return "\n".join([*rows, texts["ask"]])


def diagnosis_text(limit: Money, dealer: Dealer, plate: str) -> str:
    """R10: what the customer acknowledges while the estimate waits for the diagnosis."""
    texts = _TEXTS[dealer.language]
    title = texts["diagnosis"].format(dealer=_name(dealer), plate=plate)
    return "\n".join([title, texts["limit"].format(amount=_money(limit))])


def _name(dealer: Dealer) -> str:
    return dealer.name_zh if dealer.language == "zh" and dealer.name_zh else dealer.name


def _conditions(estimate: Estimate, texts: Mapping[str, str]) -> list[str]:
    others = [part for line in estimate.lines for part in line.parts if part.condition in texts]
    return [texts["condition"].format(number=p.number, name=p.name, condition=texts[p.condition]) for p in others]


def _missing(estimate: Estimate, supply: Supply) -> list[tuple[str, PartSupply]]:
    return [(line.title, part) for line in estimate.lines for part in supply.missing([line.line_id])]


def _day(eta: datetime | None, dealer: Dealer) -> str:
    return dealer.day_of(eta).isoformat() if eta else ""


def _money(money: Money) -> str:
    return f"{money.amount // 100}.{money.amount % 100:02d} {money.currency}"
