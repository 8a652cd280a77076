"""Reads that do not need each other, made side by side.

Knows neither the CRM nor what is read: it runs functions, in the caller's context,
until the caller's deadline.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextvars import copy_context
from queue import SimpleQueue
from typing import Any, Generic, TypeVar, cast

from bridge.deadline import Deadline
from bridge.errors import Silent
from bridge.upstream.crm.dispensable import Dispensable

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

    def together(
        self,
        reads: Sequence[Callable[[], T]],
        deadline: Deadline,
        patience: Deadline | None = None,
    ) -> list[T]:
        """Return what the reads return, in their order.

        Once ``patience`` is over, what is dispensable is not waited for any more, nor
        asked of anybody.

        A single read is made by the calling thread.  Of several, each gets a thread of
        the crew while there are any, so that the caller hears of the first failure at
        once: it is raised, and what is still under way ends by itself, unheard.  When
        the crew is busy, the calling thread makes what nobody has begun.
        """
        group = _Group(reads, patience or deadline)
        if len(reads) == 1:
            return [group.read(0)]
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

    def __init__(self, reads: Sequence[Callable[[], T]], patient: Deadline) -> None:
        self._reads = reads
        self._patient = patient
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
            result = self.read(place)
        except BaseException as error:
            with self._changed:
                self._failure = self._failure or error
                self._changed.notify()
            return
        with self._changed:
            self._results[place] = result
            if not self._missing(needed=True):
                self._changed.notify()

    def read(self, place: int) -> T:
        """Return what one read returns."""
        read = self._reads[place]
        if isinstance(read, Dispensable):
            return cast(T, read.within(self._patient))
        return read()

    def make_rest(self) -> None:
        """Make what nobody has begun, from the end that the crew comes to last.

        First what is needed: what is not may take all the time that there is for it.
        """
        places = reversed(range(len(self._reads)))
        for place in sorted(places, key=self._is_dispensable):
            self.make(place)

    def results(self, deadline: Deadline) -> list[T]:
        """Return all results once they are there; ``Silent`` at the deadline."""
        with self._changed:
            self._wait(lambda: not self._missing(), self._patient)
            self._wait(lambda: not self._missing(needed=True), deadline)
            if self._failure:
                raise self._failure
            if self._missing(needed=True):
                raise Silent
            late, results = self._missing(), dict(self._results)
            for place in late:
                self._begun[place] = True  # by nobody any more
        for place in late:
            cast(Dispensable[T], self._reads[place]).give_up()
        every = [results.get(place) for place in range(len(self._reads))]
        return cast(list[T], every)  # a dispensable read's T admits None

    def _wait(self, over: Callable[[], bool], deadline: Deadline) -> None:
        self._changed.wait_for(lambda: self._failure or over(), deadline.remaining())

    def _missing(self, needed: bool = False) -> list[int]:
        """Return the places of reads that have no result, or of those needed."""
        return [
            place
            for place in range(len(self._reads))
            if place not in self._results
            and not (needed and self._is_dispensable(place))
        ]

    def _is_dispensable(self, place: int) -> bool:
        return isinstance(self._reads[place], Dispensable)
