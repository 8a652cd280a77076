"""Requests that wait for a thread: first come, first served, and never for long.

Whoever would wait for longer than ``longest`` is better off knowing at once, so that
those who are served are served quickly.  How long a wait would be is estimated from how
long requests have lately kept a thread; where the estimate was wrong, the wait ends.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Executor, ThreadPoolExecutor

from bridge.arrival import Load
from bridge.deadline import Clock
from bridge.server.connection import Connection

WEIGHT = 0.1
"""What the latest request counts for in the mean time that one keeps a thread."""


class Queue:
    """Some threads, and who waits for one of them."""

    def __init__(
        self,
        threads: int,
        longest: float,
        *,
        pool: Executor | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        """``longest`` is in seconds."""
        self.pool = pool or ThreadPoolExecutor(threads)
        self.load = Load(clock)
        self.busy = 0
        self.threads, self._longest, self._clock = threads, longest, clock
        self._mean = 0.0
        self._waiting: dict[Connection, float] = {}
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many requests no thread has begun with."""
        return len(self._waiting)

    def join(self, connection: Connection) -> bool:
        """Let a request wait; ``False`` if it would take too long."""
        with self._lock:
            ahead = len(self._waiting) + self.busy + 1 - self.threads
            if ahead * self._mean > self._longest * self.threads:
                return False
            self._waiting[connection] = self._clock()
            return True

    def begin(self, connection: Connection) -> float | None:
        """Take a thread; return how long it was waited for, in seconds.

        ``None`` if the request does not wait any more.
        """
        with self._lock:
            since = self._waiting.pop(connection, None)
            if since is None:
                return None
            self.busy += 1
        waited = self._clock() - since
        self.load.waited(waited)
        return waited

    def end(self, seconds: float) -> None:
        """Give a thread back that was kept for so long."""
        with self._lock:
            self.busy -= 1
            self._mean += WEIGHT * (seconds - self._mean)

    def too_long(self, waited: float) -> bool:
        """Whether nobody should have had to wait for so long."""
        return waited > self._longest

    def overdue(self) -> list[Connection]:
        """Take out whoever has waited too long."""
        if not self._waiting:
            return []
        latest = self._clock() - self._longest
        with self._lock:
            late = []
            for connection, since in self._waiting.items():
                if since > latest:
                    break
                late.append(connection)
            for connection in late:
                del self._waiting[connection]
        return late
