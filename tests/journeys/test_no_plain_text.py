"""What identifies a person is found nowhere in plain text (C15)."""

import asyncio
from collections.abc import Iterable

import pytest
from hiding_places import documents, files, identifying
from network import SERVICES, Network
from topics import everything
from visit import Visit

pytestmark = pytest.mark.journey


async def test_no_personal_value_is_found_in_plain_text(network: Network, disappointed: Visit) -> None:
    """C15: name, phone and own words; in documents and their history, in topics, in files and logs.

    Each place is searched for the visit's id too, and logs for the clock's moves: where that is not found, it was not
    searched properly.
    """
    await _asked_and_refused(network, disappointed)
    stack = network.platform.description
    assert await asyncio.to_thread(_searched, documents(stack), disappointed) >= {"local.oplog.rs", "crm.contacts"}

    topics = {f"{service}.events" for service in SERVICES}
    told = [(one.topic, repr(one).encode()) for one in await everything(stack, topics)]
    assert _searched(told, disappointed) == topics - {"headquarters.events"}

    places = {where.partition("/")[0] for where in await asyncio.to_thread(_searched, files(stack), disappointed)}
    assert places == ({"logs", "mongo", "kafka"} if stack.kind == "native" else {"logs"})


async def test_no_personal_value_is_found_in_traces_and_metrics(network: Network, disappointed: Visit) -> None:
    """C15: also of calls that were about the phone, and of calls that were refused."""
    await _asked_and_refused(network, disappointed)
    customer = disappointed.customer
    sought = [*identifying(customer), customer.vin.encode(), customer.plate.encode()]
    bridge = network.platform.description.otlp
    for tag in ("http.request.method:GET", "http.request.method:POST", f"sevenstep.dealer:{disappointed.dealer.code}"):
        traces = (await network.http.get(f"{bridge}/traces", params={"tag": tag})).content
        assert b"timestamp" in traces
        assert not [secret for secret in sought if secret in traces], tag
    for service in SERVICES:
        for url in network.platform.urls(service):
            metrics = (await network.http.get(f"{url}/metrics")).content
            assert b"sevenstep" in metrics
            assert not [secret for secret in sought if secret in metrics], url


async def _asked_and_refused(network: Network, visit: Visit) -> None:
    """Calls in which the values stand in the address, and in bodies that are refused for something else."""
    dealer, customer = visit.dealer, visit.customer
    found = await dealer.get("crm", "/customers", role="agent", phone=customer.phone)
    assert [one["name"] for one in found["items"]] == [customer.name]
    broken = dealer.confirmation(customer) | {"nature": "NO_SUCH", "comment": customer.words}
    refused = await dealer.ask("booking", "POST", f"/appointments/{visit.id}/confirmation", body=broken)
    assert refused.status == 422
    walk_in = {"customer": customer.person | {"name": customer.name * 20}, "vehicle": customer.vehicle, "intent": "X"}
    assert (await dealer.ask("reception", "POST", "/arrivals", body=walk_in)).status == 422
    await asyncio.sleep(1.5)  # processes send their spans once a second


def _searched(place: Iterable[tuple[str, bytes]], visit: Visit) -> set[str]:
    """Where the visit's id or a move of the clock stands; fails where a personal value does."""
    wheres = set()
    for where, content in place:
        assert not [secret for secret in identifying(visit.customer) if secret in content], where
        if visit.id.encode() in content or b"clock-moved" in content:
            wheres.add(where)
    return wheres
