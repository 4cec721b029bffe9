"""The promises, looked for in what was asked, what is kept and what was announced.

Each check is a pure function over the evidence and yields what is broken. They hold when the platform is quiet; those
that hold at any moment are looked for while things break as well (``checker_rolling``).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiokafka import TopicPartition
from checker_stores import Kept, Raw
from checker_story import Violation
from checker_topics import DEALER_CODE, Announced, Ledger
from history import Operation, Outcome
from load import ANSWERED_WITHIN_S, Probe

ONCE = {
    "booking.appointment-held.v1", "booking.appointment-confirmed.v1", "booking.hold-expired.v1",
    "booking.appointment-cancelled.v1", "booking.appointment-missed.v1", "booking.no-show-withdrawn.v1",
    "reception.customer-greeted.v1",
    "reception.vehicle-arrived.v1", "reception.walk-around-completed.v1", "reception.repair-order-opened.v1",
    "reception.estimate-authorised.v1", "reception.vehicle-delivered.v1", "workshop.job-opened.v1",
    "workshop.job-dispatched.v1", "workshop.work-started.v1", "workshop.work-finished.v1",
    "workshop.self-check-passed.v1", "workshop.quality-check-passed.v1", "survey.follow-up-due.v1",
    "crm.contact-made.v1", "crm.contact-withheld.v1", "crm.customer-registered.v1",
}  # fmt: skip
"""Facts that the visits played here announce once for an aggregate at most."""

IN_HAND = {"WAITING", "PARKED", "BEHIND"}


@dataclass(frozen=True)
class Poison:
    """``wire_type``: None when not even that can be read, so everybody who listens to the topic puts it aside."""

    topic: str
    wire_type: str | None = None


@dataclass
class Evidence:
    """All that is known of a run."""

    operations: Sequence[Operation]
    ledger: Ledger
    kept: Mapping[str, Kept]
    ends: Mapping[TopicPartition, int]
    probes: Sequence[Probe] = ()
    stumbled: Sequence[str] = ()
    poison: Mapping[str, Poison] = field(default_factory=dict)
    """What somebody wrote into the topics on purpose, by the id under which it has to stand aside."""
    scope: Collection[str] = ()
    """Whose documents are compared with what the topics say: the run's dealers, and the network where it has no
    others."""
    seen_pending: Mapping[tuple[str, str, str, int], str] = field(default_factory=dict)
    """(service, collection, id, sequence) -> event id, of facts that were seen waiting in their documents."""


Check = Callable[[Evidence], Iterable[Violation]]


# --- what was acknowledged --------------------------------------------------------------------------------------------


def no_lost_write(evidence: Evidence) -> Iterator[Violation]:
    """Whatever a service acknowledged is kept, with the answer it gave."""
    records = _records(evidence)
    for operation in evidence.operations:
        if operation.outcome is not Outcome.OK:
            continue
        found = records.get((operation.service, operation.record), [])
        if not found:
            yield Violation.by("no-lost-write", "acknowledged, and nothing of it is kept", operation)
            continue
        raw, record = found[0]
        if len(found) > 1:
            yield Violation.by("exactly-once", f"it was done {len(found)} times", operation)
        if json.loads(record["answer"]) != operation.answer:
            yield Violation.by("no-lost-write", f"kept is another answer: {record['answer'][:200]}", operation)
        if raw["_version"] < operation.version:
            why = f"acknowledged as version {operation.version}, kept is version {raw['_version']}"
            yield Violation.by("no-lost-write", why, operation)


def nothing_of_a_failure(evidence: Evidence) -> Iterator[Violation]:
    """A refused command left nothing; nothing is there that nobody asked for."""
    records, asked = _records(evidence), {one.record: one for one in evidence.operations}
    made = {one.makes: one for one in evidence.operations if one.service == "booking"}
    for operation in evidence.operations:
        if operation.outcome is Outcome.FAIL and (operation.service, operation.record) in records:
            yield Violation.by("no-phantom", "refused, and yet it was done", operation)
    for (service, key), found in records.items():
        if key not in asked and evidence.operations:
            yield Violation("no-phantom", f"{service} keeps a command nobody gave", found[0][0]["_id"])
    for visit, raw in evidence.kept["booking"].documents["appointments"].items() if "booking" in evidence.kept else ():
        cause = made.get(visit)
        if cause is None:
            yield Violation("no-phantom", "an appointment nobody asked for", visit)
        elif cause.outcome is Outcome.FAIL:
            yield Violation.by("no-phantom", f"refused, and yet it is {raw['state']}", cause)


def _records(evidence: Evidence) -> dict[tuple[str, str], list[tuple[Raw, Raw]]]:
    found: dict[tuple[str, str], list[tuple[Raw, Raw]]] = defaultdict(list)
    for kept in evidence.kept.values():
        for _, raw in kept.every():
            for record in raw.get("_commands", ()):
                found[kept.name, record["key"]].append((raw, record))
    return found


# --- what was announced -----------------------------------------------------------------------------------------------


def state_and_facts_are_one(evidence: Evidence) -> Iterator[Violation]:
    """Each document's facts are in its topic from 1 to its sequence, and no topic has a fact without its document."""
    lanes = evidence.ledger.lanes
    for kept in evidence.kept.values():
        aggregate_of = {collection: aggregate for aggregate, collection in kept.built.collection_of.items()}
        for collection, raw in kept.every():
            lane = f"{kept.name}.events/{aggregate_of[collection]}/{raw['_id']}"
            announced = len(lanes.get(lane, ()))
            if announced < _sequence(raw):
                why = f"{collection} {raw['_id']} has announced {_sequence(raw)} facts, the topic has {announced}"
                yield Violation("no-lost-fact", why, raw.get("visit_id", ""), "", _said(lanes.get(lane, ())[-1:]))
    for facts in lanes.values():
        envelope = facts[-1].envelope
        raw = evidence.kept[envelope.service].of_aggregate(envelope.aggregate, envelope.key)
        if raw is None or _sequence(raw) < envelope.sequence:
            yield Violation.of("no-phantom", "a fact whose document knows nothing of it", facts[-1])
        elif raw["dealer_id"] != envelope.dealer_id:
            yield Violation.of("no-foreign-dealer", f"its document is {raw['dealer_id']}'s", facts[-1])


