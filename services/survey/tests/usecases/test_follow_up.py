"""V1, V2, V4, V7: from the delivery to the answer, over the store."""

from datetime import timedelta

import pytest
from chassis.testing import TEST_LINKS, all_documents, memory_unit
from contracts.survey import FollowUpAbandoned, FollowUpDue, FollowUpMethod, LowScoreReported, SurveyAnswered
from survey.domain.errors import AlreadyAnswered, AnswersInvalid, NotAskedYet
from survey.domain.invitation import Invitation, State
from survey.projections.satisfaction import measured, satisfaction_of
from survey.storage.dealers import known_dealer
from survey.storage.invitations import INVITATIONS
from survey.usecases.answer_survey import AnswerSurvey, answer_survey
from survey.usecases.ask_customer import LINK_PURPOSE
from survey.usecases.expire_follow_up import expire_follow_up
from survey_builders import (
    DUE,
    GOOD,
    POLICY,
    POOR,
    a_store_with_a_delivery,
    a_store_with_an_asked_customer,
    the_invitation,
)


async def answer(store, answers, *, method=FollowUpMethod.MESSAGE) -> Invitation:
    unit = memory_unit(store=store, now=DUE + timedelta(hours=1), actor="customer:visit-1")
    invitation = await answer_survey(unit, AnswerSurvey("visit-1", answers, method, POLICY))
    await unit.commit()
    return invitation


async def test_the_sealed_link_opens_this_visits_survey_and_nothing_else() -> None:
    """V2, C15."""
    store = await a_store_with_an_asked_customer()
    due = store.events[-1].event
    assert isinstance(due, FollowUpDue)
    url = await store.sealing.open(due.link)
    assert url is not None
    assert url.startswith("http://survey/links/")
    claims = TEST_LINKS.verify(url.rpartition("/")[2], LINK_PURPOSE, DUE)
    assert (claims.dealer_id, claims.subject, claims.expires_at) == ("SH001", "visit-1", DUE + timedelta(days=14))


async def test_an_answer_and_its_low_score_are_announced_together() -> None:
    """V4."""
    store = await a_store_with_an_asked_customer()
    await answer(store, POOR)
    told, low = (fact.event for fact in store.events[-2:])
    assert isinstance(told, SurveyAnswered)
    assert isinstance(low, LowScoreReported)
    assert low.comment is not None
    assert await store.sealing.open(low.comment) == "The noise is still there."
    assert all(fact.visit_id == "visit-1" for fact in store.events)


async def test_the_same_answer_sent_twice_gives_the_first_result_and_announces_nothing() -> None:
    """V7."""
    store = await a_store_with_an_asked_customer()
    first = await answer(store, POOR)
    announced = len(store.events)
    again = await answer(store, POOR, method=FollowUpMethod.CALL)
    assert again.given == first.given
    assert len(store.events) == announced


@pytest.mark.parametrize("change", [{"overall": 4}, {"comment": "Other words."}, {"comment": ""}])
async def test_another_answer_is_refused_be_it_only_other_words(change) -> None:
    """V7."""
    store = await a_store_with_an_asked_customer()
    await answer(store, POOR)
    with pytest.raises(AlreadyAnswered):
        await answer(store, POOR | change)


async def test_an_answer_that_does_not_fit_leaves_nothing() -> None:
    """V2."""
    store = await a_store_with_an_asked_customer()
    with pytest.raises(AnswersInvalid):
        await answer(store, {"overall": 9})
    assert (await the_invitation(store)).state is State.DUE


async def test_an_answer_before_the_question_is_refused() -> None:
    """V1."""
    with pytest.raises(NotAskedYet):
        await answer(await a_store_with_a_delivery(), GOOD)


async def test_own_words_are_nowhere_in_plain_text() -> None:
    """C15."""
    store = await a_store_with_an_asked_customer()
    await answer(store, POOR)
    assert "noise" not in repr(store.documents)
    assert "noise" not in repr(store.announced)


async def test_a_follow_up_nobody_answered_is_abandoned_when_its_link_ends() -> None:
    """V7."""
    store = await a_store_with_an_asked_customer()
    unit = memory_unit(store=store, now=DUE + timedelta(days=14), actor="timer:expiry")
    await expire_follow_up(unit, "visit-1", DUE + timedelta(days=14))
    await unit.commit()
    assert store.events[-1].event == FollowUpAbandoned(invitation_id="visit-1", reason="expired")


async def test_satisfaction_counts_those_asked_on_days_of_the_dealers_calendar() -> None:
    """V3, B19."""
    store = await a_store_with_an_asked_customer()
    await answer(store, POOR)
    unit = memory_unit(store=store)
    dealer = await known_dealer(unit, "SH001")
    asked_on = DUE.astimezone(dealer.zone).date()
    found = await satisfaction_of(unit, dealer, asked_on, asked_on)
    assert (found.asked, found.answered, found.response_rate, found.mean_score) == (1, 1, 1, 21.1)
    assert (found.satisfied_rate, found.very_satisfied_rate) == (0, 0)
    before = asked_on - timedelta(days=1)
    assert (await satisfaction_of(unit, dealer, before, before)).response_rate is None


async def test_a_withheld_contact_lowers_no_response_rate() -> None:
    """V3, C4."""
    store = await a_store_with_an_asked_customer()
    invitation = await the_invitation(store)
    invitation.withhold(reason="complaint-open")
    found = measured([invitation, *all_documents(store, INVITATIONS)])
    assert (found.asked, found.withheld, found.response_rate) == (1, 1, 0)
