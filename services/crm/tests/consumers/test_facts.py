"""What customer relations makes of other services' facts (B9, B10, C1-C5, R12, V1, V4)."""

from datetime import timedelta
from typing import Any

import pytest
from chassis.facts import NotYet
from chassis.testing import MemoryStore, a_sealed, all_documents, memory_unit
from contracts import booking, reception, survey
from contracts.crm import (
    ComplaintEscalated,
    ComplaintOpened,
    ComplaintOrigin,
    ContactWithheld,
    CustomerChanged,
    CustomerRegistered,
    Purpose,
    Topic,
    VehicleLinked,
)
from contracts.event import Event
from contracts.headquarters import DealerChanged
from contracts.reception import FollowUpPreference, VehicleArrived
from contracts.values import Channel, Party
from crm.domain.contact import Contact, ContactState
from crm.projections.history import HISTORY, Kind
from crm.storage.complaints import COMPLAINTS
from crm.storage.contacts import CONTACTS
from crm.storage.customers import CUSTOMERS
from crm.storage.dealers import DEALERS
from crm_builders import (
    CAMRY,
    COROLLA,
    LINK,
    NIGHT,
    TEN,
    ZHANG,
    a_store,
    authorisation_requested,
    confirmed,
    follow_up_due,
    hear,
    low_score,
    order_opened,
    registered,
)

LATER = TEN + timedelta(hours=8)
REMINDER = booking.ReminderDue(arrival=LATER, person_id=ZHANG.person_id)
MISSED = booking.AppointmentMissed(arrival=TEN, person_id=ZHANG.person_id)
ARRIVED = VehicleArrived(booked=True, intent=reception.Intent.MAINTENANCE, customer=ZHANG, vehicle=COROLLA)


def contacts(store: MemoryStore, purpose: Purpose | None = None) -> list[Contact]:
    return [one for one in all_documents(store, CONTACTS) if purpose in (None, one.purpose)]


def announced(store: MemoryStore, kind: type[Event]) -> list[Any]:
    return [event for event in store.announced_events() if isinstance(event, kind)]


# --- customers ---


async def test_a_customer_is_registered_once_whoever_meets_him_first() -> None:
    """C1."""
    store = await a_store()
    await hear(store, ARRIVED)
    await hear(store, order_opened())
    assert len(announced(store, CustomerRegistered)) == 1
    assert announced(store, VehicleLinked) == []


async def test_a_walk_in_without_customer_data_gets_known_with_his_repair_order() -> None:
    """R1, R2."""
    store = await a_store(with_customer=False)
    await hear(store, ARRIVED.model_copy(update={"customer": None}))
    assert announced(store, CustomerRegistered) == []
    await hear(store, order_opened())
    assert len(announced(store, CustomerRegistered)) == 1


async def test_another_vehicle_is_linked_and_another_name_is_news() -> None:
    """C1, B4."""
    store = await a_store()
    renamed = ZHANG.model_copy(update={"name": a_sealed("Zhang Weiming", ZHANG.person_id)})
    await hear(store, order_opened(customer=renamed, vehicle=CAMRY), now=LATER)
    assert announced(store, VehicleLinked) == [VehicleLinked(person_id=ZHANG.person_id, vehicle=CAMRY)]
    (changed,) = announced(store, CustomerChanged)
    assert changed.changed == ("name",)


async def test_the_same_name_sealed_anew_is_no_news() -> None:
    """C1: every service seals for itself, so ciphertexts differ."""
    store = await a_store()
    resealed = ZHANG.model_copy(
        update={"name": ZHANG.name.model_copy(update={"ciphertext": "WmhhbmcgV2Vp\n"})},
    )
    await hear(store, order_opened(customer=resealed), now=LATER)
    assert announced(store, CustomerChanged) == []


async def test_the_channel_named_for_the_follow_up_is_used_from_then_on() -> None:
    """R7, C4."""
    store = await a_store()
    await hear(store, order_opened(follow_up=FollowUpPreference(channel=Channel.WECHAT)))
    await hear(store, REMINDER)
    assert contacts(store)[0].channel is Channel.WECHAT


# --- contacts ---


async def test_a_reminder_becomes_a_message_that_is_useless_after_the_arrival() -> None:
    """B9."""
    store = await a_store()
    fact = await hear(store, REMINDER)
    (contact,) = contacts(store)
    assert (contact.contact_id, contact.purpose, contact.state) == (fact.id, Purpose.REMINDER, ContactState.SENDING)
    assert contact.useful_until == LATER


async def test_a_no_show_becomes_a_call_task_which_its_withdrawal_ends() -> None:
    """B10."""
    store = await a_store()
    await hear(store, MISSED)
    assert contacts(store)[0].state is ContactState.TASK
    await hear(store, booking.NoShowWithdrawn(arrived_at=TEN))
    assert contacts(store)[0].state is ContactState.WITHHELD


