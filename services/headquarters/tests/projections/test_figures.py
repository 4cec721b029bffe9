"""H4, H9: figures folded live, equal to their explanation, equal in any legal order."""

import asyncio
from datetime import timedelta
from random import Random

import pytest
from chassis.scopes import Network
from chassis.testing import MemoryStore, all_documents, memory_unit
from contracts import booking
from contracts.crm import ComplaintClosed
from headquarters.domain.errors import PeriodInvalid
from headquarters.domain.figures import FIGURES, summed
from headquarters.domain.period import Period
from headquarters.projections.figures import BALANCES, FIGURE_DAYS, FigureDay, figures_of, sums_by_dealer
from headquarters.projections.rows import ROWS, explain
from headquarters.projections.visits import VISITS
from headquarters_journeys import (
    EIGHT,
    THE_DAY,
    a_day,
    a_network,
    arrived,
    at,
    confirmed,
    interleaved,
    leavers,
    left,
    opened,
    returned,
    take,
    told,
)
from hypothesis import given, settings
from hypothesis import strategies as st

WEEK = Period(THE_DAY, THE_DAY + timedelta(days=6))


def everything_of(store) -> dict:
    kinds = (ROWS, FIGURE_DAYS, BALANCES, VISITS)
    return {kind.id_of(document): document for kind in kinds for document in all_documents(store, kind)}


async def folded(order, *, batch: int = 1):
    store = await a_network()
    await take(store, order, batch=batch)
    return store


async def test_the_day_of_four_visits_has_the_figures_one_reckons_by_hand() -> None:
    """B13, W9, V3, C5: v1 good, v2 a walk-in rework with a complaint still open, v3 came in time, v4 never."""
    store = await folded([fact for facts in a_day() for fact in facts])
    figures = figures_of((await sums_by_dealer(memory_unit(store=store), WEEK, ["SH001"]))["SH001"])
    values = {name: figure["value"] for name, figure in figures.items()}
    assert values == {
        "visits": 3,
        "booked_visits": 2,
        "booking_rate": round(2 / 3, 6),
        "no_shows": 1,
        "no_show_rate": round(1 / 3, 6),
        "deliveries": 2,
        "reworks": 1,
        "first_time_fix_rate": 0.5,
        "on_time_rate": 0.5,
        "lead_time_minutes": (179 + 470) / 2,
        "answers": 2,
        "satisfaction": (92.5 + 31) / 2,
        "satisfied_rate": 0.5,
        "very_satisfied_rate": 0.5,
        "open_complaints": 1,
    }


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 7))
def test_every_legal_order_in_batches_of_any_size_gives_the_same_documents(random: Random, batch: int) -> None:
    """H9: rebuilt from the events, a figure and its explanation come out the same."""

    async def both() -> None:
        day = [*a_day(), *leavers()]
        straight = await folded([fact for facts in day for fact in facts])
        shuffled = await folded(interleaved(day, random), batch=batch)
        assert everything_of(shuffled) == everything_of(straight)
        assert len(everything_of(straight)) > 20

    asyncio.run(both())


@pytest.mark.parametrize("name", FIGURES)
async def test_a_figure_reckoned_anew_from_its_rows_is_the_figure(name: str) -> None:
    """H9."""
    store = await folded(interleaved(a_day(), Random(7)))
    unit = memory_unit(store=store)
    sums = (await sums_by_dealer(unit, WEEK, ["SH001"]))["SH001"]
    figure = FIGURES[name]
    rows = await explain(unit, ["SH001"], figure, WEEK, limit=1000)
    assert rows
    assert figure.value(summed(rows)) == figure.value(sums)


async def test_rows_are_read_page_by_page_without_loss() -> None:
    """H9."""
    store = await folded([fact for facts in a_day() for fact in facts])
    unit = memory_unit(store=store)
    whole = await explain(unit, ["SH001"], FIGURES["no_show_rate"], WEEK, limit=1000)
    paged: list = []
    while page := await explain(
        unit, ["SH001"], FIGURES["no_show_rate"], WEEK, limit=2, after=paged[-1].order if paged else None
    ):
        paged += page
    assert paged == whole
    assert len(whole) == 5


async def test_a_withdrawn_no_show_is_taken_off_its_own_day_however_late_the_news() -> None:
    """B10: the news came two days later, the day of the appointment is put right."""
    store = await folded([fact for facts in a_day() for fact in facts])
    sums = await sums_by_dealer(memory_unit(store=store), Period(THE_DAY, THE_DAY), ["SH001"])
    assert sums["SH001"]["missed"] == 1


