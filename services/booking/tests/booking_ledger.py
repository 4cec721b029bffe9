"""The second opinion on hours, slots and cars: plain sums over what the store holds, without code of booking (B1, B2).

It looks after every commit at the documents that changed.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from chassis.documents import Raw
from chassis.store import AlreadyExists, Change, VersionConflict
from chassis.testing import MemoryStore

BOOKED = ("HOLD", "APPOINTMENT")


class Wrong(AssertionError):
    """An invariant of competition for capacity does not hold."""


class Ledger:
    """Follows a store commit by commit in ``mirror``. ``advisors``: how many receive vehicles when no plan says so."""

    def __init__(self, advisors: int, now: Callable[[], datetime]) -> None:
        self.mirror = MemoryStore()
        self.commits = 0
        self._advisors = advisors
        self._now = now

    async def follow(self, changes: Sequence[Change]) -> None:
        """Raises ``Wrong``, also where the mirror refuses what the store took: that was decided on a stale version."""
        before = {c.id: self._takings(c.id) for c in changes if c.documents.name == "dealer_days"}
        try:
            await self.mirror.commit(changes)
        except (VersionConflict, AlreadyExists) as stale:
            raise Wrong(f"the store took it all the same: {stale}") from stale
        self.commits += 1
        for change in changes:
            if change.documents.name == "dealer_days":
                self._nothing_given_twice(self._kept("dealer_days")[change.id], before[change.id])
        self.add_up()

    def add_up(self) -> None:
        """What days and appointments say of each other, and what was announced, is one and the same."""
        now = self._now()
        for day in self._kept("dealer_days").values():
            standing = _standing(day, now)
            for visit, times in Counter(t["visit_id"] for t in day["takings"]).items():
                _hold(times == 1, f"{visit} takes {times} times on {day['day']}")
            promised = {a["visit_id"]: _promise(a) for a in self._in_force(day["day"], now)}
            taken = {t["visit_id"]: _taking(t) for t in standing if t["kind"] in BOOKED}
            _hold(promised == taken, f"{day['day']}: appointments {promised}, hours taken for {taken}")
            for told in day["announced"]:
                free = told["available"]["minutes"] - told["assigned"]["minutes"]
                free -= told["carry_over_reserve"]["minutes"] + told["walk_in_reserve"]["minutes"]
                lapsed = len(standing) < len(day["takings"])
                _hold(lapsed or free == _free(day, told["work_class"], standing), f"{day['day']}: told {told}")

        self._cars_add_up()

    def _cars_add_up(self) -> None:
        """A car is lent to one customer at a time, from his arrival on, and to nobody who does not come (B17).

        Who is here already may have got it later, or had it until now.
        """
        now = self._now()
        here = {one["visit_id"] for one in self._kept("appointments").values() if one["state"] == "ARRIVED"}
        promised = {(one["visit_id"], one["loaner"]) for one in self._kept("appointments").values() if one["loaner"]}
        lent: Counter[tuple[str, str]] = Counter()
        since: dict[str, datetime] = {}
        for car in self._kept("loaners").values():
            loans = sorted(car["loans"], key=lambda loan: loan["start"])
            for one, following in pairwise(loans):
                _hold(one["end"] <= following["start"], f"{car['code']} is lent twice: {one}, {following}")
            last = {loan["visit_id"]: loan for loan in loans}
            for loan in loans:
                visit, whose = loan["visit_id"], (loan["visit_id"], car["code"])
                had = visit in here and loan["end"] <= now and (last[visit] is not loan or whose not in promised)
                lent[whose] += not had
            since.update((loan["visit_id"], loan["start"]) for loan in loans)
        with_car = [one for one in self._kept("appointments").values() if one["loaner"]]
        _hold(+lent == Counter(promised), f"cars lent {lent}, promised {promised}")
        kept = [one["visit_id"] for one in with_car if one["state"] in ("CANCELLED", "EXPIRED", "NO_SHOW")]
        _hold(not kept, f"cars are kept for {kept}, who do not come")
        late = [one for one in with_car if one["state"] == "CONFIRMED" and since[one["visit_id"]] != one["arrival"]]
        _hold(not late, f"cars are kept from {since} on, and not from the arrivals of {late}")
        without = [
            one
            for one in self._kept("appointments").values()
            if one["state"] in ("CONFIRMED", "ARRIVED") and (one["mobility"] == "LOANER") != bool(one["loaner"])
        ]
        _hold(not without, f"promised a car and none is kept, or kept and none promised: {without}")

    def _in_force(self, day: str, now: datetime) -> Iterable[Raw]:
        for one in self._kept("appointments").values():
            held = one["state"] == "RESERVED" and one["expires_at"] > now
            if one["day"] == day and (held or one["state"] in ("CONFIRMED", "ARRIVED")):
                yield one

    def _nothing_given_twice(self, day: Raw, before: set[Any]) -> None:
        """Who takes anew finds hours, an advisor and a bay; only a vehicle that is here already takes in any case."""
        here = {a["visit_id"] for a in self._kept("appointments").values() if a["state"] == "ARRIVED"}
        standing = _standing(day, self._now())
        for taking in day["takings"]:
            new = (taking["visit_id"], taking["arrival"]) not in before
            if not new or taking["kind"] not in BOOKED or taking["visit_id"] in here:
                continue
            work_class = taking["lines"][0]["work_class"]
            _hold(_free(day, work_class, standing) >= 0, f"{day['day']}: {work_class} given twice to {taking}")
            slot = [t for t in standing if t["arrival"] == taking["arrival"] and t["advisor"]]
            _hold(len(slot) <= (len(day["plan"]["advisors"]) or self._advisors), f"slot given twice: {slot}")
            mine = [t for t in slot if t["advisor"] == taking["advisor"]]
            _hold(len(mine) <= 1, f"{taking['advisor']} receives {len(mine)} vehicles at {taking['arrival']}")
            _hold(_bays_suffice(day, work_class, standing, taking), f"bay given twice to {taking}")

    def _takings(self, id: str) -> set[Any]:
        day = self._kept("dealer_days").get(id)
        return {(t["visit_id"], t["arrival"]) for t in day["takings"]} if day else set()

    def _kept(self, name: str) -> dict[str, Raw]:
        return self.mirror.documents.get(name, {})


def _hold(holds: bool, what: str) -> None:
    if not holds:
        raise Wrong(what)


def _standing(day: Raw, now: datetime) -> list[Raw]:
    return [t for t in day["takings"] if t["held_until"] is None or now < t["held_until"]]


def _minutes(lines: Iterable[Raw], work_class: str) -> int:
    return sum(line["hours"]["minutes"] for line in lines if line["work_class"] == work_class)


def _free(day: Raw, work_class: str, standing: Iterable[Raw]) -> int:
    """B1: available - assigned - carry-over reserve - walk-in reserve."""
    plan = day["plan"]
    free = sum(_minutes(technician["hours"], work_class) for technician in plan["technicians"])
    free -= _minutes(plan["walk_in_reserve"], work_class)
    free -= sum(_minutes(kept["hours"], work_class) for kept in day["carry_overs"])
    return free - sum(_minutes(taking["lines"], work_class) for taking in standing)


def _bays_suffice(day: Raw, work_class: str, standing: Iterable[Raw], taking: Raw) -> bool:
    """At the begin of each piece of work that overlaps the new one."""
    bays = next((b["bays"] for b in day["plan"]["bays"] if b["work_class"] == work_class), None)
    if bays is None:
        return True
    spans = [(t["arrival"], _end(t, work_class)) for t in standing if _minutes(t["lines"], work_class)]
    begin, end = taking["arrival"], _end(taking, work_class)
    moments = {begin, *(start for start, _ in spans if begin < start < end)}
    return all(sum(start <= moment < over for start, over in spans) <= bays for moment in moments)


def _end(taking: Raw, work_class: str) -> datetime:
    return taking["arrival"] + timedelta(minutes=_minutes(taking["lines"], work_class))


def _promise(appointment: Raw) -> tuple[Any, ...]:
    told = ("arrival", "work_class", "advisor")
    return (*(appointment[name] for name in told), appointment["hours"]["minutes"])


def _taking(taking: Raw) -> tuple[Any, ...]:
    (line,) = taking["lines"]
    return taking["arrival"], line["work_class"], taking["advisor"], line["hours"]["minutes"]
