"""One example message of each event for the golden corpus: written once, at the event's release, and kept for ever."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.envelope import Envelope, to_headers
from contracts.event import Event

from contract_gate.schemas import Schema, schema_of

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "golden"

_AT = datetime(2025, 6, 23, 0, 15, tzinfo=UTC)
_BY_NAME: dict[str, Any] = {
    "vin": "1M8GDM9AXKP042788",
    "plate": "沪A12345",
    "model": "AE100",
    "currency": "CNY",
    "zone": "Asia/Shanghai",
    "person_id": "person-jones",
    "kept": "person-jones",
    "merged": "person-johns",
    "by": "CUSTOMER",
    "advisor": "anna",
    "from_dealer": "BE001",
    "ciphertext": base64.b64encode(b"sealed").decode(),
    "opens": "08:00:00",
    "closes": "17:30:00",
    "changed": ["phone"],
}
_BY_FORMAT = {"date-time": "2025-06-23T00:15:00Z", "date": "2025-06-23", "time": "08:00:00"}


def write_missing(events: Mapping[str, type[Event]], folder: Path = GOLDEN) -> list[str]:
    """Write the golden message of each event that has none; answers the wire types."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name in events if not (folder / f"{name}.json").exists()]
    for name in missing:
        text = json.dumps(message(events[name]), indent=1, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n")
    return missing


def message(event: type[Event]) -> dict[str, Any]:
    """Headers and body as they lie on the topic today, with every field filled."""
    visit = "01978f2c-0000-7000-8000-000000000001"
    envelope = Envelope(
        id="01978f2c-0000-7000-8000-0000000000aa",
        type=event.wire_type,
        dealer_id="SH001",
        visit_id=visit,
        actor="advisor:anna",
        aggregate="aggregate",
        key=visit,
        sequence=1,
        at=_AT,
        recorded_at=_AT,
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )
    body = event.model_validate(_example(schema_of(event), ""))
    return {
        "headers": [[name, value.decode()] for name, value in to_headers(envelope)],
        "body": json.loads(body.model_dump_json()),
    }


def _example(schema: Schema, name: str) -> Any:
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], name)
    if "enum" in schema:
        return schema["enum"][0]
    return _BY_NAME[name] if name in _BY_NAME else _of_type(schema, name)


def _of_type(schema: Schema, name: str) -> Any:
    kind = schema["type"]
    if kind == "object":
        return {field: _example(inner, field) for field, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [_example(schema["items"], name)]
    if "FREE:" in schema.get("pattern", ""):
        return _BY_NAME["vin"]
    if kind == "string":
        return _BY_FORMAT.get(schema.get("format", ""), f"{name}-1")
    return True if kind == "boolean" else max(1, schema.get("minimum", 1))
