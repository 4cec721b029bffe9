"""What must hold at any moment, looked for while things break: a pass that cannot see the store is no pass."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import structlog
from checker import hours_of
from checker_stores import Raw, Stores
from checker_story import Violation
from checker_topics import Announced, Ledger
from history import History, Outcome
from pymongo.asynchronous.client_session import AsyncClientSession

EVERY_S = 4.0
IN_TURN = 6
"""Sums are looked at for every sixth dealer, in turn: late in a long run they have tens of thousands of rows."""
SAMPLE = 300
"""So many of the newest acknowledged commands and facts are looked up in each pass."""

log = structlog.get_logger(__name__)


@dataclass
class Rolling:
    """Passes over a living platform. ``passes``: those that saw everything; ``blind``: those that saw no store."""

    stores: Stores
    history: History
    ledger: Ledger
    dealers: Collection[str]
    passes: list[float] = field(default_factory=list)
    blind: int = 0
    violations: list[Violation] = field(default_factory=list)
    seen_pending: dict[tuple[str, str, str, int], str] = field(default_factory=dict)
    _looked: int = 0
    _read: int = 0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                async with asyncio.timeout(30):
                    await self.look()
                self.passes.append(self.history.now)
            except Exception as away:
                self.blind += 1
                log.info("nothing seen", error=str(away)[:200])

    async def look(self) -> None:
        """One pass."""
        await self._acknowledged_is_kept()
        await self._announced_is_kept()
        await self._remember_what_waits()
        mine = {"dealer_id": {"$in": sorted(self.dealers)[len(self.passes) % IN_TURN :: IN_TURN]}}
        async with self.stores.client.start_session(snapshot=True) as moment:
            self.violations += await self._hours(mine, moment)
            self.violations += await self._figures(mine, moment)

    async def _acknowledged_is_kept(self) -> None:
        """A command that was acknowledged is in the store from then on, for a majority."""
        operations = list(self.history.operations)
        done = [one for one in operations[self._looked :] if one.outcome is Outcome.OK][-SAMPLE:]
        for service, built in self.stores.built.items():
            asked = [one for one in done if one.service == service]
            wanted = {"_id": {"$in": [one.body.get("dealer_id", one.visit) for one in asked]}}
            kept: set[str] = set()
            for documents in built.documents if asked else ():
                async for raw in self.stores.database(service)[documents.name].find(wanted, {"_commands.key": 1}):
                    kept.update(record["key"] for record in raw.get("_commands", ()))
            for operation in asked:
                if operation.record not in kept:
                    self.violations.append(Violation.by("no-lost-write", "acknowledged, and not kept", operation))
        self._looked = len(operations)

    async def _announced_is_kept(self) -> None:
        """A fact in a topic belongs to a document that a majority has: nothing was announced and then rolled back."""
        facts: list[Announced] = list(self.ledger.facts.values())
        by_collection: dict[tuple[str, str], list[Announced]] = defaultdict(list)
        for fact in facts[self._read :][-SAMPLE:]:
            built = self.stores.built[fact.envelope.service]
            by_collection[built.name, built.collection_of.get(fact.envelope.aggregate, "unknown")].append(fact)
        for (service, collection), some in by_collection.items():
            wanted = {"_id": {"$in": [fact.envelope.key for fact in some]}}
            found = self.stores.database(service)[collection].find(wanted, {"_sequence": 1})
            known = {raw["_id"]: raw.get("_sequence", 0) async for raw in found}
            for fact in some:
                if known.get(fact.envelope.key, 0) < fact.envelope.sequence:
                    self.violations.append(Violation.of("no-phantom", "announced, and no document knows of it", fact))
        self._read = len(facts)

    async def _remember_what_waits(self) -> None:
        for service, built in self.stores.built.items():
            for documents in built.documents:
                waiting = self.stores.database(service)[documents.name].find(
                    {"_pending.seq": {"$gt": 0}, "dealer_id": {"$in": list(self.dealers)}},
                    {"_pending.seq": 1, "_pending.id": 1},
                )
                async for raw in waiting.limit(500):
                    for fact in raw["_pending"]:
                        self.seen_pending[service, documents.name, raw["_id"], fact["seq"]] = fact["id"]

    async def _hours(self, mine: Raw, moment: AsyncClientSession) -> list[Violation]:
        """B1, in one snapshot: hours taken are hours of standing appointments."""
        booking = self.stores.client["booking"]
        fields = {"state": 1, "day": 1, "dealer_id": 1, "hours": 1, "arrival": 1}
        days = [raw async for raw in booking["dealer_days"].find(mine, {"takings": 1}, session=moment)]
        appointments = [raw async for raw in booking["appointments"].find(mine, fields, session=moment)]
        return list(hours_of(days, appointments))

    async def _figures(self, mine: Raw, moment: AsyncClientSession) -> list[Violation]:
        """H9, in one snapshot: figures are the sums of the rows that explain them."""
        headquarters = self.stores.client["headquarters"]
        fields = {"dealer_id": 1, "day": 1, "event_type": 1, "part": 1, "amount": 1}
        rows = [raw async for raw in headquarters["figure_rows"].find(mine, fields, session=moment)]
        rolled = [raw async for raw in headquarters["figure_days"].find(mine, session=moment)]
        return list(figures_are_explained(rows, rolled))


def figures_are_explained(rows: list[Raw], rolled: list[Raw]) -> Iterator[Violation]:
    """Rows and roll-ups of one moment."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        service = row["event_type"].partition(".")[0]
        sums[f"{row['dealer_id']}/{row['day']}/{service}"][row["part"]] += row["amount"]
    told: dict[str, Any] = {raw["_id"]: raw["sums"] for raw in rolled}
    for id in sorted(sums.keys() | told.keys()):
        explained = {part: amount for part, amount in sums[id].items() if amount}
        if explained != {part: amount for part, amount in told.get(id, {}).items() if amount}:
            yield Violation("conservation", f"figures of {id} are {told.get(id)}, their rows add up to {explained}")
