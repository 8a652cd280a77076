"""Slows down whoever guesses passwords, one remote address at a time.

Counts in this process only: with several workers an address gets as many guesses as
there are workers.  Knows nothing of HTTP, users or passwords.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from bridge.deadline import Clock

FAILURES = 20
"""A till with an old password tries a few times a minute; a guesser thousands."""

WINDOW_SECONDS = 60.0

ADDRESSES = 4096
"""More than there are tills; the address that failed longest ago is forgotten first."""


class Throttle:
    """Failed attempts per address, in windows of one minute."""

    def __init__(
        self, clock: Clock = time.monotonic, *, failures: int = FAILURES
    ) -> None:
        self._clock = clock
        self._allowed = failures
        self._failures: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, address: str) -> float:
        """Seconds until the address may try again, zero if it may now."""
        began, count = self._failures.get(address, (0.0, 0))
        if count < self._allowed:
            return 0.0
        return max(0.0, began + WINDOW_SECONDS - self._clock())

    def failed(self, address: str) -> None:
        """Count a failure: the first one begins a minute, or one after it is over."""
        with self._lock:
            now = self._clock()
            began, count = self._failures.pop(address, (now, 0))
            if now - began >= WINDOW_SECONDS:
                began, count = now, 0
            self._failures[address] = (began, count + 1)
            if len(self._failures) > ADDRESSES:
                self._failures.popitem(last=False)
