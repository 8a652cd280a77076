"""Real processes in tests: started, listened to, and gone when the test is over."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO

import psutil

ROOT = Path(__file__).parents[1]
PATIENCE = 90.0
"""Seconds that no wait lasts unless something is wrong."""

STOP_SECONDS = 40.0
"""What whoever stops a bridge has to wait for, before using force."""


class Running:
    """One command at work, with what it says."""

    def __init__(
        self, arguments: Sequence[str], environment: dict[str, str] | None = None
    ) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.said: list[str] = []
        self.logged: list[str] = []
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._log_lines: SimpleQueue[str | None] = SimpleQueue()
        self._readers = [
            threading.Thread(target=self._read, args=args, daemon=True)
            for args in (
                (self.process.stdout, self.said, self._lines),
                (self.process.stderr, self.logged, self._log_lines),
            )
        ]
        for reader in self._readers:
            reader.start()

    def until(self, text: str, seconds: float = PATIENCE) -> str:
        """Wait for a line on standard output that has ``text`` in it; return it."""
        return self._until(text, self._lines, seconds)

    def until_logged(self, text: str, seconds: float = PATIENCE) -> str:
        """Wait for such a line on standard error."""
        return self._until(text, self._log_lines, seconds)

    def _until(
        self, text: str, lines: SimpleQueue[str | None], seconds: float = PATIENCE
    ) -> str:
        give_up = time.monotonic() + seconds
        while True:
            try:
                line = lines.get(timeout=max(0, give_up - time.monotonic()))
            except Empty:
                line = None
            if line is None:
                raise AssertionError(f"never said {text!r}:\n{self.everything()}")
            if text in line:
                return line

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self, seconds: float = PATIENCE) -> int:
        """Wait for the process to end by itself; return its exit status."""
        status = self.process.wait(seconds)
        for reader in self._readers:
            reader.join(PATIENCE)
        return status

    def descendants(self) -> list[psutil.Process]:
        """Return the processes that it has started, directly or not."""
        return list(psutil.Process(self.process.pid).children(recursive=True))

    def everything(self) -> str:
        return "\n".join([*self.said, *self.logged])

    def _read(
        self, stream: IO[str], kept: list[str], lines: SimpleQueue[str | None]
    ) -> None:
        with stream:
            for line in stream:
                kept.append(line.rstrip("\n"))
                lines.put(kept[-1])
        lines.put(None)


@contextmanager
def running(
    *arguments: str, environment: dict[str, str] | None = None
) -> Iterator[Running]:
    """Run ``sitoo-bridge`` with arguments; stop it and all it started at the end."""
    one = Running(["-m", "bridge.cli", *arguments], environment)
    try:
        yield one
    finally:
        if one.process.poll() is None:
            started = one.descendants()
            one.tell(signal.SIGTERM)
            one.end(STOP_SECONDS)
            assert still_there(started) == []


def still_there(processes: Iterable[psutil.Process], seconds: float = PATIENCE) -> list:
    """Wait until the processes are gone; return those that are not."""
    return [one for one in processes if not _gone(one.pid, seconds)]


def _gone(pid: int, seconds: float) -> bool:
    """Wait for the system to say that a process, anybody's child, has ended."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], seconds)[0])
    finally:
        os.close(handle)
