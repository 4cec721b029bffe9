"""`sevenstep deadletters` against services made of dictionaries: what it asks, shows, refuses and asks back."""

import json
import sys
from io import StringIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx2
import pytest
from sevenstep import cli_deadletters
from sevenstep.cli import main
from sevenstep.operations import NoSuchService, NotReached, Process, Refused

ODD = "facts|a/b?c#d é"


def a_letter(id: str, state: str = "DEAD", type: str = "toy.noted.v1", **more: Any) -> dict[str, Any]:
    told = {"consumer": "facts", "tries": 5, "since": "2025-06-23T08:00:00Z", "reason": "ValueError: no such note"}
    return {"id": id, "state": state, "type": type, **told, **more}


class Services:
    """Two services that answer as real ones do, and one that does not."""

    def __init__(self) -> None:
        self.letters = {
            "booking": [a_letter("f1"), a_letter(ODD, type="toy.closed.v1"), a_letter("old", "DROPPED")],
            "crm": [a_letter("f2", "PARKED", reason="\x1b[31m[bold]red")],
        }
        self.silent: set[str] = set()
        self.asked: list[tuple[str, str, Any]] = []

    def one_of_each(self) -> list[Process]:
        return [self.process_of(service) for service in self.letters]

    def process_of(self, service: str) -> Process:
        if service not in self.letters:
            raise NoSuchService(service, sorted(self.letters))
        return Process(service, f"{service}-1", f"http://{service}")

    def call(self, process: Process, method: str, path: str, body: Any = None) -> Any:
        if process.service in self.silent:
            raise NotReached(process.name, "refused")
        place, letters = urlsplit(path), self.letters[process.service]
        if place.path == "/ops/deadletters":
            asked = {name: value for name, [value] in parse_qs(place.query).items()}
            limit = int(asked.pop("limit"))
            return {"items": [letter for letter in letters if asked.items() <= letter.items()][:limit]}
        _, _, _, id, *what = place.path.split("/")
        letter = next((one for one in letters if one["id"] == unquote(id)), None)
        if letter is None:
            raise Refused(process.name, httpx2.Response(404, json={"detail": "no such fact stands aside"}))
        if not what:
            return {**letter, "value": {"base64": "/w=="}}
        if what == ["drop"] and len(body["reason"]) < 3:
            errors = [{"pointer": "#/reason", "detail": "String should have at least 3 characters"}]
            raise Refused(process.name, httpx2.Response(422, json={"detail": "see errors.", "errors": errors}))
        self.asked.append((what[0], unquote(id), body))
        return {"id": unquote(id)}


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Services:
    there = Services()
    monkeypatch.setattr(cli_deadletters, "Operator", lambda stack: there)
    monkeypatch.setattr(cli_deadletters, "description", SimpleNamespace(find=lambda name: None))
    return there


@pytest.fixture
def run(services: Services, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def command(*words: str, expect: int = 0, answer: str = "") -> Any:
        monkeypatch.setattr(sys, "argv", ["sevenstep", "deadletters", *words])
        monkeypatch.setattr(sys, "stdin", StringIO(answer))
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert int(ended.value.code or 0) == expect, said
        return said

    return command


def ids(said: Any) -> list[str]:
    return [letter["id"] for letter in json.loads(said.out)]


def test_what_somebody_has_to_decide_is_listed_and_what_was_given_up_only_when_asked_for(run: Any) -> None:
    assert ids(run("list", "--json")) == ["f1", ODD, "f2"]
    assert ids(run("list", "--json", "--state", "DROPPED")) == ["old"]
    assert ids(run("list", "--json", "--services", "booking", "--type", "toy.closed.v1")) == [ODD]
    assert ids(run("list", "--json", "--limit", "1")) == ["f1", "f2"]
    assert ids(run("list", "--json", "--consumer", "others")) == []
    assert json.loads(run("list", "--json").out)[0]["service"] == "booking"
    assert "No dead letters" in run("list", "--consumer", "others").out


def test_a_strangers_text_does_nothing_to_the_terminal(run: Any) -> None:
    said = run("list", "--services", "crm").out
    assert "\x1b[31m" not in said
    assert "[bold]" in said


def test_a_service_that_does_not_answer_is_named_and_the_others_are_listed(run: Any, services: Services) -> None:
    services.silent = {"booking"}
    said = run("list", "--json", expect=1)
    assert ids(said) == ["f2"]
    assert "booking-1 does not answer" in said.err


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("list", "--state", "GONE"), 2, "WAITING"),
        (("list", "--services", "moon"), 1, "Running: booking, crm"),
        (("show", "booking", "f9"), 1, "no such fact"),
        (("replay", "booking"), 2, "--all"),
        (("replay", "booking", "f1", "--all"), 2, "--all"),
        (("drop", "booking", "f1", "--yes", "--reason", "x"), 1, "at least 3 characters"),
    ],
)
def test_what_cannot_be_done_is_told_with_what_can(
    words: tuple[str, ...], status: int, told: str, run: Any, services: Services
) -> None:
    assert told in run(*words, expect=status).err
    assert services.asked == []


def test_one_is_shown_with_all_its_bytes_whatever_its_id(run: Any) -> None:
    assert json.loads(run("show", "booking", ODD).out)["value"] == {"base64": "/w=="}


def test_replaying_named_ones_needs_no_question(run: Any, services: Services) -> None:
    run("replay", "booking", "f1", ODD)
    assert services.asked == [("replay", "f1", None), ("replay", ODD, None)]


def test_replaying_all_asks_first_and_takes_the_dead_unless_told(run: Any, services: Services) -> None:
    run("replay", "booking", "--all", answer="n\n", expect=1)
    assert services.asked == []
    run("replay", "booking", "--all", "--yes")
    run("replay", "crm", "--all", "--yes")
    run("replay", "crm", "--all", "--state", "PARKED", answer="y\n")
    assert [id for _, id, _ in services.asked] == ["f1", ODD, "f2"]


def test_giving_up_shows_what_and_asks_first(run: Any, services: Services) -> None:
    said = run("drop", "booking", "f1", "--reason", "entered twice", answer="n\n", expect=1)
    assert "toy.noted.v1, DEAD: ValueError: no such note" in said.out
    assert services.asked == []
    run("drop", "booking", "f1", "--reason", "entered twice", answer="y\n")
    run("drop", "booking", "--all", "--type", "toy.closed.v1", "--reason", "a test", "--yes")
    assert services.asked == [("drop", "f1", {"reason": "entered twice"}), ("drop", ODD, {"reason": "a test"})]


def test_giving_up_without_a_reason_asks_for_one(run: Any, services: Services) -> None:
    run("drop", "booking", "f1", "--yes", answer="entered twice\n")
    assert services.asked == [("drop", "f1", {"reason": "entered twice"})]