def _sequence(raw: Raw) -> int:
    """Rows that announce nothing do not count."""
    return raw.get("_sequence", 0)


def what_waited_was_sent_as_it_was(evidence: Evidence) -> Iterator[Violation]:
    """A fact that was seen waiting in its document is in the topic under the same id and sequence."""
    by_place = {
        (fact.envelope.service, fact.envelope.aggregate, fact.envelope.key, fact.envelope.sequence): id
        for id, fact in evidence.ledger.facts.items()
    }
    for (service, collection, document, sequence), id in evidence.seen_pending.items():
        names = {name: aggregate for aggregate, name in evidence.kept[service].built.collection_of.items()}
        sent = by_place.get((service, names[collection], document, sequence))
        if sent != id:
            why = f"{collection} {document} had fact {sequence} with id {id} waiting; the topic has {sent or 'nothing'}"
            yield Violation("no-lost-fact", why, document)


def announced_once(evidence: Evidence) -> Iterator[Violation]:
    """What can happen once happened once: a hold ends once, a car is delivered once, a message is sent once."""
    for facts in evidence.ledger.lanes.values():
        for wire_type, times in Counter(fact.envelope.type for fact in facts).items():
            allowed = 1
            if wire_type == "booking.reminder-due.v1":
                allowed += sum(fact.envelope.type == "booking.appointment-rescheduled.v1" for fact in facts)
            if (wire_type in ONCE or wire_type == "booking.reminder-due.v1") and times > allowed:
                same = [fact for fact in facts if fact.envelope.type == wire_type]
                yield Violation.of("exactly-once", f"it happened {times} times", *same)


# --- what came of it --------------------------------------------------------------------------------------------------


def each_effect_exactly_once(evidence: Evidence) -> Iterator[Violation]:
    """Every consumer has received exactly the facts it listens to, each aggregate up to its last one."""
    for kept in evidence.kept.values():
        for id, fact in evidence.ledger.facts.items():
            if kept.built.listens_to(fact.envelope.type) and id not in kept.inbox:
                yield Violation.of("exactly-once", f"{kept.name} has not received it", fact)
        for lane, facts in evidence.ledger.lanes.items():
            if facts[0].envelope.topic in kept.built.topics and kept.sequences.get(lane) != len(facts):
                why = f"{kept.name} is at {kept.sequences.get(lane)} of {len(facts)} facts"
                yield Violation.of("exactly-once", why, facts[-1])
        if evidence.ledger.dealers is None:
            for id in sorted(kept.inbox - evidence.ledger.facts.keys() - evidence.poison.keys()):
                yield Violation("no-phantom", f"{kept.name} has received fact {id}, which is in no topic")


