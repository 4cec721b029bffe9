"""The command that makes a new service."""

from typing import Annotated

import typer

from sevenstep import scaffold, workspace
from sevenstep.display import console


def new_service(name: Annotated[str, typer.Argument(help="One lower-case word, such as parts")]) -> None:
    """Make services/NAME from the template: it runs, is tested, and is found by its folder."""
    folder = scaffold.render(name, workspace.root())
    console.print(f"Made {folder.relative_to(workspace.root())}. Next: its README, then make check.")
