"""Records as facts, without a broker: what is kept of them, and what they must not pass themselves off as."""

from datetime import UTC, datetime
from typing import Any

from aiokafka import ConsumerRecord
from chassis.messages import of_aside, of_record
from chassis.set_aside import Aside, State
from contracts.envelope import Envelope, to_headers
from contracts.survey import SurveyAnswered

AT = datetime(2025, 6, 23, tzinfo=UTC)
LISTENED = {SurveyAnswered.wire_type: SurveyAnswered}


def a_record(topic: str, headers: list[Any], value: bytes | None = b"{}") -> Any:
    return ConsumerRecord(topic, 2, 7, 0, 0, b"k", value, None, 1, len(value or b""), headers)


def headers_of(type: str) -> list[Any]:
    return to_headers(Envelope("id-1", type, "SH001", None, "test", "invitation", "v1", 1, AT, AT))


def test_a_fact_on_a_topic_of_another_service_is_unreadable() -> None:
    """A service may write to its own topic only; nobody may speak there in another one's name."""
    forged = of_record(a_record("booking.events", headers_of(SurveyAnswered.wire_type)), LISTENED)
    assert forged.fact is None
    assert "booking.events" in forged.unreadable
    assert not forged.unheard
    unheard = of_record(a_record("booking.events", headers_of("reception.vehicle-delivered.v1")), LISTENED)
    assert unheard.unreadable


def test_what_stands_aside_is_kept_as_it_came() -> None:
    """A header may be null, come twice, or be no text."""
    headers = [("ce_id", None), ("twice", b"a"), ("twice", b"b"), ("empty", b""), ("bytes", b"\xff")]
    message = of_record(a_record("survey.events", headers, None), LISTENED)
    kept = message.aside("facts", State.DEAD, "unreadable").raw()
    again = of_aside(Aside.of(kept), LISTENED)
    assert list(again.headers) == headers
    assert (again.key, again.value) == (b"k", None)


def test_what_stands_aside_tells_what_its_sender_called_it() -> None:
    kept = of_record(a_record("survey.events", [("ce_type", b"survey.\xff.v1")]), LISTENED)
    assert kept.aside("facts", State.DEAD, "unreadable").raw()["type"] == "survey.\ufffd.v1"
