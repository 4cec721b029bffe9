"""The committed documents say what the code says (X3)."""

import json
from pathlib import Path

import pytest
import snapshots
from contracts import booking, headquarters
from contracts.catalogue import events

SERVICES = snapshots.service_names()
TO_COME = {"parts"}
"""Whose facts are agreed and listened to already, and whose service is still to be built."""


def committed(path: str) -> str:
    return (snapshots.ROOT / path).read_text()


@pytest.fixture(scope="module")
def wanted() -> dict[str, str]:
    return snapshots.snapshots()


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("kind", ["openapi", "asyncapi"])
def test_the_snapshot_of_a_service_is_fresh(service: str, kind: str, wanted: dict[str, str]) -> None:
    """Stale? Look at the difference, then run ``python tests/contracts/snapshots.py --write``."""
    path = f"docs/api/{service}.{kind}.json"
    assert json.loads(committed(path)) == json.loads(wanted[path])


def test_the_map_is_fresh(wanted: dict[str, str]) -> None:
    assert committed("docs/map.md") == wanted["docs/map.md"]


def test_no_snapshot_is_left_of_a_service_that_is_gone(wanted: dict[str, str]) -> None:
    assert snapshots.superfluous(set(wanted)) == []


def test_every_publisher_is_a_service_of_the_street() -> None:
    assert {event.service for event in events().values()} - set(SERVICES) <= TO_COME


def test_who_is_to_come_has_not_come_yet() -> None:
    assert not TO_COME & set(SERVICES), "take it off the list"


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_listens_to_itself(service: str) -> None:
    """What a service tells itself it does in its own unit of work."""
    if service != "headquarters":
        assert [event.wire_type for event in snapshots.listens_to(service) if event.service == service] == []


def test_every_fact_has_an_ear() -> None:
    """A fact nobody listens to is either not needed, or a consumer forgot it."""
    heard = {event for service in SERVICES for event in snapshots.listens_to(service)}
    assert [name for name, event in events().items() if event not in heard and event.service != "headquarters"] == []


def test_a_stale_map_is_seen() -> None:
    """The map changes with a listener: planted here."""
    page = snapshots.map_page({"booking": [], "crm": [booking.AppointmentHeld]})
    assert "booking -->|1| crm" in page
    assert page != snapshots.map_page({"booking": [], "crm": [headquarters.DealerRegistered]})


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_an_app(service: str) -> None:
    assert snapshots.has_app(service)


def test_services_are_found_by_their_folder(tmp_path: Path) -> None:
    (tmp_path / "services/parts").mkdir(parents=True)
    (tmp_path / "services/parts/pyproject.toml").write_text("")
    assert snapshots.service_names(tmp_path) == ["parts"]


def operations(service: str) -> list[tuple[str, dict]]:
    paths = json.loads(committed(f"docs/api/{service}.openapi.json"))["paths"]
    return [
        (f"{method.upper()} {path}", operation)
        for path, item in paths.items()
        for method, operation in item.items()
        if not path.startswith(("/ops", "/health", "/metrics"))
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_says_what_it_does(service: str) -> None:
    """X3: a dealer's developer reads summary, description and tag."""
    silent = [
        route
        for route, operation in operations(service)
        if not (operation.get("summary") and operation.get("description") and operation.get("tags"))
    ]
    assert silent == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_has_one_name_of_its_own(service: str) -> None:
    """X3: operation ids are the names of use cases, not of Python paths."""
    names = [operation["operationId"] for _, operation in operations(service)]
    assert len(names) == len(set(names))
    assert [name for name in names if "dealers__dealer_id" in name] == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_request_body_has_bounds(service: str) -> None:
    """X3: no string and no list of a request is endless, and unknown fields are refused."""
    whole = json.loads(committed(f"docs/api/{service}.openapi.json"))
    shared = whole.get("components", {}).get("schemas", {})
    assert [fault for route, operation in operations(service) for fault in unbounded(route, operation, shared)] == []


def unbounded(route: str, operation: dict, shared: dict) -> list[str]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return _unbounded(route, body, shared, open_to_more=False) if body else []


def _unbounded(where: str, schema: dict, shared: dict, *, open_to_more: bool) -> list[str]:
    if "$ref" in schema:
        schema = shared[schema["$ref"].rsplit("/", 1)[-1]]
    if "anyOf" in schema:
        return [fault for one in schema["anyOf"] for fault in _unbounded(where, one, shared, open_to_more=True)]
    kind = schema.get("type")
    if kind == "array" and "items" in schema:
        endless = [] if "maxItems" in schema else [f"{where}: a list without maxItems"]
        return endless + _unbounded(f"{where}[]", schema["items"], shared, open_to_more=True)
    if kind == "string":
        held = {"maxLength", "enum", "pattern", "const"} & schema.keys() or schema.get("format") in BOUNDED_FORMATS
        return [] if held else [f"{where}: a text without maxLength"]
    if kind == "object" and "properties" in schema:
        loose = (
            [] if open_to_more or schema.get("additionalProperties") is False else [f"{where}: takes unknown fields"]
        )
        inner = (_unbounded(f"{where}.{n}", s, shared, open_to_more=True) for n, s in schema["properties"].items())
        return loose + [fault for faults in inner for fault in faults]
    return []


BOUNDED_FORMATS = {"date", "date-time", "time", "uuid", "duration"}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {}},
        {"type": "object", "additionalProperties": False, "properties": {"x": {"type": "string"}}},
        {"type": "object", "additionalProperties": False, "properties": {"x": {"type": "array", "items": {}}}},
        {
            "type": "object",
            "additionalProperties": False,
            "properties": {"x": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
        },
    ],
)
def test_an_endless_body_is_seen(schema: dict) -> None:
    operation = {"requestBody": {"content": {"application/json": {"schema": schema}}}}
    assert unbounded("POST /x", operation, {})


@pytest.mark.parametrize("service", SERVICES)
def test_every_request_body_has_an_example(service: str) -> None:
    """X3: a dealer's developer can copy one and change it."""
    whole = json.loads(committed(f"docs/api/{service}.openapi.json"))
    shared = whole.get("components", {}).get("schemas", {})
    bodies = {
        route: operation["requestBody"]["content"]["application/json"]
        for route, operation in operations(service)
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    }
    assert [route for route, body in bodies.items() if not has_example(body, shared)] == []


def has_example(body: dict, shared: dict) -> bool:
    """At the media type, at the schema, or at every required field of it."""
    schema = shared[body["schema"]["$ref"].rsplit("/", 1)[-1]] if "$ref" in body["schema"] else body["schema"]
    if {"example", "examples"} & (body.keys() | schema.keys()):
        return True
    required = [schema.get("properties", {})[name] for name in schema.get("required", [])]
    return bool(required) and all({"example", "examples"} & field.keys() for field in required)


def test_a_body_without_an_example_is_seen() -> None:
    body = {"type": "object", "properties": {"x": {"type": "string"}}, "required": ["x"]}
    assert not has_example({"schema": body}, {})
    assert has_example({"schema": {**body, "examples": [{"x": "1"}]}}, {})
    assert has_example({"schema": {"$ref": "#/components/schemas/Body"}}, {"Body": {**body, "example": {"x": "1"}}})
