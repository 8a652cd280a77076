"""A value that many threads need and only one should fetch."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Generic, TypeVar

from bridge.deadline import Clock, Deadline
from bridge.errors import Unavailable, UpstreamError

T = TypeVar("T")

PAUSE_SECONDS = 1.0
"""After a failure nobody tries again for so long: all who waited share it."""


@dataclass(frozen=True, slots=True)
class Fetched(Generic[T]):
    """A value with its ages in seconds."""

    value: T
    fresh: float
    """Until it is fetched again."""
    good: float
    """Until it is no good any more; until then it serves while it is fetched again."""


class Kept(Generic[T]):
    """Fetches a value when it is first needed, and again when it is not fresh."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._fetching = threading.Lock()
        self._kept: Fetched[T] | None = None
        self._since = 0.0
        self._failure: UpstreamError = Unavailable()
        self._paused_until = float("-inf")

    def get(
        self,
        fetch: Callable[[], Fetched[T]],
        deadline: Deadline,
        stale: Callable[[UpstreamError], None] | None = None,
    ) -> T:
        """Return the value; raise what ``fetch`` raised if there is no good one.

        While one thread fetches, the others get the last value as long as it is good
        and wait where there is none.  ``stale`` is told why the last one has to do.
        """
        kept = self._kept
        if kept and self._age() < kept.fresh:
            return kept.value
        is_good = kept is not None and self._age() < kept.good
        if not self._fetching.acquire(timeout=0 if is_good else deadline.remaining()):
            if kept and is_good:
                return kept.value
            raise Unavailable
        try:
            return self._fetched(fetch, stale)
        finally:
            self._fetching.release()

    def forget(self, value: T) -> None:
        """Fetch again at the next need, if this is still the value."""
        if self._kept and self._kept.value == value:
            self._kept = None

    def _fetched(
        self,
        fetch: Callable[[], Fetched[T]],
        stale: Callable[[UpstreamError], None] | None,
    ) -> T:
        kept = self._kept
        if kept and self._age() < kept.fresh:
            # Somebody else has fetched it in the meantime.
            return kept.value
        if self._clock() >= self._paused_until:
            try:
                self._kept = fetch()
            except UpstreamError as error:
                self._failure = error.with_traceback(None)
                self._paused_until = self._clock() + PAUSE_SECONDS
            else:
                self._since = self._clock()
                return self._kept.value
        if kept is None or self._age() >= kept.good:
            raise copy(self._failure)
        if stale:
            stale(self._failure)
        return kept.value

    def _age(self) -> float:
        return self._clock() - self._since
