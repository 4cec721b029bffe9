"""The text that a customer decides on, in his language (X4); its hash is kept as evidence (R12)."""

from contracts.values import Money

from reception.domain.dealer import Dealer
from reception.domain.estimate import Estimate

_TEXTS = {
    "en": {
        "title": "{dealer}: estimate {version} for your vehicle {plate}",
        "line": "{title}: labour {labour}, parts {parts}",
        "contingency": "Contingency (at most): {amount}",
        "total": "Total (never charged above): {amount}",
        "customer": "Of this you pay at most: {amount}",
        "ask": "Nothing is worked on before you agree. Please accept or decline each line.",
    },
    "zh": {
        "title": "{dealer}:您的车辆 {plate} 的第 {version} 版估价单",
        "line": "{title}:工时费 {labour},配件费 {parts}",
        "contingency": "预备费(最多):{amount}",
        "total": "合计(绝不超出此金额):{amount}",
        "customer": "其中由您支付(最多):{amount}",
        "ask": "未经您同意,我们不会施工。请逐项选择同意或不同意。",
    },
}


def shown_text(estimate: Estimate, dealer: Dealer, plate: str) -> str:
    """The estimate in words. The same estimate and dealer always give the same text."""
    texts = _TEXTS[dealer.language]
    name = dealer.name_zh if dealer.language == "zh" and dealer.name_zh else dealer.name
    rows = [texts["title"].format(dealer=name, version=estimate.version, plate=plate)]
    rows += [
        texts["line"].format(title=line.title, labour=_money(line.labour), parts=_money(line.total - line.labour))
        for line in estimate.lines
    ]
    if estimate.contingency.amount:
        rows.append(texts["contingency"].format(amount=_money(estimate.contingency)))
    rows.append(texts["total"].format(amount=_money(estimate.total)))
    if estimate.customer_pays != estimate.total:
        rows.append(texts["customer"].format(amount=_money(estimate.customer_pays)))
    return "\n".join([*rows, texts["ask"]])


def _money(money: Money) -> str:
    return f"{money.amount // 100}.{money.amount % 100:02d} {money.currency}"
