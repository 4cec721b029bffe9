"""The same answer as a table for a person's spreadsheet: CSV where the caller asks for it, in his language.

What an answer holds once comes first, name beside value; then each of its lists, under its own head. UTF-8 with a byte
order mark, else spreadsheets take it for something else. A text that a spreadsheet would run as a formula stands behind
an apostrophe.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel
from pydantic_core import to_jsonable_python
from starlette.requests import Request
from starlette.responses import Response

from chassis.texts import Words, words_asked

CSV = "text/csv"
AS_TABLE: dict[int | str, dict[str, Any]] = {200: {"content": {CSV: {"schema": {"type": "string"}}}}}
"""Of a route that also answers with ``Accept: text/csv``."""
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BOM = "\ufeff"

Row = Mapping[str, Any]
T = TypeVar("T", bound=BaseModel | dict[str, Any])


def told(request: Request, answer: T, of: Mapping[str, str] | None = None) -> T | Response:
    """The answer as it is, or as CSV. ``of``: columns whose values are codes of a list, and which list."""
    if CSV not in request.headers.get("accept", ""):
        return answer
    words = words_asked(request.scope)
    body = _BOM + _written(to_jsonable_python(answer), words, of or {})
    headers = {
        "Content-Disposition": f'attachment; filename="{request.url.path.strip("/").replace("/", "-")}.csv"',
        "Content-Language": words.language,
        "Vary": "Accept, Accept-Language",
    }
    return Response(body.encode(), media_type=f"{CSV}; charset=utf-8; header=present", headers=headers)


def columns_of(*models: type[BaseModel]) -> tuple[str, ...]:
    """Every name that can stand at the head of a column of these answers, and how truth is written."""
    return tuple(dict.fromkeys((*(name for model in models for name in _names(model)), "yes", "no")))


def _names(model: Any) -> Iterable[str]:
    if isinstance(model, type) and issubclass(model, BaseModel):
        for name, field in model.model_fields.items():
            yield name
            yield from _names(field.annotation)
    for inner in get_args(model):
        yield from _names(inner)


def _written(answer: Row, words: Words, of: Mapping[str, str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    lists = {name: value for name, value in answer.items() if isinstance(value, list)}
    once = _flat({name: value for name, value in answer.items() if name not in lists})
    for name, value in once.items():
        writer.writerow([_head(name, words), _cell(name, value, words, of)])
    for name, rows in lists.items():
        if once or len(lists) > 1:
            writer.writerows([[], [_head(name, words)]])
        _list(writer, [_flat(row) for row in rows], words, of)
    return out.getvalue()


def _list(writer: Any, rows: Sequence[Row], words: Words, of: Mapping[str, str]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer.writerow([_head(name, words) for name in columns])
    writer.writerows([_cell(name, row.get(name), words, of) for name in columns] for row in rows)


def _flat(row: Row, before: str = "") -> dict[str, Any]:
    """One level of names; what is within a value stands as ``outer.inner``."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        flat |= _flat(value, f"{before}{name}.") if isinstance(value, Mapping) else {before + name: value}
    return flat


def _head(name: str, words: Words) -> str:
    return " · ".join(words.name("column", part) for part in name.split("."))


def _cell(name: str, value: Any, words: Words, of: Mapping[str, str]) -> Any:
    if isinstance(value, bool):
        return words.name("column", "yes" if value else "no")
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, list):
        value = ", ".join(_texts(value))
    return _safe(words.name(of[name], value) if name in of else str(value))


def _texts(values: Iterable[Any]) -> Iterable[str]:
    return (" ".join(map(str, value.values())) if isinstance(value, Mapping) else str(value) for value in values)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_RUNS) else text
