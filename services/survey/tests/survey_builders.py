"""Deliveries, invitations and answers to test with."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chassis.facts import Fact
from chassis.testing import MemoryStore, a_fact, a_sealed, memory_unit
from contracts.headquarters import DealerRegistered, OpeningHours
from contracts.reception import FollowUpPreference, VehicleDelivered
from contracts.survey import FollowUpMethod
from contracts.values import Channel, Money, Person, Vehicle
from survey.consumers import headquarters, reception
from survey.domain.follow_up import FollowUpPolicy
from survey.domain.invitation import Invitation
from survey.domain.questionnaire import Questionnaire
from survey.questionnaires import newest
from survey.storage.invitations import INVITATIONS
from survey.usecases.ask_customer import AskCustomer, ask_customer

DELIVERED = datetime(2025, 6, 23, 9, 30, tzinfo=UTC)
"""17:30 in Shanghai."""
DUE = DELIVERED + timedelta(hours=24)
ZHANG = Person(person_id="person-1", name=a_sealed("Zhang Wei"), phone=a_sealed("+8613800000001"))
POLICY = FollowUpPolicy()
CSI: Questionnaire = newest("csi")
GOOD: dict[str, int | str] = {"overall": 9, "advisor": 10, "quality": 9, "on_time": "yes", "problem": "no"}
POOR: dict[str, int | str] = {
    "overall": 3,
    "advisor": 5,
    "quality": 2,
    "on_time": "late",
    "why": "work",
    "problem": "yes",
    "comment": "The noise is still there.",
}


def an_invitation(**changes: Any) -> Invitation:
    """Planned, for one day after the delivery."""
    given: dict[str, Any] = {
        "visit_id": "visit-1",
        "dealer_id": "SH001",
        "customer": ZHANG,
        "plate": "沪A12345",
        "model": "Corolla",
        "advisor": "anna",
        "delivered_at": DELIVERED,
        "due_at": DUE,
    }
    return Invitation(**(given | changes))


def an_asked_invitation(**changes: Any) -> Invitation:
    """Handed to the contact gate when it was due."""
    invitation = an_invitation(**changes)
    invitation.fall_due(CSI, POLICY, link=a_sealed("http://links/x"), at=DUE)
    return invitation


def answered(invitation: Invitation, answers: dict[str, int | str], *, at: datetime = DUE) -> list[Any]:
    """The events of an answer by link."""
    return invitation.answer(
        CSI, answers, comment=None, method=FollowUpMethod.MESSAGE, by="customer:visit-1", at=at, policy=POLICY
    )


def a_registration(**changes: Any) -> DealerRegistered:
    given = {
        "name": "Pudong Motors",
        "name_zh": "浦东汽车",
        "zone": "Asia/Shanghai",
        "currency": "CNY",
        "region": "east",
        "area": "shanghai",
        "opened_on": date(2012, 3, 1),
        "opening_hours": [OpeningHours(weekday=0, opens=time(8), closes=time(18))],
        "advisors": ("anna",),
    }
    return DealerRegistered.model_validate(given | changes)


def a_delivery(*, card: bool = False, channel: Channel | None = None, from_hour: int | None = None) -> VehicleDelivered:
    return VehicleDelivered(
        customer=ZHANG,
        vehicle=Vehicle(vin="LVGBH40K8FG123456", plate="沪A12345", model="Corolla"),
        advisor="anna",
        promised_at=DELIVERED,
        on_time=True,
        charged=Money.zero("CNY"),
        authorised_total=Money.zero("CNY"),
        follow_up=FollowUpPreference(channel=channel, from_hour=from_hour),
        opinion_card_filled=card,
    )


async def take(store: MemoryStore, handlers: Any, fact: Fact[Any]) -> None:
    """Applies one fact as the consumer does."""
    unit = memory_unit(fact.dealer_id, store=store, actor=fact.actor)
    await handlers[type(fact.event)](unit, fact)
    await unit.commit()


async def a_store_with_a_delivery(**delivery: Any) -> MemoryStore:
    """SH001 is known, and visit-1 was delivered there."""
    store = MemoryStore()
    await take(store, headquarters.HANDLERS, a_fact(a_registration(), visit_id=None))
    await take(store, reception.HANDLERS, a_fact(a_delivery(**delivery), at=DELIVERED))
    return store


async def a_store_with_an_asked_customer(**delivery: Any) -> MemoryStore:
    """The follow-up of visit-1 has fallen due."""
    store = await a_store_with_a_delivery(**delivery)
    unit = memory_unit(store=store, now=DUE, actor="timer:follow-up-due")
    await ask_customer(unit, AskCustomer("visit-1", POLICY, "http://survey/links/"))
    await unit.commit()
    return store


async def the_invitation(store: MemoryStore) -> Invitation:
    return await memory_unit(store=store).get(INVITATIONS, "visit-1")
