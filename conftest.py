"""What every test of the workspace may use: real servers, started once per test session when a test asks for them."""

import asyncio
import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from chassis.logs import cause
from hypothesis import settings

if TYPE_CHECKING:
    from sevenstep.description import StackDescription
    from sevenstep.stack import Stack


# A slow or busy machine is no failure of a property. `make check` asks for "quick".
settings.register_profile("thorough", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=15, stateful_step_count=15)
settings.load_profile("thorough")

collect_ignore = ["deploy/template"]  # a service that does not exist yet; its tests run where it has been rendered


def pytest_configure() -> None:
    """A line per message in tests: rendering each traceback with its values takes seconds."""
    structlog.configure(
        processors=[structlog.processors.add_log_level, cause, structlog.dev.ConsoleRenderer(colors=False)]
    )


_stacks: list["Stack"] = []
"""The servers of this session, asked after a failure whether they still live."""


@pytest.fixture(scope="session")
def servers() -> Iterator["StackDescription"]:
    """Kafka, MongoDB, issuer and trace bridge, without services. SEVENSTEP_STACK names a stack.json to use instead."""
    from sevenstep.description import read
    from sevenstep.stack import Stack, StackOptions

    given = os.environ.get("SEVENSTEP_STACK")
    running = read(Path(given)) if given else None
    if running is not None and running.alive:
        yield running
        return
    with Stack(StackOptions(name=f"test-{os.getpid()}", services=[], discard=True)) as stack:
        _stacks.append(stack)
        yield stack.description
        _stacks.remove(stack)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that ran out of time says what every task was waiting for."""
    report = yield
    if call.excinfo is not None and "Timeout" in str(call.excinfo.value):
        report.sections.append(("tasks at the time limit", "\n\n".join(_waiting_tasks())))
    return report


def _waiting_tasks() -> list[str]:
    loops = [found for found in gc.get_objects() if isinstance(found, asyncio.BaseEventLoop) and not found.is_closed()]
    return [
        f"{task.get_name()}\n" + "\n".join(_await_chain(task)) for loop in loops for task in asyncio.all_tasks(loop)
    ]


def _await_chain(task: "asyncio.Task[Any]") -> Iterator[str]:
    waiting: Any = task.get_coro()
    while waiting is not None:
        frame = getattr(waiting, "cr_frame", None) or getattr(waiting, "gi_frame", None)
        yield f"  {frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_qualname}" if frame else f"  {waiting!r}"
        waiting = getattr(waiting, "cr_await", None) or getattr(waiting, "gi_yieldfrom", None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> Generator[None]:
    """Failures are told when they happen: a run that is stopped from outside has no summary."""
    yield
    if report.failed:
        print(f"\n--- {report.nodeid} ({report.when})\n{report.longreprtext}")
        for title, text in report.sections:
            if title.startswith("tasks"):
                print(f"--- {title}\n{text}")
        for stack in _stacks:
            for fallen in stack.fallen():
                print(f"--- {fallen} ended by itself\n{_last_lines(Path(stack.description.logs), fallen)}")


def _last_lines(logs: Path, part: str) -> str:
    found = [path for path in logs.glob("*.log") if path.stem == part]
    return "\n".join(line for path in found for line in path.read_text(errors="replace").splitlines()[-20:])
