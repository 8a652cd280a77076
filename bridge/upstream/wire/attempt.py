"""One try at one request: what bounds it, and how far it came.

The sockets below ``requests`` have no way to be told a deadline, nor to say how far
they came: a thread's attempt is what both sides know.
"""

from __future__ import annotations

import threading

from bridge.deadline import Deadline


class Attempt:
    """The bounds of one try, and whether the CRM can have seen the request."""

    __slots__ = ("connect_seconds", "deadline", "idle_seconds", "read_seconds", "sent")

    def __init__(
        self,
        deadline: Deadline,
        *,
        connect_seconds: float,
        read_seconds: float,
        idle_seconds: float,
    ) -> None:
        self.deadline = deadline
        self.connect_seconds = connect_seconds
        self.read_seconds = read_seconds
        self.idle_seconds = idle_seconds
        self.sent: bool | None = None
        """``None`` before anything; ``False`` from connecting to the first byte."""

    def patience(self, most: float) -> float:
        """Return the seconds for one step; ``TimeoutError`` if none are left."""
        seconds = min(most, self.deadline.remaining())
        if seconds <= 0:
            raise TimeoutError("no time left")
        return seconds


class _Current(threading.local):
    attempt: Attempt | None = None


current = _Current()
"""The attempt that this thread is making."""


def under_way() -> Attempt:
    """Return this thread's attempt; there is one wherever a socket is used."""
    attempt = current.attempt
    assert attempt is not None
    return attempt
