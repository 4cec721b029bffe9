"""A dealer's whole data as NDJSON (X3)."""

import json

from booking.storage.documents import ALL
from booking_desk import DeskClient
from chassis.testing_http import client_of


async def exported(app, bearer, dealer="/dealers/SH001"):
    async with client_of(app) as http:
        answer = await DeskClient(http, bearer, dealer).get("/export")
    return answer, [json.loads(line) for line in answer.text.splitlines()]


async def test_everything_of_the_dealer_is_exported_and_the_end_says_how_much(desk, app, issuer, runtime):
    """X3, B4: what is kept sealed is opened for the dealer; the machinery's own fields stay here."""
    await desk.plan()
    visit = (await desk.book("09:00")).json()["visit_id"]
    answer, lines = await exported(app, issuer.bearer("manager"))
    assert answer.headers["content-type"] == "application/x-ndjson"
    *found, end = lines
    kept = sum(len(runtime.store.documents.get(documents.name, {})) for documents in ALL)
    assert (end["kind"], end["documents"], len(found)) == ("end", kept, kept)
    (appointment,) = [line for line in found if line["kind"] == "appointment"]
    assert appointment["id"] == visit
    assert appointment["state"]["details"]["customer"]["name"] == "Jones"
    assert [name for line in found for name in line["state"] if name.startswith("_")] == []


async def test_an_erased_person_is_exported_without_name(desk, app, issuer, runtime):
    """C15."""
    await desk.plan()
    visit = (await desk.book("09:00")).json()["visit_id"]
    shown = (await desk.get(f"/appointments/{visit}")).json()
    runtime.store.sealing.erased.add(shown["customer"]["person_id"])
    _, lines = await exported(app, issuer.bearer("manager"))
    (appointment,) = [line for line in lines if line["kind"] == "appointment"]
    assert appointment["state"]["details"]["customer"]["name"] is None


async def test_only_the_dealers_own_manager_gets_it(desk, app, issuer):
    """X1."""
    await desk.plan()
    answer, _ = await exported(app, issuer.bearer("advisor"))
    assert answer.status_code == 403
    answer, _ = await exported(app, issuer.bearer("manager", dealers=("BE001",)))
    assert answer.status_code == 404
    answer, lines = await exported(app, issuer.bearer("manager", dealers=("BE001",)), "/dealers/BE001")
    assert [line["kind"] for line in lines] == ["end"]
