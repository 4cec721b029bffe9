"""Whether every query of an answer goes along an index: what the store noted while answering is explained once more."""

from collections.abc import Iterator, Mapping
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from bench.figures import check

READS = ("find", "aggregate", "count")
NOTED = ("filter", "sort", "limit", "skip", "projection", "pipeline", "cursor", "query", *READS)


async def begin(mongo: AsyncMongoClient[Any], databases: list[str]) -> None:
    """From now on the store notes every operation on these databases."""
    for name in databases:
        await mongo[name].command("profile", 2)


async def explained(mongo: AsyncMongoClient[Any], databases: list[str]) -> dict[str, int]:
    """Stops noting. The queries by collection and plan, with how often; raises ``CheckFailed`` for a whole scan."""
    found: dict[str, int] = {}
    for name in databases:
        database = mongo[name]
        await database.command("profile", 0)
        async for noted in database["system.profile"].find({"ns": {"$not": {"$regex": r"\.system\."}}}):
            command = noted.get("command", {})
            kind = next((one for one in READS if isinstance(command.get(one), str)), None)
            if kind is None or noted["op"] == "getmore":
                continue
            for asked in _parts(kind, command):
                stages = sorted(set(await _stages(database, kind, asked)))
                check("COLLSCAN" not in stages, f"{name}.{asked[kind]} is scanned as a whole by {command}")
                label = f"{name.rpartition('_')[2]}.{asked[kind]}: {' '.join(stages)}"
                found[label] = found.get(label, 0) + 1
    return dict(sorted(found.items()))


def _parts(kind: str, command: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A query of several collections in one is as many queries."""
    pipeline = command.get("pipeline", [])
    others = [stage["$unionWith"] for stage in pipeline if "$unionWith" in stage]
    own = [stage for stage in pipeline if "$unionWith" not in stage]
    yield {**command, "pipeline": own} if others else command
    for other in others:
        yield {kind: other["coll"], "pipeline": other["pipeline"], "cursor": {}}


async def _stages(database: AsyncDatabase[Any], kind: str, command: Mapping[str, Any]) -> list[str]:
    asked = {kind: command[kind], **{name: command[name] for name in NOTED if name in command and name != kind}}
    told = await database.command("explain", asked, verbosity="queryPlanner")
    return [stage for stage in _walk(told) if stage]


def _walk(told: Any) -> Iterator[str]:
    """All stages of winning plans, at whatever depth; rejected plans do not count."""
    if isinstance(told, Mapping):
        if isinstance(told.get("stage"), str):
            yield told["stage"]
        for name, value in told.items():
            if name not in ("rejectedPlans", "command", "parsedQuery"):
                yield from _walk(value)
    elif isinstance(told, list):
        for value in told:
            yield from _walk(value)
