"""Options that several commands share, and how their words are read."""

from typing import Annotated

import typer

from sevenstep.description import DEFAULT_NAME

Name = Annotated[str, typer.Option("--name", help="Which stack, when several run side by side.")]
THE_DEFAULT = DEFAULT_NAME


class UnreadableOption(Exception):
    """An option's value is not what it should be."""

    code = "unreadable-option"


def names_of(text: str) -> list[str]:
    """`booking,crm` as a list."""
    return [name.strip() for name in text.split(",") if name.strip()]


def counts_of(texts: list[str]) -> dict[str, int]:
    """`booking=2` (repeatable, or with commas) as numbers per service."""
    found = {}
    for part in names_of(",".join(texts)):
        name, _, number = part.partition("=")
        if not number.isdigit() or int(number) < 1:
            raise UnreadableOption(f"--processes {part}: write it like booking=2")
        found[name] = int(number)
    return found
