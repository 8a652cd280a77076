"""Keeps one CRM, slow or popular, from holding every thread of the process.

A place is taken by a thread that waits for the CRM: for one call, or for all reads of
one ``together``.  When all places are taken and the CRM is well, the next thread waits
a little for one.  When a call has been out for longer than a healthy CRM takes, it is
ailing, and the next thread is refused at once.  Those who wait are bounded too, so that
a site holds one and a half times its places at the very most, and with its ``share`` of
the threads leaves a quarter of them to the other sites whatever happens.
"""

from __future__ import annotations

import threading
import time

from bridge.deadline import Clock, Deadline
from bridge.errors import NotAsked
from bridge.language import _
from bridge.metrics import UPSTREAM_REFUSED

FULL = _("The CRM was not asked: too many requests are waiting for it.")

AILING_SECONDS = 0.5
"""Half of the second within which the POS wants its answers."""

QUEUE_SECONDS = 0.25

RETRY_AFTER = 1.0


def share(threads: int, sites: int) -> int:
    """Return how many of a process's threads one of its sites may hold."""
    return threads if sites == 1 else max(1, threads // 2)


class Bulkhead:
    """The places of one site."""

    def __init__(self, site: str, limit: int, clock: Clock = time.monotonic) -> None:
        self._site = site
        self._limit = limit
        self._clock = clock
        self._free = threading.Condition(threading.Lock())
        self._taken: dict[object, float] = {}
        self._waiting = 0
        self._own = _Own()

    def enter(self, deadline: Deadline) -> object:
        """Take a place and return it, for ``leave``; ``NotAsked`` if there is none.

        A thread that has one needs no other: it gets ``None``.
        """
        if self._own.seated:
            return None
        with self._free:
            if len(self._taken) >= self._limit:
                self._wait(deadline)
            place = object()
            self._taken[place] = self._clock()
        self._own.seated = True
        return place

    def leave(self, place: object) -> None:
        """Give a place back."""
        if place is None:
            return
        self._own.seated = False
        with self._free:
            del self._taken[place]
            if self._waiting:
                self._free.notify()

    def admit(self) -> None:
        """Let the calling thread be: it works for one that has a place."""
        self._own.seated = True

    def _wait(self, deadline: Deadline) -> None:
        if self._is_ailing() or self._waiting >= (self._limit + 1) // 2:
            raise self._refusal()
        self._waiting += 1
        try:
            came = self._free.wait_for(
                lambda: len(self._taken) < self._limit,
                min(QUEUE_SECONDS, deadline.remaining()),
            )
        finally:
            self._waiting -= 1
        if not came:
            raise self._refusal()

    def _is_ailing(self) -> bool:
        # A dict keeps the order in which the places were taken.
        oldest = next(iter(self._taken.values()))
        return self._clock() - oldest > AILING_SECONDS

    def _refusal(self) -> NotAsked:
        UPSTREAM_REFUSED.labels(self._site).inc()
        return NotAsked(detail=FULL, retry_after=RETRY_AFTER)


class _Own(threading.local):
    seated = False
