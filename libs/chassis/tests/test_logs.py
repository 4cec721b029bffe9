"""Lines of the log: what libraries repeat is told once."""

import logging
from typing import Any

import pytest
import structlog
from chassis import logs


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> tuple[logging.Logger, list[dict[str, Any]]]:
    told: list[dict[str, Any]] = []

    class Recorded:
        def log(self, level: int, message: str, **more: Any) -> None:
            told.append({"message": message, **more})

    monkeypatch.setattr(structlog, "get_logger", Recorded)
    known = logging.Logger("a-library")
    known.addHandler(logs._Forward())
    return known, told


def test_what_a_library_says_again_and_again_is_told_once(library: tuple[logging.Logger, list[dict[str, Any]]]) -> None:
    known, told = library
    for _ in range(500):
        known.error("Unable connect to node with id %s", 1)
        known.error("Unable connect to node with id %s", 2)
    assert [line["message"][-1] for line in told] == ["1", "2"]


def test_after_a_while_it_is_told_again_and_how_often_it_was_not(
    library: tuple[logging.Logger, list[dict[str, Any]]],
) -> None:
    known, told = library
    for seconds in (0.0, 1.0, 2.0, logs.SAME_S + 1):
        record = known.makeRecord("a-library", logging.ERROR, "", 0, "away", (), None)
        record.created += seconds
        known.handle(record)
    assert [line.get("unsaid") for line in told] == [None, 2]
