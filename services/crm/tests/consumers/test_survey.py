"""What customer relations makes of survey's facts: follow-ups and complaints (C4, C5, V1, V4)."""

import pytest
from contracts import survey
from contracts.crm import (
    ComplaintEscalated,
    ComplaintOpened,
    ComplaintOrigin,
    ContactWithheld,
    Purpose,
    Topic,
)
from crm.domain.contact import ContactState
from crm_builders import (
    LATER,
    LINK,
    REMINDER,
    a_store,
    announced,
    authorisation_requested,
    contacts,
    follow_up_due,
    hear,
    low_score,
)


@pytest.mark.parametrize(
    ("method", "state"), [("MESSAGE", ContactState.SENDING), ("CALL", ContactState.TASK)], ids=["message", "call"]
)
async def test_a_follow_up_goes_out_as_a_message_or_becomes_a_call_task(method: str, state: ContactState) -> None:
    """V1."""
    store = await a_store()
    await hear(store, follow_up_due(LATER, method))
    (contact,) = contacts(store)
    assert (contact.purpose, contact.state, contact.link) == (Purpose.SURVEY, state, LINK)


async def test_a_follow_up_that_was_given_up_asks_nobody() -> None:
    """V7."""
    store = await a_store()
    await hear(store, follow_up_due(LATER, "CALL"))
    await hear(store, survey.FollowUpAbandoned(invitation_id="visit-1", reason="expired"))
    assert contacts(store)[0].state is ContactState.WITHHELD


async def test_a_low_score_becomes_a_complaint_once_for_an_invitation() -> None:
    """V4, C5."""
    store = await a_store()
    await hear(store, low_score("the brakes still squeak"))
    await hear(store, low_score("the brakes still squeak"))
    (opened,) = announced(store, ComplaintOpened)
    assert (opened.case_id, opened.origin, opened.about_visit, opened.handler) == (
        "low-score-visit-1",
        ComplaintOrigin.LOW_SCORE,
        "visit-1",
        "cr-manager",
    )
    assert "brakes" not in str(store.documents["complaints"])


async def test_a_low_score_whose_comment_names_the_media_escalates() -> None:
    """C5."""
    store = await a_store()
    await hear(store, low_score("我要找媒体曝光"))
    assert announced(store, ComplaintEscalated) == [ComplaintEscalated(case_id="low-score-visit-1", reasons=("MEDIA",))]


async def test_a_low_score_holds_back_reminder_and_survey() -> None:
    """C4, C5, V4."""
    store = await a_store()
    await hear(store, low_score())
    await hear(store, REMINDER, visit_id="visit-2")
    await hear(store, follow_up_due(LATER), visit_id="visit-2")
    assert {contact.state for contact in contacts(store)} == {ContactState.WITHHELD}
    assert [fact.purpose for fact in announced(store, ContactWithheld)] == [Purpose.REMINDER, Purpose.SURVEY]


async def test_the_running_visit_goes_on_in_spite_of_a_complaint() -> None:
    """C4, R12."""
    store = await a_store()
    await hear(store, low_score())
    await hear(store, authorisation_requested(LATER), visit_id="visit-2")
    (contact,) = contacts(store)
    assert (contact.state, contact.avoid_topics) == (ContactState.SENDING, [Topic.COMPLAINT_SUBJECT])
