"""One contact from the request to the message or the call (C3, C4)."""

from datetime import datetime, timedelta

import pytest
from contracts.crm import ContactMade, ContactPostponed, ContactWithheld, Purpose, Topic
from contracts.values import Channel
from crm.domain.contact import CallOutcome, Contact, ContactState, due_times
from crm.domain.contact_policy import Allow, Never, NotNow
from crm.domain.errors import ContactAlreadyDecided, NoOpenCallTask, NotOnItsWay
from crm_builders import NINE, TEN

BY_SMS = Allow(Channel.SMS, "nothing-against-it", (), (Topic.COMPLAINT_SUBJECT,))
BY_PHONE = Allow(Channel.PHONE, "nothing-against-it")


def a_contact(purpose: Purpose = Purpose.REMINDER) -> Contact:
    return Contact("SH001", "fact-1", "person-1", "visit-1", purpose, "fact-1", TEN)


def test_an_allowed_message_records_the_attempt_before_it_leaves() -> None:
    """C4: what leaves the platform was on record before."""
    contact = a_contact()
    assert contact.follow(BY_SMS, TEN) == []
    assert (contact.state, contact.attempts, due_times(contact)) == (ContactState.SENDING, 1, {"delivery": TEN})


def test_a_delivered_message_is_announced_with_its_topics() -> None:
    """C3, C4."""
    contact = a_contact()
    contact.follow(BY_SMS, TEN)
    assert contact.delivered(TEN) == [
        ContactMade(
            contact_id="fact-1",
            person_id="person-1",
            purpose=Purpose.REMINDER,
            channel=Channel.SMS,
            cause="fact-1",
            avoid_topics=(Topic.COMPLAINT_SUBJECT,),
        )
    ]
    assert due_times(contact) == {}


def test_an_unknown_outcome_is_tried_again_a_few_times_and_then_stays_unknown() -> None:
    """Never silently doubled, never silently lost."""
    contact = a_contact()
    contact.follow(BY_SMS, TEN)
    now: datetime | None = TEN
    tries: list[datetime] = []
    while now is not None:
        tries.append(now)
        contact.delivery_unknown(now)
        now = due_times(contact).get("delivery")
    assert len(tries) == 5
    assert tries == sorted(set(tries))
    assert contact.state is ContactState.UNKNOWN


def test_an_allowed_call_is_a_task_for_an_agent() -> None:
    """B10, C4."""
    contact = a_contact(Purpose.NO_SHOW_FOLLOW_UP)
    (fact,) = contact.follow(BY_PHONE, TEN)
    assert isinstance(fact, ContactMade)
    contact.record_result(CallOutcome.REBOOKED, None)
    assert (contact.state, contact.outcome) == (ContactState.DONE, CallOutcome.REBOOKED)


def test_a_call_has_one_result() -> None:
    """C3."""
    contact = a_contact()
    contact.follow(BY_PHONE, TEN)
    contact.record_result(CallOutcome.REACHED, None)
    with pytest.raises(NoOpenCallTask):
        contact.record_result(CallOutcome.REACHED, None)


def test_a_postponed_contact_waits_for_its_time_and_goes_through_the_gate_again() -> None:
    """C4."""
    contact = a_contact()
    assert contact.follow(NotNow(NINE, "quiet hours", "quiet-hours"), TEN) == [
        ContactPostponed(
            person_id="person-1", purpose=Purpose.REMINDER, cause="fact-1", until=NINE, reason="quiet hours"
        )
    ]
    assert due_times(contact) == {"retry": NINE}
    assert len(contact.follow(Never("complaint", "open-complaint"), NINE)) == 1
    assert (contact.state, due_times(contact)) == (ContactState.WITHHELD, {})


def test_the_gate_decides_only_once_about_a_contact_that_goes_on() -> None:
    """C4."""
    contact = a_contact()
    contact.follow(BY_SMS, TEN)
    with pytest.raises(ContactAlreadyDecided):
        contact.follow(BY_SMS, TEN)


def test_only_what_is_about_to_leave_is_asked_for_again() -> None:
    """C4."""
    contact = a_contact()
    with pytest.raises(NotOnItsWay):
        contact.ask_again(BY_SMS, TEN)


@pytest.mark.parametrize("answer", [BY_PHONE, NotNow(NINE, "quiet hours", "quiet-hours")], ids=["task", "postponed"])
def test_what_waits_can_be_dropped(answer: Allow | NotNow) -> None:
    """B10: the no-show was withdrawn, for example."""
    contact = a_contact()
    contact.follow(answer, TEN)
    (fact,) = contact.drop("he had come")
    assert isinstance(fact, ContactWithheld)
    assert (contact.made_at, due_times(contact)) == (None, {})


def test_what_has_left_cannot_be_called_back() -> None:
    """C4."""
    contact = a_contact()
    contact.follow(BY_SMS, TEN)
    assert contact.drop("too late") == []
    contact.delivered(TEN + timedelta(seconds=1))
    assert contact.drop("too late") == []
    assert contact.state is ContactState.SENT
