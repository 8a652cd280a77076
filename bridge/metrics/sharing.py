"""How several processes count together, such that counting can fail nothing.

prometheus_client maps a file into memory and counts in there: where the file's
directory is gone, full or read-only, counting raises, or ends the process.  Here a
process counts in its own memory.  A thread of its own writes every second what it has
counted, in prometheus_client's format, and whoever is asked reads what all have
written.  What goes wrong with the files is logged, and tried again.
"""

from __future__ import annotations

import atexit
import logging
import os
import struct
import threading
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, values
from prometheus_client.mmap_dict import mmap_key
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.values import MutexValue

log = logging.getLogger(__name__)

WRITE_SECONDS = 1.0
"""How old what other processes have counted may be."""


class Value(MutexValue):
    """One number, which this process keeps, and its key in a file."""

    kept: dict[str, list[tuple[bytes, Value]]] = {}  # noqa: RUF012 - one for all
    """By kind of file: all numbers of this process."""

    def __init__(
        self,
        kind: str,
        metric: str,
        name: str,
        labels: Any,
        values: Any,
        about: str,
        multiprocess_mode: str = "",
        **_: Any,
    ) -> None:
        super().__init__(kind, metric, name, labels, values, about)  # type: ignore[no-untyped-call]
        self.timestamp = 0.0
        file = f"gauge_{multiprocess_mode}" if kind == "gauge" else kind
        key: str = mmap_key(metric, name, labels, values, about)
        self.kept.setdefault(file, []).append((key.encode(), self))

    def set(self, value: float, timestamp: float | None = None) -> None:
        """Replace the number, and remember when."""
        super().set(value)  # type: ignore[no-untyped-call]
        self.timestamp = timestamp or 0.0

    def forget(self) -> None:
        """Begin anew, in a process that was forked from the one that has counted."""
        self._lock = threading.Lock()
        self._value = self.timestamp = 0.0


def _forget_all() -> None:
    for numbers in Value.kept.values():
        for _, value in numbers:
            value.forget()


values.ValueClass = Value
os.register_at_fork(after_in_child=_forget_all)


class Sharing:
    """Writes what this process has counted into a directory, and reads all of it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._lock = threading.Lock()
        self._writes = True
        threading.Thread(target=self._go_on, name="metrics", daemon=True).start()
        atexit.register(self.write)

    def write(self) -> bool:
        """Write all numbers down; return whether that went well."""
        with self._lock:
            try:
                self.directory.mkdir(parents=True, exist_ok=True)
                for kind, numbers in list(Value.kept.items()):
                    self._replace(f"{kind}_{os.getpid()}.db", _written(numbers[:]))
            except OSError as error:
                if self._writes:
                    fields = {"error": type(error).__name__, "number": error.errno}
                    log.warning(
                        "metrics cannot be shared between processes", extra=fields
                    )
                self._writes = False
            else:
                self._writes = True
            return self._writes

    def registry(self) -> CollectorRegistry | None:
        """Return what all processes have counted, if that can be read now."""
        if not self.write():
            return None
        registry = CollectorRegistry()
        try:
            MultiProcessCollector(registry, path=str(self.directory))  # type: ignore[no-untyped-call]
        except (OSError, ValueError):
            return None
        return registry

    def _replace(self, name: str, content: bytes) -> None:
        """Write a file such that nobody ever reads half of it."""
        new = self.directory / f"{name}.new"
        new.write_bytes(content)
        new.replace(self.directory / name)

    def _go_on(self) -> None:
        pause = threading.Event()
        while not pause.wait(WRITE_SECONDS):
            self.write()


def drop_gauges(directory: Path, pid: int) -> None:
    """Drop what a process has said of itself that has ended; its counts stay."""
    try:
        mark_process_dead(pid, str(directory))  # type: ignore[no-untyped-call]
    except OSError:
        log.debug("a dead process's gauges could not be dropped")


def _written(numbers: list[tuple[bytes, Value]]) -> bytes:
    """Return what ``prometheus_client.mmap_dict`` would have in its file."""
    entries = b"".join(
        struct.pack(
            f"i{_padded(key)}sdd",
            len(key),
            key.ljust(_padded(key)),
            value.get(),  # type: ignore[no-untyped-call]
            value.timestamp,
        )
        for key, value in numbers
    )
    return struct.pack("ii", 8 + len(entries), 0) + entries


def _padded(key: bytes) -> int:
    return len(key) + 8 - (len(key) + 4) % 8
