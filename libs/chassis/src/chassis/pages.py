"""The documentation pages, served from here alone: no request to another host."""

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.staticfiles import StaticFiles

STATIC = Path(__file__).parent / "static"

_NOTHING_FOREIGN = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
}

_API_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} API</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/static/swagger-ui/swagger-ui.css">
</head><body><div id="ui"></div>
<script src="docs/static/swagger-ui/swagger-ui-bundle.js"></script><script src="docs/static/docs.js"></script>
</body></html>"""

_EVENTS_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} events</title><link rel="icon" href="data:,"><link rel="stylesheet" href="static/docs.css">
</head><body><main>{body}</main></body></html>"""


def install(app: FastAPI, asyncapi: Callable[[], dict[str, Any]]) -> None:
    """``/docs`` (HTTP), ``/docs/events`` (Kafka) and ``/asyncapi.json``."""

    async def api_page(_: Request) -> HTMLResponse:
        return HTMLResponse(_API_PAGE.format(title=escape(app.title)), headers=_NOTHING_FOREIGN)

    async def events_page(_: Request) -> HTMLResponse:
        page = _EVENTS_PAGE.format(title=escape(app.title), body=events_body(asyncapi()))
        return HTMLResponse(page, headers=_NOTHING_FOREIGN)

    async def asyncapi_json(_: Request) -> JSONResponse:
        return JSONResponse(asyncapi())

    app.add_route("/docs", api_page, include_in_schema=False)
    app.add_route("/docs/events", events_page, include_in_schema=False)
    app.add_route("/asyncapi.json", asyncapi_json, include_in_schema=False)
    app.mount("/docs/static", StaticFiles(directory=STATIC))


def events_body(document: dict[str, Any]) -> str:
    """An AsyncAPI document as plain HTML: what is announced, what is listened to, every message with its fields."""
    info, parts = document["info"], document.get("components", {})
    found = [f"<h1>{escape(info['title'])}: events</h1><p>{escape(info.get('description', ''))}</p>"]
    for operation in document.get("operations", {}).values():
        found.append(_operation(operation, document.get("channels", {})))
    found.append("<h2>Messages</h2>")
    for name, message in sorted(parts.get("messages", {}).items()):
        found.append(_message(name, message, parts.get("schemas", {})))
    for trait in parts.get("messageTraits", {}).values():
        found.append(f"<h2>Headers of every message</h2>{_fields(trait.get('headers', {}))}")
    return "\n".join(found)


def _operation(operation: dict[str, Any], channels: dict[str, Any]) -> str:
    channel = channels.get(_last(operation["channel"]), {})
    verb = "Announces on" if operation["action"] == "send" else "Listens to"
    names = "".join(
        f"<li><a href='#{_last(m)}'><code>{_last(m)}</code></a></li>" for m in operation.get("messages", [])
    )
    return f"<h2>{verb} <code>{escape(channel.get('address', ''))}</code></h2><ul>{names}</ul>"


def _message(name: str, message: dict[str, Any], schemas: dict[str, Any]) -> str:
    payload = message.get("payload", {})
    schema = schemas.get(_last(payload), payload) if "$ref" in payload else payload
    said = message.get("description") or message.get("summary") or schema.get("description", "")
    note = f"<p class='note'>{escape(said)}</p>"
    return f"<h3 id='{escape(name)}'><code>{escape(name)}</code></h3>{note}{_fields(schema)}"


def _fields(schema: dict[str, Any]) -> str:
    required = set(schema.get("required", []))
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(_kind(field))}</td>"
        f"<td>{'yes' if name in required else 'no'}</td><td>{escape(field.get('description', ''))}</td></tr>"
        for name, field in schema.get("properties", {}).items()
    )
    head = "<tr><th>Field</th><th>Type</th><th>Always there</th><th>Meaning</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>" if rows else ""


def _kind(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return _last(field)
    if options := field.get("anyOf") or field.get("oneOf"):
        return " or ".join(_kind(option) for option in options)
    if "const" in field:
        return repr(field["const"])
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}))}"
    return " ".join(filter(None, [str(field.get("type", "anything")), field.get("format", "")]))


def _last(reference: dict[str, str]) -> str:
    return reference.get("$ref", "").rpartition("/")[2]
