"""The envelope: CloudEvents 1.0 in Kafka headers, and what is not one of ours."""

from datetime import UTC, datetime

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from contracts.booking import NoShowReasonRecorded
from contracts.envelope import Envelope, UndecodableEnvelope, _strictly, _well_formed, from_headers, to_headers
from hypothesis import given
from hypothesis import strategies as st

AT = datetime(2025, 6, 23, 0, 15, tzinfo=UTC)
ENVELOPE = Envelope(
    id="01978f2c-0000-7000-8000-0000000000aa",
    type=NoShowReasonRecorded.wire_type,
    dealer_id="SH001",
    visit_id="visit-1",
    actor="advisor:anna",
    aggregate="appointment",
    key="visit-1",
    sequence=7,
    at=AT,
    recorded_at=AT.replace(second=3, microsecond=250_000),
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
)

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
instants = st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2199, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
)
envelopes = st.builds(
    Envelope,
    id=words,
    type=words,
    dealer_id=words,
    visit_id=st.none() | words,
    actor=st.just("") | words,
    aggregate=words.filter(lambda word: "/" not in word),
    key=words,
    sequence=st.integers(min_value=1, max_value=2**63 - 1),
    at=instants,
    recorded_at=instants,
    traceparent=st.just("") | words,
)


def changed(name: str, value: bytes | None) -> list[tuple[str, bytes | None]]:
    return [(header, value if header == name else content) for header, content in to_headers(ENVELOPE)]


@given(envelopes)
def test_what_was_put_into_headers_comes_out_of_them(envelope: Envelope) -> None:
    assert from_headers(to_headers(envelope)) == envelope


spoilt = st.sampled_from(
    [None, b"", b"x", b"0", b"007", b"\xff", b"/", b"a/", b"/k", b"9" * 20, b"k" * 301]
) | st.sampled_from(
    [b"2025-06-23T00:15:00.5Z", b"2025-06-23T08:15:00.000+08:00", b"1899-06-23T08:15:00.000Z", b"2025-06-23"]
)


@given(st.data())
def test_the_quick_way_reads_nothing_differently_from_the_strict_one(data: st.DataObject) -> None:
    headers: list[tuple[str, bytes | None]] = list(to_headers(data.draw(envelopes)))
    for _ in range(data.draw(st.integers(0, 2))):
        at = data.draw(st.integers(0, len(headers) - 1))
        name, _ = headers[at]
        twice = data.draw(st.booleans())
        headers[at : at + (0 if twice else 1)] = [(name, data.draw(spoilt))]
    quick = _well_formed(headers)
    assert quick is None or quick == _strictly(headers)


def test_the_quick_way_is_taken() -> None:
    assert _well_formed(to_headers(ENVELOPE)) == ENVELOPE


def test_the_topic_is_the_publishers() -> None:
    assert ENVELOPE.service == "booking"
    assert ENVELOPE.topic == "booking.events"


def test_headers_of_others_are_ignored() -> None:
    foreign = [("x-anything", b"\xff\xfe"), ("x-null", None), ("tracestate", b"a=b"), *to_headers(ENVELOPE)]
    assert from_headers(foreign) == ENVELOPE


REQUIRED = ["ce_id", "ce_type", "ce_subject", "ce_time", "ce_dealer", "ce_sequence", "ce_recordedtime"]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_null_header_is_no_envelope(name: str) -> None:
    """A null header loses the message silently in some frameworks; here it is named."""
    with pytest.raises(UndecodableEnvelope):
        from_headers(changed(name, None))


@pytest.mark.parametrize("name", [*REQUIRED, "ce_visit", "ce_actor", "ce_traceparent"])
def test_a_header_that_is_not_utf_8_is_no_envelope(name: str) -> None:
    with pytest.raises(UndecodableEnvelope):
        from_headers(changed(name, b"\xff\xfe"))


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_header_is_no_envelope(name: str) -> None:
    with pytest.raises(UndecodableEnvelope):
        from_headers([(header, value) for header, value in to_headers(ENVELOPE) if header != name])


