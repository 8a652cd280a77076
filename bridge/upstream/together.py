"""Reads that do not need each other, made side by side.

Knows neither the CRM nor what is read: it runs functions, in the caller's context,
until the caller's deadline.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextvars import copy_context
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from bridge.deadline import Deadline
from bridge.errors import Unavailable

T = TypeVar("T")


class Crew:
    """Threads of one site that read for whoever needs more than one thing at once.

    They are started when they are first needed, and end with the process without being
    waited for: a CRM that hangs does not hold up a stop.
    """

    def __init__(self, size: int, prepare: Callable[[], None] = lambda: None) -> None:
        """``prepare`` is called once in each thread."""
        self._size = size
        self._prepare = prepare
        self._tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._busy = 0

    def together(self, reads: Sequence[Callable[[], T]], deadline: Deadline) -> list[T]:
        """Return what the reads return, in their order.

        The last read is made by the calling thread, and so is every other that no
        thread of the crew has begun by then: no read waits for a free thread, and one
        read costs no thread at all.  The first failure is raised, and what is still
        under way ends by itself, unheard.
        """
        if len(reads) == 1:
            return [reads[0]()]
        group = _Group(reads)
        for place in range(len(reads) - 1):
            self._hand_over(group, place)
        for place in reversed(range(len(reads))):
            group.make(place)
            group.raise_failure()
        return group.results(deadline)

    def close(self) -> None:
        """Let idle threads end; those that are busy end after their read."""
        with self._lock:
            for _ in range(self._threads):
                self._tasks.put(None)

    def _hand_over(self, group: _Group[Any], place: int) -> None:
        context = copy_context()
        self._tasks.put(lambda: context.run(group.make, place))
        with self._lock:
            self._busy += 1
            if self._busy <= self._threads or self._threads >= self._size:
                return
            self._threads += 1
        threading.Thread(target=self._work, name="reads", daemon=True).start()

    def _work(self) -> None:
        self._prepare()
        while task := self._tasks.get():
            task()
            with self._lock:
                self._busy -= 1
            # Else an idle thread would keep the last answer, and whoever asked, alive.
            del task


class _Group(Generic[T]):
    """The reads of one ``together``."""

    def __init__(self, reads: Sequence[Callable[[], T]]) -> None:
        self._reads = reads
        self._changed = threading.Condition()
        self._begun = [False] * len(reads)
        self._results: dict[int, T] = {}
        self._failure: BaseException | None = None

    def make(self, place: int) -> None:
        """Make one read, unless somebody has begun it or the group has failed."""
        with self._changed:
            if self._begun[place] or self._failure:
                return
            self._begun[place] = True
        try:
            result = self._reads[place]()
        except BaseException as error:
            with self._changed:
                self._failure = self._failure or error
                self._changed.notify()
            return
        with self._changed:
            self._results[place] = result
            if len(self._results) == len(self._reads):
                self._changed.notify()

    def raise_failure(self) -> None:
        """Raise what the first read that failed has raised."""
        if self._failure:
            raise self._failure

    def results(self, deadline: Deadline) -> list[T]:
        """Return all results once they are there; ``Unavailable`` at the deadline."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._failure or len(self._results) == len(self._reads),
                deadline.remaining(),
            )
        self.raise_failure()
        if len(self._results) < len(self._reads):
            raise Unavailable
        return [self._results[place] for place in range(len(self._reads))]
