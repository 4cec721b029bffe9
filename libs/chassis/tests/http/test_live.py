"""Live views: a route's JSON now, and again whenever it has changed; checked like the route, bounded, soon ended."""

import asyncio

import chassis.live
import pytest
from chassis.live import Live, end_all
from chassis.testing_live import Watcher

NOTE = "/dealers/SH001/notes"


@pytest.fixture
def bearer(issuer):
    return issuer.bearer("advisor")


@pytest.fixture
async def note(client, bearer):
    """A note of one word, and a way to add another."""
    written = await client.post(NOTE, json={"word": "one"}, headers=bearer | {"Idempotency-Key": "k"})
    id, sent = written.json()["id"], 0

    async def add(dealer: str = "SH001", of: str = id) -> None:
        nonlocal sent
        sent += 1
        path = f"/dealers/{dealer}/notes/{of}/words"
        await client.post(path, json={"word": f"w{sent}"}, headers=bearer | {"Idempotency-Key": f"w{sent}"})

    add.id = id  # type: ignore[attr-defined]
    return add


@pytest.fixture
def hub(app):
    """The part of the application that keeps the views."""
    layer = app.build_middleware_stack()
    app.middleware_stack = layer
    while not isinstance(layer, Live):
        layer = layer.app
    return layer


def watch(app, note, headers, **more):
    return Watcher(app, f"{NOTE}/{note.id}", headers, **more)


async def test_the_state_is_told_at_once_and_again_when_it_has_changed(app, note, bearer):
    """B8."""
    async with watch(app, note, bearer) as view:
        assert (view.status, view.headers["content-type"]) == (200, "text/event-stream")
        assert view.headers["cache-control"] == "no-store"
        assert (await view.state())["words"] == 1
        await note()
        assert (await view.state())["words"] == 2


async def test_without_the_header_it_is_the_plain_route(app, note, bearer, client):
    answer = await client.get(f"{NOTE}/{note.id}", headers=bearer)
    assert (answer.headers["content-type"], answer.json()["words"]) == ("application/json", 1)


@pytest.mark.parametrize(("role", "dealer", "status"), [("advisor", "SH002", 404), ("cashier", "SH001", 403)])
async def test_whoever_may_not_read_the_route_may_not_watch_it(app, note, issuer, hub, role, dealer, status):
    """X1: the same refusal as for the JSON, and nothing stays open."""
    async with watch(app, note, issuer.bearer(role, dealers=(dealer,))) as view:
        assert view.status == status
        assert view.headers["content-type"] == "application/problem+json"
    assert (hub.streams, hub._listening) == (0, None)


async def test_who_comes_back_with_what_he_knows_is_told_nothing_again(app, note, bearer):
    """B8: the id of a state is made of the state, so any process knows it."""
    async with watch(app, note, bearer) as view:
        await view.state()
    async with watch(app, note, bearer | {"Last-Event-ID": view.last_id}) as again:
        assert (await again.part()).startswith("retry: ")
        assert await again.part() == ": still so\n\n"
        await note()
        assert (await again.state())["words"] == 2


async def test_callers_of_one_address_share_one_look(app, note, bearer, hub, monkeypatch):
    asked = 0
    look = hub._asked

    async def counted(scope):
        nonlocal asked
        asked += 1
        return await look(scope)

    async with watch(app, note, bearer) as one, watch(app, note, bearer) as two, watch(app, note, bearer) as three:
        for view in (one, two, three):
            await view.state()
        await asyncio.sleep(0.3)  # the look that each new view begins with
        monkeypatch.setattr(hub, "_asked", counted)
        await note()
        assert [(await view.state())["words"] for view in (one, two, three)] == [2, 2, 2]
    assert asked == 1


async def test_news_of_another_dealer_ring_nobody(app, note, bearer, hub):
    """X1."""
    async with watch(app, note, bearer) as view:
        await view.state()
        (kept,) = hub._views.values()
        while kept.changed.is_set():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        hub._ring("notes", "SH002")
        hub._ring("other", "SH001")
        assert not kept.changed.is_set()
        hub._ring("notes", "SH001")
        assert kept.changed.is_set()


async def test_what_the_store_did_not_tell_is_seen_soon_all_the_same(app, note, bearer, runtime, monkeypatch):
    """Lost news cost some seconds, nothing else; meanwhile there are signs of life."""
    monkeypatch.setattr(chassis.live, "LOOK_AGAIN_S", 0.05)
    async with watch(app, note, bearer) as view:
        await view.state()
        runtime.store.written = lambda collection, dealer_id: None
        assert await view.part() == ": still so\n\n"
        await note()
        assert (await view.state())["words"] == 2


async def test_a_slow_reader_gets_the_newest_state_only(app, note, bearer, hub):
    async with watch(app, note, bearer) as view:
        await view.state()
        (kept,) = hub._views.values()
        for words in (2, 3, 4):
            kept.take(b'{"words": %d}' % words)
        assert (await view.state())["words"] == 4


async def test_there_are_so_many_streams_and_no_more(app, note, bearer, hub, monkeypatch):
    """The next one is told when to come again; a place that became free is given away."""
    monkeypatch.setattr(chassis.live, "MOST_OF_A_DEALER", 1)
    async with watch(app, note, bearer) as first:
        async with watch(app, note, bearer) as second:
            assert (second.status, second.headers["retry-after"]) == (503, "15")
        assert hub.streams == 1
        await first.leave()
    async with watch(app, note, bearer) as third:
        assert third.status == 200


async def test_when_the_last_caller_has_gone_nothing_runs_any_more(app, note, bearer, hub):
    """Whether he hangs up or breaks off."""
    for go in ("leave", "drop"):
        async with watch(app, note, bearer) as view:
            await view.state()
            await getattr(view, go)()
            view._task = None
        assert (hub.streams, hub._views, hub._listening) == (0, {}, None)


async def test_a_stop_ends_every_stream_and_begins_none(app, note, bearer, hub):
    """Whoever watched comes back to another process."""
    async with watch(app, note, bearer) as view:
        await view.state()
        end_all()
        assert await view.part() == ""
    async with watch(app, note, bearer) as late:
        assert late.status == 503


async def test_a_stream_ends_after_its_time_so_that_its_caller_is_checked_again(app, note, bearer, monkeypatch):
    """X1: a withdrawn right is lost within minutes."""
    monkeypatch.setattr(chassis.live, "LONGEST_S", 0.05)
    async with watch(app, note, bearer) as view:
        await view.state()
        assert await view.part() == ""


async def test_who_lost_his_right_loses_his_stream_and_the_others_go_on(app, note, bearer, issuer, hub):
    """X1: the look is made with the first caller's right; his is gone, then it is the next one's turn."""
    async with watch(app, note, bearer) as first, watch(app, note, bearer) as second:
        await first.state()
        await second.state()
        (kept,) = hub._views.values()
        foreign = issuer.bearer("advisor", dealers=("SH002",))["Authorization"]
        kept.callers[0].scope["headers"] = [(b"authorization", foreign.encode())]
        await note()
        assert await first.part() == ""
        assert (await second.state())["words"] == 2


async def test_the_documents_name_the_stream(client):
    """X3."""
    document = (await client.get("/openapi.json")).json()
    content = document["paths"]["/dealers/{dealer_id}/notes/{visit_id}"]["get"]["responses"]["200"]["content"]
    assert set(content) == {"application/json", "text/event-stream"}
