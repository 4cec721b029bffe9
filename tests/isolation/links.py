"""Customers' personal links: whoever changes one, or takes it to another door, finds nothing."""

import base64
import json
import re
from typing import TYPE_CHECKING

from doors import Operation
from recipe import Ask
from recipes import RECIPES
from verdict import Expected, succeeds

if TYPE_CHECKING:
    from walk import Walk

NOTHING = Expected((404,))


async def try_link(walk: "Walk", name: str, purpose: str) -> None:
    """Forged and foreign links first, then both dealers' own."""
    operation = walk.known[name]
    await walk.heard(operation.service)
    before = await walk.watched(operation)
    mine, other = (side.seen[f"link:{purpose}"] for side in walk.sides)
    good = RECIPES[name].ask(walk.first)
    for caller, token in _forged(mine, other).items():
        await walk.cell(operation, caller, "", Ask({**good.path, "token": token}, good.body), {}, NOTHING)
    for door, link in _elsewhere(walk, operation):
        ask = Ask({**_anything(door), **good.path, "token": link}, good.body)
        await walk.cell(door, "link for another purpose", "", ask, {}, NOTHING)
    if await walk.watched(operation) != before:
        walk.ledger.note(name, "forged links", 0, "the object changed")
    for side, stranger in (walk.sides, (walk.second, walk.first)):
        ask = RECIPES[name].ask(side)
        answer = await walk.cell(operation, "own link", "", ask, {}, succeeds(stranger.secrets()))
        if answer.status_code >= 300:
            raise AssertionError(f"{name} was refused by its own link: {answer.text}")
        if answer.headers.get("content-type", "").startswith("application/json"):
            RECIPES[name].keep(side, answer.json())
    walk.done(operation)


def _anything(door: Operation) -> dict[str, str]:
    """Values for whatever stands in an address beside the link."""
    return dict.fromkeys(re.findall(r"{(\w+)}", door.path), "anything")


def _forged(mine: str, other: str) -> dict[str, str]:
    my_claims, my_signature = mine.split(".")
    other_claims, other_signature = other.split(".")
    return {
        "link with a changed signature": f"{my_claims}.{my_signature[:-4]}{my_signature[-4:][::-1].swapcase()}",
        "link without signature": f"{my_claims}.",
        "link with the other's signature": f"{my_claims}.{other_signature}",
        "own signature on the other's claims": f"{other_claims}.{my_signature}",
        "own link with the other's subject": f"{_with_subject_of(my_claims, other_claims)}.{my_signature}",
        "no link at all": "let-me-in",
    }


def _with_subject_of(claims: str, other: str) -> str:
    mine, theirs = _claims(claims), _claims(other)
    mine[1], mine[2] = theirs[1], theirs[2]
    return base64.urlsafe_b64encode(json.dumps(mine, separators=(",", ":")).encode()).decode().rstrip("=")


def _claims(text: str) -> list[object]:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def _elsewhere(walk: "Walk", operation: Operation) -> list[tuple[Operation, str]]:
    """This link at other services' doors, and other purposes' links at this one."""
    links = {name: link for name, link in walk.first.seen.items() if name.startswith("link:")}
    own = RECIPES[operation.name].ask(walk.first).path["token"]
    others = [one for one in walk.known.values() if one.kind == "link" and one.method == operation.method]
    return [
        *((door, own) for door in others if door.service != operation.service),
        *((operation, link) for link in links.values() if link != own),
    ]
