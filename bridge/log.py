"""How the bridge logs: one JSON object a line, or one line of text in a terminal.

A line carries its request's id.  Messages are constant sentences, values come as extra
fields.  A traceback keeps the types and the places but not the texts of exceptions,
because a foreign library quotes whatever it could not digest: a customer, for instance.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import select
import sys
import threading
import time
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address, ip_network
from types import TracebackType
from typing import Any, TextIO

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from bridge.errors import BridgeError

request_id: ContextVar[str] = ContextVar("request_id", default="")

OURS = ("bridge", "mappings")
"""The loggers that follow the configured level; foreign ones say INFO and above."""

INDISCREET = ("urllib3", "werkzeug", "redis", "opentelemetry")
"""Libraries whose warnings quote addresses with their query strings, or commands."""

PLAIN = re.compile(r"[^\s=\"\x00-\x1f\x7f-\x9f]*")
"""A text that needs no quotes in a line of text."""

Exception_ = tuple[type[BaseException], BaseException, TracebackType | None]
Failed = Exception_ | tuple[None, None, None]


def configure(level: str, form: str = "auto", stream: TextIO | None = None) -> None:
    """Send everything that this process logs to ``stream``, which is stderr if unsaid.

    ``form`` is ``json``, ``text`` or ``auto`` (text in a terminal); ``level`` is a
    level's name in lower case.
    """
    stream = stream or sys.stderr
    text = form == "text" or (form == "auto" and stream.isatty())
    handler = Lines(stream)
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


class Lines(logging.Handler):
    """Writes each line at once and whole, and has hardly a thread wait for another.

    ``logging`` formats and writes under a lock, and whoever writes gives up Python's
    own lock meanwhile: many threads come to queue up for both.  But formatting needs
    none, and the system keeps a small write in one piece (POSIX, ``write``: up to
    ``PIPE_BUF`` bytes into a pipe).  Only a longer line, a traceback, stops the others.

    A line that cannot be written is lost, and nothing else is: a full disk or a reader
    that has gone must not fail a request.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._one_alone = threading.Lock()
        self._alone = False
        self._writing: dict[int, None] = {}
        """The threads with a small write under way: setting and deleting is atomic."""
        try:
            self._file: int | None = stream.fileno()
        except (OSError, AttributeError, ValueError):
            self._file = None  # a stand-in for a file

    def handle(self, record: logging.LogRecord) -> bool:
        """Write a record, without the lock that ``logging`` would take."""
        if not self.filter(record):
            return False
        self.emit(record)
        return True

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        try:
            line = f"{self.format(record)}\n"
        except Exception:
            self.handleError(record)
            return
        with contextlib.suppress(OSError, ValueError):
            if self._file is None:
                self._stream.write(line)
            else:
                self._write(self._file, line.encode("utf-8", "backslashreplace"))

    def _write(self, file: int, line: bytes) -> None:
        me = threading.get_ident()
        self._writing[me] = None
        try:
            if len(line) <= select.PIPE_BUF and not self._alone:
                _write_all(file, line)
                return
        finally:
            self._writing.pop(me, None)
        with self._one_alone:
            self._alone = True
            try:
                while self._writing:
                    time.sleep(0.0001)  # each has passed the gate, and writes once
                _write_all(file, line)
            finally:
                self._alone = False


def _write_all(file: int, line: bytes) -> None:
    """Write all of it, also into a pipe that takes no more just now."""
    while line:
        try:
            line = line[os.write(file, line) :]
        except BlockingIOError:
            select.select([], [file], [])


def whereabouts(address: str) -> str:
    """Return as much of a client's address as a log keeps: enough to block it by.

    Of IPv4 the /24, of IPv6 the /48; ``local`` for whoever connects to a path.
    """
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return "local"
    if isinstance(known, IPv6Address):
        known = known.ipv4_mapped or known
    kept = 24 if known.version == 4 else 48
    return str(ip_network((known, kept), strict=False))


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
        extra = _extra(record).items()
        fields = "".join(f" {key}={_shown(value)}" for key, value in extra)
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
        text = f": {error.for_support}" if isinstance(error, BridgeError) else ""
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


def _shown(value: Any) -> Any:
    """Return a value such that it can be taken for nothing else in its line."""
    plain = not isinstance(value, str) or PLAIN.fullmatch(value)
    if plain:
        return value
    return json.dumps(value, ensure_ascii=not value.isprintable())


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {
        key: value
        for key, value in record.__dict__.items()
        if key not in RESERVED_ATTRS and not key.startswith("_")
    }
