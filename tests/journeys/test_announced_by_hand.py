"""`sevenstep announce`: who is not part of the stack speaks by hand, and the services listen (B7, P6)."""

import asyncio
import json
from datetime import date, timedelta

import pytest
from contracts.envelope import Envelope
from dealership import Dealership, at
from network import Body, Network
from sevenstep.announce import Announcement, FactUnfit, NoSuchFact, SaidBySomebodyElse, announce

pytestmark = pytest.mark.journey

PADS = "04465-02220"


async def test_a_stock_that_is_not_there_speaks_by_hand(network: Network) -> None:
    """B7: short, the advisor is told at once; then it arrives, and nothing is late any more."""
    dealer = await Dealership(network).open()
    arrival = at(await network.free_day(), 10)
    visit = await dealer.book(dealer.customer(), arrival, parts=[{"number": PADS, "quantity": 2}])
    await network.quiet()

    missing = {"number": PADS, "missing": 2, "way": "ORDER", "eta": (arrival + timedelta(hours=1)).isoformat()}
    first = await by_hand(network, dealer, "parts.parts-short.v1", visit.id, {"items": [missing]})
    late = await late_parts(dealer, arrival.date())
    assert [(one["visit_id"], first.sequence) for one in late] == [(visit.id, 1)]

    second = await by_hand(network, dealer, "parts.parts-arrived.v1", visit.id, {"number": PADS, "quantity": 2})
    assert (second.sequence, await late_parts(dealer, arrival.date())) == (2, [])
    await network.nothing_lost()


async def test_what_is_no_fact_of_a_contract_is_not_announced(network: Network) -> None:
    """Neither an unknown type, nor a body that says something else, nor among the facts of a service that runs."""
    dealer = await Dealership(network).open()
    with pytest.raises(NoSuchFact, match=r"parts\.parts-short\.v1"):
        await by_hand(network, dealer, "parts.parts-lost.v1", "visit-1", {})
    with pytest.raises(FactUnfit, match=r"items.*libs/contracts/schemas/parts\.parts-short\.v1\.json"):
        await by_hand(network, dealer, "parts.parts-short.v1", "visit-1", {"items": 3})
    with pytest.raises(SaidBySomebodyElse, match="headquarters announces the facts of"):
        refused = {"request_id": "r1", "line_id": "L1", "reason": "none"}
        await by_hand(network, dealer, "headquarters.warranty-refused.v1", dealer.code, refused)


async def late_parts(dealer: Dealership, day: date) -> list[Body]:
    return (await dealer.get("booking", "/late-parts", day=day))["items"]


async def by_hand(network: Network, dealer: Dealership, type: str, key: str, body: Body) -> Envelope:
    told = Announcement(type, json.dumps(body), dealer.code, key)
    envelope = await asyncio.to_thread(announce, network.platform.description, told)
    await network.quiet()
    return envelope
