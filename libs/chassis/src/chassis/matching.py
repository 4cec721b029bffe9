"""The few query operators the platform uses, in memory: for tests, and for what a unit has not written yet."""

from collections.abc import Callable
from typing import Any

from chassis.documents import Raw, plain

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "$lt": lambda a, b: a < b,
    "$lte": lambda a, b: a <= b,
    "$gt": lambda a, b: a > b,
    "$gte": lambda a, b: a >= b,
}


class UnknownOperator(Exception):
    """Only the operators named in ``chassis.matching`` work on every store."""

    code = "unknown-operator"


def matches(raw: Raw, wanted: Raw) -> bool:
    """Whether a document meets a filter of equality, ``$in``, ``$ne``, comparisons, ``$exists`` and dotted paths."""
    return all(_meets(list(_values(raw, path.split("."))), condition) for path, condition in wanted.items())


def _values(value: Any, path: list[str]) -> list[Any]:
    if not path:
        return [value, *value] if isinstance(value, list) else [value]
    if isinstance(value, list):
        return [found for item in value for found in _values(item, path)]
    if isinstance(value, dict) and path[0] in value:
        return _values(value[path[0]], path[1:])
    return []


def _meets(found: list[Any], condition: Any) -> bool:
    if not (isinstance(condition, dict) and any(str(key).startswith("$") for key in condition)):
        return plain(condition) in found or (condition is None and not found)
    return all(_operator(found, name, plain(operand)) for name, operand in condition.items())


def _operator(found: list[Any], name: str, operand: Any) -> bool:
    if name == "$in":
        return any(value in operand for value in found)
    if name == "$ne":
        return operand not in found
    if name == "$exists":
        return bool(found) == operand
    if name in _COMPARE:
        return any(_comparable(value, operand) and _COMPARE[name](value, operand) for value in found)
    raise UnknownOperator(f"{name} is not one of the operators every store here has")


def _comparable(value: Any, operand: Any) -> bool:
    numbers = isinstance(value, int | float) and isinstance(operand, int | float)
    return numbers or type(value) is type(operand)


def ordered(raws: list[Raw], sort: list[tuple[str, int]]) -> list[Raw]:
    """Sorted as MongoDB would: missing values first, later keys break ties."""
    for path, direction in reversed(sort):
        raws = sorted(raws, key=lambda raw: _sort_key(raw, path), reverse=direction < 0)
    return raws


def _sort_key(raw: Raw, path: str) -> tuple[bool, Any]:
    found = [value for value in _values(raw, path.split(".")) if value is not None]
    return (bool(found), found[0] if found else 0)
