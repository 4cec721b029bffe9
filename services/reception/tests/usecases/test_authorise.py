"""Authorisation on site, by link, and of supplements; delivery (R12, R14, R16)."""

from datetime import timedelta

import pytest
from chassis.testing import TEST_LINKS
from contracts.reception import (
    AuthorisationRequested,
    AuthorisedHow,
    DelayForeseen,
    EstimateAuthorised,
    VehicleDelivered,
)
from contracts.workshop import JobCarriedOver
from reception.domain import errors_estimate
from reception.domain.authorisation import DeclineReason
from reception.domain.evidence import is_unbroken, text_hash
from reception.domain.shown_text import shown_text
from reception.usecases.authorise_on_site import AuthoriseOnSite, Signer, authorise_on_site
from reception.usecases.decide_by_link import DecideByLink, decide_by_link
from reception.usecases.issue_supplement import IssueSupplement, issue_supplement
from reception.usecases.known import say_to
from reception.usecases.request_authorisation import PURPOSE, RequestAuthorisation, request_authorisation
from reception_builders import POLICY, a_dealer, a_draft, yuan
from reception_counter import TheCounter


@pytest.fixture
async def counter() -> TheCounter:
    """An estimate of two lines, 350 yuan each, waits for the customer."""
    counter = TheCounter()
    await counter.opens()
    await counter.books()
    await counter.receives()
    await counter.checks_in(lines=(a_draft(), a_draft()))
    await counter.estimates()
    return counter


async def _asks_by_link(counter: TheCounter, version: int = 1):
    command = RequestAuthorisation("SH001", "visit-1", version, "http://reception")
    await counter.do(lambda unit: request_authorisation(unit, command, POLICY))
    return counter.announced(AuthorisationRequested)[-1]


async def test_the_customer_gets_a_sealed_link_that_expires_by_business_time(counter: TheCounter):
    """R12."""
    asked = await _asks_by_link(counter)
    link = await counter.store.sealing.open(asked.link)
    claims = TEST_LINKS.verify(link.removeprefix("http://reception/links/"), PURPOSE, counter.now)
    assert (claims.dealer_id, claims.subject, claims.extra) == ("SH001", "visit-1", {"version": "1"})
    assert claims.expires_at == asked.expires_at == counter.now + timedelta(hours=POLICY.link_hours)
    assert asked.amount == yuan(700)


async def test_a_decision_by_link_is_kept_with_the_text_that_was_shown(counter: TheCounter):
    """R12: who, when, how, which version, which amount."""
    await _asks_by_link(counter)
    shown = text_hash((await counter.order()).agreement.evidence[-1].text)
    command = DecideByLink("SH001", "visit-1", 1, ("L1",), {"L2": DeclineReason.LATER}, shown)
    order = await counter.do(lambda unit: decide_by_link(unit, command))
    _, requested, decided = order.agreement.evidence
    text = shown_text(order.agreement.estimate(1), a_dealer(), order.vehicle.plate, say_to(a_dealer()))
    assert requested.text == decided.text == text and decided.text_sha256 == text_hash(text)
    assert (decided.how, decided.amount, decided.person_id) == ("LINK", 350_00, "person-1")
    assert counter.announced(EstimateAuthorised)[0].how is AuthorisedHow.LINK


async def test_a_link_decides_once(counter: TheCounter):
    """R12: also when somebody decided at the counter meanwhile."""
    await _asks_by_link(counter)
    shown = text_hash((await counter.order()).agreement.evidence[-1].text)
    await counter.authorises("L1", "L2")
    command = DecideByLink("SH001", "visit-1", 1, ("L1", "L2"), {}, shown)
    with pytest.raises(errors_estimate.EstimateDecided):
        await counter.do(lambda unit: decide_by_link(unit, command))


async def test_the_evidence_chain_is_whole_after_the_store(counter: TheCounter):
    """R12: as read back, not only as written."""
    await _asks_by_link(counter)
    await counter.authorises("L1", "L2")
    chain = (await counter.order()).agreement.evidence
    assert len(chain) == 3 and is_unbroken(chain)


async def test_another_person_may_sign_for_the_customer(counter: TheCounter):
    """R12: his pseudonym is the evidence, his name is sealed with his own key."""
    command = AuthoriseOnSite(
        "SH001", "visit-1", 1, ("L1", "L2"), {}, "signature-2", Signer("Wang Fang", "13900139000")
    )
    order = await counter.do(lambda unit: authorise_on_site(unit, command))
    (decision,) = order.agreement.decisions
    assert decision.person_id != "person-1" and decision.signed_name is not None
    assert "Wang Fang" not in str(counter.store.documents)
    assert await counter.store.sealing.open(decision.signed_name) == "Wang Fang"


async def test_a_supplement_for_a_finding_is_authorised_like_the_first_estimate(counter: TheCounter):
    """R14."""
    await counter.authorises("L1", "L2")
    await counter.finds_more()
    command = IssueSupplement("visit-1", "finding-1", (a_draft(100, 0),), 10)
    await counter.do(lambda unit: issue_supplement(unit, command, POLICY))
    await counter.authorises("L3", version=2)
    told = counter.announced(EstimateAuthorised)[-1]
    assert told.supplement and told.finding_id == "finding-1"
    assert (told.amount, told.authorised_total) == (yuan(110), yuan(810))


async def test_more_work_that_was_accepted_endangers_the_promise_and_the_customer_hears_it(counter: TheCounter):
    """R14, R15: once, also when the job stays overnight for it."""
    await counter.authorises("L1", "L2")
    await counter.finds_more()
    command = IssueSupplement("visit-1", "finding-1", (a_draft(100, 0),), 0)
    await counter.do(lambda unit: issue_supplement(unit, command, POLICY))
    assert counter.announced(DelayForeseen) == []
    order = await counter.authorises("L3", version=2)
    today = counter.now.date()
    over = JobCarriedOver(from_day=today, to_day=today + timedelta(days=1), remaining=(), reason="MORE_WORK")
    await counter.hears(over)
    told = DelayForeseen(promised_at=order.promised_at, reason="MORE_WORK", person_id=order.customer.person_id)
    assert counter.announced(DelayForeseen) == [told]


async def test_the_delivery_charges_what_was_done_within_the_ceiling(counter: TheCounter):
    """R16, R12."""
    await counter.authorises("L1", "L2")
    counter.later(hours=2)
    await counter.works("L1", "L2")
    await counter.delivers()
    (delivered,) = counter.announced(VehicleDelivered)
    assert delivered.charged == delivered.authorised_total == yuan(700)
    assert delivered.on_time
