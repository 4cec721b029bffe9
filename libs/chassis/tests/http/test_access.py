"""Nobody sees or changes another dealer's data; who may do what is told only where it may be known (X1)."""

from typing import Any

import pytest
from chassis.access import command, reader
from chassis.openapi import UnguardedRoute
from chassis.testing_http import LocalIssuer, MemoryRuntime
from fastapi import APIRouter, Depends

WORD = {"word": "one"}


async def a_note(client: Any, issuer: LocalIssuer, dealer: str = "SH001") -> str:
    headers = issuer.bearer("advisor", dealers=(dealer,)) | {"Idempotency-Key": f"new-{dealer}"}
    return (await client.post(f"/dealers/{dealer}/notes", json=WORD, headers=headers)).json()["id"]


async def test_a_foreign_dealer_answers_exactly_like_an_unknown_id(client: Any, issuer: LocalIssuer) -> None:
    note = await a_note(client, issuer, "SH002")
    advisor = issuer.bearer("advisor", dealers=("SH001",))
    answers = [
        await client.get(f"/dealers/SH002/notes/{note}", headers=advisor),
        await client.get(f"/dealers/SH001/notes/{note}", headers=advisor),
        await client.get("/dealers/SH001/notes/no-such-note", headers=advisor),
        await client.get("/dealers/NOBODY/notes/x", headers=advisor),
    ]
    shown = [{**answer.json(), "trace_id": ""} for answer in answers]
    assert shown == [shown[0]] * 4
    assert (shown[0]["status"], shown[0]["code"]) == (404, "unknown")


async def test_a_command_at_a_foreign_dealer_changes_nothing(
    client: Any, issuer: LocalIssuer, runtime: MemoryRuntime
) -> None:
    advisor = issuer.bearer("advisor") | {"Idempotency-Key": "k"}
    note = await a_note(client, issuer, "SH002")
    for path in ("/dealers/SH002/notes", f"/dealers/SH002/notes/{note}/words", f"/dealers/SH001/notes/{note}/words"):
        assert (await client.post(path, json={"word": "evil"}, headers=advisor)).status_code == 404
    assert [kept["words"] for kept in runtime.store.documents["notes"].values()] == [["one"]]


async def test_a_wrong_role_is_told_which_roles_may(client: Any, issuer: LocalIssuer) -> None:
    answer = await client.post(
        "/dealers/SH001/notes", json=WORD, headers=issuer.bearer("cashier") | {"Idempotency-Key": "k"}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "role-missing")
    assert answer.json()["roles"] == ["advisor", "agent", "app"]


async def test_a_wrong_role_at_a_foreign_dealer_learns_nothing(client: Any, issuer: LocalIssuer) -> None:
    assert (await client.get("/dealers/SH002/notes", headers=issuer.bearer("cashier"))).status_code == 404


async def test_a_dealers_own_app_may_do_what_an_advisor_may(client: Any, issuer: LocalIssuer) -> None:
    headers = issuer.bearer("app", sub="dealer-app") | {"Idempotency-Key": "k"}
    assert (await client.post("/dealers/SH001/notes", json=WORD, headers=headers)).status_code == 201


@pytest.mark.parametrize(
    ("roles", "claims", "status"),
    [
        (("headquarters",), {"reach": "network"}, 200),
        (("advisor",), {"reach": "network"}, 404),
        (("headquarters",), {}, 404),
        (("area_manager",), {"reach": "area:east"}, 200),
        (("area_manager",), {"reach": "area:west"}, 404),
        (("area_manager",), {"reach": "group:east"}, 404),
        (("cashier",), {"reach": "area:east"}, 403),
    ],
)
async def test_a_reach_reads_what_is_within_it(
    roles: Any, claims: Any, status: int, client: Any, issuer: LocalIssuer
) -> None:
    note = await a_note(client, issuer, "SH002")
    answer = await client.get(f"/dealers/SH002/notes/{note}", headers=issuer.bearer(*roles, dealers=(), **claims))
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("roles", "dealers", "claims", "seen"),
    [
        (("headquarters",), (), {"reach": "network"}, 3),
        (("area_manager",), (), {"reach": "area:east"}, 2),
        (("area_manager",), (), {"reach": "area:west"}, 0),
        (("manager",), ("BE001",), {}, 1),
        (("manager",), (), {}, 0),
    ],
)
async def test_a_network_route_shows_the_callers_dealers_only(
    roles: Any, dealers: Any, claims: Any, seen: int, client: Any, issuer: LocalIssuer
) -> None:
    for dealer in ("SH001", "SH002", "BE001"):
        await a_note(client, issuer, dealer)
    answer = await client.get("/notes", headers=issuer.bearer(*roles, dealers=dealers, **claims))
    assert (answer.status_code, len(answer.json())) == (200, seen)


