"""The checker itself: a run in which all is well is green, each broken promise is told with its story."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiokafka import ConsumerRecord, TopicPartition
from chassis.documents import Documents
from chassis.effects import Consumer
from checker import Evidence, Poison, broken, hours_of
from checker_rolling import figures_are_explained
from checker_stores import Built, Kept, Raw
from checker_topics import Announced, Ledger
from contracts.booking import AppointmentCancelled, AppointmentHeld
from contracts.envelope import Envelope, to_headers
from contracts.event import Event
from contracts.values import Channel, Party, TechnicianHours, WorkClass
from history import Attempt, History, Operation, Outcome
from load import Probe

NOON = datetime(2025, 6, 23, 12, tzinfo=UTC)
TRACE = f"00-{'a' * 32}-{'b' * 16}-01"
MINE, OTHER = "FAAAAAA", "FBBBBBB"
HELD = AppointmentHeld(
    arrival=NOON,
    work_class=WorkClass.PM,
    hours=TechnicianHours(minutes=30),
    channel=Channel.PHONE,
    expires_at=NOON + timedelta(minutes=15),
)
CANCELLED = AppointmentCancelled(arrival=NOON, by=Party.CUSTOMER)


async def _nothing(unit: object, fact: object) -> None:
    """A handler."""


BOOKING = Built("booking", (Documents("appointments", "appointment", dict, id_of=str),), ())
CRM = Built("crm", (), (Consumer("facts", {AppointmentHeld: _nothing}),))


def _envelope(visit: str, sequence: int, event: Event, **changed: object) -> Envelope:
    envelope = Envelope(
        id=f"{visit}-{sequence}",
        type=event.wire_type,
        dealer_id=MINE,
        visit_id=visit,
        actor="advisor:anna",
        aggregate="appointment",
        key=visit,
        sequence=sequence,
        at=NOON,
        recorded_at=NOON,
        traceparent=TRACE,
    )
    return replace(envelope, **changed)


def _record(envelope: Envelope, event: Event, offset: int, partition: int = 0) -> "ConsumerRecord[bytes, bytes]":
    value, headers = event.model_dump_json().encode(), tuple(to_headers(envelope))
    return ConsumerRecord("booking.events", partition, offset, 0, 0, b"", value, None, 0, len(value), headers)


def _ledger(*facts: tuple[Envelope, Event], dealers: Iterable[str] = (MINE, OTHER)) -> Ledger:
    ledger = Ledger(set(dealers))
    for offset, (envelope, event) in enumerate(facts):
        ledger.read(_record(envelope, event, offset))
    return ledger


def _booked(history: History, outcome: Outcome = Outcome.OK) -> Operation:
    operation = history.invoke("booking", "/x", {}, key="k1", subject="advisor", dealer=MINE, visit="")
    operation.attempts.append(Attempt(0.0, 0.1, 201 if outcome is Outcome.OK else 409))
    operation.outcome, operation.version = outcome, 1
    operation.answer = {"visit_id": operation.makes} if outcome is Outcome.OK else {"code": "slot-taken"}
    return operation


def _appointment(operation: Operation, **changed: object) -> Raw:
    answer = f'{{"visit_id": "{operation.makes}"}}'
    raw = {"_id": operation.makes, "dealer_id": MINE, "visit_id": operation.makes, "state": "RESERVED", "day": "d",
           "hours": {"minutes": 30}, "arrival": NOON, "_version": 1, "_sequence": 1, "_pending": [],
           "_pending_bytes": 0, "_commands": [{"key": operation.record, "answer": answer}]}  # fmt: skip
    return raw | changed


class Well:
    """One booking, its document, its fact in the topic, and a consumer that has received it."""

    def __init__(self) -> None:
        self.history = History()
        self.operation = _booked(self.history)
        visit = self.operation.makes
        self.booking, self.crm = Kept(BOOKING), Kept(CRM)
        self.booking.documents["appointments"][visit] = _appointment(self.operation)
        self.ledger = _ledger((_envelope(visit, 1, HELD), HELD))
        self.crm.inbox = {f"{visit}-1"}
        self.crm.sequences = {f"booking.events/appointment/{visit}": 1}
        self.crm.positions = {("booking.events", 0): 1}
        self.probes: list[Probe] = []
        self.stumbled: list[str] = []
        self.poison: dict[str, Poison] = {}

    @property
    def document(self) -> Raw:
        return self.booking.documents["appointments"][self.operation.makes]

    def told(self) -> set[str]:
        return {violation.invariant for violation in broken(self.evidence())}

    def evidence(self) -> Evidence:
        return Evidence(
            operations=self.history.operations,
            ledger=self.ledger,
            kept={"booking": self.booking, "crm": self.crm},
            ends={TopicPartition("booking.events", 0): 1},
            probes=self.probes,
            stumbled=self.stumbled,
            poison=self.poison,
        )


def test_a_run_in_which_all_is_well_is_green() -> None:
    assert broken(Well().evidence()) == []


def test_an_acknowledged_command_that_is_not_kept_is_a_lost_write() -> None:
    run = Well()
    run.document["_commands"] = []
    assert run.told() == {"no-lost-write"}
    run = Well()
    run.document["_commands"][0]["answer"] = '{"visit_id": "another"}'
    assert run.told() == {"no-lost-write"}
    run = Well()
    run.operation.version = 2
    assert run.told() == {"no-lost-write"}


def test_a_command_done_twice_under_one_key_is_told() -> None:
    run = Well()
    run.document["_commands"] *= 2
    assert run.told() == {"exactly-once"}


def test_a_refused_command_that_left_something_is_a_phantom() -> None:
    run = Well()
    run.operation.outcome = Outcome.FAIL
    assert run.told() == {"no-phantom"}


def test_an_unknown_command_may_have_happened_wholly_or_not_at_all() -> None:
    run = Well()
    run.operation.outcome = Outcome.UNKNOWN
    assert run.told() == set()


def test_a_document_nobody_asked_for_is_a_phantom() -> None:
    run = Well()
    run.booking.documents["appointments"]["ghost"] = run.document | {"_id": "ghost", "_sequence": 0, "_commands": []}
    assert run.told() == {"no-phantom"}


def test_a_fact_that_is_in_no_topic_is_lost_and_one_without_its_document_a_phantom() -> None:
    run = Well()
    run.document["_sequence"] = 2
    assert run.told() == {"no-lost-fact"}
    run = Well()
    run.document["_sequence"] = 0
    assert run.told() == {"no-phantom"}


def test_a_fact_that_was_seen_waiting_and_went_out_under_another_id_is_lost() -> None:
    run = Well()
    seen = {("booking", "appointments", run.operation.makes, 1): "another id"}
    found = broken(replace(run.evidence(), seen_pending=seen))
    assert {violation.invariant for violation in found} == {"no-lost-fact"}


def test_the_facts_of_an_aggregate_come_in_order_and_without_a_gap() -> None:
    first, third = _envelope("v", 1, HELD), _envelope("v", 3, CANCELLED)
    assert [one.invariant for one in _ledger((first, HELD), (third, CANCELLED)).violations] == ["order"]
    again = _envelope("v", 1, CANCELLED, id="new")
    assert [one.invariant for one in _ledger((first, HELD), (again, CANCELLED)).violations] == ["order"]


def test_a_fact_sent_twice_is_a_copy_and_no_violation() -> None:
    first, second = _envelope("v", 1, HELD), _envelope("v", 2, CANCELLED)
    ledger = _ledger((first, HELD), (second, CANCELLED), (first, HELD), (second, CANCELLED))
    assert (ledger.violations, ledger.copies.total(), len(ledger.facts)) == ([], 2, 2)


def test_two_different_facts_with_one_id_are_told() -> None:
    first = _envelope("v", 1, HELD)
    other = _envelope("v", 2, CANCELLED, id=first.id)
    assert [one.invariant for one in _ledger((first, HELD), (other, CANCELLED)).violations] == ["unique-ids"]


@pytest.mark.parametrize(
    ("changed", "invariant"),
    [({"traceparent": ""}, "trace"), ({"type": "booking.unheard-of.v1"}, "schema")],
)
def test_a_fact_without_trace_or_contract_is_told(changed: dict[str, str], invariant: str) -> None:
    assert [one.invariant for one in _ledger((_envelope("v", 1, HELD, **changed), HELD)).violations] == [invariant]


def test_a_body_that_does_not_meet_its_schema_is_told() -> None:
    record = _record(_envelope("v", 1, HELD), CANCELLED, 0)
    ledger = Ledger({MINE})
    ledger.read(record)
    assert {one.invariant for one in ledger.violations} == {"schema"}


def test_a_fact_or_document_that_names_another_dealer_is_told() -> None:
    theirs = _envelope("v", 2, CANCELLED, dealer_id=OTHER)
    ledger = _ledger((_envelope("v", 1, HELD), HELD), (theirs, CANCELLED))
    assert [one.invariant for one in ledger.violations] == ["no-foreign-dealer"]
    run = Well()
    run.document["note"] = f"came from {OTHER}"
    assert run.told() == {"no-foreign-dealer"}


def test_a_foreign_question_that_was_answered_is_told() -> None:
    run = Well()
    run.probes = [Probe(1.0, "/dealers/x", 404), Probe(1.0, "/dealers/y", 503)]
    assert run.told() == set()
    run.probes.append(Probe(2.0, "/dealers/z", 200))
    assert run.told() == {"no-foreign-dealer"}


def test_a_consumer_that_missed_a_fact_or_stopped_early_is_told() -> None:
    run = Well()
    run.crm.inbox = set()
    assert run.told() == {"exactly-once"}
    run = Well()
    run.crm.sequences = {}
    assert run.told() == {"exactly-once"}
    run = Well()
    run.crm.positions = {}
    assert run.told() == {"positions"}


def test_what_can_happen_once_and_happened_twice_is_told() -> None:
    run = Well()
    visit = run.operation.makes
    run.document["_sequence"] = 2
    run.ledger = _ledger((_envelope(visit, 1, HELD), HELD), (_envelope(visit, 2, HELD), HELD))
    run.crm.inbox.add(f"{visit}-2")
    run.crm.sequences = {f"booking.events/appointment/{visit}": 2}
    assert run.told() == {"exactly-once"}


def test_what_stands_aside_and_is_no_poison_is_told_and_poison_that_does_not_too() -> None:
    run = Well()
    row = {"_id": f"facts|{run.operation.makes}-1", "state": "WAITING", "reason": "not yet"}
    run.crm.aside = [row]
    assert run.told() == {"dead-or-processed"}
    run = Well()
    run.poison = {"booking.events-0-7": Poison("booking.events")}
    assert run.told() == {"dead-or-processed"}
    run.crm.aside = [{"_id": "facts|booking.events-0-7", "state": "DEAD", "reason": "unreadable"}]
    assert run.told() == set()


def test_an_outbox_that_is_not_empty_is_told() -> None:
    run = Well()
    run.document["_pending_bytes"] = 12
    assert run.told() == {"outbox"}


def _day(*visits: str, minutes: int = 30) -> Raw:
    lines = [{"work_class": "PM", "hours": {"minutes": minutes}}]
    takings = [{"visit_id": one, "kind": "APPOINTMENT", "arrival": NOON, "lines": lines} for one in visits]
    return {"_id": f"{MINE}:d", "takings": takings}


def _standing(visit: str, state: str = "CONFIRMED") -> Raw:
    return {"_id": visit, "dealer_id": MINE, "day": "d", "state": state, "hours": {"minutes": 30}, "arrival": NOON}


def test_hours_taken_are_hours_of_standing_appointments() -> None:
    """B1, B2."""
    assert list(hours_of([_day("v")], [_standing("v")])) == []
    assert list(hours_of([_day()], [_standing("v", "CANCELLED")])) == []
    assert list(hours_of([_day()], [_standing("v", "RESERVED")])) == []  # the hold has lapsed, its timer comes later
    for day, appointments in (
        (_day("v"), []),
        (_day("v"), [_standing("v", "CANCELLED")]),
        (_day(), [_standing("v")]),
        (_day("v", "v"), [_standing("v")]),
        (_day("v", minutes=60), [_standing("v")]),
    ):
        assert [one.invariant for one in hours_of([day], appointments)] == ["conservation"]


def test_figures_are_the_sums_of_the_rows_that_explain_them() -> None:
    """H9."""
    row = {"dealer_id": MINE, "day": "d", "event_type": "booking.x.v1", "part": "missed", "amount": 1}
    rolled = {"_id": f"{MINE}/d/booking", "sums": {"missed": 2}}
    assert list(figures_are_explained([row, row], [rolled])) == []
    assert [one.invariant for one in figures_are_explained([row], [rolled])] == ["conservation"]


def test_answers_other_than_503_with_its_time_are_told() -> None:
    for attempt in (Attempt(0, 0.1, 500), Attempt(0, 0.1, 503, told_when=False), Attempt(0, 99.0, 200)):
        run = Well()
        run.operation.attempts.insert(0, attempt)
        assert run.told() == {"honest-answers"}
    run = Well()
    run.operation.attempts[:0] = [Attempt(0, 0.1, 0, "ConnectError"), Attempt(1, 0.1, 503)]
    assert run.told() == set()


def test_a_story_names_the_visit_the_facts_and_the_trace() -> None:
    (violation,) = _ledger((_envelope("v1", 1, HELD), HELD), (_envelope("v1", 3, CANCELLED), CANCELLED)).violations
    story = str(violation)
    assert "visit v1" in story
    assert "a" * 32 in story
    assert "booking.events-0@1 booking.appointment-cancelled.v1 seq 3 of appointment/v1 id v1-3" in story


def test_a_lane_is_the_aggregate_in_its_topic() -> None:
    fact = Announced(_envelope("v1", 1, HELD), 0, 0, b"{}")
    assert fact.lane == "booking.events/appointment/v1"
