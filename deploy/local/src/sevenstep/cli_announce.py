"""`sevenstep announce`: a fact of a service that is not part of the stack, by hand."""

import sys
from typing import Annotated

import typer

from sevenstep import description
from sevenstep.options import THE_DEFAULT, Name


def announce(
    type: Annotated[str, typer.Argument(help="parts.parts-short.v1")],
    key: Annotated[str, typer.Argument(help="The visit's id; with --no-visit what the fact is about")],
    dealer: Annotated[str, typer.Option(help="SH001")],
    body: Annotated[
        str, typer.Option(help="JSON by its schema in libs/contracts/schemas; - reads it from input")
    ] = "-",
    visit: Annotated[bool, typer.Option(help="Whether it is about a visit.")] = True,
    name: Name = THE_DEFAULT,
) -> None:
    """Announce a fact for a service that does not run here: a stock, a campaign office, a warranty desk."""
    from sevenstep import announce as by_hand  # heavy: no other command needs Kafka's clients and all contracts

    told = by_hand.Announcement(type, sys.stdin.read() if body == "-" else body, dealer, key, visit)
    print(by_hand.as_json(by_hand.announce(description.find(name), told)))
