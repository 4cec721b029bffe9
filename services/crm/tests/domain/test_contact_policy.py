"""The contact gate as sentences (C4)."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from contracts.crm import Purpose, Topic
from contracts.values import Channel
from crm.domain.contact_policy import OUTGOING, RUNNING_VISIT, Allow, Never, NotNow, Question, decide
from crm.domain.quiet_hours import QuietHours
from crm_builders import BERLIN, NIGHT, NINE, SHANGHAI, TEN, a_question
from hypothesis import given
from hypothesis import strategies as st

START = datetime(2024, 1, 1, tzinfo=UTC)
ALL = frozenset(OUTGOING)
OTHERS = sorted(set(Purpose) - RUNNING_VISIT - {Purpose.COMPLAINT_HANDLING})
HOURS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
INSTANTS = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
QUESTIONS = st.builds(
    Question,
    purpose=st.sampled_from(Purpose),
    quiet=st.builds(QuietHours, HOURS, HOURS, st.sampled_from([SHANGHAI, BERLIN, "America/Havana"])),
    now=INSTANTS,
    wanted=st.none() | st.sampled_from(Channel),
    preferred=st.none() | st.sampled_from(Channel),
    refused=st.frozensets(st.sampled_from(Channel)),
    open_complaints=st.integers(0, 2),
    closed_complaints=st.integers(0, 2),
    closed_since_follow_up=st.integers(0, 2),
    customer_waits=st.booleans(),
    from_hour=st.none() | st.integers(0, 23),
    useful_until=st.none() | INSTANTS,
)

TABLE: list[tuple[str, dict[str, Any], object]] = [
    ("nothing against it", {}, Allow(Channel.SMS, "nothing-against-it")),
    ("the wanted channel", {"wanted": Channel.WECHAT}, Allow(Channel.WECHAT, "nothing-against-it")),
    ("the channel he likes", {"preferred": Channel.WECHAT}, Allow(Channel.WECHAT, "nothing-against-it")),
    (
        "a refused channel gives way to another one",
        {"wanted": Channel.SMS, "refused": frozenset({Channel.SMS})},
        Allow(Channel.WECHAT, "nothing-against-it"),
    ),
    ("all refused", {"refused": ALL}, Never("the customer refused every channel", "refused-channels")),
    (
        "a link cannot be spoken",
        {"purpose": Purpose.AUTHORISATION, "preferred": Channel.PHONE},
        Allow(Channel.SMS, "nothing-against-it"),
    ),
    (
        "nor can an offered place's link",
        {"purpose": Purpose.PLACE_OFFER, "preferred": Channel.PHONE},
        Allow(Channel.SMS, "nothing-against-it"),
    ),
    (
        "a link is spoken of when only the phone is left",
        {"purpose": Purpose.AUTHORISATION, "refused": ALL - {Channel.PHONE}},
        Allow(Channel.PHONE, "nothing-against-it"),
    ),
    (
        "a call asks for the channel he likes, when nobody knows it",
        {"purpose": Purpose.SURVEY, "wanted": Channel.PHONE},
        Allow(Channel.PHONE, "nothing-against-it", (Topic.CHANNEL_PREFERENCE,)),
    ),
    (
        "its handler contacts him while a complaint is open",
        {"purpose": Purpose.COMPLAINT_HANDLING, "open_complaints": 1},
        Allow(Channel.SMS, "handler-of-the-complaint"),
    ),
    (
        "the running visit goes on in spite of a complaint, without touching it",
        {"purpose": Purpose.AUTHORISATION, "open_complaints": 1},
        Allow(Channel.SMS, "running-visit", avoid_topics=(Topic.COMPLAINT_SUBJECT,)),
    ),
    (
        "the first follow-up after closing asks about the handling",
        {"purpose": Purpose.SURVEY, "closed_complaints": 1, "closed_since_follow_up": 1},
        Allow(Channel.SMS, "first-follow-up-after-closing", raise_topics=(Topic.COMPLAINT_SATISFACTION,)),
    ),
    (
        "later follow-ups avoid the subject",
        {"purpose": Purpose.SURVEY, "closed_complaints": 1},
        Allow(Channel.SMS, "contact-after-a-complaint", avoid_topics=(Topic.COMPLAINT_SUBJECT,)),
    ),
    (
        "a reminder is no follow-up: it avoids the subject, too",
        {"closed_complaints": 1, "closed_since_follow_up": 1},
        Allow(Channel.SMS, "contact-after-a-complaint", avoid_topics=(Topic.COMPLAINT_SUBJECT,)),
    ),
    ("quiet hours", {"now": NIGHT}, NotNow(NINE, "quiet hours at the dealer", "quiet-hours")),
    (
        "quiet hours for an authorisation, too, when the customer is at home",
        {"purpose": Purpose.AUTHORISATION, "now": NIGHT},
        NotNow(NINE, "quiet hours at the dealer", "quiet-hours"),
    ),
    (
        "no quiet hours for a customer who sits here and waits",
        {"purpose": Purpose.AUTHORISATION, "now": NIGHT, "customer_waits": True},
        Allow(Channel.SMS, "nothing-against-it"),
    ),
    (
        "the customer's hour",
        {"purpose": Purpose.SURVEY, "from_hour": 18},
        NotNow(TEN + timedelta(hours=8), "the customer likes to be asked from 18:00", "customers-hour"),
    ),
    (
        "an hour within the quiet hours cannot be honoured",
        {"purpose": Purpose.SURVEY, "from_hour": 21},
        Allow(Channel.SMS, "nothing-against-it"),
    ),
    ("too late", {"useful_until": TEN}, Never("the contact has lost its sense by now", "too-late")),
    ("in time", {"useful_until": TEN + timedelta(minutes=1)}, Allow(Channel.SMS, "nothing-against-it")),
]


@pytest.mark.parametrize(("asked", "answer"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_gate_answers_as_the_table_says(asked: dict[str, Any], answer: object) -> None:
    """C4."""
    assert decide(a_question(**asked)) == answer


@pytest.mark.parametrize("purpose", OTHERS)
def test_an_open_complaint_holds_back_everybody_but_its_handler_and_the_running_visit(purpose: Purpose) -> None:
    """C4."""
    answer = decide(a_question(purpose=purpose, open_complaints=1))
    assert isinstance(answer, Never)
    assert answer.rule == "open-complaint"


@given(QUESTIONS)
def test_a_refused_channel_is_never_chosen(asked: Question) -> None:
    """C4."""
    answer = decide(asked)
    if isinstance(answer, Allow):
        assert answer.channel in OUTGOING
        assert answer.channel not in asked.refused
    if set(OUTGOING) <= asked.refused:
        assert isinstance(answer, Never)


@given(QUESTIONS)
def test_an_open_complaint_never_lets_a_survey_through(asked: Question) -> None:
    """C4, C5."""
    if asked.purpose is Purpose.SURVEY and asked.open_complaints:
        assert isinstance(decide(asked), Never)


@given(QUESTIONS)
def test_in_quiet_hours_nothing_leaves_but_to_a_waiting_customer_and_what_waits_waits_to_their_end(
    asked: Question,
) -> None:
    """C4."""
    answer = decide(asked)
    if asked.quiet.holds_at(asked.now) and not (asked.purpose in RUNNING_VISIT and asked.customer_waits):
        assert not isinstance(answer, Allow)
        if isinstance(answer, NotNow):
            assert answer.rule == "quiet-hours"
            assert answer.until == asked.quiet.end_after(asked.now)


@given(QUESTIONS)
def test_not_now_is_always_later_and_ends(asked: Question) -> None:
    """C4: asked again at the time named, the gate puts the same contact off at most once more."""
    times = [asked.now]
    answer = decide(asked)
    while isinstance(answer, NotNow):
        assert answer.until > times[-1]
        times.append(answer.until)
        assert len(times) <= 4
        answer = decide(_later(asked, answer.until))


def _later(asked: Question, now: datetime) -> Question:
    return Question(**{name: getattr(asked, name) for name in Question.__slots__} | {"now": now})


def test_quiet_hours_at_noon_are_possible_as_well() -> None:
    """C4: the dealer's own hours count, also when they do not span midnight."""
    siesta = QuietHours(time(12), time(14), SHANGHAI)
    noon = TEN + timedelta(hours=2, minutes=30)
    assert decide(a_question(quiet=siesta, now=noon)) == NotNow(
        TEN + timedelta(hours=4), "quiet hours at the dealer", "quiet-hours"
    )
