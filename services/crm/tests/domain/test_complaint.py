"""Complaint cases (C5)."""

from datetime import timedelta

import pytest
from chassis.testing import a_sealed
from contracts.crm import ComplaintClass, ComplaintClosed, ComplaintEscalated, ComplaintOpened, ComplaintOrigin
from crm.domain.complaint import Complaint, Deadlines, Trigger, due_times, triggers_in
from crm.domain.errors import AgreementMissing, ComplaintAlreadyClosed, SolutionMissing
from crm_builders import TEN

DEADLINES = Deadlines(ordinary=timedelta(hours=72), important=timedelta(hours=24))
SOLUTION = a_sealed("a free repair")


def a_complaint(*triggers: Trigger) -> Complaint:
    return Complaint(
        dealer_id="SH001",
        case_id="case-1",
        person_id="person-1",
        complaint_class=ComplaintClass.SERVICE,
        origin=ComplaintOrigin.BY_HAND,
        handler="carla",
        opened_at=TEN,
        due_at=DEADLINES.due(TEN, important=bool(triggers)),
        triggers=list(triggers),
    )


def a_solved_complaint() -> Complaint:
    complaint = a_complaint()
    complaint.offer(SOLUTION)
    return complaint


def test_an_ordinary_complaint_is_announced_and_goes_nowhere_else() -> None:
    """C5."""
    (fact,) = a_complaint().opened()
    assert isinstance(fact, ComplaintOpened)
    assert (fact.important, fact.due_at) == (False, TEN + timedelta(hours=72))


def test_an_important_complaint_escalates_at_once_and_has_less_time() -> None:
    """C5."""
    opened, escalated = a_complaint(Trigger.MEDIA).opened()
    assert isinstance(opened, ComplaintOpened)
    assert (opened.important, opened.due_at) == (True, TEN + timedelta(hours=24))
    assert escalated == ComplaintEscalated(case_id="case-1", reasons=("MEDIA",))


def test_a_case_that_turns_important_escalates_once_for_each_reason() -> None:
    """C5."""
    complaint = a_complaint()
    later = TEN + timedelta(hours=10)
    (fact,) = complaint.escalate([Trigger.LAWYER, Trigger.MEDIA], later, DEADLINES)
    assert fact == ComplaintEscalated(case_id="case-1", reasons=("LAWYER", "MEDIA"))
    assert complaint.escalate([Trigger.MEDIA], later, DEADLINES) == []
    assert complaint.due_at == later + timedelta(hours=24)


def test_an_escalation_never_gives_more_time() -> None:
    """C5."""
    complaint = a_complaint()
    complaint.escalate([Trigger.POLICE], TEN + timedelta(hours=71), DEADLINES)
    assert complaint.due_at == TEN + timedelta(hours=72)


@pytest.mark.parametrize(
    ("text", "triggers"),
    [
        ("I will call my lawyer and the newspaper", [Trigger.LAWYER, Trigger.MEDIA]),
        ("我要找消协和律师", [Trigger.CONSUMER_ASSOCIATION, Trigger.LAWYER]),
        ("Ich gehe zum Anwalt", [Trigger.LAWYER]),
        ("too expensive", []),
        (None, []),
    ],
)
def test_the_customers_own_words_flag_what_may_become_important(text: str | None, triggers: list[Trigger]) -> None:
    """C5."""
    assert triggers_in(text) == triggers


def test_a_solution_that_was_agreed_closes_the_case() -> None:
    """C5."""
    complaint = a_solved_complaint()
    assert complaint.close(agreed=True, satisfied=True, at=TEN) == [
        ComplaintClosed(case_id="case-1", person_id="person-1", satisfied=True)
    ]


def test_no_case_closes_without_a_solution() -> None:
    """C5."""
    complaint = a_complaint()
    complaint.ease(a_sealed("a loaner car"))
    with pytest.raises(SolutionMissing):
        complaint.close(agreed=True, satisfied=None, at=TEN)


def test_no_case_closes_without_the_customers_agreement() -> None:
    """C5."""
    with pytest.raises(AgreementMissing):
        a_solved_complaint().close(agreed=False, satisfied=None, at=TEN)


def test_a_closed_case_stays_as_it_is() -> None:
    """C5."""
    complaint = a_solved_complaint()
    complaint.close(agreed=True, satisfied=None, at=TEN)
    with pytest.raises(ComplaintAlreadyClosed):
        complaint.offer(SOLUTION)
    with pytest.raises(ComplaintAlreadyClosed):
        complaint.ease(SOLUTION)
    with pytest.raises(ComplaintAlreadyClosed):
        complaint.escalate([Trigger.MEDIA], TEN, DEADLINES)


def test_a_case_is_marked_overdue_once_and_never_after_its_closing() -> None:
    """C5."""
    complaint = a_complaint()
    assert due_times(complaint) == {"deadline": complaint.due_at}
    complaint.pass_deadline()
    assert due_times(complaint) == {}
    closed = a_solved_complaint()
    closed.close(agreed=True, satisfied=None, at=TEN)
    assert due_times(closed) == {}
