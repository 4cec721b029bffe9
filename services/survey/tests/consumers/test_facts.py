"""V1, C4, X5: what other services' facts make the survey do, early, late and twice."""

from datetime import timedelta

import pytest
from chassis.facts import NotYet
from chassis.testing import MemoryStore, a_fact, all_documents, memory_unit
from contracts.crm import ContactMade, ContactPostponed, ContactWithheld, Purpose
from contracts.headquarters import DealerChanged
from contracts.survey import FollowUpAbandoned, FollowUpMethod
from contracts.values import Channel
from survey.consumers import crm, headquarters, reception
from survey.domain.invitation import State
from survey.storage.dealers import DEALERS, dealers_in
from survey.storage.invitations import INVITATIONS
from survey_builders import (
    DELIVERED,
    DUE,
    a_delivery,
    a_registration,
    a_store_with_a_delivery,
    a_store_with_an_asked_customer,
    take,
    the_invitation,
)


def made(purpose: Purpose = Purpose.SURVEY) -> ContactMade:
    return ContactMade(
        contact_id="contact-1", person_id="person-1", purpose=purpose, channel=Channel.WECHAT, cause="event-1"
    )


async def test_a_delivery_plans_a_follow_up_at_the_dealers_time() -> None:
    """V1."""
    invitation = await the_invitation(await a_store_with_a_delivery())
    assert (invitation.state, invitation.due_at) == (State.PLANNED, DUE)


async def test_a_delivery_with_a_filled_opinion_card_plans_none() -> None:
    """V1: not twice for one visit."""
    assert all_documents(await a_store_with_a_delivery(card=True), INVITATIONS) == []


async def test_the_customers_channel_and_hour_are_kept_for_the_gate() -> None:
    """V1, R7."""
    store = await a_store_with_an_asked_customer(channel=Channel.PHONE, from_hour=19)
    invitation = await the_invitation(store)
    assert invitation.due_at == DUE + timedelta(hours=1, minutes=30)
    assert (invitation.method, invitation.preferred_channel) == (FollowUpMethod.CALL, Channel.PHONE)


async def test_a_delivery_waits_for_its_dealer() -> None:
    """X5."""
    with pytest.raises(NotYet) as waiting:
        await take(MemoryStore(), reception.HANDLERS, a_fact(a_delivery(), at=DELIVERED))
    assert waiting.value.waits_for == "dealer/SH001"


async def test_a_delivery_told_twice_plans_one_follow_up() -> None:
    """X5."""
    store = await a_store_with_an_asked_customer()
    await take(store, reception.HANDLERS, a_fact(a_delivery(), at=DELIVERED + timedelta(hours=9)))
    (invitation,) = all_documents(store, INVITATIONS)
    assert (invitation.due_at, invitation.state) == (DUE, State.DUE)


async def test_a_changed_dealer_decides_later_follow_ups_only() -> None:
    """H1, V1."""
    store = await a_store_with_a_delivery()
    changed = DealerChanged(**a_registration(follow_up_hours_after=72).model_dump(), effective_from=DELIVERED)
    await take(store, headquarters.HANDLERS, a_fact(changed, visit_id=None, sequence=2))
    (dealer,) = all_documents(store, DEALERS)
    assert dealer.follow_up_hours_after == 72
    assert (await the_invitation(store)).due_at == DUE


async def test_an_area_manager_reaches_the_dealers_of_his_area() -> None:
    """X1: as headquarters told them last; other words reach nobody."""
    store = await a_store_with_a_delivery()
    unit = memory_unit(store=store)
    assert await dealers_in(unit, "area", "shanghai") == {"SH001"}
    assert await dealers_in(unit, "area", "beijing") == await dealers_in(unit, "group", "") == set()
    changed = DealerChanged(**a_registration(area="beijing", group="wu").model_dump(), effective_from=DELIVERED)
    await take(store, headquarters.HANDLERS, a_fact(changed, visit_id=None, sequence=2))
    moved = memory_unit(store=store)
    assert await dealers_in(moved, "area", "shanghai") == await dealers_in(moved, "name", "Pudong Motors") == set()
    assert await dealers_in(moved, "group", "wu") == {"SH001"}


async def test_a_contact_made_marks_the_customer_as_invited() -> None:
    """C4."""
    store = await a_store_with_an_asked_customer()
    await take(store, crm.HANDLERS, a_fact(made(), at=DUE))
    invitation = await the_invitation(store)
    assert (invitation.state, invitation.contact_channel) == (State.INVITED, Channel.WECHAT)


async def test_contacts_for_other_purposes_are_none_of_the_surveys_business() -> None:
    """C4."""
    store = await a_store_with_an_asked_customer()
    await take(store, crm.HANDLERS, a_fact(made(Purpose.READY_NOTICE), at=DUE))
    await take(store, crm.HANDLERS, a_fact(made(Purpose.CARE), visit_id=None, key="person-1"))
    assert (await the_invitation(store)).state is State.DUE


async def test_a_contact_told_before_its_delivery_waits_for_it() -> None:
    """X5."""
    with pytest.raises(NotYet) as waiting:
        await crm.HANDLERS[ContactMade](memory_unit(), a_fact(made()))
    assert waiting.value.waits_for == "invitation/visit-1"


async def test_a_postponed_contact_is_noted_and_goes_on() -> None:
    """C4."""
    store = await a_store_with_an_asked_customer()
    later = DUE + timedelta(hours=12)
    postponed = ContactPostponed(
        person_id="person-1", purpose=Purpose.SURVEY, cause="event-1", until=later, reason="quiet-hours"
    )
    await take(store, crm.HANDLERS, a_fact(postponed, at=DUE))
    invitation = await the_invitation(store)
    assert (invitation.state, invitation.postponed_until) == (State.DUE, later)


async def test_a_withheld_contact_abandons_the_follow_up() -> None:
    """C4, V4: an open complaint holds back the survey."""
    store = await a_store_with_an_asked_customer()
    withheld = ContactWithheld(person_id="person-1", purpose=Purpose.SURVEY, cause="event-1", reason="complaint-open")
    await take(store, crm.HANDLERS, a_fact(withheld, at=DUE))
    assert (await the_invitation(store)).state is State.WITHHELD
    assert store.events[-1].event == FollowUpAbandoned(invitation_id="visit-1", reason="complaint-open")