@pytest.mark.parametrize(
    "over",
    [
        booking.AppointmentCancelled(arrival=LATER, by=Party.CUSTOMER),
        booking.AppointmentRescheduled(
            previous_arrival=LATER,
            arrival=LATER + timedelta(days=1),
            work_class=confirmed().work_class,
            hours=confirmed().hours,
            advisor="anna",
            by=Party.CUSTOMER,
        ),
    ],
    ids=["cancelled", "moved"],
)
async def test_a_reminder_that_waits_is_dropped_with_its_appointment(over: Event) -> None:
    """B9, B11."""
    store = await a_store(now=NIGHT)
    await hear(store, REMINDER, now=NIGHT)
    assert contacts(store)[0].state is ContactState.POSTPONED
    await hear(store, over, now=NIGHT)
    assert contacts(store)[0].state is ContactState.WITHHELD


async def test_a_cancelled_hold_has_no_customer_and_no_history() -> None:
    """B15."""
    store = await a_store()
    before = len(all_documents(store, HISTORY))
    cancelled = booking.AppointmentCancelled(arrival=LATER, by=Party.CUSTOMER)
    await hear(store, cancelled, visit_id="visit-held")
    assert len(all_documents(store, HISTORY)) == before


async def test_an_authorisation_request_goes_out_with_its_sealed_link() -> None:
    """R12."""
    store = await a_store()
    await hear(store, order_opened())
    await hear(store, authorisation_requested(LATER))
    (contact,) = contacts(store)
    assert (contact.purpose, contact.link, contact.about["amount"]) == (Purpose.AUTHORISATION, LINK, "1234.50 CNY")


async def test_an_authorisation_request_that_waits_ends_when_the_customer_decides_at_the_counter() -> None:
    """R12."""
    store = await a_store(now=NIGHT)
    await hear(store, authorisation_requested(LATER), now=NIGHT)
    await hear(store, reception.LinesDeclined(version=1, supplement=False, lines=("1",)), now=NIGHT)
    assert contacts(store)[0].state is ContactState.WITHHELD


async def test_a_new_promised_time_is_told_without_asking() -> None:
    """R11, R15."""
    store = await a_store()
    moved = reception.PromisedTimeChanged(previous=TEN, promised_at=LATER, reason="parts", person_id=ZHANG.person_id)
    await hear(store, moved)
    assert contacts(store)[0].purpose is Purpose.PROGRESS


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


async def test_a_fact_that_comes_twice_asks_for_one_contact() -> None:
    """C4: one cause, one contact."""
    store = await a_store()
    await hear(store, REMINDER, id="fact-7")
    await hear(store, REMINDER, id="fact-7")
    assert len(contacts(store)) == 1


# --- complaints ---


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


# --- facts that come too early ---

EARLY = [REMINDER, MISSED, authorisation_requested(LATER), follow_up_due(LATER), low_score()]


@pytest.mark.parametrize("event", EARLY, ids=lambda event: event.wire_type)
async def test_a_fact_about_an_unknown_customer_waits_for_him(event: Event) -> None:
    """The fact that brings him may come later, over another topic."""
    store = await a_store(with_customer=False)
    with pytest.raises(NotYet) as early:
        await hear(store, event)
    assert early.value.waits_for == f"{CUSTOMERS.aggregate}/{ZHANG.person_id}"
    await hear(store, order_opened())
    await hear(store, event)
    assert len(contacts(store)) + len(all_documents(store, COMPLAINTS)) == 1


@pytest.mark.parametrize("event", EARLY, ids=lambda event: event.wire_type)
async def test_a_fact_of_an_unknown_dealer_waits_for_headquarters(event: Event) -> None:
    """H1."""
    store = MemoryStore()
    await hear(store, confirmed())
    with pytest.raises(NotYet) as early:
        await hear(store, event)
    assert early.value.waits_for == f"{DEALERS.aggregate}/SH001"


async def test_news_of_booking_that_come_late_do_not_undo_what_reception_saw() -> None:
    """R15: topics have no order among each other."""
    store = await a_store(with_customer=False, now=NIGHT)
    await hear(store, order_opened(waiting=True), now=NIGHT)
    await hear(store, confirmed(), now=NIGHT)
    await hear(store, authorisation_requested(LATER), now=NIGHT)
    assert contacts(store)[0].state is ContactState.SENDING


# --- dealers and history ---


async def test_the_newest_registration_of_a_dealer_counts_in_any_order() -> None:
    """H1."""
    store = MemoryStore()
    changed = DealerChanged(**registered().model_dump() | {"name": "New Name", "effective_from": TEN})
    await hear(store, changed, now=LATER)
    await hear(store, registered(), now=TEN)
    assert (await memory_unit(store=store).get(DEALERS, "SH001")).name == "New Name"


async def test_the_history_has_one_row_for_each_fact() -> None:
    """C3."""
    store = await a_store()
    await hear(store, ARRIVED)
    await hear(store, MISSED)
    await hear(store, low_score(invitation_id="visit-1"))
    kinds = sorted(row.kind for row in all_documents(store, HISTORY))
    assert kinds == sorted([Kind.BOOKING, Kind.VISIT, Kind.BOOKING, Kind.CALL, Kind.COMPLAINT])
