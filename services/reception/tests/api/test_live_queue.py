"""The queue as a live view (R1)."""

from chassis.testing_live import Watcher
from reception_door import ISSUER, WALK_IN, Door


async def test_the_queue_shows_who_comes_and_who_was_greeted():
    """R1: as it happens."""
    door = Door()
    await door.others.opens()
    app = door.client._transport.app
    async with Watcher(app, "/dealers/SH001/queue", ISSUER.bearer("advisor")) as queue:
        assert (await queue.state())["items"] == []
        visit = (await door.post("/arrivals", WALK_IN)).json()["visit_id"]
        assert [row["plate"] for row in (await queue.state())["items"]] == ["沪A12345"]
        await door.post(f"/visits/{visit}/greeting", {"advisor": "bo"})
        assert (await queue.state())["items"] == []


async def test_another_dealers_queue_cannot_be_watched():
    """X1."""
    door = Door()
    await door.others.opens()
    app = door.client._transport.app
    async with Watcher(app, "/dealers/SH001/queue", ISSUER.bearer("advisor", dealers=("BE001",))) as queue:
        assert queue.status == 404
