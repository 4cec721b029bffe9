"""The `sevenstep` command line."""

import sys

import typer

from sevenstep import cli_announce, cli_deadletters, cli_operations, cli_platform, cli_scaffold
from sevenstep.display import complaints
from sevenstep.signals import ToldToStop

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="The local stack of the Sevenstep platform, and tools to look into it.",
)

for command in (cli_platform.up, cli_platform.down, cli_platform.status, cli_platform.logs):
    app.command(rich_help_panel="Stack")(command)
for command in (cli_platform.restart, cli_platform.roll, cli_platform.demo):
    app.command(rich_help_panel="Stack")(command)
for command in (cli_operations.token, cli_operations.trace):
    app.command(rich_help_panel="Look and repair")(command)
app.command(rich_help_panel="Look and repair")(cli_announce.announce)
app.add_typer(cli_operations.clock, name="clock", rich_help_panel="Look and repair")
app.add_typer(cli_deadletters.deadletters, name="deadletters", rich_help_panel="Look and repair")
app.command("new-service", rich_help_panel="Build")(cli_scaffold.new_service)


def main() -> None:
    """Run a command; an error of ours is told in its own words, without a trace of code."""
    try:
        app()
    except ToldToStop as told:
        complaints.print(str(told))
        sys.exit(130)
    except Exception as failure:
        if not hasattr(failure, "code"):
            raise
        complaints.print(str(failure), style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(1)
