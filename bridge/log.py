"""How the bridge logs: one JSON object a line, or one line of text in a terminal.

A line carries its request's id.  Messages are constant sentences, values come as extra
fields.  A traceback keeps the types and the places but not the texts of exceptions,
because a foreign library quotes whatever it could not digest: a customer, for instance.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from bridge.errors import BridgeError

request_id: ContextVar[str] = ContextVar("request_id", default="")

OURS = ("bridge", "mappings")
"""The loggers that follow the configured level; foreign ones say INFO and above."""

INDISCREET = ("urllib3", "werkzeug", "redis")
"""Libraries whose warnings quote addresses with their query strings, or commands."""

Exception_ = tuple[type[BaseException], BaseException, TracebackType | None]
Failed = Exception_ | tuple[None, None, None]


def configure(level: str, form: str = "auto", stream: TextIO | None = None) -> None:
    """Send everything that this process logs to ``stream``, which is stderr if unsaid.

    ``form`` is ``json``, ``text`` or ``auto`` (text in a terminal); ``level`` is a
    level's name in lower case.
    """
    stream = stream or sys.stderr
    text = form == "text" or (form == "auto" and stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(TextFormatter() if text else LineFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    wanted = logging.getLevelNamesMapping()[level.upper()]
    root.setLevel(max(wanted, logging.INFO))
    for name in OURS:
        logging.getLogger(name).setLevel(wanted)
    for name in INDISCREET:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    threading.excepthook = _thread_died


class LineFormatter(JsonFormatter):
    """One JSON object a line, for whatever collects logs."""

    def __init__(self) -> None:
        super().__init__([], json_default=str)

    def add_fields(
        self,
        log_data: dict[str, Any],
        record: logging.LogRecord,
        message_dict: dict[str, Any],
    ) -> None:
        """Put what every line has first, in the same order."""
        log_data["time"] = _moment(record).isoformat(timespec="milliseconds")
        log_data["level"] = record.levelname.lower()
        log_data["logger"] = record.name
        log_data["message"] = record.message
        if request_id.get():
            log_data["request_id"] = request_id.get()
        log_data.update(_extra(record))
        if "exc_info" in message_dict:
            log_data["exception"] = message_dict["exc_info"]

    def formatException(self, ei: Failed) -> str:
        """Leave out the texts of foreign exceptions."""
        return without_texts(ei)


class TextFormatter(logging.Formatter):
    """One line a line, for somebody who watches a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return time, level, sentence and fields."""
        fields = "".join(f" {key}={value}" for key, value in _extra(record).items())
        line = (
            f"{_moment(record).astimezone():%H:%M:%S} {record.levelname.lower():7} "
            f"{record.getMessage()}{fields}"
        ).replace("\n", " ")
        return f"{line}\n{without_texts(record.exc_info)}" if record.exc_info else line


def without_texts(failed: Failed) -> str:
    """Return a traceback with the types and places of all exceptions in it.

    The bridge's own errors keep their texts: they are made for the POS to show.
    """
    error = failed[1]
    seen: set[int] = set()
    lines: list[str] = []
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        text = f": {error.errortext}" if isinstance(error, BridgeError) else ""
        frames = "".join(traceback.format_tb(error.__traceback__))
        lines.insert(0, f"{frames}{type(error).__qualname__}{text}")
        error = error.__cause__ or (
            None if error.__suppress_context__ else error.__context__
        )
    return "\nwhich led to\n".join(lines)


def _thread_died(args: threading.ExceptHookArgs) -> None:
    """Log what ended a thread, which Python would print with all its texts."""
    if args.exc_value is not None:
        failed = (args.exc_type, args.exc_value, args.exc_traceback)
        logging.getLogger(__name__).error("a thread died", exc_info=failed)


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {
        key: value
        for key, value in record.__dict__.items()
        if key not in RESERVED_ATTRS and not key.startswith("_")
    }
