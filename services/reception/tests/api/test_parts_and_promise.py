"""Parts as a conversation with the stock (R9), and the time that is promised when the order is opened (R11)."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from contracts.booking import CapacityChanged, OpeningPlanned, PlannedOpening
from contracts.headquarters import OpeningHours
from contracts.parts import (
    OrderClass,
    PartsArrived,
    PartsEtaChanged,
    PartsReleased,
    PartsReserved,
    PartsShort,
    ReservedPart,
    ShortPart,
    SupplyWay,
)
from contracts.reception import DelayForeseen, LinePart, LinePartsAsked
from contracts.values import Money, TechnicianHours, WorkClass
from reception_builders import NINE
from reception_door import Door
from reception_requests import LINE

TOMORROW = NINE + timedelta(days=1)
FILTER = LINE["parts"][0]["number"]


async def booked(door: Door) -> str:
    await door.others.books("visit-9")
    await door.post("/arrivals", {"visit_id": "visit-9"})
    return "visit-9"


async def opened(door: Door, visit: str, **order: Any) -> Any:
    answer = await door.post(f"/visits/{visit}/repair-order", {"lines": [LINE], **order})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def decided(door: Door, visit: str, *accept: str, decline: tuple[str, ...] = (), version: int = 1) -> Any:
    no = [{"line_id": line, "reason": "TOO_EXPENSIVE"} for line in decline]
    body = {"accept": list(accept), "decline": no, "signature": "s/2"}
    return await door.post(f"/visits/{visit}/estimates/{version}/authorisation", body)


def short(line_id: str | None = "L1", eta: Any = TOMORROW, way: SupplyWay = SupplyWay.ORDER) -> PartsShort:
    urgent = OrderClass.EMERGENCY
    return PartsShort(
        items=(ShortPart(line_id=line_id, number=FILTER, missing=1, way=way, order_class=urgent, eta=eta),)
    )


def reserved(price: int | None = None, line_id: str | None = "L1") -> PartsReserved:
    money = Money(amount=price, currency="CNY") if price is not None else None
    return PartsReserved(items=(ReservedPart(line_id=line_id, number=FILTER, quantity=1, price=money),))


def asked(door: Door) -> list[tuple[str, ...]]:
    """The lines of each list that was asked for."""
    return [tuple(item.line_id for item in fact.items) for fact in door.others.announced(LinePartsAsked)]


async def parts(door: Door, visit: str) -> list[Any]:
    return (await door.get(f"/visits/{visit}/parts")).json()["items"]


async def test_the_stock_is_asked_for_what_the_lines_need_each_time_they_need_something_else(door: Door) -> None:
    """R9: the newest list holds; what the customer declines is in it no more, so nothing stays reserved."""
    visit = await door.checked_in_walk_in()
    await opened(door, visit, lines=[LINE, LINE])
    (first,) = door.others.announced(LinePartsAsked)
    assert first.items == tuple(LinePart(line_id=line, number=FILTER, quantity=1) for line in ("L1", "L2"))
    await door.post(f"/visits/{visit}/estimates", {})
    assert asked(door) == [("L1", "L2")]
    await door.post(f"/visits/{visit}/estimates", {"lines": [LINE, LINE]})
    await decided(door, visit, "L3", decline=("L4",), version=2)
    await door.others.finds_more("finding-1", visit)
    await door.post(f"/visits/{visit}/supplements", {"finding_id": "finding-1", "lines": [LINE]})
    await decided(door, visit, decline=("L5",), version=3)
    gone = await door.post(f"/visits/{visit}/lines/L3/parts-agreement", {"agreed": False})
    assert gone.json()["state"] == "CANCELLED"
    assert asked(door) == [("L1", "L2"), ("L3", "L4"), ("L3",), ("L3", "L5"), ("L3",), ()]
    assert await parts(door, visit) == []


async def test_each_part_of_each_line_says_where_it_comes_from_and_when(door: Door) -> None:
    """R9: asked, in stock, from another dealer, ordered, arrived; with what the customer has not agreed to yet."""
    visit = await door.checked_in_walk_in()
    await opened(door, visit)
    seen = [(await parts(door, visit))[0]["availability"]]
    way = SupplyWay.TRANSFER
    for fact in (reserved(), short(), short(way=way), PartsArrived(line_id="L1", number=FILTER, quantity=1)):
        await door.others.hears(fact, visit)
        (one,) = await parts(door, visit)
        seen.append(one["availability"])
        assert one["to_agree"] is isinstance(fact, PartsShort)
    assert seen == ["ASKED", "IN_STOCK", "ORDER", "TRANSFER", "ARRIVED"]
    await door.others.hears(short(way=SupplyWay.UNKNOWN, eta=None), visit)
    (one,) = await parts(door, visit)
    assert (one["availability"], one["eta"], one["order_class"]) == ("MISSING", None, "EMERGENCY")


def four(line_id: str | None, reserved: int = 0, short: int = 0, arrived: int = 0, number: str = FILTER) -> Any:
    if arrived:
        return PartsArrived(line_id=line_id, number=number, quantity=arrived)
    if reserved:
        return PartsReserved(items=(ReservedPart(line_id=line_id, number=number, quantity=reserved),))
    item = ShortPart(line_id=line_id, number=number, missing=short, way=SupplyWay.ORDER, eta=TOMORROW)
    return PartsShort(items=(item,))


COUNTED = [
    ([{"short": 4}, {"arrived": 1}], ("ORDER", 3, 1)),
    ([{"short": 4}, {"arrived": 1}, {"arrived": 3}], ("ARRIVED", None, 4)),
    ([{"short": 4}, {"arrived": 1}, {"arrived": 1}, {"arrived": 1}], ("ORDER", 1, 3)),
    ([{"short": 1}, {"reserved": 3}], ("ORDER", 1, 3)),
    ([{"reserved": 3}, {"short": 1}], ("ORDER", 1, 3)),
    ([{"reserved": 3}, {"short": 1}, {"arrived": 1}], ("ARRIVED", None, 4)),
    ([{"reserved": 3}], ("ASKED", None, 3)),
    ([{"reserved": 3}, {"arrived": 1}], ("ARRIVED", None, 4)),
    ([{"short": 1}, {"reserved": 4}], ("IN_STOCK", None, 4)),
]
FOUR = {**LINE, "parts": [{**LINE["parts"][0], "quantity": 4}]}


@pytest.mark.parametrize("of_booking", [False, True])
@pytest.mark.parametrize(("told", "stands"), COUNTED)
async def test_a_part_is_there_once_all_its_pieces_are(
    door: Door, told: list[dict[str, int]], stands: tuple[str, int | None, int], of_booking: bool
) -> None:
    """R9, B7: four pieces for one line, told of in any order, by line or before there is one; the customer is asked as
    long as one is known to be missing."""
    visit = await booked(door)
    await door.checks_in(visit)
    if not of_booking:
        await opened(door, visit, lines=[FOUR])
    for words in told:
        await door.others.hears(four(None if of_booking else "L1", **words), visit)
    order = await opened(door, visit, lines=[FOUR]) if of_booking else {}
    order = order or (await door.get(f"/visits/{visit}/repair-order")).json()
    (one,) = await parts(door, visit)
    availability, missing, kept = stands
    assert (one["availability"], order["parts_to_agree"]) == (availability, ["L1"] if missing else [])
    (supply,) = (await door.get(f"/visits/{visit}/repair-order")).json()["parts"]
    assert (supply["quantity"] if missing else None, supply["kept"]) == (missing, kept)


@pytest.mark.parametrize(
    ("told", "stands"),
    [
        *COUNTED[:-1],
        ([{"short": 1}, {"reserved": 4}], ("ORDER", 1, 4)),
        ([{"short": 2}, {"reserved": 2}], ("IN_STOCK", None, 2)),
    ],
)
async def test_a_part_that_came_instead_of_another_is_there_once_all_pieces_told_of_are(
    door: Door, told: list[dict[str, int]], stands: tuple[str, int | None, int]
) -> None:
    """R9: no line says how many; one that is reserved beside one that is missing does not stand for it."""
    visit = await door.checked_in_walk_in()
    await opened(door, visit, lines=[FOUR])
    for words in told:
        await door.others.hears(four("L1", **words, number="P-2"), visit)
    (supply,) = (await door.get(f"/visits/{visit}/repair-order")).json()["parts"]
    availability, missing, kept = stands
    assert supply["state"] == {"ORDER": "SHORT", "ARRIVED": "ARRIVED"}.get(availability, "RESERVED")
    assert (supply["quantity"] if missing else None, supply["kept"]) == (missing, kept)


async def test_a_piece_said_by_hand_and_told_by_the_stock_counts_twice_until_it_is_corrected(door: Door) -> None:
    """R9: what arrives comes to what is there; SHORT says what is missing."""
    visit = await door.checked_in_walk_in()
    await opened(door, visit, lines=[FOUR])
    await door.others.hears(four("L1", short=4), visit)
    item = {"line_id": "L1", "number": FILTER, "state": "ARRIVED", "quantity": 1}
    await door.post(f"/visits/{visit}/parts", {"items": [item]}, role="parts_clerk")
    await door.others.hears(four("L1", arrived=1), visit)
    (twice,) = (await door.get(f"/visits/{visit}/repair-order")).json()["parts"]
    item |= {"state": "SHORT", "quantity": 3}
    await door.post(f"/visits/{visit}/parts", {"items": [item]}, role="parts_clerk")
    (once,) = (await door.get(f"/visits/{visit}/repair-order")).json()["parts"]
    assert [(one["quantity"], one["kept"]) for one in (twice, once)] == [(2, 2), (3, 1)]


async def test_the_clerk_counts_pieces_or_means_all_of_them(door: Door) -> None:
    """R9: said by hand; a part that came instead of another is counted by what was told of it."""
    visit = await door.checked_in_walk_in()
    await opened(door, visit, lines=[FOUR])
    said = []
    for number, state, more in (
        (FILTER, "SHORT", {}),
        (FILTER, "ARRIVED", {"quantity": 3}),
        (FILTER, "ARRIVED", {}),
        ("P-2", "SHORT", {"quantity": 2}),
        ("P-2", "RESERVED", {"quantity": 2}),
    ):
        item = {"line_id": "L1", "number": number, "state": state, **more}
        assert (await door.post(f"/visits/{visit}/parts", {"items": [item]}, role="parts_clerk")).status_code == 200
        supply = (await door.get(f"/visits/{visit}/repair-order")).json()["parts"][-1]
        said.append((supply["state"], supply["quantity"], supply["kept"]))
    assert said == [("SHORT", 4, 0), ("SHORT", 1, 3), ("ARRIVED", 4, 4), ("SHORT", 2, 0), ("RESERVED", 2, 2)]


async def test_an_estimate_takes_the_price_the_stock_asks_now(door: Door) -> None:
    """R9, R10: prices are held against the stock; the version issued before stays as it was."""
    visit = await door.checked_in_walk_in()
    await opened(door, visit)
    first = (await door.post(f"/visits/{visit}/estimates", {})).json()
    await door.others.hears(reserved(price=18_000), visit)
    (one,) = await parts(door, visit)
    assert (one["price"]["amount"], one["stock_price"]["amount"]) == (15_000, 18_000)
    second = (await door.post(f"/visits/{visit}/estimates", {"stock_prices": True})).json()
    assert (first["total"]["amount"], second["total"]["amount"]) == (35_000, 38_000)
    assert (await parts(door, visit))[0]["stock_price"] is None
    old = (await door.get(f"/visits/{visit}/estimates")).json()["items"][0]
    assert (old["state"], old["total"]["amount"]) == ("SUPERSEDED", 35_000)


async def test_a_price_in_another_currency_is_refused(door: Door) -> None:
    """R9, X4."""
    visit = await door.checked_in_walk_in()
    await opened(door, visit)
    euro = Money(amount=1, currency="EUR")
    held = ReservedPart(line_id="L1", number=FILTER, quantity=1, price=euro)
    await door.others.hears(PartsReserved(items=(held,)), visit)
    refused = await door.post(f"/visits/{visit}/estimates", {"stock_prices": True})
    assert (refused.status_code, refused.json()["code"]) == (422, "currency-foreign")


async def test_what_is_missing_for_a_booking_is_known_when_its_order_is_opened(door: Door) -> None:
    """R9, R11, B7: the promised time waits for it, and the customer is asked whether he does."""
    visit = await booked(door)
    await door.others.hears(short(line_id=None, eta=TOMORROW), visit)
    await door.checks_in(visit)
    order = await opened(door, visit)
    (wait,) = order["promise_waits"]
    assert (wait["name"], order["parts_to_agree"]) == ("parts", ["L1"])
    assert order["promised_at"] > TOMORROW.isoformat()
    assert (await door.get(f"/visits/{visit}/promise")).json()["promised_at"] == order["promised_at"]


@pytest.mark.parametrize(("eta", "told"), [(NINE + timedelta(hours=1), []), (TOMORROW, ["PARTS"]), (None, ["PARTS"])])
async def test_a_missing_part_that_was_accepted_with_the_estimate_endangers_a_promise_before_it(
    door: Door, eta: Any, told: list[str]
) -> None:
    """R9, R11, R15: that its time stood in the text does not keep the promised time true."""
    visit = await door.checked_in_walk_in()
    await opened(door, visit)
    await door.others.hears(short(eta=eta), visit)
    await door.post(f"/visits/{visit}/estimates", {})
    await decided(door, visit, "L1")
    order = (await door.get(f"/visits/{visit}/repair-order")).json()
    assert (order["parts_to_agree"], order["promise_at_risk"]) == ([], told[0] if told else None)
    assert [fact.reason for fact in door.others.announced(DelayForeseen)] == told


@pytest.mark.parametrize(
    "then",
    [
        PartsArrived(number=FILTER, quantity=1),
        reserved(line_id=None),
        PartsReleased(reason="MISSED"),
        PartsEtaChanged(number=FILTER, previous=TOMORROW, eta=NINE),
    ],
)
async def test_what_came_or_was_let_go_before_the_order_holds_nothing_up(door: Door, then: Any) -> None:
    """R11, B7."""
    visit = await booked(door)
    await door.others.hears(short(line_id=None), visit)
    await door.others.hears(then, visit)
    await door.checks_in(visit)
    assert (await opened(door, visit))["promise_waits"] == []


async def test_facts_about_parts_of_a_booking_that_never_comes_wait_for_nothing(door: Door) -> None:
    """B7, R9."""
    await door.others.hears(reserved(line_id=None), "visit-9")
    await door.others.hears(PartsEtaChanged(number="never-heard-of", eta=TOMORROW), "visit-8")
    await door.others.hears(PartsReleased(reason="MISSED"), "visit-9")
    assert not door.others.store.documents.get("booked_parts", {}).get("visit-9")


def capacity(available: int, bookable: int) -> CapacityChanged:
    none = TechnicianHours(minutes=0)
    told = {"available": TechnicianHours(minutes=available), "bookable": TechnicianHours(minutes=bookable)}
    kept = {"assigned": none, "carry_over_reserve": none, "walk_in_reserve": none}
    return CapacityChanged(day=NINE.date(), work_class=WorkClass(LINE["work_class"]), **told, **kept)


async def test_a_walk_in_is_promised_a_time_behind_those_who_are_there_already(door: Door) -> None:
    """R11: one technician in ten open hours, two hours of work ahead of it: they are told at the opening already."""
    await door.others.hears(capacity(available=600, bookable=600), "day-1")
    first = await door.checked_in_walk_in()
    alone = await opened(door, first)
    assert alone["promise_waits"] == []
    await door.post(f"/visits/{first}/estimates", {})
    await decided(door, first, "L1")
    behind = await opened(door, await door.checked_in_walk_in())
    (wait,) = behind["promise_waits"]
    assert (wait["name"], wait["vehicles"]) == ("queue", 1)
    assert wait["until"] == (NINE + timedelta(hours=2)).isoformat().replace("+00:00", "Z")
    await door.work_done(first, "L1")
    free = await opened(door, await door.checked_in_walk_in())
    assert (free["promise_waits"], free["promised_at"]) == ([], alone["promised_at"])


NATIONAL_DAY = date(2025, 10, 1)
GOLDEN_WEEK = tuple(PlannedOpening(day=NATIONAL_DAY + timedelta(days=n)) for n in range(8))


def opened_on_the_holiday(opens: int, closes: int) -> PlannedOpening:
    hours = OpeningHours(weekday=NATIONAL_DAY.weekday(), opens=time(opens), closes=time(closes))
    return PlannedOpening(day=NATIONAL_DAY, opening=(hours,))


@pytest.mark.parametrize(
    ("told", "promised"),
    [
        ([()], "2025-10-01T01:30:00Z"),
        ([GOLDEN_WEEK], "2025-10-09T01:30:00Z"),
        ([(opened_on_the_holiday(10, 12), *GOLDEN_WEEK[1:])], "2025-10-01T03:30:00Z"),
        ([GOLDEN_WEEK, GOLDEN_WEEK[1:]], "2025-10-01T01:30:00Z"),
    ],
)
async def test_no_time_is_promised_on_a_holiday_unless_the_dealer_opens_it(
    door: Door, told: list[tuple[PlannedOpening, ...]], promised: str
) -> None:
    """R11, B1, B19: two hours and what belongs to them, the evening before National Day; half of it is left then."""
    for days in told:
        await door.others.hears(OpeningPlanned(days=days), "SH001")
    door.runtime.clock.move(datetime.fromisoformat("2025-09-30T16:30+08:00"))
    visit = await door.checked_in_walk_in()
    order = await opened(door, visit)
    proposed = (await door.get(f"/visits/{visit}/promise")).json()
    assert (order["promised_at"], proposed["promised_at"], proposed["obstacles"]) == (promised, promised, [])


async def test_a_full_workshop_is_told_when_the_order_is_opened_but_not_to_who_is_booked(door: Door) -> None:
    """R11: a booked visit's hours are kept for it."""
    await door.others.hears(capacity(available=600, bookable=60), "day-1")
    walk_in = await opened(door, await door.checked_in_walk_in())
    assert [wait["name"] for wait in walk_in["promise_waits"]] == ["workshop-load"]
    visit = await booked(door)
    await door.checks_in(visit)
    assert (await opened(door, visit))["promise_waits"] == []


async def test_a_proposed_time_counts_work_missing_parts_and_the_workshops_load(door: Door) -> None:
    """R11: explained; the customer agrees to it before it is promised."""
    visit = await door.checked_in_walk_in()
    await opened(door, visit)
    plain = (await door.get(f"/visits/{visit}/promise")).json()
    assert (plain["promised_at"], plain["obstacles"]) == (plain["now_promised"], [])
    await door.others.hears(capacity(available=0, bookable=0), "day-1")
    moved = (await door.get(f"/visits/{visit}/promise")).json()
    assert [one["name"] for one in moved["obstacles"]] == ["workshop-load"]
    assert moved["promised_at"] > plain["promised_at"]
    await door.others.hears(short(eta=NINE + timedelta(days=5)), visit)
    later = (await door.get(f"/visits/{visit}/promise")).json()
    assert [one["name"] for one in later["obstacles"]] == ["parts"]
    assert later["promised_at"] > moved["promised_at"]
    await door.others.hears(short(eta=None), visit)
    assert (await door.get(f"/visits/{visit}/promise")).json()["parts_without_date"] == ["L1"]
