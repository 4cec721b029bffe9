"""A dealer's whole data as NDJSON (X3)."""

import json

from reception_door import WALK_IN, Door


async def test_visits_are_exported_with_their_customers_and_the_end_says_how_much():
    """X3, R2: sealed values are opened; a list that was cut off has no end."""
    door = Door()
    await door.others.opens()
    visit = (await door.post("/arrivals", WALK_IN)).json()["visit_id"]
    answer = await door.get("/export", role="manager")
    *found, end = [json.loads(line) for line in answer.text.splitlines()]
    (shown,) = [line for line in found if line["kind"] == "visit"]
    assert (shown["id"], shown["state"]["customer"]["name"]) == (visit, "Li Wei")
    assert (end["kind"], end["documents"]) == ("end", len(found))
    assert (await door.get("/export", role="advisor")).status_code == 403
