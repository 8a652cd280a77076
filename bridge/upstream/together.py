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
        self._idle = 0
        self._waiting = 0

    def together(self, reads: Sequence[Callable[[], T]], deadline: Deadline) -> list[T]:
        """Return what the reads return, in their order.

        A single read is made by the calling thread.  Of several, each gets a thread of
        the crew while there are any, so that the caller hears of the first failure at
        once: it is raised, and what is still under way ends by itself, unheard.  When
        the crew is busy, the calling thread makes what nobody has begun.
        """
        if len(reads) == 1:
            return [reads[0]()]
        group = _Group(reads)
        handed = [self._hand_over(group, place) for place in range(len(reads))]
        if not all(handed):
            group.make_rest()
        return group.results(deadline)

    def close(self) -> None:
        """Let idle threads end; those that are busy end after their read."""
        with self._lock:
            for _ in range(self._threads):
                self._tasks.put(None)

    def _hand_over(self, group: _Group[Any], place: int) -> bool:
        """Put one read in the line, and say whether a thread is free to make it."""
        context = copy_context()
        self._tasks.put(lambda: context.run(group.make, place))
        with self._lock:
            self._waiting += 1
            if self._waiting <= self._idle:
                return True
            if self._threads >= self._size:
                return False
            self._threads += 1
            self._idle += 1
        threading.Thread(target=self._work, name="reads", daemon=True).start()
        return True

    def _work(self) -> None:
        self._prepare()
        while task := self._tasks.get():
            with self._lock:
                self._waiting -= 1
                self._idle -= 1
            task()
            # Else an idle thread would keep the last answer, and whoever asked, alive.
            del task
            with self._lock:
                self._idle += 1


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

    def make_rest(self) -> None:
        """Make what nobody has begun, from the end that the crew comes to last."""
        for place in reversed(range(len(self._reads))):
            self.make(place)

    def results(self, deadline: Deadline) -> list[T]:
        """Return all results once they are there; ``Unavailable`` at the deadline."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._failure or len(self._results) == len(self._reads),
                deadline.remaining(),
            )
            if self._failure:
                raise self._failure
            if len(self._results) < len(self._reads):
                raise Unavailable
        return [self._results[place] for place in range(len(self._reads))]