def every_position_at_the_end(evidence: Evidence) -> Iterator[Violation]:
    """Nobody has anything left to read, and nobody has read what is not there."""
    for kept in evidence.kept.values():
        for at, end in evidence.ends.items():
            position = kept.positions.get((at.topic, at.partition), 0)
            if at.topic in kept.built.topics and position != end:
                why = f"{kept.name} stands at {position} of {end} in {at.topic}-{at.partition}"
                yield Violation("positions", why)


def dead_or_processed(evidence: Evidence) -> Iterator[Violation]:
    """Nothing stands aside but what was poison, and all poison does."""
    for kept in evidence.kept.values():
        dead = set()
        for row in kept.aside:
            id = row["_id"].partition("|")[2]
            fact = evidence.ledger.facts.get(id)
            if row["state"] == "DEAD":
                dead.add(id)
            if fact is not None and row["state"] in IN_HAND | {"DEAD"}:
                why = f"{kept.name} keeps it aside, {row['state']}: {row['reason'][:160]}"
                yield Violation.of("dead-or-processed", why, fact)
        for id, poison in evidence.poison.items():
            heard = poison.wire_type is None or kept.built.listens_to(poison.wire_type)
            if poison.topic in kept.built.topics and heard and id not in dead:
                yield Violation("dead-or-processed", f"{kept.name} has not put poison {id} aside")


def outboxes_are_empty(evidence: Evidence) -> Iterator[Violation]:
    """Nothing waits for the broker, and the bytes that waited were all taken off again."""
    for kept in evidence.kept.values():
        for collection, raw in kept.every():
            waiting, size = len(raw.get("_pending", ())), raw.get("_pending_bytes", 0)
            if waiting or size:
                why = f"{kept.name} {collection} {raw['_id']}: {waiting} facts, {size} B"
                yield Violation("outbox", why, raw.get("visit_id", ""))


# --- hours, money, dealers --------------------------------------------------------------------------------------------


def hours_are_conserved(evidence: Evidence) -> Iterator[Violation]:
    """B1: a dealer day's takings are the standing appointments, and its last announced balance is their sum."""
    if "booking" in evidence.kept:
        kept = evidence.kept["booking"]
        yield from hours_of(kept.documents["dealer_days"].values(), kept.documents["appointments"].values())
        yield from _announced_hours(evidence)


def hours_of(days: Iterable[Raw], appointments: Iterable[Raw]) -> Iterator[Violation]:
    """The same on two collections of one moment; a hold that is over may have been dropped from the day before."""
    standing: dict[tuple[str, str], Raw] = {}
    lapsing: set[tuple[str, str]] = set()
    for raw in appointments:
        place = (f"{raw['dealer_id']}:{raw['day']}", raw["_id"])
        if raw["state"] in ("RESERVED", "CONFIRMED", "ARRIVED"):
            standing[place] = raw
        if raw["state"] == "RESERVED":
            lapsing.add(place)
    for day in days:
        taken = {(day["_id"], taking["visit_id"]): taking for taking in day["takings"] if taking["kind"] != "UNBOOKED"}
        if len({taking["visit_id"] for taking in day["takings"]}) < len(day["takings"]):
            yield Violation("conservation", f"a visit takes hours of {day['_id']} twice")
        for place, taking in taken.items():
            appointment = standing.get(place)
            if appointment is None:
                yield Violation("conservation", f"{place[0]} has hours taken without an appointment", place[1])
            elif _minutes(taking["lines"]) != _of(appointment["hours"]) or taking["arrival"] != appointment["arrival"]:
                yield Violation("conservation", f"{place[0]} has other hours taken than agreed", place[1])
        for place in standing:
            if place[0] == day["_id"] and place not in taken and place not in lapsing:
                yield Violation("conservation", f"an appointment takes no hours of {place[0]}", place[1])


