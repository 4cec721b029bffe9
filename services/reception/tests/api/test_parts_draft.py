"""The parts clerk drafts an order's parts by their numbers; the advisor confirms them in an estimate (R10)."""

from typing import Any

import pytest
from contracts.parts import PartsEtaChanged, PartsReserved, PartsShort, ReservedPart, ShortPart, SupplyWay
from contracts.reception import (
    DelayForeseen,
    DraftedPart,
    EstimateIssued,
    LinePartsAsked,
    PartsDrafted,
    PartsOrderAgreed,
)
from contracts.values import Money
from reception.domain.proof import faults
from reception_builders import NINE
from reception_door import Door
from reception_requests import LINE


def cny(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "CNY"}


def a_package(code: str, number: str, price: int, **said: Any) -> dict[str, Any]:
    part = {"number": number, "name": f"Part {number}", "price": cny(price), **said}
    return {"code": code, "en": code, "zh": code, "work_class": "PM", "hours": 1, "parts": [part]}


PRICES = {
    "valid_from": "2025-06-23",
    "labour_rates": {"PM": cny(26_000)},
    "menu": [a_package("PM20", "OF-1", 6_500), a_package("PM40", "OF-1", 7_000), a_package("PM60", "PAD-2", 42_000)],
}
FILTER = {"number": "OF-1", "quantity": 1}
PADS = {"number": "PAD-2", "name": "Front pads", "quantity": 2}
GREASE = {"number": "GR-9", "quantity": 1}


async def ordered(door: Door, *operations: str, **body: Any) -> str:
    """A visit's order with a line for each operation, each with one part of its own."""
    await door.post("/price-lists", PRICES, role="manager")
    visit = await door.checked_in_walk_in()
    lines = [{**LINE, "operation": operation} for operation in operations]
    body = {"lines": lines, **body} if lines else {"diagnosis_first": True, **body}
    opened = await door.post(f"/visits/{visit}/repair-order", body)
    assert opened.status_code == 201, opened.text
    return visit


