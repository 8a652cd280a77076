"""When a request came, whether whoever sent it still waits, and how busy things are.

The server knows it and hands it over with each request; everybody else only reads it.
Knows nothing of sockets, HTTP or what was asked.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bridge.deadline import Clock

ENVIRON = "sitoo_bridge.arrival"
"""Where the server puts it into a request's WSGI environment."""

RECENT_SECONDS = 10.0
"""How far back "lately" reaches, at least; at most it is twice as far."""


class Load:
    """How long requests have lately waited for a thread, and how many were refused."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._window = 0
        self._waits = [0.0, 0.0]
        self._refused = [0, 0]

    def waited(self, seconds: float) -> None:
        """Remember how long a request has waited."""
        with self._lock:
            self._turn()
            self._waits[0] = max(self._waits[0], seconds)

    def refused(self) -> None:
        """Remember that a request was refused, because too many were waiting."""
        with self._lock:
            self._turn()
            self._refused[0] += 1

    def lately(self) -> tuple[float, int]:
        """Return the longest wait in seconds and the number of refused requests."""
        with self._lock:
            self._turn()
            return max(self._waits), sum(self._refused)

    def _turn(self) -> None:
        """Begin a new window where the last one is over."""
        window = int(self._clock() / RECENT_SECONDS)
        if window == self._window:
            return
        follows = window == self._window + 1
        self._waits = [0.0, self._waits[0] if follows else 0.0]
        self._refused = [0, self._refused[0] if follows else 0]
        self._window = window


def _unknown() -> float | None:
    return None


@dataclass(frozen=True)
class Arrival:
    """What the server knows of one request before anybody reads it."""

    at: float = field(default_factory=time.monotonic)
    """When its first byte was there: seconds of the monotonic clock."""

    queued: float = 0.0
    """Seconds that it has waited for a thread, once it was there to its last byte."""

    hung_up: Callable[[], bool] = bool
    """Whether the client has closed its connection: asked of the socket, each time."""

    gone_seconds: Callable[[], float | None] = _unknown
    """How long ago it did so; ``None`` where nobody can tell."""

    load: Load | None = None

    inside: bool | None = None
    """Whether it came in where only the inside can connect; ``None`` where the bridge
    has one address for everybody."""