@pytest.mark.parametrize("missed_first", [True, False])
@pytest.mark.parametrize("batch", [1, 3])
async def test_one_person_is_never_both_missed_and_a_booked_visit(missed_first: bool, batch: int) -> None:
    """B10, B13: he came after the grace time and is received like a walk-in; the withdrawal makes it a booked visit."""
    planned, no_show = told(
        "v1", (-60, confirmed()), (31, booking.AppointmentMissed(arrival=EIGHT, person_id="person-1"))
    )
    (came,) = told("v1", (40, arrived()))
    store = await folded([planned, no_show, came] if missed_first else [planned, came, no_show], batch=batch)

    async def values() -> list[float | int | None]:
        sums = (await sums_by_dealer(memory_unit(store=store), WEEK, ["SH001"]))["SH001"]
        wanted = ("visits", "booked_visits", "no_shows", "booking_rate", "no_show_rate")
        return [FIGURES[name].value(sums) for name in wanted]

    assert await values() == [1, 0, 1, 0, 1]
    await take(store, told("v1", (2900, booking.NoShowWithdrawn(arrived_at=at(29)))), batch=batch)
    assert await values() == [1, 1, 0, 1, 0]


@pytest.mark.parametrize("reason", ["REGISTERED_TWICE", "WRONG_DEALER", "CALLED_AWAY"])
@pytest.mark.parametrize("batch", [1, 4])
async def test_who_was_registered_twice_or_at_the_wrong_dealer_is_no_visit(reason: str, batch: int) -> None:
    """R1, B13, W9: nor a booked one, as booking counts, nor a rework, until he is back; who left else was a visit."""
    came = [*told("v1", (-60, confirmed())), *told("v1", (1, arrived(rework_of="v0")), (9, left(reason)))]
    store = await folded(came, batch=batch)

    async def values() -> list[float | int | None]:
        sums = (await sums_by_dealer(memory_unit(store=store), WEEK, ["SH001"])).get("SH001", {})
        return [FIGURES[name].value(sums) for name in ("visits", "booked_visits", "reworks")]

    assert await values() == ([1, 1, 1] if reason == "CALLED_AWAY" else [0, 0, 0])
    await take(store, told("v1", (20, returned())), batch=batch)
    assert await values() == [1, 1, 1]


async def test_open_complaints_are_those_open_at_the_periods_end() -> None:
    """C5: opened on the 23rd, closed on the 25th."""
    closed = ComplaintClosed(case_id="case-1", person_id="person-1")
    store = await folded(told("v1", (0, opened()), (2 * 1440, closed)))
    open_at = {}
    for days in (-1, 0, 1, 2, 9):
        day = THE_DAY + timedelta(days=days)
        sums = (await sums_by_dealer(memory_unit(store=store), Period(day, day), ["SH001"]))["SH001"]
        open_at[days] = FIGURES["open_complaints"].value(sums)
    assert open_at == {-1: 0, 0: 1, 1: 1, 2: 0, 9: 0}


async def test_a_fact_late_in_the_evening_counts_on_the_dealers_own_day() -> None:
    """B19: 23:59 of the 23rd in Shanghai is 15:59 UTC; one minute later is the next day."""
    store = await folded([*told("v1", (15 * 60 + 59, arrived())), *told("v2", (16 * 60, arrived()))])
    assert {(rolled.day, rolled.sums["visits"]) for rolled in all_documents(store, FIGURE_DAYS)} == {
        (THE_DAY, 1),
        (THE_DAY + timedelta(days=1), 1),
    }
    assert at(16 * 60).day == 23


async def test_the_sums_of_more_dealers_than_one_query_takes_are_complete() -> None:
    """H5."""
    store = MemoryStore()
    unit = memory_unit(store=store)
    unit.begin(scope=Network("headquarters:hana", "test"), actor="headquarters:hana", visit_id=None)
    dealers = [f"D{number:03}" for number in range(230)]
    for dealer in dealers:
        unit.add(FIGURE_DAYS, FigureDay(dealer, THE_DAY, "reception", {"visits": 1}))
    await unit.commit()
    assert await sums_by_dealer(unit, WEEK, dealers) == {dealer: {"visits": 1} for dealer in dealers}


@pytest.mark.parametrize(("days", "fits"), [(-1, False), (0, True), (365, True), (366, False)])
def test_a_period_is_at_most_a_year_and_never_backwards(days: int, fits: bool) -> None:
    last = THE_DAY + timedelta(days=days)
    if fits:
        assert Period(THE_DAY, last).last == last
    else:
        with pytest.raises(PeriodInvalid):
            Period(THE_DAY, last)
