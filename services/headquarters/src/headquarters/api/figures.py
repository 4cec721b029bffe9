"""Figures of a dealer and of the network, and what explains them (H4, H5, H9)."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from chassis.access import Look, reader
from chassis.paging import Page, paging
from chassis.scopes import Network
from chassis.unit import Unit
from contracts.values import Day, DealerId
from fastapi import APIRouter, Depends, Path, Query

from headquarters.api.figure_bodies import (
    DealerFiguresAnswer,
    DealerPeriodAnswer,
    ExplanationAnswer,
    FigureAnswer,
    NetworkAnswer,
    NetworkExplanationAnswer,
    NetworkRowAnswer,
    PeriodAnswer,
    RowAnswer,
)
from headquarters.api.roles import DEALERSHIP, SPANNING
from headquarters.domain.dealer import Dealer
from headquarters.domain.errors import FigureUnknown
from headquarters.domain.figures import FIGURES, Figure, Sums, joined
from headquarters.domain.period import Period
from headquarters.projections.figures import sums_by_dealer
from headquarters.projections.network import network_sums
from headquarters.projections.rows import explain
from headquarters.storage.dealers import DEALERS, Wanted, count_dealers, dealers_by_code

router = APIRouter(tags=["figures"])


def period(
    first: Annotated[Day, Query(alias="from", description="First day", examples=["2025-06-23"])],
    last: Annotated[Day, Query(alias="to", description="Last day, included", examples=["2025-06-29"])],
) -> Period:
    """At most 366 days of the dealers' own calendars."""
    return Period(first, last)


@router.get("/dealers/{dealer_id}/figures", response_model=DealerPeriodAnswer, summary="A dealer's figures (H4)")
async def read_figures(
    dealer_id: DealerId,
    days: Annotated[Period, Depends(period)],
    look: Annotated[Look, Depends(reader(*DEALERSHIP))],
) -> DealerPeriodAnswer:
    """Folded live from the facts of all services. A figure with nothing to divide by is null, never 0.
    `open_complaints` are those open at the end of `to`."""
    dealer = await look.unit.get(DEALERS, dealer_id)
    sums = (await sums_by_dealer(look.unit, days, [dealer_id])).get(dealer_id, {})
    figures = DealerFiguresAnswer.of(dealer, sums)
    return DealerPeriodAnswer(**dict(figures), period=PeriodAnswer.of(days))


@router.get("/network/figures", response_model=NetworkAnswer, summary="The network's figures (H4, H5)")
async def read_network_figures(
    days: Annotated[Period, Depends(period)],
    look: Annotated[Look, Depends(reader(*SPANNING, network=True))],
    page: Annotated[Page, Depends(paging)],
    region: Annotated[str | None, Query(max_length=60)] = None,
    area: Annotated[str | None, Query(max_length=60)] = None,
    group: Annotated[str | None, Query(max_length=60)] = None,
) -> NetworkAnswer:
    """Figures of all dealers in your reach together, and each dealer's beside them, by code and in pages."""
    wanted = Wanted(region, area, group)
    if isinstance(look.unit.scope, Network) and wanted.all_of_them:
        return await _whole_network(look.unit, days, page)
    dealers = await dealers_by_code(look.unit, wanted)
    sums = await sums_by_dealer(look.unit, days, [dealer.dealer_id for dealer in dealers])
    rest = [dealer for dealer in dealers if not page.after or dealer.dealer_id > page.after]
    return _network_answer(page, days, rest[: page.limit + 1], sums, len(dealers), joined(*sums.values()))


async def _whole_network(unit: Unit, days: Period, page: Page) -> NetworkAnswer:
    """From the network's own roll-ups; only the dealers on the page are read one by one."""
    dealers = await dealers_by_code(unit, Wanted(), limit=page.limit + 1, after=page.after)
    sums = await sums_by_dealer(unit, days, [dealer.dealer_id for dealer in dealers[: page.limit]])
    counted, network = await count_dealers(unit, Wanted()), await network_sums(unit, days)
    return _network_answer(page, days, dealers, sums, counted, network)


def _network_answer(
    page: Page, days: Period, rows: Sequence[Dealer], sums: Mapping[str, Sums], counted: int, network: Sums
) -> NetworkAnswer:
    shown = page.listing(
        rows,
        lambda dealer: DealerFiguresAnswer.of(dealer, sums.get(dealer.dealer_id, {})),
        key=lambda dealer: dealer.dealer_id,
    )
    return NetworkAnswer(
        items=shown.items,
        next=shown.next,
        period=PeriodAnswer.of(days),
        dealers_counted=counted,
        network=FigureAnswer.all_of(network),
    )


@router.get(
    "/dealers/{dealer_id}/figures/{figure}/events",
    response_model=ExplanationAnswer,
    summary="The events that made a figure (H9)",
)
async def explain_figure(
    dealer_id: DealerId,
    figure: Annotated[str, Path(max_length=40, examples=["booking_rate"])],
    days: Annotated[Period, Depends(period)],
    look: Annotated[Look, Depends(reader(*DEALERSHIP))],
    page: Annotated[Page, Depends(paging)],
) -> ExplanationAnswer:
    """Each event with its visit and what it adds to which part of the formula. `open_complaints` are explained from
    the beginning, not from `from`. 404 `figure-unknown` names the figures there are."""
    formula = _formula(figure)
    rows = await explain(look.unit, [dealer_id], formula, days, limit=page.limit + 1, after=page.after)
    shown = page.listing(rows, RowAnswer.of, key=lambda row: row.order)
    return ExplanationAnswer(items=shown.items, next=shown.next, **ExplanationAnswer.parts_of(formula))


@router.get(
    "/network/figures/{figure}/events",
    response_model=NetworkExplanationAnswer,
    summary="The events that made a figure of the network (H9)",
)
async def explain_network_figure(
    figure: Annotated[str, Path(max_length=40, examples=["booking_rate"])],
    days: Annotated[Period, Depends(period)],
    look: Annotated[Look, Depends(reader(*SPANNING, network=True))],
    page: Annotated[Page, Depends(paging)],
    region: Annotated[str | None, Query(max_length=60)] = None,
    area: Annotated[str | None, Query(max_length=60)] = None,
    group: Annotated[str | None, Query(max_length=60)] = None,
) -> NetworkExplanationAnswer:
    """Each event of the dealers that `/network/figures` counts with the same filters, by time over all of them, with
    its dealer. 404 `figure-unknown` names the figures there are."""
    formula = _formula(figure)
    dealers = [dealer.dealer_id for dealer in await dealers_by_code(look.unit, Wanted(region, area, group))]
    rows = await explain(look.unit, dealers, formula, days, limit=page.limit + 1, after=page.after)
    shown = page.listing(rows, NetworkRowAnswer.of, key=lambda row: row.order)
    return NetworkExplanationAnswer(items=shown.items, next=shown.next, **NetworkExplanationAnswer.parts_of(formula))


def _formula(figure: str) -> Figure:
    formula = FIGURES.get(figure)
    if formula is None:
        raise FigureUnknown(f"there is no figure of this name: ask for one of {', '.join(FIGURES)}")
    return formula
