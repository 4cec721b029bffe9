"""A command sent many times is done once; what was refused or overtaken leaves nothing and may come again."""

import asyncio
import hashlib
from typing import Any

import httpx2
import pytest
from chassis.commands import Turns
from chassis.problems import Problem
from chassis.store import Overloaded, VersionConflict
from chassis.testing import MemoryStore
from chassis.testing_http import LocalIssuer, MemoryRuntime
from pymongo.errors import AutoReconnect, ServerSelectionTimeoutError

NOTES = "/dealers/SH001/notes"


@pytest.fixture
def advisor(issuer: LocalIssuer) -> dict[str, str]:
    return issuer.bearer("advisor")


def keyed(headers: dict[str, str], key: str = "k1", **more: str) -> dict[str, str]:
    return {**headers, "Idempotency-Key": key, **{name.replace("_", "-"): value for name, value in more.items()}}


async def a_note(client: httpx2.AsyncClient, advisor: dict[str, str], key: str = "new") -> str:
    answer = await client.post(NOTES, json={"word": "one"}, headers=keyed(advisor, key))
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def notes_of(store: MemoryStore) -> list[dict[str, Any]]:
    return list(store.documents.get("notes", {}).values())


async def test_a_command_answers_with_its_effect_and_version(client: Any, advisor: Any, runtime: MemoryRuntime) -> None:
    answer = await client.post(NOTES, json={"word": "one"}, headers=keyed(advisor))
    assert (answer.status_code, answer.json()["words"], answer.headers["etag"]) == (201, 1, '"1"')
    assert "idempotency-replayed" not in answer.headers
    [note] = notes_of(runtime.store)
    assert (note["_id"], note["dealer_id"]) == (answer.json()["id"], "SH001")


async def test_the_same_key_again_answers_the_same_and_does_nothing(
    client: Any, advisor: Any, runtime: MemoryRuntime
) -> None:
    first = await client.post(NOTES, json={"word": "one"}, headers=keyed(advisor))
    again = await client.post(NOTES, json={"word": "one"}, headers=keyed(advisor))
    assert (again.status_code, again.content, again.headers["etag"]) == (201, first.content, first.headers["etag"])
    assert again.headers["idempotency-replayed"] == "true"
    assert [note["words"] for note in notes_of(runtime.store)] == [["one"]]


async def test_a_repeated_change_of_an_existing_note_is_done_once(client: Any, advisor: Any) -> None:
    note = await a_note(client, advisor)
    for _ in range(3):
        answer = await client.post(f"{NOTES}/{note}/words", json={"word": "two"}, headers=keyed(advisor, "k2"))
        assert (answer.status_code, answer.json()["words"], answer.headers["etag"]) == (200, 2, '"2"')


async def test_the_first_answer_stands_after_later_changes(client: Any, advisor: Any) -> None:
    note = await a_note(client, advisor)
    await client.post(f"{NOTES}/{note}/words", json={"word": "two"}, headers=keyed(advisor, "k2"))
    await client.post(f"{NOTES}/{note}/words", json={"word": "three"}, headers=keyed(advisor, "k3"))
    again = await client.post(f"{NOTES}/{note}/words", json={"word": "two"}, headers=keyed(advisor, "k2"))
    assert again.json()["words"] == 2


async def test_another_body_under_the_same_key_is_refused(client: Any, advisor: Any) -> None:
    await client.post(NOTES, json={"word": "one"}, headers=keyed(advisor))
    other = await client.post(NOTES, json={"word": "two"}, headers=keyed(advisor))
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


async def test_the_same_key_of_another_caller_is_another_command(
    client: Any, advisor: Any, issuer: LocalIssuer, runtime: MemoryRuntime
) -> None:
    await client.post(NOTES, json={"word": "one"}, headers=keyed(advisor))
    await client.post(NOTES, json={"word": "one"}, headers=keyed(issuer.bearer("advisor", sub="bert")))
    assert len(notes_of(runtime.store)) == 2