def _announced_hours(evidence: Evidence) -> Iterator[Violation]:
    for day in evidence.kept["booking"].documents["dealer_days"].values():
        said: dict[str, tuple[int, Announced]] = {}
        for fact in evidence.ledger.lanes.get(f"booking.events/dealer-day/{day['_id']}", ()):
            body = json.loads(fact.value)
            said[body["work_class"]] = (_of(body["assigned"]), fact)
        taken: Counter[str] = Counter()
        for taking in day["takings"]:
            for line in taking["lines"]:
                taken[line["work_class"]] += _of(line["hours"])
        for work_class, (minutes, fact) in said.items():
            if taken[work_class] != minutes:
                yield Violation.of("conservation", f"announced are {minutes} min taken, {taken[work_class]} are", fact)


def _minutes(lines: Iterable[Raw]) -> int:
    return sum(_of(line["hours"]) for line in lines)


def _of(hours: Any) -> int:
    return hours["minutes"] if isinstance(hours, dict) else round(float(hours) * 60)


def money_is_conserved(evidence: Evidence) -> Iterator[Violation]:
    """R12: nobody is charged more than he authorised, and what was authorised once counts once."""
    authorised: Counter[str] = Counter()
    for fact in evidence.ledger.facts.values():
        body = json.loads(fact.value) if fact.envelope.type.startswith("reception.") else {}
        if fact.envelope.type == "reception.estimate-authorised.v1":
            authorised[fact.envelope.key] += body["amount"]["amount"]
            if authorised[fact.envelope.key] != body["authorised_total"]["amount"]:
                yield Violation.of("conservation", f"authorised were {authorised[fact.envelope.key]}", fact)
        delivered = fact.envelope.type == "reception.vehicle-delivered.v1"
        if delivered and body["charged"]["amount"] > authorised[fact.envelope.key]:
            why = f"charged {body['charged']['amount']}, authorised {authorised[fact.envelope.key]}"
            yield Violation.of("conservation", why, fact)


def no_foreign_dealer(evidence: Evidence) -> Iterator[Violation]:
    """X1: no document names another dealer, and nobody got to see one."""
    known = set(evidence.ledger.dealers or ()) or {one.dealer for one in evidence.operations if one.dealer}
    for kept in evidence.kept.values():
        for collection, raw in kept.every():
            others = set(DEALER_CODE.findall(json.dumps(raw, default=str))) & known - {raw["dealer_id"]}
            if others:
                why = f"{kept.name} {collection} {raw['_id']} of {raw['dealer_id']} names {sorted(others)}"
                yield Violation("no-foreign-dealer", why, raw.get("visit_id", ""))
    for probe in evidence.probes:
        if probe.status not in (404, 503):
            yield Violation("no-foreign-dealer", f"{probe.url} answered {probe.status} to a foreign dealer")


# --- the door ---------------------------------------------------------------------------------------------------------


def answers_are_honest(evidence: Evidence) -> Iterator[Violation]:
    """A service answers in time; it says 503 with the time to come again, and breaks with nothing else."""
    for operation in evidence.operations:
        for attempt in operation.attempts:
            if attempt.status >= 500 and attempt.status != 503:
                yield Violation.by("honest-answers", f"answered {attempt.status}", operation)
            if not attempt.told_when:
                yield Violation.by("honest-answers", "503 without Retry-After", operation)
            if attempt.took > ANSWERED_WITHIN_S + 5:
                yield Violation.by("honest-answers", f"answered after {attempt.took:.0f} s", operation)


def nobody_stumbled(evidence: Evidence) -> Iterator[Violation]:
    """The same key completes a command; a visit goes on when what it waits for has come."""
    for stumbled in evidence.stumbled:
        yield Violation("completes", stumbled)


def _said(facts: Sequence[Announced]) -> tuple[str, ...]:
    return tuple(fact.said for fact in facts)


CHECKS: tuple[Check, ...] = (
    no_lost_write,
    nothing_of_a_failure,
    state_and_facts_are_one,
    what_waited_was_sent_as_it_was,
    announced_once,
    each_effect_exactly_once,
    every_position_at_the_end,
    dead_or_processed,
    outboxes_are_empty,
    hours_are_conserved,
    money_is_conserved,
    no_foreign_dealer,
    answers_are_honest,
    nobody_stumbled,
)


def broken(evidence: Evidence) -> list[Violation]:
    """Everything that is broken, what was seen while reading the topics first."""
    return [*evidence.ledger.violations, *(found for check in CHECKS for found in check(evidence))]
