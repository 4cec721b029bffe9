"""One JSON object per line on standard output, with the trace it belongs to. No personal value is ever logged."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from opentelemetry import trace
from pydantic import ValidationError

from chassis.telemetry import about, current_trace_id

Line = MutableMapping[str, Any]

_QUIET = {"uvicorn.error": logging.INFO, "aiokafka": logging.WARNING, "pymongo": logging.WARNING}
_MOST_FRAMES = 12
SAME_S = 10.0
"""A library says the same thing once in this time: while brokers are away theirs are thousands of lines a minute."""
_MOST_KNOWN = 1000


def start(service: str, process: str) -> None:
    """Sends everything that is logged, also by libraries, to standard output in the same form."""

    def who(_: Any, __: str, line: Line) -> Line:
        line["service"], line["process"] = service, process
        return line

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            who,
            where,
            cause,
            structlog.processors.JSONRenderer(default=str, ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(),
    )
    logging.basicConfig(handlers=[_Forward()], level=logging.WARNING, force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", *_QUIET):
        known = logging.getLogger(name)
        known.handlers, known.propagate = [], name != "uvicorn.access"
        known.setLevel(_QUIET.get(name, logging.NOTSET))


def where(_: Any, __: str, line: Line) -> Line:
    """Trace, span, dealer and visit of what is being done."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        line["trace_id"], line["span_id"] = f"{context.trace_id:032x}", f"{context.span_id:016x}"
    elif carried := current_trace_id():
        line["trace_id"] = carried
    dealer_id, visit_id = about.get()
    if dealer_id:
        line.setdefault("dealer", dealer_id)
    if visit_id:
        line.setdefault("visit", visit_id)
    return line


def cause(_: Any, __: str, line: Line) -> Line:
    """An exception as type, message and places; never the values it was raised over."""
    error = line.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-_MOST_FRAMES:]
        line["error"] = f"{type(error).__name__}: {said(error)}"
        line["at"] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return line


def said(error: BaseException) -> str:
    """The message of an exception; pydantic's would repeat the input, so only its places and kinds are told."""
    if isinstance(error, ValidationError):
        found = error.errors(include_input=False, include_url=False, include_context=False)
        return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in found)[:500]
    return str(error)[:500]


class _Forward(logging.Handler):
    """Takes what libraries log by the standard module. ``unsaid``: how often it was said since it was last told."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, tuple[float, int]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = record.getMessage()
            at, unsaid = self._told.get(message, (-SAME_S, 0))
            if record.created - at < SAME_S:
                self._told[message] = (at, unsaid + 1)
                return
            if len(self._told) >= _MOST_KNOWN:
                self._told.clear()
            self._told[message] = (record.created, 0)
            more = {"unsaid": unsaid} if unsaid else {}
            structlog.get_logger().log(
                record.levelno, message, logger=record.name, exc_info=record.exc_info or None, **more
            )
        except Exception:
            self.handleError(record)
