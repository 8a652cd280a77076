"""What ends this process's children when it is gone, however it went.

A tiny shell holds the other end of a pipe and notices.  That works on every POSIX
system, for children of any language, and whichever thread started them (Linux's own
parent death signal does not).
"""

from __future__ import annotations

import atexit
import os
import subprocess
import threading
from pathlib import Path

WATCH = Path(__file__).with_name("leash.sh")
"""Gives children five seconds: a worker needs some to finish an answer."""


class Leash:
    """Holds the pids of children, each the leader of a process group of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pids: set[int] = set()
        self._owner = os.getpid()
        self._watch = subprocess.Popen(  # noqa: S603 - a constant program
            ["/bin/sh", str(WATCH)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        atexit.register(self.close)

    def hold(self, pid: int) -> None:
        """End ``pid`` when this process dies."""
        with self._lock:
            self._pids.add(pid)
            self._tell()

    def release(self, pid: int) -> None:
        """Forget ``pid``, which has ended."""
        with self._lock:
            self._pids.discard(pid)
            self._tell()

    def close(self) -> None:
        """End whatever is still held, as this process's death would."""
        # A process that was forked from the owner has the same exit handlers.
        if os.getpid() == self._owner and self._watch.returncode is None:
            self._watch.communicate()

    def _tell(self) -> None:
        line = " ".join(map(str, sorted(self._pids))) + "\n"
        assert self._watch.stdin is not None
        self._watch.stdin.write(line.encode())
        self._watch.stdin.flush()
