"""AsyncAPI 3 documents: what a service announces and what it listens to, by the names on the wire."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from contract_gate.examples import message
from contracts import booking, crm, headquarters, reception
from contracts.asyncapi import document
from contracts.catalogue import events, published_by
from jsonschema import Draft7Validator, Draft202012Validator

LISTENS_TO = [reception.VehicleArrived, headquarters.DealerRegistered, crm.CustomerChanged]
DOCUMENT = document("booking", LISTENS_TO)
COMPONENT = re.compile(r"^[a-zA-Z0-9\.\-_]+$")


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def resolve(whole: dict[str, Any], reference: str) -> Any:
    part: Any = whole
    for step in reference.removeprefix("#/").split("/"):
        part = part[step]
    return part


def faults(whole: dict[str, Any]) -> list[str]:
    """What AsyncAPI 3.0.0 would not allow in a document of ours."""
    found = [f"unknown part {part}" for part in whole.keys() - {*ALLOWED_PARTS}]
    found += [] if whole.get("asyncapi") == "3.0.0" else ["not AsyncAPI 3.0.0"]
    found += [] if {"title", "version"} <= whole.get("info", {}).keys() else ["info needs title and version"]
    for kind, named in whole.get("components", {}).items():
        found += [f"{kind} {name}: not a component name" for name in named if not COMPONENT.match(name)]
    for reference in references(whole):
        try:
            resolve(whole, reference)
        except KeyError:
            found.append(f"{reference} points nowhere")
    for name, operation in whole.get("operations", {}).items():
        if operation.get("action") not in {"send", "receive"}:
            found.append(f"{name}: no such action")
        channel = operation["channel"]["$ref"]
        if any(not each["$ref"].startswith(f"{channel}/messages/") for each in operation["messages"]):
            found.append(f"{name}: a message of another channel")
    return found


ALLOWED_PARTS = ("asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components")


@pytest.mark.parametrize("service", sorted({event.service for event in events().values()}))
def test_the_document_of_every_service_is_asyncapi_3(service: str) -> None:
    others = [event for event in events().values() if event.service != service]
    assert faults(document(service, others)) == []


@pytest.mark.parametrize(
    "broken",
    [
        {**DOCUMENT, "asyncapi": "2.6.0"},
        {**DOCUMENT, "info": {}},
        {**DOCUMENT, "topics": {}},
        {**DOCUMENT, "components": {**DOCUMENT["components"], "schemas": {}}},
        {**DOCUMENT, "operations": {"x": {**DOCUMENT["operations"]["announce-booking"], "action": "publish"}}},
        {
            **DOCUMENT,
            "operations": {
                "x": {**DOCUMENT["operations"]["announce-booking"], "channel": {"$ref": "#/channels/crm.events"}}
            },
        },
    ],
)
def test_a_broken_document_is_seen(broken: dict[str, Any]) -> None:
    assert faults(broken)


def test_a_service_announces_all_its_facts_on_its_own_topic() -> None:
    channel = DOCUMENT["channels"]["booking.events"]
    assert channel["address"] == "booking.events"
    assert channel["messages"].keys() == {event.wire_type for event in published_by("booking")}
    assert DOCUMENT["operations"]["announce-booking"]["action"] == "send"


def test_a_service_receives_exactly_what_it_listens_to() -> None:
    received = [
        message["$ref"].rpartition("/")[2]
        for operation in DOCUMENT["operations"].values()
        if operation["action"] == "receive"
        for message in operation["messages"]
    ]
    assert sorted(received) == sorted(event.wire_type for event in LISTENS_TO)


def test_message_names_are_the_names_on_the_wire() -> None:
    assert all(name == message["name"] for name, message in DOCUMENT["components"]["messages"].items())


def test_the_document_does_not_depend_on_the_order_of_the_consumers() -> None:
    assert document("booking", reversed(LISTENS_TO)) == DOCUMENT


def test_the_headers_are_those_of_a_real_message() -> None:
    """Every header we send is described, every required one is sent, and the values fit."""
    headers = DOCUMENT["components"]["messageTraits"]["cloudEvent"]["headers"]
    sent = dict(message(booking.HoldExpired)["headers"])
    assert sent.keys() - {"traceparent"} <= headers["properties"].keys()
    Draft202012Validator(headers).validate(sent)
    assert all(described["description"] for described in headers["properties"].values())


def test_payloads_are_json_schemas_that_real_messages_satisfy() -> None:
    for event in published_by("booking"):
        schema = {"$ref": f"#/components/schemas/{event.wire_type}", "components": DOCUMENT["components"]}
        Draft7Validator(schema).validate(message(event)["body"])
