"""The command line without a stack: help, options, and what it says when something is wrong."""

import sys
from pathlib import Path

import pytest
from sevenstep.cli import app, main
from sevenstep.options import UnreadableOption, counts_of, names_of
from typer.testing import CliRunner

COMMANDS = (
    "up",
    "down",
    "status",
    "logs",
    "restart",
    "roll",
    "demo",
    "token",
    "clock",
    "deadletters",
    "trace",
    "announce",
)


def test_help_tells_every_command():
    said = CliRunner().invoke(app, ["--help"])
    assert said.exit_code == 0
    assert all(command in said.output for command in (*COMMANDS, "new-service"))


@pytest.mark.parametrize("command", [*COMMANDS, "new-service"])
def test_every_command_explains_itself(command: str):
    said = CliRunner().invoke(app, [command, "--help"])
    assert said.exit_code == 0
    assert "Usage" in said.output


@pytest.mark.parametrize("words", [["status"], ["token", "--role", "advisor"], ["clock", "show"], ["trace", "v1"]])
def test_without_a_stack_a_command_says_how_to_start_one(words, checkout: Path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["sevenstep", *words])
    with pytest.raises(SystemExit, match="1"):
        main()
    assert "sevenstep up" in capsys.readouterr().err


def test_processes_are_counted_per_service():
    assert counts_of(["booking=2,crm=3", "survey=1"]) == {"booking": 2, "crm": 3, "survey": 1}
    assert counts_of([]) == {}


@pytest.mark.parametrize("text", ["booking", "booking=0", "booking=two", "booking="])
def test_a_count_that_is_none_is_refused(text: str):
    with pytest.raises(UnreadableOption, match="booking=2"):
        counts_of([text])


def test_names_may_have_blanks_between():
    assert names_of(" booking, crm ,") == ["booking", "crm"]
