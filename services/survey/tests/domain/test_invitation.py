"""V1, V4, V7: the life of an invitation."""

from datetime import timedelta

import pytest
from chassis.testing import a_sealed
from contracts.survey import FollowUpAbandoned, FollowUpDue, FollowUpMethod, LowScoreReported, SurveyAnswered
from contracts.values import Channel
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from survey.domain.errors import AlreadyAnswered, FollowUpExpired, FollowUpWithheld, NotAskedYet, Refused
from survey.domain.invitation import State
from survey_builders import CSI, DUE, GOOD, POLICY, POOR, an_asked_invitation, an_invitation, answered

LAST_MOMENT = POLICY.expires_at(DUE) - timedelta(milliseconds=1)


def test_a_planned_follow_up_waits_for_its_time_and_an_asked_one_for_its_end() -> None:
    """V1, V7."""
    assert an_invitation().timers() == {"follow-up-due": DUE}
    assert an_asked_invitation().timers() == {"expiry": DUE + timedelta(days=14)}


def test_falling_due_announces_whom_to_ask_how_and_by_which_link() -> None:
    """V1."""
    invitation = an_invitation(preferred_channel=Channel.PHONE, from_hour=10)
    (due,) = invitation.fall_due(CSI, POLICY, link=a_sealed("x"), at=DUE)
    assert isinstance(due, FollowUpDue)
    assert (due.person_id, due.method, due.from_hour) == ("person-1", FollowUpMethod.CALL, 10)
    assert due.expires_at == invitation.expires_at


def test_a_follow_up_that_is_due_is_asked_for_once() -> None:
    """V1."""
    assert an_asked_invitation().fall_due(CSI, POLICY, link=a_sealed("x"), at=DUE) == []


def test_a_good_answer_is_announced_and_nothing_else() -> None:
    """V2."""
    invitation = an_asked_invitation()
    (event,) = answered(invitation, GOOD)
    assert isinstance(event, SurveyAnswered)
    assert (event.score, event.satisfied, event.very_satisfied) == (92.2, True, True)
    assert (invitation.state, invitation.timers()) == (State.ANSWERED, {})
    assert {item.question: item.score for item in event.answers}["problem"] is None


def test_a_low_score_is_reported_with_the_answer() -> None:
    """V4."""
    (told, low) = answered(an_asked_invitation(), POOR)
    assert isinstance(told, SurveyAnswered)
    assert isinstance(low, LowScoreReported)
    assert (low.score, low.threshold) == (told.score, 60)


@pytest.mark.parametrize(("quality", "reported"), [(5, False), (4, False), (3, True)])
def test_the_threshold_itself_is_not_low(quality, reported) -> None:
    """V4: with 4 for the quality the score is 60 exactly, which is the threshold."""
    answers = GOOD | {"overall": 7, "advisor": 7, "quality": quality}
    events = answered(an_asked_invitation(), answers)
    assert (len(events) == 2) is reported
    assert (CSI.score(answers) < 60) is reported


def test_a_named_problem_is_reported_whatever_the_score() -> None:
    """V4."""
    events = answered(an_asked_invitation(), GOOD | {"problem": "yes"})
    assert [type(event) for event in events] == [SurveyAnswered, LowScoreReported]


def test_an_announced_answer_holds_no_free_text() -> None:
    """C15."""
    (event, _) = answered(an_asked_invitation(), POOR)
    assert "noise" not in event.model_dump_json()


def test_one_invitation_has_one_answer() -> None:
    """V7."""
    invitation = an_asked_invitation()
    answered(invitation, GOOD)
    with pytest.raises(AlreadyAnswered):
        answered(invitation, POOR)


def test_an_answer_in_the_last_moment_counts_and_one_later_does_not() -> None:
    """V7."""
    assert answered(an_asked_invitation(), GOOD, at=LAST_MOMENT)
    with pytest.raises(FollowUpExpired):
        answered(an_asked_invitation(), GOOD, at=LAST_MOMENT + timedelta(milliseconds=1))


def test_an_expired_follow_up_is_abandoned_and_takes_no_answer() -> None:
    """V7."""
    invitation = an_asked_invitation()
    assert invitation.expire() == [FollowUpAbandoned(invitation_id="visit-1", reason="expired")]
    assert invitation.timers() == {}
    with pytest.raises(FollowUpExpired):
        answered(invitation, GOOD)


def test_a_withheld_contact_ends_the_follow_up_with_the_gates_reason() -> None:
    """C4."""
    invitation = an_asked_invitation()
    assert invitation.withhold(reason="complaint-open") == [
        FollowUpAbandoned(invitation_id="visit-1", reason="complaint-open")
    ]
    with pytest.raises(FollowUpWithheld):
        answered(invitation, GOOD)


def test_nobody_answers_before_being_asked() -> None:
    """V1, C4."""
    with pytest.raises(NotAskedYet):
        answered(an_invitation(), GOOD)


def test_a_customer_may_be_faster_than_the_news_of_his_invitation() -> None:
    """V7, X5: the message reached him, the fact of it came later."""
    invitation = an_asked_invitation()
    answered(invitation, GOOD)
    assert invitation.invite(at=DUE, channel=Channel.SMS) == []
    assert invitation.state is State.ANSWERED
    assert invitation.withhold(reason="late news") == []
    assert invitation.expire() == []


class AnyLife(RuleBasedStateMachine):
    """Whatever happens in whichever order, there is at most one end and at most one answer (V7)."""

    def __init__(self) -> None:
        super().__init__()
        self.invitation = an_invitation()
        self.events: list[object] = []

    @rule()
    def falls_due(self) -> None:
        self.events += self.invitation.fall_due(CSI, POLICY, link=a_sealed("x"), at=DUE)

    @rule()
    def contact_is_made(self) -> None:
        self.events += self.invitation.invite(at=DUE, channel=Channel.SMS)

    @rule()
    def contact_is_withheld(self) -> None:
        self.events += self.invitation.withhold(reason="refused-channel")

    @precondition(lambda self: "expiry" in self.invitation.timers())
    @rule()
    def time_is_over(self) -> None:
        self.events += self.invitation.expire()

    @rule()
    def customer_answers(self) -> None:
        try:
            self.events += answered(self.invitation, POOR)
        except Refused:
            assert self.invitation.state not in (State.DUE, State.INVITED)

    @invariant()
    def asked_once_and_ended_once(self) -> None:
        kinds = [type(event) for event in self.events]
        assert kinds.count(FollowUpDue) <= 1
        assert kinds.count(SurveyAnswered) + kinds.count(FollowUpAbandoned) <= 1
        assert kinds.count(LowScoreReported) == kinds.count(SurveyAnswered)

    @invariant()
    def an_ended_follow_up_waits_for_nothing(self) -> None:
        ended = self.invitation.state in (State.ANSWERED, State.WITHHELD, State.EXPIRED)
        assert (self.invitation.timers() == {}) is ended


TestAnyLife = AnyLife.TestCase
