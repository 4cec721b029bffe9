"""`sevenstep deadletters`: facts that could not be handled: list, show, replay, drop."""

import json
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.table import Table

from sevenstep import description
from sevenstep.display import complaints, console
from sevenstep.operations import NotReached, Operator, Process, Refused
from sevenstep.options import THE_DEFAULT, Name, names_of

deadletters = typer.Typer(no_args_is_help=True, help="Facts that could not be handled: list, show, replay, drop.")

STATES = ("WAITING", "PARKED", "BEHIND", "DEAD", "DROPPED")
MOST = 1000

Service = Annotated[str, typer.Argument(help="The service that could not handle it")]
Letters = Annotated[list[str] | None, typer.Argument(help="Ids, as `list` shows them")]
Services = Annotated[str, typer.Option("--services", help="Only these services: booking,crm")]
State = Annotated[str, typer.Option(help=f"{', '.join(STATES)}. Left out: all but DROPPED")]
Consumer = Annotated[str, typer.Option(help="Only this consumer's")]
Type = Annotated[str, typer.Option(help="Only facts of this type: booking.appointment-held.v1")]
Limit = Annotated[int, typer.Option(min=1, max=MOST, help="At most so many of each service, the oldest first.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: an array on standard output.")]
Sure = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
All = Annotated[bool, typer.Option("--all", help="All that --state, --consumer and --type choose; DEAD unless told.")]


@dataclass(frozen=True)
class Wanted:
    """Which dead letters."""

    state: str = ""
    consumer: str = ""
    type: str = ""
    limit: int = MOST

    def __post_init__(self) -> None:
        if self.state and self.state not in STATES:
            raise typer.BadParameter(f"'{self.state}' is none of {', '.join(STATES)}", param_hint="--state")

    @property
    def path(self) -> str:
        asked = {"state": self.state, "consumer": self.consumer, "type": self.type, "limit": str(self.limit)}
        return "/ops/deadletters?" + "&".join(f"{name}={quote(value)}" for name, value in asked.items() if value)


@deadletters.command("list")
def list_letters(
    services: Services = "",
    state: State = "",
    consumer: Consumer = "",
    type: Type = "",
    limit: Limit = 100,
    as_json: AsJson = False,
    name: Name = THE_DEFAULT,
) -> None:
    """What stands aside in every service, the oldest first. A service that does not answer is named; status 1."""
    operator = Operator(description.find(name))
    wanted, found, silent = Wanted(state, consumer, type, limit), [], False
    for process in _chosen(operator, names_of(services)):
        try:
            found += [{"service": process.service, **letter} for letter in _letters(operator, process, wanted)]
        except (NotReached, Refused) as failure:
            silent = True
            complaints.print(str(failure), style="red", highlight=False, markup=False, soft_wrap=True)
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        console.print(_table(found) if found else "No dead letters.")
    if silent:
        raise typer.Exit(1)


@deadletters.command("show")
def show_letter(
    service: Service, letter: Annotated[str, typer.Argument(help="Its id")], name: Name = THE_DEFAULT
) -> None:
    """One dead letter as JSON, with its reason and every byte it came with; bytes that are no text as base64."""
    operator = Operator(description.find(name))
    print(json.dumps(operator.call(operator.process_of(service), "GET", _at(letter)), ensure_ascii=False, indent=1))


@deadletters.command("replay")
def replay_letters(
    service: Service,
    letters: Letters = None,
    every: All = False,
    state: State = "",
    consumer: Consumer = "",
    type: Type = "",
    yes: Sure = False,
    name: Name = THE_DEFAULT,
) -> None:
    """Handle them once more, as if they came now. What has had its effect does not have it again."""
    operator = Operator(description.find(name))
    process = operator.process_of(service)
    wanted = Wanted(state or "DEAD", consumer, type)
    chosen = _decided(operator, process, letters, every, wanted)
    if every and chosen and not yes:
        typer.confirm(f"Replay {len(chosen)} of {service}?", abort=True)
    for letter in chosen:
        operator.call(process, "POST", f"{_at(letter)}/replay")
        console.print(f"{letter}: replayed", highlight=False, markup=False, soft_wrap=True)


@deadletters.command("drop")
def drop_letters(
    service: Service,
    reason: Annotated[str, typer.Option(prompt="Why", help="It is written down.")],
    letters: Letters = None,
    every: All = False,
    state: State = "",
    consumer: Consumer = "",
    type: Type = "",
    yes: Sure = False,
    name: Name = THE_DEFAULT,
) -> None:
    """Give them up, with a reason that is kept. Later facts of the same aggregate then go on without them."""
    operator = Operator(description.find(name))
    process = operator.process_of(service)
    wanted = Wanted(state or "DEAD", consumer, type)
    chosen = _decided(operator, process, letters, every, wanted)
    if chosen and not yes:
        for letter in chosen[:10]:
            told = operator.call(process, "GET", _at(letter))
            told_by = f"{letter}: {told.get('type') or 'of no type'}, {told.get('state')}: {told.get('reason')}"
            console.print(told_by, highlight=False, markup=False, soft_wrap=True)
        typer.confirm(f"Give up {len(chosen)} of {service}? Their effect is lost", abort=True)
    for letter in chosen:
        operator.call(process, "POST", f"{_at(letter)}/drop", {"reason": reason})
        console.print(f"{letter}: dropped", highlight=False, markup=False, soft_wrap=True)


def _decided(operator: Operator, process: Process, letters: list[str] | None, every: bool, wanted: Wanted) -> list[str]:
    """The ids somebody named, or all that are chosen by filters."""
    if bool(letters) == every:
        raise typer.BadParameter("name the ids, or say --all with --state, --consumer or --type", param_hint="LETTERS")
    if letters:
        return letters
    found = [letter["id"] for letter in _letters(operator, process, wanted)]
    if not found:
        console.print("No dead letters.")
    return found


def _letters(operator: Operator, process: Process, wanted: Wanted) -> list[dict[str, Any]]:
    found = operator.call(process, "GET", wanted.path)["items"]
    return [letter for letter in found if wanted.state or letter.get("state") != "DROPPED"]


def _at(letter: str) -> str:
    """Whoever sent the fact chose its id: it may hold anything."""
    return f"/ops/deadletters/{quote(letter, safe='')}"


def _table(letters: list[dict[str, Any]]) -> Table:
    table = Table()
    for heading in ("service", "id", "type", "state", "tries", "since", "reason"):
        table.add_column(heading, overflow="fold")
    for letter in letters:
        told = {**letter, "since": str(letter.get("since", ""))[:19]}
        row = (told.get(key, "") for key in ("service", "id", "type", "state", "tries", "since", "reason"))
        table.add_row(*(_plain(str(value)) for value in row))
    return table


def _plain(text: str) -> str:
    """Nothing of a stranger's text works on the terminal or as markup."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text).replace("[", r"\[")


def _chosen(operator: Operator, services: list[str]) -> list[Process]:
    return [operator.process_of(service) for service in services] if services else operator.one_of_each()
