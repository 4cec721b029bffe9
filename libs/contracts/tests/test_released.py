"""Released schemas are immutable; today's classes stand beside all of them; old messages stay readable."""

import json
from pathlib import Path

import pytest
from contract_gate.examples import GOLDEN, message, write_missing
from contract_gate.released import Unreleasable, incompatible, manifest, release, revisions, tampered, unreleased
from contracts.booking import NoShowReasonRecorded
from contracts.catalogue import events
from contracts.envelope import from_headers
from contracts.event import Event
from jsonschema import Draft202012Validator

EVENTS = events()


def test_no_released_schema_is_missing_changed_or_unknown() -> None:
    assert tampered() == []


def test_every_event_stands_beside_every_state_in_which_it_was_released() -> None:
    assert incompatible(EVENTS) == []


def test_every_event_has_been_released_as_it_is() -> None:
    """After a change: ``python -m contract_gate release``."""
    assert unreleased(EVENTS) == []


def test_every_schema_is_json_schema() -> None:
    for wire_type in EVENTS:
        for state in revisions(wire_type):
            Draft202012Validator.check_schema(state)


class Told(Event):
    """A released event."""

    reason: str


class ToldMore(Event):
    """The same, grown."""

    reason: str
    by: str | None = None


class ToldLess(Event):
    """The same, broken."""

    by: str | None = None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder after its first release."""
    release({"test.told.v1": Told}, tmp_path, day="2025-06-23")
    return tmp_path


def test_a_release_writes_what_is_new_and_says_so(tmp_path: Path) -> None:
    assert release({"test.told.v1": Told}, tmp_path, day="2025-06-23") == ["test.told.v1.json"]
    assert manifest(tmp_path)["first_release"] == "2025-06-23"
    assert tampered(tmp_path) == []


def test_a_second_release_of_the_same_writes_nothing(folder: Path) -> None:
    assert release({"test.told.v1": Told}, folder) == []


def test_a_grown_event_is_released_beside_its_first_state(folder: Path) -> None:
    before = (folder / "test.told.v1.json").read_bytes()
    assert unreleased({"test.told.v1": ToldMore}, folder) == ["test.told.v1"]
    assert release({"test.told.v1": ToldMore}, folder) == ["test.told.v1.r2.json"]
    assert (folder / "test.told.v1.json").read_bytes() == before
    assert len(revisions("test.told.v1", folder)) == 2
    assert unreleased({"test.told.v1": ToldMore}, folder) == []


def test_a_broken_event_cannot_be_released(folder: Path) -> None:
    with pytest.raises(Unreleasable, match="reason"):
        release({"test.told.v1": ToldLess}, folder)


def test_a_released_event_whose_class_vanished_is_seen(folder: Path) -> None:
    assert "no class any more" in incompatible({}, folder)[0]


def test_a_changed_schema_is_seen(folder: Path) -> None:
    with (folder / "test.told.v1.json").open("a") as file:
        file.write(" ")
    assert tampered(folder) == ["test.told.v1.json"]
    with pytest.raises(Unreleasable):
        release({"test.told.v1": Told}, folder)


def test_a_missing_schema_is_seen(folder: Path) -> None:
    (folder / "test.told.v1.json").unlink()
    assert tampered(folder) == ["test.told.v1.json"]


def test_a_schema_nobody_released_is_seen(folder: Path) -> None:
    (folder / "test.smuggled.v1.json").write_text("{}")
    assert tampered(folder) == ["test.smuggled.v1.json"]


def test_before_the_first_release_drafts_are_made_anew(tmp_path: Path) -> None:
    release({"test.told.v1": Told}, tmp_path)
    assert release({"test.told.v1": ToldLess}, tmp_path) == ["test.told.v1.json"]
    assert tampered(tmp_path) == []


@pytest.mark.parametrize("wire_type", EVENTS)
def test_the_golden_message_of_every_event_stays_readable(wire_type: str) -> None:
    golden = json.loads((GOLDEN / f"{wire_type}.json").read_text())
    envelope = from_headers([(name, value.encode()) for name, value in golden["headers"]])
    assert envelope.type == wire_type
    told = json.loads(EVENTS[wire_type].model_validate(golden["body"]).model_dump_json())
    assert _contains(told, golden["body"]), "a value of the golden message was lost or changed"


@pytest.mark.parametrize("wire_type", EVENTS)
def test_the_golden_message_satisfies_every_released_state(wire_type: str) -> None:
    golden = json.loads((GOLDEN / f"{wire_type}.json").read_text())
    for state in revisions(wire_type):
        Draft202012Validator(state).validate(golden["body"])


def test_no_golden_message_is_without_its_event() -> None:
    assert {path.name.removesuffix(".json") for path in GOLDEN.glob("*.json")} == EVENTS.keys()


def test_a_golden_message_is_written_once(tmp_path: Path) -> None:
    one = {NoShowReasonRecorded.wire_type: NoShowReasonRecorded}
    assert write_missing(one, tmp_path) == [NoShowReasonRecorded.wire_type]
    assert write_missing(one, tmp_path) == []
    assert json.loads((tmp_path / f"{NoShowReasonRecorded.wire_type}.json").read_text()) == message(
        NoShowReasonRecorded
    )


def _contains(told: object, golden: object) -> bool:
    """Whether everything golden is told; an event that grew may tell more."""
    if isinstance(golden, dict):
        return isinstance(told, dict) and all(_contains(told.get(name), value) for name, value in golden.items())
    if isinstance(golden, list):
        return isinstance(told, list) and len(told) == len(golden) and all(map(_contains, told, golden))
    return told == golden


def test_the_contracts_of_this_repository_are_released() -> None:
    """From the first release on no schema is ever written again: drafts would make the gate a formality."""
    assert manifest()["first_release"] is not None