async def test_reading_the_network_leaves_a_line_with_who_and_why(
    client: Any, issuer: LocalIssuer, capfd: pytest.CaptureFixture[str]
) -> None:
    await client.get("/notes", headers=issuer.bearer("headquarters", dealers=(), reach="network"))
    line = next(line for line in capfd.readouterr().out.splitlines() if "read-network" in line)
    assert '"actor": "headquarters:anna"' in line
    assert '"route": "GET /notes"' in line


async def test_a_personal_link_opens_one_note_for_one_purpose(client: Any, issuer: LocalIssuer, link_of: Any) -> None:
    note = await a_note(client, issuer)
    assert (await client.get(f"/links/{link_of(note)}")).json()["id"] == note
    wrong = await client.get(f"/links/{link_of(note, purpose='paying')}")
    assert (wrong.status_code, wrong.json()["code"]) == (404, "link-invalid")
    changed = link_of(note)[:-2] + "AA"
    assert (await client.get(f"/links/{changed}")).status_code == 404


async def test_a_personal_link_expires_by_business_time(
    client: Any, issuer: LocalIssuer, link_of: Any, runtime: MemoryRuntime
) -> None:
    token = link_of(await a_note(client, issuer), hours=1)
    runtime.clock.move(runtime.clock.now().replace(hour=2))
    gone = await client.get(f"/links/{token}")
    assert (gone.status_code, gone.json()["code"]) == (410, "link-expired")


async def test_the_same_answer_through_a_link_counts_once(client: Any, issuer: LocalIssuer, link_of: Any) -> None:
    token = link_of(await a_note(client, issuer))
    first = await client.post(f"/links/{token}/words", json={"word": "two"})
    again = await client.post(f"/links/{token}/words", json={"word": "two"})
    assert (first.status_code, first.json()["words"], again.content) == (200, 2, first.content)
    other = await client.post(f"/links/{token}/words", json={"word": "three"})
    assert other.json()["words"] == 3


def assemble(router: APIRouter, runtime: Any) -> None:
    from chassis.app import service

    service(name="booking", settings=runtime.settings, documents=[], routers=[router], runtime=runtime)


async def nothing() -> None:
    return None


def test_a_route_that_asks_nobody_cannot_be_served(runtime: MemoryRuntime) -> None:
    router = APIRouter()
    router.add_api_route("/dealers/{dealer_id}/notes", nothing, methods=["GET"])
    with pytest.raises(UnguardedRoute, match="needs reader"):
        assemble(router, runtime)


@pytest.mark.parametrize(
    ("path", "guard"),
    [("/notes", reader("advisor")), ("/dealers/{dealer_id}/notes", command("manager", network=True))],
)
def test_a_route_without_the_right_dealer_in_its_path_cannot_be_served(
    path: str, guard: Any, runtime: MemoryRuntime
) -> None:
    router = APIRouter()
    router.add_api_route(path, nothing, methods=["GET"], dependencies=[Depends(guard)])
    with pytest.raises(UnguardedRoute, match="dealer_id"):
        assemble(router, runtime)


def test_a_misspelt_role_is_found_when_the_module_loads() -> None:
    with pytest.raises(ValueError, match="adviser"):
        reader("adviser")
