"""Printed documents in both languages, escaped and closed (R7, R10, R16, X4)."""

import re
from pathlib import Path

from chassis.texts import words_of
from reception.api import printed
from reception_door import CHECKS, Door

USED = set(re.findall(r'(?:text|sum|page)\(\s*["\']([a-z-]+)["\']', Path(printed.__file__).read_text()))


def test_no_text_is_untranslated() -> None:
    """X4: what is printed is in the list of labels, each with words of its own in both languages."""
    assert set(printed.LABELS) >= USED and len(USED) > 8
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
    assert "770.00 CNY" in shown["estimate", "en"] and "20113 km" in shown["repair-order", "zh"]
    assert "700.00 CNY" in shown["hand-over", "en"] and "30000 km" in shown["hand-over", "en"]
    assert "&lt;b&gt;replaced&lt;/b&gt;" in shown["hand-over", "zh"]
    assert "浦东汽车" in (await door.get(f"/visits/{visit}/documents/repair-order")).text
    assert (await door.get(f"/visits/{visit}/documents/estimate?version=9")).status_code == 404


async def test_an_erased_person_is_not_printed(door: Door) -> None:
    """C15, R7."""
    visit = await door.walk_in_with_estimate()
    person = (await door.get(f"/visits/{visit}")).json()["customer"]["person_id"]
    door.others.store.sealing.erased.add(person)
    page = await door.get(f"/visits/{visit}/documents/repair-order?language=en")
    assert "(erased)" in page.text and "Li Wei" not in page.text and "squeals" not in page.text