@pytest.mark.parametrize("name", REQUIRED)
def test_an_empty_header_is_no_envelope(name: str) -> None:
    with pytest.raises(UndecodableEnvelope):
        from_headers(changed(name, b""))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_time", b"2025-06-23T08:15:00"),
        ("ce_recordedtime", b"2025-06-23T08:15:00"),
        ("ce_time", b"2025-06-23"),
        ("ce_time", b"yesterday"),
        ("ce_sequence", b"one"),
        ("ce_sequence", b"0"),
        ("ce_sequence", b"-1"),
        ("ce_subject", b"appointment"),
        ("ce_subject", b"appointment/"),
    ],
)
def test_a_naive_time_a_wrong_count_or_a_subject_without_key_is_no_envelope(name: str, value: bytes) -> None:
    with pytest.raises(UndecodableEnvelope):
        from_headers(changed(name, value))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_sequence", b"9223372036854775808"),
        ("ce_sequence", b"9" * 5000),
        ("ce_time", b"0001-01-01T00:00:00+14:00"),
        ("ce_recordedtime", b"9999-12-31T23:59:59-12:00"),
        *((name, b"x" * 301) for name in ("ce_id", "ce_type", "ce_dealer", "ce_visit", "ce_actor", "ce_traceparent")),
        ("ce_subject", b"counter/" + b"x" * 301),
    ],
)
def test_what_no_store_can_keep_is_no_envelope(name: str, value: bytes) -> None:
    """A count beyond 64 bits, a time beyond the calendar, an id nobody could ask for by its address."""
    with pytest.raises(UndecodableEnvelope, match=name):
        from_headers(changed(name, value))


def test_the_reason_names_the_header_and_never_what_stands_in_it() -> None:
    """It is shown to people, and what stands there may be anybody's."""
    for name, value in (("ce_id", b"Zhang \xff"), ("ce_time", b"Zhang"), ("ce_sequence", b"Zhang")):
        with pytest.raises(UndecodableEnvelope) as refused:
            from_headers(changed(name, value))
        assert name in str(refused.value)
        assert "Zhang" not in str(refused.value)


def test_a_header_that_comes_twice_is_no_envelope() -> None:
    """Nobody can say which of them was meant."""
    with pytest.raises(UndecodableEnvelope, match="ce_dealer"):
        from_headers([*to_headers(ENVELOPE), ("ce_dealer", b"SH002")])


def test_no_headers_at_all_are_no_envelope() -> None:
    with pytest.raises(UndecodableEnvelope) as refused:
        from_headers([])
    assert refused.value.code == "undecodable-envelope"


def read_by_the_sdk(envelope: Envelope, body: bytes):
    return from_binary(KafkaMessage(dict(to_headers(envelope)), envelope.key.encode(), body), JSONFormat())


def test_the_cloudevents_sdk_reads_our_messages_as_cloudevents_1_0() -> None:
    """The SDK is the oracle: it refuses a missing attribute, a wrong name of an extension and a naive time."""
    body = NoShowReasonRecorded(reason="forgot").model_dump_json().encode()
    event = read_by_the_sdk(ENVELOPE, body)
    assert event.get_specversion() == "1.0"
    assert event.get_id() == ENVELOPE.id
    assert event.get_source() == "/booking"
    assert event.get_type() == "booking.no-show-reason-recorded.v1"
    assert event.get_subject() == "appointment/visit-1"
    assert event.get_time() == ENVELOPE.at
    assert event.get_dataschema() == "/schemas/booking.no-show-reason-recorded.v1.json"
    assert event.get_datacontenttype() == "application/json"
    assert event.get_data() == {"reason": "forgot"}
    extensions = {name: event.get_extension(name) for name in ("dealer", "visit", "actor", "sequence", "recordedtime")}
    assert extensions == {
        "dealer": "SH001",
        "visit": "visit-1",
        "actor": "advisor:anna",
        "sequence": "7",
        "recordedtime": "2025-06-23T00:15:03.250Z",
    }


@given(envelopes)
def test_no_envelope_of_ours_is_refused_by_the_sdk(envelope: Envelope) -> None:
    assert read_by_the_sdk(envelope, b"{}").get_id() == envelope.id


def test_the_trace_travels_also_where_tracers_look_for_it() -> None:
    headers = dict(to_headers(ENVELOPE))
    assert headers["traceparent"] == headers["ce_traceparent"] == ENVELOPE.traceparent.encode()
