"""Folding one fact: its explanation rows, the roll-ups they add up to, the visit's record and the visit's story.

All of it is written in the transaction that takes the fact, so a figure and its explanation cannot differ (H9).
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chassis.facts import Fact, NotYet
from chassis.scopes import Dealers
from chassis.unit import Unit
from contracts.catalogue import published_by
from contracts.event import Event

from headquarters.domain.dealer import Dealer
from headquarters.domain.evidence import Evidence
from headquarters.domain.figures import Part, Row
from headquarters.domain.visit_record import Mark, Plan, Step, VisitRecord
from headquarters.projections.figures import move_sums
from headquarters.projections.network import NETWORK, move_network
from headquarters.projections.rows import ROWS
from headquarters.projections.visit_facts import VISIT_FACTS, VisitFact
from headquarters.projections.visits import VISITS
from headquarters.storage.dealers import DEALERS


@dataclass(frozen=True, slots=True)
class Effect:
    """What one fact means to headquarters. The visit's record may add rows of its own."""

    counts: Sequence[tuple[Part, int]] = ()
    counts_at: datetime | None = None
    """The instant whose day is counted, where it is not the fact's own."""
    reached: Sequence[Step | Mark] = ()
    planned_arrival: datetime | None = None
    booked: bool | None = None
    rework_of: str | None = None


ONLY_STORY = Effect()
Meaning = Callable[[Any], Effect]
Handler = Callable[[Unit, Fact[Any]], Awaitable[None]]


def handlers(service: str, meanings: Mapping[type[Event], Meaning]) -> dict[type[Event], Handler]:
    """A handler for every fact of a service: those without a meaning of their own are told in the visit's story."""
    return {event: _handler(meanings.get(event)) for event in published_by(service)}


def _handler(meaning: Meaning | None) -> Handler:
    async def on_fact(unit: Unit, fact: Fact[Any]) -> None:
        await fold(unit, fact, meaning(fact) if meaning else ONLY_STORY)

    return on_fact


async def fold(unit: Unit, fact: Fact[Any], effect: Effect) -> None:
    """Applies one fact. Raises ``NotYet`` while the dealer is not registered: its zone decides the day."""
    if fact.visit_id is None and effect == ONLY_STORY:
        return
    # The only documents beside the dealer's own that a fact of his may move.
    unit.begin(scope=Dealers.of(fact.dealer_id, NETWORK), actor=fact.actor, visit_id=fact.visit_id)
    dealer = await unit.find(DEALERS, fact.dealer_id)
    if dealer is None:
        raise NotYet(DEALERS, fact.dealer_id)
    day = dealer.day_of(effect.counts_at or fact.at)
    because = Evidence(fact.at, fact.id, fact.type)
    whose = {"dealer_id": fact.dealer_id, "visit_id": fact.visit_id}
    rows = [Row.of(because, day=day, part=part, amount=amount, **whose) for part, amount in effect.counts if amount]
    gone: list[Row] = []
    if fact.visit_id is not None:
        unit.add(VISIT_FACTS, VisitFact.of(fact, fact.visit_id))
        before, after = await _join(unit, because, fact.visit_id, effect, dealer)
        gone = [row for row in before if row not in after]
        rows += [row for row in after if row not in before]
    await _explain(unit, gone, rows)


async def _join(
    unit: Unit, because: Evidence, visit_id: str, effect: Effect, dealer: Dealer
) -> tuple[list[Row], list[Row]]:
    """Joins the fact to the visit's record; the rows that follow from the record before and after."""
    record = await unit.find(VISITS, visit_id)
    known = record is not None
    record = record or VisitRecord(visit_id=visit_id, dealer_id=dealer.dealer_id)
    before = record.rows(dealer.zone)
    for what in effect.reached:
        record.note(what, because)
    if effect.planned_arrival is not None:
        record.planned(Plan(effect.planned_arrival, because.at, because.event_id))
    if effect.booked is not None:
        record.booked = effect.booked
    record.rework_of = effect.rework_of or record.rework_of
    record.settle_day(dealer.zone)
    if known:
        unit.save(VISITS, record)
    else:
        unit.add(VISITS, record)
    return before, record.rows(dealer.zone)


async def _explain(unit: Unit, gone: Iterable[Row], new: Iterable[Row]) -> None:
    for row in gone:
        held = await unit.get(ROWS, row.row_id)
        unit.remove(ROWS, held)
        await _roll_up(unit, replace(row, amount=-row.amount))
    for row in new:
        unit.add(ROWS, row)
        await _roll_up(unit, row)


async def _roll_up(unit: Unit, row: Row) -> None:
    await move_sums(unit, row)
    await move_network(unit, row)
