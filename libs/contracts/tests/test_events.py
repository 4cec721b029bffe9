"""Events: names on the wire, frozen facts, open readers."""

import re

import pytest
from contracts import booking, catalogue
from contracts.event import Event, topic_of
from pydantic import ValidationError

EVENTS = catalogue.events()


def test_a_wire_type_is_the_service_the_fact_and_the_version() -> None:
    assert booking.HoldExpired.wire_type == "booking.hold-expired.v1"
    assert booking.HoldExpired.service == "booking"
    assert topic_of("booking") == "booking.events"


def test_a_second_version_lives_beside_the_first() -> None:
    class HoldExpiredV2(booking.HoldExpired, version=2):
        __module__ = "contracts.booking"

    assert HoldExpiredV2.wire_type == "booking.hold-expired.v2"
    assert HoldExpiredV2.service == "booking"


@pytest.mark.parametrize("wire_type", EVENTS)
def test_every_wire_type_has_the_same_shape_and_names_its_module(wire_type: str) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)*\.v[1-9]", wire_type)
    assert wire_type.partition(".")[0] == EVENTS[wire_type].__module__.removeprefix("contracts.")


@pytest.mark.parametrize("wire_type", EVENTS)
def test_no_event_carries_what_travels_in_the_envelope(wire_type: str) -> None:
    assert (
        not {"dealer_id", "visit_id", "actor", "sequence", "at", "traceparent"} & EVENTS[wire_type].model_fields.keys()
    )


@pytest.mark.parametrize("wire_type", EVENTS)
def test_personal_values_are_sealed_in_every_event(wire_type: str) -> None:
    """C15: name, phone and the customer's own words never travel in the open."""
    personal = {"phone", "concern", "comment", "description", "link"}
    for name, field in EVENTS[wire_type].model_fields.items():
        if name in personal or (name == "name" and wire_type.startswith("crm.")):
            assert "Sealed" in str(field.annotation)


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_every_event_says_what_happened_and_by_which_rule(event: type[Event]) -> None:
    assert event.__doc__
    assert re.search(r"\([A-Z]\d+", event.__doc__), f"{event.__name__} names no rule"


def test_a_fact_cannot_be_changed() -> None:
    fact = booking.NoShowReasonRecorded(reason="forgot")
    with pytest.raises(ValidationError):
        fact.reason = "ill"  # pyrefly: ignore - the refusal is the point


def test_a_reader_ignores_fields_of_a_newer_writer() -> None:
    fact = booking.NoShowReasonRecorded.model_validate_json('{"reason": "forgot", "told_to": "anna"}')
    assert fact == booking.NoShowReasonRecorded(reason="forgot")


def test_the_catalogue_knows_every_publisher() -> None:
    publishers = {event.service for event in EVENTS.values()}
    assert publishers == {"booking", "reception", "workshop", "parts", "crm", "survey", "headquarters"}
    assert sum(len(catalogue.published_by(publisher)) for publisher in publishers) == len(EVENTS)
