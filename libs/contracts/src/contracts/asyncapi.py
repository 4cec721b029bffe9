"""AsyncAPI 3.0.0 of one service, from the contracts and what it really listens to; never from handler signatures."""

import json
from collections.abc import Iterable
from typing import Any

from contracts.catalogue import published_by
from contracts.event import Event, topic_of

_HEADERS = {
    "ce_specversion": ("CloudEvents version, always 1.0.", {"const": "1.0"}),
    "ce_id": ("Id of the fact (UUIDv7). A fact that comes twice comes with the same id.", {}),
    "ce_source": ("The announcing service, for example /booking.", {}),
    "ce_type": ("Wire type: <service>.<kebab-fact>.v<version>.", {}),
    "ce_subject": ("What the fact is about: <kind of aggregate>/<Kafka key>.", {}),
    "ce_time": ("Business time of the fact, UTC with milliseconds.", {"format": "date-time"}),
    "ce_dataschema": ("Path of the released JSON Schema of the payload.", {"format": "uri-reference"}),
    "ce_dealer": ("The dealer in whose name the fact is told.", {}),
    "ce_visit": ("The visit the fact belongs to, where there is one.", {}),
    "ce_actor": ("Who caused the fact: <role>:<code>, or the service's own timer.", {}),
    "ce_sequence": (
        "Counts the facts of one aggregate from 1; order is promised within it.",
        {"pattern": "^[1-9][0-9]*$"},
    ),
    "ce_recordedtime": ("When the system recorded the fact, UTC with milliseconds.", {"format": "date-time"}),
    "ce_traceparent": ("W3C trace context of the command that caused the fact.", {}),
    "content-type": ("Media type of the payload.", {"const": "application/json"}),
}
_MAY_BE_ABSENT = {"ce_visit", "ce_actor", "ce_traceparent"}
_TRAIT = "cloudEvent"


def document(service: str, listens_to: Iterable[type[Event]]) -> dict[str, Any]:
    """What ``service`` announces on its topic and which facts of others it receives, as an AsyncAPI document.

    Message names are the wire types, so a name in the document is the name on the wire.
    """
    announced = published_by(service)
    received = sorted(set(listens_to), key=lambda event: event.wire_type)
    told = {event.wire_type: event for event in [*announced, *received]}
    publishers = sorted({event.service for event in told.values()})
    schemas: dict[str, Any] = {}
    messages = {name: _message(event, schemas) for name, event in sorted(told.items())}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Sevenstep {service}",
            "version": "1",
            "description": f"Facts the {service} service announces and facts of other services it listens to.",
        },
        "defaultContentType": "application/json",
        "channels": {topic_of(name): _channel(name, told.values()) for name in publishers},
        "operations": {
            **({f"announce-{service}": _operation("send", service, announced)} if announced else {}),
            **{
                f"listen-to-{publisher}": _operation("receive", publisher, facts)
                for publisher in publishers
                if (facts := [event for event in received if event.service == publisher])
            },
        },
        "components": {
            "messages": messages,
            "messageTraits": {_TRAIT: {"headers": _headers()}},
            "schemas": dict(sorted(schemas.items())),
        },
    }


def _channel(publisher: str, told: Iterable[type[Event]]) -> dict[str, Any]:
    return {
        "address": topic_of(publisher),
        "description": f"Facts of the {publisher} service, in order for each key. Kept without time limit.",
        "messages": {
            event.wire_type: {"$ref": f"#/components/messages/{event.wire_type}"}
            for event in sorted(told, key=lambda event: event.wire_type)
            if event.service == publisher
        },
    }


def _operation(action: str, publisher: str, facts: list[type[Event]]) -> dict[str, Any]:
    channel = topic_of(publisher)
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{event.wire_type}"} for event in facts],
    }


def _message(event: type[Event], schemas: dict[str, Any]) -> dict[str, Any]:
    """The message of one event; its payload and the values in it go into ``schemas``."""
    text = json.dumps(event.model_json_schema(ref_template="#/components/schemas/{model}"))
    payload = json.loads(text)
    schemas |= payload.pop("$defs", {})
    schemas[event.wire_type] = payload
    return {
        "name": event.wire_type,
        "title": event.__name__,
        "summary": (event.__doc__ or "").partition("\n")[0],
        "contentType": "application/json",
        "traits": [{"$ref": f"#/components/messageTraits/{_TRAIT}"}],
        "payload": {"$ref": f"#/components/schemas/{event.wire_type}"},
    }


def _headers() -> dict[str, Any]:
    return {
        "type": "object",
        "required": [name for name in _HEADERS if name not in _MAY_BE_ABSENT],
        "properties": {
            name: {"type": "string", "description": meaning, **more} for name, (meaning, more) in _HEADERS.items()
        },
    }
