"""Printed documents in both languages, escaped and closed (R7, R10, R16, X4)."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from chassis.texts import words_of
from contracts.parts import PartsShort, ShortPart, SupplyWay
from pypdf import PdfReader
from reception.api import printed
from reception.api.printed_pdf import pdf
from reception_builders import NINE
from reception_door import CHECKS, Door
from reception_requests import LINE

USED = set(re.findall(r'\(\s*"([a-z-]+)"', Path(printed.__file__).read_text())) - {"document"}


def test_no_text_is_untranslated() -> None:
    """X4: what is printed is in the list of labels, each with words of its own in both languages."""
    assert set(printed.LABELS) >= USED and len(USED) > 25
    en, zh = words_of("en", "reception"), words_of("zh", "reception")
    assert [id for id in printed.LABELS if not re.search(r"[一-鿿]", zh.name("document", id))] == []
    assert [
        id for id in printed.LABELS if en.name("document", id) == id or re.search(r"[一-鿿]", en.name("document", id))
    ] == []


async def test_each_document_is_printed_in_the_asked_language(door: Door) -> None:
    """R7, R10, R16: with the customer's data opened for the page, and what was agreed on it."""
    visit = await door.walk_in_with_estimate()
    await door.post(f"/visits/{visit}/lines/L1/story", {"cause": "worn", "correction": "<b>replaced</b>"})
    await door.post(f"/visits/{visit}/estimates/1/authorisation", {"accept": ["L1", "L2"], "signature": "s/2"})
    await door.work_done(visit, "L1", "L2")
    await door.post(f"/visits/{visit}/delivery-checks", CHECKS)
    await door.post(f"/visits/{visit}/delivery", {"next_service": {"due_km": 30_000}})
    shown = {}
    for document in ("repair-order", "estimate", "hand-over"):
        for language in ("zh", "en"):
            page = await door.get(f"/visits/{visit}/documents/{document}?language={language}")
            assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
            assert "script" not in page.headers["content-security-policy"] and "Li Wei" in page.text
            assert words_of(language, "reception").name("document", document) in page.text
            shown[document, language] = page.text
    assert "Contingency (at most): 70.00 CNY" in text_of(shown["estimate", "en"])
    assert "770.00 CNY" in shown["estimate", "en"] and "20113 km" in shown["repair-order", "zh"]
    assert "700.00 CNY" in shown["hand-over", "en"] and "30000 km" in shown["hand-over", "en"]
    assert "&lt;b&gt;replaced&lt;/b&gt;" in shown["hand-over", "zh"]
    assert "浦东汽车" in (await door.get(f"/visits/{visit}/documents/repair-order")).text
    assert (await door.get(f"/visits/{visit}/documents/estimate?version=9")).status_code == 404


async def test_the_customers_own_part_stands_beside_the_sum_of_all_payers(door: Door) -> None:
    """R7, R12, R16: only where somebody else pays too."""
    visit = await door.checked_in_walk_in()
    await door.post(f"/visits/{visit}/repair-order", {"lines": [LINE, {**LINE, "pay_type": "GOODWILL"}]})
    await door.post(f"/visits/{visit}/estimates", {})
    await door.post(f"/visits/{visit}/estimates/1/authorisation", {"accept": ["L1", "L2"], "signature": "s/2"})
    await door.work_done(visit, "L1", "L2")
    await door.post(f"/visits/{visit}/delivery-checks", CHECKS)
    await door.post(f"/visits/{visit}/delivery", {})
    told = text_of((await door.get(f"/visits/{visit}/documents/hand-over?language=en")).text)
    assert "Charged: 700.00 CNY Of this the customer pays: 350.00 CNY" in told


async def test_the_paper_estimate_says_all_that_the_customer_decides_on(door: Door) -> None:
    """R18, R9, R10, R12: the condition of parts, what is missing and until when, the contingency, and his own part."""
    visit = await door.checked_in_walk_in()
    used = {**LINE, "parts": [{**LINE["parts"][0], "condition": "REMANUFACTURED"}]}
    lines = [used, {**LINE, "pay_type": "INTERNAL"}]
    assert (await door.post(f"/visits/{visit}/repair-order", {"lines": lines})).status_code == 201
    await door.post(f"/visits/{visit}/estimates", {"contingency_percent": 10})
    eta = NINE + timedelta(days=1)
    missing = ShortPart(line_id="L1", number="90915", missing=1, way=SupplyWay.ORDER, eta=eta)
    await door.others.hears(PartsShort(items=(missing,)), visit)
    told = text_of((await door.get(f"/visits/{visit}/documents/estimate?language=en")).text)
    assert "90915 Oil filter: remanufactured part" in told
    assert "90915 is missing and expected 2025-06-24; by accepting you agree to wait for it" in told
    sums = ("Contingency (at most): 70.00 CNY", "Total: 770.00 CNY", "Of this the customer pays: 385.00 CNY")
    assert [one for one in sums if one not in told] == []
    chinese = (await door.get(f"/visits/{visit}/documents/estimate?language=zh")).text
    assert "再制造件" in chinese and "预计到货 2025-06-24" in chinese


def text_of(page: str) -> str:
    """What is read on a page, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


async def test_an_erased_person_is_not_printed(door: Door) -> None:
    """C15, R7."""
    visit = await door.walk_in_with_estimate()
    person = (await door.get(f"/visits/{visit}")).json()["customer"]["person_id"]
    door.others.store.sealing.erased.add(person)
    page = await door.get(f"/visits/{visit}/documents/repair-order?language=en")
    assert "(erased)" in page.text and "Li Wei" not in page.text and "squeals" not in page.text


async def test_the_same_is_told_as_pdf(door: Door) -> None:
    """R7, R10, R16, X4: heading, lines with their notes, sums, in Chinese too; characters that mean something in markup
    stay characters; long lists go over several pages."""
    visit = await door.walk_in_with_estimate()
    door.client.headers["accept"] = "application/pdf"
    for language in ("zh", "en"):
        answer = await door.get(f"/visits/{visit}/documents/estimate?language={language}")
        assert answer.headers["content-type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
        assert answer.headers["content-disposition"] == f'attachment; filename="estimate-{visit}.pdf"'
        told = read(answer.content)
        assert words_of(language, "reception").name("document", "estimate") in told
        assert "Li Wei" in told and "770.00 CNY" in told
    assert (await door.get(f"/visits/{visit}/documents/estimate?version=9")).status_code == 404


def test_what_is_written_down_is_no_markup_on_paper() -> None:
    """R7: neither a tag nor an ampersand is run or lost, and the head of a table stands on each of its pages."""
    rows = [
        (f"L{n} <b>刹车片</b> & \n注意: <i>hot</i>", "1.5", "1.00 CNY", "0.00 CNY", "1.00 CNY", "客户")
        for n in range(90)
    ]
    heads = ("作业", "工时", "工费", "配件", "合计", "付款方")
    made = pdf(printed.Page("zh", "估价单", "浦东汽车: <估价单>", [printed.Table(heads, rows)], "签字"))
    pages = PdfReader(BytesIO(made)).pages
    assert len(pages) > 2 and all("付款方" in page.extract_text() for page in pages)
    told = read(made)
    assert "<估价单>" in told and told.count("<b>刹车片</b> &") == 90 and told.count("注意: <i>hot</i>") == 90


def read(made: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)