async def drafted(door: Door, visit: str, *items: dict[str, Any], role: str = "parts_clerk") -> dict[str, Any]:
    answer = await door.post(f"/visits/{visit}/parts-draft", {"items": [*items]}, role=role)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def issued(door: Door, visit: str, **body: Any) -> dict[str, Any]:
    answer = await door.post(f"/visits/{visit}/estimates", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def refused(door: Door, visit: str, status: int, **body: Any) -> dict[str, Any]:
    answer = await door.post(f"/visits/{visit}/estimates", body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_the_clerk_drafts_the_advisor_confirms_and_both_stand_in_the_estimate(door: Door) -> None:
    """R10, R12: the drafted parts are all that their line gets, at the list's prices; who did what is evidence."""
    visit = await ordered(door, "PM20", "WASH")
    told = await drafted(door, visit, {**FILTER, "line": "PM20", "quantity": 2}, {**PADS, "line": "L1"})
    assert (told["draft"], told["drafted_by"]) == (1, "parts_clerk:anna")
    assert (await door.get(f"/visits/{visit}/repair-order")).json()["draft_to_confirm"] == 1
    estimate = await issued(door, visit, draft=1, contingency_percent=10)
    assert [one["parts"] for one in estimate["lines"]] == [cny(2 * 6_500 + 2 * 42_000), cny(15_000)]
    assert (estimate["parts_draft"], estimate["parts_drafted_by"]) == (1, "parts_clerk:anna")
    assert (estimate["issued_by"], estimate["price_list_version"]) == ("advisor:anna", 1)
    (fact,) = door.others.announced(EstimateIssued)
    assert (fact.parts_draft, fact.parts_drafted_by) == (1, "parts_clerk:anna")
    assert [(part.number, part.name) for part in fact.lines[0].parts] == [
        ("OF-1", "Part OF-1"),
        ("PAD-2", "Front pads"),
    ]
    assert (await door.get(f"/visits/{visit}/repair-order")).json()["draft_to_confirm"] is None
    asked = door.others.announced(LinePartsAsked)[-1].items
    assert [(one.line_id, one.number, one.quantity) for one in asked] == [
        ("L1", "OF-1", 2),
        ("L1", "PAD-2", 2),
        ("L2", "90915", 1),
    ]
    export = (await door.get(f"/visits/{visit}/evidence/export")).json()
    assert faults(export) == [] and export["estimates"][0]["parts_drafted_by"] == "parts_clerk:anna"
    export["estimates"][0]["parts_drafted_by"] = "parts_clerk:bo"
    assert faults(export) != []


async def test_a_draft_is_announced_without_prices_and_stands_in_the_trail(door: Door) -> None:
    """R10, X2: the technician drafts too; what is announced are numbers and pieces."""
    visit = await ordered(door, "PM20")
    await drafted(door, visit, PADS, role="technician")
    part = DraftedPart(number="PAD-2", name="Front pads", quantity=2)
    assert door.others.announced(PartsDrafted) == [PartsDrafted(draft=1, items=(part,))]
    told = (await door.get(f"/visits/{visit}/trail?limit=100")).json()["items"][-1]
    assert (told["type"], told["actor"]) == ("reception.parts-drafted.v1", "technician:anna")


async def test_the_draft_is_read_with_the_prices_in_force_and_what_the_list_lacks_is_shown(door: Door) -> None:
    """R10: the package's own price first, else the dearest of the list (B6); with vehicle and lines to draft for."""
    visit = await ordered(door, "PM20", "WASH")
    for role in ("parts_clerk", "technician", "advisor", "manager"):
        nothing = (await door.get(f"/visits/{visit}/parts-draft", role=role)).json()
        assert (nothing["draft"], nothing["items"], nothing["drafted_by"]) == (0, [], None)
    assert nothing["vehicle"]["vin"] == "JT1234567890ABCDE" and "Li Wei" not in str(nothing)
    assert [(one["line_id"], one["operation"], one["parts"][0]["number"]) for one in nothing["lines"]] == [
        ("L1", "PM20", "90915"),
        ("L2", "WASH", "90915"),
    ]
    await drafted(door, visit, {**FILTER, "line": "PM20"}, {**FILTER, "line": "L2"}, {**GREASE, "line": "L9"})
    told = (await door.get(f"/visits/{visit}/parts-draft", role="parts_clerk")).json()
    assert [(one["line_id"], one["listed"], one["price"], one["name"]) for one in told["items"]] == [
        ("L1", True, cny(6_500), "Part OF-1"),
        ("L2", True, cny(7_000), "Part OF-1"),
        (None, False, None, ""),
    ]
    assert (told["price_list_version"], told["estimate_version"]) == (1, None)
    assert (await door.get(f"/visits/{visit}/parts-draft", role="cashier")).status_code == 403


async def test_without_a_price_list_nothing_drafted_is_listed(door: Door) -> None:
    """R10: that is shown, not refused."""
    visit = await door.checked_in_walk_in()
    await door.post(f"/visits/{visit}/repair-order", {"lines": [LINE]})
    await drafted(door, visit, FILTER)
    told = (await door.get(f"/visits/{visit}/parts-draft")).json()
    assert (told["price_list_version"], told["items"][0]["listed"]) == (None, False)
    priced = await issued(door, visit, draft=1, draft_parts=[{"number": "OF-1", "price": cny(100)}])
    assert (priced["parts"], priced["price_list_version"]) == (cny(100), None)


async def test_the_advisor_says_what_list_and_draft_leave_open(door: Door) -> None:
    """R10: the price that the list lacks, and the line of a part that names none; else it is refused by its number."""
    visit = await ordered(door, "PM20", "WASH")
    await drafted(door, visit, {**PADS, "line": "L1"}, GREASE)
    unplaced = await refused(door, visit, 422, draft=1)
    assert (unplaced["code"], unplaced["details"]) == ("drafted-parts-unplaced", {"numbers": ["GR-9"]})
    placed = {"number": "GR-9", "line": "L1"}
    unpriced = await refused(door, visit, 422, draft=1, draft_parts=[placed])
    assert (unpriced["code"], unpriced["details"]) == ("drafted-parts-unpriced", {"numbers": ["GR-9"]})
    strange = {"number": "GR-8", "price": cny(1)}
    unknown = await refused(door, visit, 422, draft=1, draft_parts=[placed, strange])
    assert (unknown["code"], unknown["details"]) == ("parts-not-drafted", {"numbers": ["GR-8"]})
    euros = {**placed, "price": {"amount": 1, "currency": "EUR"}}
    assert (await refused(door, visit, 422, draft=1, draft_parts=[euros]))["code"] == "currency-foreign"
    assert (await door.post(f"/visits/{visit}/estimates", {"draft_parts": [placed]})).status_code == 422
    assert (await door.post(f"/visits/{visit}/estimates", {"draft": 1, "draft_parts": [placed] * 2})).status_code == 422
    estimate = await issued(door, visit, draft=1, draft_parts=[{**placed, "price": cny(900)}])
    assert [one["parts"] for one in estimate["lines"]] == [cny(84_900), cny(15_000)]


async def test_the_advisors_line_is_for_what_the_draft_leaves_open(door: Door) -> None:
    """R10: four for one line and one for none, of the same part: he places the one, and the four stay with whoever pays
    their line."""
    visit = await ordered(door, "PM20", "WASH")
    await drafted(door, visit, {**FILTER, "line": "L1", "quantity": 4}, FILTER)
    unplaced = await refused(door, visit, 422, draft=1)
    assert (unplaced["code"], unplaced["details"]) == ("drafted-parts-unplaced", {"numbers": ["OF-1"]})
    estimate = await issued(door, visit, draft=1, draft_parts=[{"number": "OF-1", "line": "WASH"}])
    assert [one["parts"] for one in estimate["lines"]] == [cny(4 * 6_500), cny(7_000)]


async def test_the_advisors_own_price_goes_before_the_stocks(door: Door) -> None:
    """R9, R10: of the drafted part that he priced; the rest is at what the stock asks."""
    visit = await ordered(door, "PM20", "WASH")
    await drafted(door, visit, {**GREASE, "line": "L1"}, {**PADS, "line": "L1"})
    of_stock = [("L1", "GR-9", 380), ("L1", "PAD-2", 39_000), ("L2", "90915", 14_000)]
    kept = [
        ReservedPart(line_id=line, number=number, quantity=1, price=Money(amount=price, currency="CNY"))
        for line, number, price in of_stock
    ]
    await door.others.hears(PartsReserved(items=tuple(kept)), visit)
    own = {"number": "GR-9", "price": cny(900)}
    estimate = await issued(door, visit, draft=1, stock_prices=True, draft_parts=[own])
    assert [one["parts"] for one in estimate["lines"]] == [cny(900 + 2 * 39_000), cny(14_000)]


async def test_drafted_parts_go_to_the_lines_that_the_diagnosis_brought(door: Door) -> None:
    """R10: an order that waited for its diagnosis has no lines when the clerk drafts; the estimate names them."""
    visit = await ordered(door)
    await drafted(door, visit, {**PADS, "line": "BRAKES"})
    lines = [{**LINE, "operation": "BRAKES", "parts": []}, {**LINE, "operation": "WASH", "parts": []}]
    estimate = await issued(door, visit, draft=1, lines=lines, menu_items=["PM20"])
    assert [one["parts"]["amount"] for one in estimate["lines"]] == [84_000, 0, 6_500]


async def test_a_draft_that_changed_since_it_was_read_is_not_confirmed(door: Door) -> None:
    """R10: a page that is stale is read again; the newer draft is confirmed by its own number, and more than once."""
    visit = await ordered(door, "PM20")
    assert (await refused(door, visit, 409, draft=1))["code"] == "parts-draft-missing"
    await drafted(door, visit, FILTER)
    assert (await drafted(door, visit, PADS))["draft"] == 2
    stale = await refused(door, visit, 409, draft=1)
    assert (stale["code"], stale["details"]) == ("parts-draft-changed", {"draft": 2})
    assert (await issued(door, visit, draft=2))["parts"] == cny(84_000)
    assert (await issued(door, visit, draft=2, contingency_percent=5))["version"] == 2
    assert (await door.get(f"/visits/{visit}/parts-draft")).json()["estimate_version"] == 2
    without = await issued(door, visit, lines=[LINE])
    assert (without["parts_draft"], without["parts_drafted_by"]) == (None, None)


async def test_who_drafted_the_parts_stands_in_each_version_that_has_them(door: Door) -> None:
    """R10: another version of the same lines has the parts, their drafter and their price list still; new lines not."""
    visit = await ordered(door, "PM20")
    await drafted(door, visit, PADS)
    first = await issued(door, visit, draft=1)
    again = await issued(door, visit, contingency_percent=7)
    of_first, of_again = (
        (one["parts"], one["parts_draft"], one["parts_drafted_by"], one["price_list_version"]) for one in (first, again)
    )
    assert of_first == of_again == (cny(84_000), 1, "parts_clerk:anna", 1)
    without = await issued(door, visit, lines=[LINE])
    assert (without["parts_draft"], without["parts_drafted_by"]) == (None, None)
    still = await issued(door, visit, contingency_percent=7)
    assert (still["parts_draft"], still["parts_drafted_by"]) == (None, None)


async def test_parts_are_drafted_for_an_order_on_which_the_customer_has_not_decided(door: Door) -> None:
    """R10, X1: not for a visit without one, a closed one, nor for what needs a supplement; not by everybody."""
    body = {"items": [FILTER]}
    early = await door.checked_in_walk_in()
    for ask in (
        door.post(f"/visits/{early}/parts-draft", body, role="parts_clerk"),
        door.get(f"/visits/{early}/parts-draft"),
    ):
        answer = await ask
        assert (answer.status_code, answer.json()["code"]) == (409, "repair-order-missing")
    visit = await ordered(door, "PM20", "WASH")
    assert (await door.post(f"/visits/{visit}/parts-draft", body, role="advisor")).status_code == 403
    assert (await door.post(f"/visits/{visit}/parts-draft", {"items": []}, role="parts_clerk")).status_code == 422
    await issued(door, visit)
    decision = {"accept": ["L1"], "decline": [{"line_id": "L2", "reason": "LATER"}], "signature": "s/2"}
    await door.post(f"/visits/{visit}/estimates/1/authorisation", decision)
    late = await door.post(f"/visits/{visit}/parts-draft", body, role="parts_clerk")
    assert (late.status_code, late.json()["code"]) == (409, "estimate-already-decided")
    closed = await ordered(door, "PM20")
    await issued(door, closed)
    no = {"decline": [{"line_id": "L1", "reason": "LATER"}], "signature": "s/2"}
    await door.post(f"/visits/{closed}/estimates/1/authorisation", no)
    over = await door.post(f"/visits/{closed}/parts-draft", body, role="parts_clerk")
    assert (over.status_code, over.json()["code"]) == (409, "repair-order-closed")


async def test_what_the_stock_said_of_parts_that_a_draft_takes_off_is_over(door: Door) -> None:
    """R9, R10: the customer reads of no missing part that his line does not need; what stays on the line stays kept."""
    visit = await ordered(door, "PM20", "WASH")
    short = ShortPart(line_id="L1", number="90915", missing=1, way=SupplyWay.ORDER)
    await door.others.hears(PartsShort(items=(short,)), visit)
    await door.others.hears(PartsReserved(items=(ReservedPart(line_id="L2", number="90915", quantity=1),)), visit)
    await drafted(door, visit, {**FILTER, "line": "L1"})
    await issued(door, visit, draft=1)
    order = (await door.get(f"/visits/{visit}/repair-order")).json()
    states = {(one["line_id"], one["number"]): one["state"] for one in order["parts"]}
    assert states == {("L1", "90915"): "RELEASED", ("L2", "90915"): "RESERVED"}
    assert order["parts_to_agree"] == []


@pytest.mark.parametrize(("pieces", "state", "told"), [(1, "RESERVED", 0), (2, "SHORT", 1)])
async def test_fewer_pieces_than_were_missing_are_missing_no_more(
    door: Door, pieces: int, state: str, told: int
) -> None:
    """R9, R10: one of three is there, two are missing, and the draft needs fewer: nobody waits for the rest."""
    visit = await ordered(door, lines=[{**LINE, "parts": [{**LINE["parts"][0], "quantity": 3}]}])
    await door.others.hears(PartsReserved(items=(ReservedPart(line_id="L1", number="90915", quantity=1),)), visit)
    short = ShortPart(line_id="L1", number="90915", missing=2, way=SupplyWay.ORDER)
    await door.others.hears(PartsShort(items=(short,)), visit)
    await drafted(door, visit, {"number": "90915", "quantity": pieces})
    await issued(door, visit, draft=1, draft_parts=[{"number": "90915", "price": cny(15_000)}])
    order = (await door.get(f"/visits/{visit}/repair-order")).json()
    (part,) = order["parts"]
    assert (part["state"], part["quantity"], part["kept"]) == (state, 1, 1)
    assert order["parts_to_agree"] == ["L1"] * told
    await door.post(f"/visits/{visit}/estimates/1/authorisation", {"accept": ["L1"], "signature": "s/2"})
    assert [len(door.others.announced(fact)) for fact in (PartsOrderAgreed, DelayForeseen)] == [told, told]


@pytest.mark.parametrize("known", [True, False])
async def test_a_late_word_of_the_stock_does_not_bring_back_a_part_that_the_draft_took_off(
    door: Door, known: bool
) -> None:
    """R9, R10: it was said before the stock read the newer list, of a part it had answered for or not; a part that came
    instead of another was never on the line, and counts."""
    visit = await ordered(door, "PM20")
    short = PartsShort(items=(ShortPart(line_id="L1", number="90915", missing=1, way=SupplyWay.ORDER),))
    if known:
        await door.others.hears(short, visit)
    await drafted(door, visit, FILTER)
    await issued(door, visit, draft=1)
    await door.others.hears(short, visit)
    await door.others.hears(PartsEtaChanged(line_id="L1", number="90915", eta=NINE), visit)
    order = (await door.get(f"/visits/{visit}/repair-order")).json()
    assert ([one["state"] for one in order["parts"]], order["parts_to_agree"]) == (["RELEASED"] * known, [])
    instead = ShortPart(line_id="L1", number="OF-2", missing=1, way=SupplyWay.ORDER)
    await door.others.hears(PartsShort(items=(instead,)), visit)
    assert (await door.get(f"/visits/{visit}/repair-order")).json()["parts_to_agree"] == ["L1"]
    await drafted(door, visit, {"number": "90915", "quantity": 1})
    await issued(door, visit, draft=2, draft_parts=[{"number": "90915", "price": cny(15_000)}])
    await door.others.hears(short, visit)
    states = {one["number"]: one["state"] for one in (await door.get(f"/visits/{visit}/repair-order")).json()["parts"]}
    assert states["90915"] == "SHORT"


@pytest.mark.parametrize(
    ("said", "price", "code"),
    [
        ({}, 15_000, "estimate-authorised"),
        ({}, 14_000, "estimate-authorised"),
        ({"quantity": 2}, 15_000, "warranty-not-checked"),
        ({}, 15_001, "warranty-not-checked"),
        ({"condition": "AFTERMARKET"}, 15_000, "warranty-not-checked"),
    ],
)
async def test_a_line_in_the_makers_name_with_other_parts_is_checked_again(
    door: Door, said: dict[str, Any], price: int, code: str
) -> None:
    """R8, R10: his word was about the parts that stood there, at their price; the same parts with another name, or
    cheaper, are the same."""
    visit = await in_the_makers_name(door)
    await drafted(door, visit, {"number": "90915", "name": "Filter", "quantity": 1, **said})
    await issued(door, visit, draft=1, draft_parts=[{"number": "90915", "price": cny(price)}])
    assert await accepted_at_the_counter(door, visit) == code


@pytest.mark.parametrize(("price", "code"), [(15_000, "estimate-authorised"), (15_001, "warranty-not-checked")])
async def test_a_line_in_the_makers_name_that_is_dearer_at_the_stock_is_checked_again(
    door: Door, price: int, code: str
) -> None:
    """R8, R9: what the dealer may decide, and what was asked at headquarters, goes by what the line costs."""
    visit = await in_the_makers_name(door)
    kept = ReservedPart(line_id="L1", number="90915", quantity=1, price=Money(amount=price, currency="CNY"))
    await door.others.hears(PartsReserved(items=(kept,)), visit)
    await issued(door, visit, stock_prices=True)
    assert await accepted_at_the_counter(door, visit) == code


async def in_the_makers_name(door: Door) -> str:
    """An order with one line, of which the policy says that the maker pays."""
    line = {**LINE, "operation": "ENG1", "pay_type": "WARRANTY"}
    visit = await ordered(door, lines=[line], particulars={"registered_on": "2025-01-01"})
    checked = await door.post(f"/visits/{visit}/lines/L1/warranty-check", {"diagnosed": True})
    assert checked.json()["cases"]["L1"]["state"] == "COVERED"
    return visit


async def accepted_at_the_counter(door: Door, visit: str) -> str:
    """The code of the refusal, if it is refused."""
    yes = {"accept": ["L1"], "signature": "s/2"}
    decided = await door.post(f"/visits/{visit}/estimates/1/authorisation", yes)
    return decided.json().get("code", "estimate-authorised")