async def test_the_same_key_at_another_dealer_is_another_command(
    client: Any, issuer: LocalIssuer, runtime: MemoryRuntime
) -> None:
    both = issuer.bearer("advisor", dealers=("SH001", "SH002"))
    for dealer in ("SH001", "SH002"):
        answer = await client.post(f"/dealers/{dealer}/notes", json={"word": "one"}, headers=keyed(both))
        assert answer.status_code == 201
    assert {note["dealer_id"] for note in notes_of(runtime.store)} == {"SH001", "SH002"}


@pytest.mark.parametrize("key", [None, "", "x" * 201, "with blank", "täg".encode()])
async def test_a_post_without_a_proper_key_is_told_how_to_make_one(key: Any, client: Any, advisor: Any) -> None:
    headers = dict(advisor) if key is None else {**advisor, "Idempotency-Key": key}
    answer = await client.post(NOTES, json={"word": "one"}, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["code"] == ("idempotency-key-required" if key is None else "idempotency-key-invalid")


async def test_two_at_once_have_one_effect_and_the_same_answer(
    client: Any, advisor: Any, runtime: MemoryRuntime
) -> None:
    answers = await asyncio.gather(
        *(client.post(NOTES, json={"word": "one"}, headers=keyed(advisor)) for _ in range(20))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert [note["words"] for note in notes_of(runtime.store)] == [["one"]]


async def test_a_command_is_not_refused_for_what_it_did_itself_elsewhere(
    client: Any, advisor: Any, runtime: MemoryRuntime
) -> None:
    """The second one looks before the first has written, and judges after it: as two processes do."""
    count, commit = runtime.store.count, runtime.store.commit
    asked: list[asyncio.Event] = []
    both, done = asyncio.Event(), asyncio.Event()

    async def after_each_other(*what: Any, **more: Any) -> int:
        asked.append(both if not asked else done)
        if len(asked) == 2:
            both.set()
        await asked[-1].wait()
        return await count(*what, **more)

    async def committed(changes: Any) -> None:
        await commit(changes)
        done.set()

    runtime.store.count, runtime.store.commit = after_each_other, committed  # type: ignore[method-assign]
    answers = await asyncio.gather(
        *(client.post(NOTES, json={"word": "unique"}, headers=keyed(advisor)) for _ in range(2))
    )
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    other = await client.post(NOTES, json={"word": "unique"}, headers=keyed(advisor, "k2"))
    assert (other.status_code, other.json()["code"]) == (409, "word-taken")


@pytest.mark.parametrize("queue", ["", "?queue=note"])
async def test_nobody_is_lost_when_many_change_the_same_note(
    client: Any, advisor: Any, runtime: Any, queue: str
) -> None:
    """Version conflicts are tried again, with and without taking turns."""
    note = await a_note(client, advisor)
    answers = await asyncio.gather(
        *(
            client.post(f"{NOTES}/{note}/words{queue}", json={"word": f"w{n}"}, headers=keyed(advisor, f"k{n}"))
            for n in range(8)
        )
    )
    assert [answer.status_code for answer in answers] == [200] * 8
    assert sorted(answer.json()["words"] for answer in answers) == list(range(2, 10))
    [kept] = notes_of(runtime.store)
    assert sorted(kept["words"]) == sorted(["one", *(f"w{n}" for n in range(8))])


async def test_a_refusal_leaves_nothing_and_the_same_key_may_succeed_later(
    client: Any, advisor: Any, runtime: MemoryRuntime
) -> None:
    note = await a_note(client, advisor)
    runtime.store.documents["notes"][note]["closed"] = True
    refused = await client.post(f"{NOTES}/{note}/words", json={"word": "two"}, headers=keyed(advisor, "k2"))
    assert (refused.status_code, refused.json()["code"]) == (409, "note-closed")
    runtime.store.documents["notes"][note]["closed"] = False
    later = await client.post(f"{NOTES}/{note}/words", json={"word": "two"}, headers=keyed(advisor, "k2"))
    assert (later.status_code, later.json()["words"]) == (200, 2)


# --- versions --------------------------------------------------------------------------------------------------------


async def test_the_etag_that_was_read_lets_a_change_through(client: Any, advisor: Any) -> None:
    note = await a_note(client, advisor)
    read = await client.get(f"{NOTES}/{note}", headers=advisor)
    changed = await client.put(
        f"{NOTES}/{note}", json={"word": "new"}, headers={**advisor, "If-Match": read.headers["etag"]}
    )
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')


async def test_a_put_without_a_version_is_refused(client: Any, advisor: Any) -> None:
    note = await a_note(client, advisor)
    answer = await client.put(f"{NOTES}/{note}", json={"word": "new"}, headers=advisor)
    assert (answer.status_code, answer.json()["code"]) == (428, "version-required")


@pytest.mark.parametrize("match", ['"7"', 'W/"7"', '"0", "7"', '""', "nonsense"])
async def test_an_old_version_is_refused_with_the_present_one(match: str, client: Any, advisor: Any) -> None:
    note = await a_note(client, advisor)
    answer = await client.put(f"{NOTES}/{note}", json={"word": "new"}, headers={**advisor, "If-Match": match})
    assert (answer.status_code, answer.json()["code"], answer.headers["etag"]) == (412, "version-changed", '"1"')


@pytest.mark.parametrize("match", ['"1"', '"0", "1"', "*"])
async def test_the_present_version_is_accepted_in_every_form(match: str, client: Any, advisor: Any) -> None:
    note = await a_note(client, advisor)
    answer = await client.put(f"{NOTES}/{note}", json={"word": "new"}, headers={**advisor, "If-Match": match})
    assert answer.status_code == 200


async def test_if_none_match_star_refuses_what_exists(client: Any, advisor: Any) -> None:
    note = await a_note(client, advisor)
    answer = await client.put(f"{NOTES}/{note}", json={"word": "new"}, headers={**advisor, "If-None-Match": "*"})
    assert answer.status_code == 412


async def test_a_repeated_command_is_replayed_although_its_if_match_is_old_now(client: Any, advisor: Any) -> None:
    note = await a_note(client, advisor)
    headers = keyed(advisor, "k2", If_Match='"1"')
    first = await client.post(f"{NOTES}/{note}/words", json={"word": "two"}, headers=headers)
    again = await client.post(f"{NOTES}/{note}/words", json={"word": "two"}, headers=headers)
    assert (first.status_code, again.status_code, again.content) == (200, 200, first.content)


# --- what may be tried again -----------------------------------------------------------------------------------------


def failing(store: MemoryStore, error: Exception, times: int) -> None:
    """The store's next commits fail."""
    commit, left = store.commit, [times]

    async def fail(changes: Any) -> None:
        if left[0]:
            left[0] -= 1
            raise error
        await commit(changes)

    store.commit = fail  # type: ignore[method-assign]


async def test_a_lost_race_is_run_again(client: Any, advisor: Any, runtime: MemoryRuntime) -> None:
    failing(runtime.store, VersionConflict("overtaken"), 3)
    assert (await client.post(NOTES, json={"word": "one"}, headers=keyed(advisor))).status_code == 201


async def test_losing_every_race_is_busy_and_not_for_ever(
    client: Any, advisor: Any, runtime: MemoryRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.commands.COMMAND_TRIES", 4)
    failing(runtime.store, VersionConflict("overtaken"), 99)
    answer = await client.post(NOTES, json={"word": "one"}, headers=keyed(advisor))
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "busy", "1")


@pytest.mark.parametrize(
    "error",
    [
        Overloaded("too many facts wait"),
        AutoReconnect("gone"),
        ServerSelectionTimeoutError("no primary"),
        TimeoutError(),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_store_that_is_away_is_503_and_the_same_key_succeeds_afterwards(
    error: Exception, client: Any, advisor: Any, runtime: MemoryRuntime
) -> None:
    failing(runtime.store, error, 1)
    away = await client.post(NOTES, json={"word": "one"}, headers=keyed(advisor))
    assert (away.status_code, away.headers["content-type"]) == (503, "application/problem+json")
    assert int(away.headers["retry-after"]) >= 1
    assert (await client.post(NOTES, json={"word": "one"}, headers=keyed(advisor))).status_code == 201


async def test_a_replay_waits_until_the_answer_cannot_be_rolled_back(
    client: Any, advisor: Any, runtime: MemoryRuntime
) -> None:
    confirmed: list[int] = []

    async def confirm() -> None:
        confirmed.append(1)

    runtime.store.confirm_majority = confirm  # type: ignore[method-assign]
    await client.post(NOTES, json={"word": "one"}, headers=keyed(advisor))
    assert not confirmed
    await client.post(NOTES, json={"word": "one"}, headers=keyed(advisor))
    assert confirmed == [1]


async def test_an_answer_that_another_primary_does_not_have_is_not_told_again_but_the_command_done(
    client: Any, advisor: Any, runtime: MemoryRuntime
) -> None:
    """The record was read from a primary that is none any more, and never had a majority's word for it."""

    async def another_primary() -> None:
        runtime.store.documents["notes"].clear()

    runtime.store.confirm_majority = another_primary  # type: ignore[method-assign]
    await client.post(NOTES, json={"word": "one"}, headers=keyed(advisor))
    again = await client.post(NOTES, json={"word": "one"}, headers=keyed(advisor))
    assert (again.status_code, "idempotency-replayed" in again.headers) == (201, False)
    assert [note["words"] for note in notes_of(runtime.store)] == [["one"]]


# --- turns -----------------------------------------------------------------------------------------------------------


async def test_turns_are_taken_one_by_one_and_an_idle_queue_is_forgotten() -> None:
    turns, inside, seen = Turns(), [0], [0]

    async def take(key: str) -> None:
        async with turns.turn(key):
            inside[0] += 1
            seen[0] = max(seen[0], inside[0])
            await asyncio.sleep(0)
            inside[0] -= 1

    await asyncio.gather(*(take("day") for _ in range(20)))
    assert (seen[0], len(turns)) == (1, 0)


async def test_who_had_to_wait_is_told_for_what_he_saw_may_be_gone() -> None:
    turns, waited = Turns(), []

    async def take() -> None:
        async with turns.turn("day") as others_before:
            waited.append(others_before)
            await asyncio.sleep(0)

    await asyncio.gather(take(), take(), take())
    await take()
    assert waited == [False, True, True, False]


async def test_another_queue_is_not_waited_for() -> None:
    turns = Turns()
    async with turns.turn("monday"), turns.turn("tuesday"):
        assert len(turns) == 2


async def test_a_turn_that_does_not_come_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.commands.QUEUE_WAIT_S", 0.01)
    turns = Turns()
    async with turns.turn("day"):
        with pytest.raises(Problem) as late:
            async with turns.turn("day"):
                raise AssertionError("two at once")
    assert (late.value.status, len(turns)) == (503, 0)


async def test_what_is_kept_of_a_command_cannot_confirm_a_guessed_name(
    client: Any, issuer: LocalIssuer, runtime: MemoryRuntime
) -> None:
    """C15: a bare hash of the body would let anybody who reads the store test guesses after the person's erasure."""
    body = b'{"word": "Zhang Wei"}'
    headers = keyed(issuer.bearer("advisor")) | {"Content-Type": "application/json"}
    assert (await client.post(NOTES, content=body, headers=headers)).status_code == 201
    kept = [record["body"] for raw in notes_of(runtime.store) for record in raw.get("_commands", ())]
    assert len(kept) == 1
    assert hashlib.sha256(b"\0" + body).hexdigest() not in kept
