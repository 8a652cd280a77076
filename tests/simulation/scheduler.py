"""Whose turn it is, and what time: decided by one source of chance.

Everybody who waits is a greenlet that hands over until a moment of simulated time.
Whoever is to go on at the same moment goes in an order that the seed decides.  Knows
nothing of what anybody does.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

from greenlet import getcurrent, greenlet

BEGINNING = 1_700_000_000.0

INFINITE = float("inf")


class Killed(BaseException):
    """Not an Exception, so that nothing in the code under test can swallow it."""


class Process:
    """What dies at once: all of its tasks get no further."""

    def __init__(self, name: str, skew: float = 0.0) -> None:
        self.name = name
        self.skew = skew
        """How far its machine's clock is ahead, in seconds."""
        self.alive = True
        self.frozen_until = 0.0
        self.ended: Callable[[], None] = bool
        """What to do about its end."""
        self.tasks: list[Task] = []
        self.broken_off: list[str] = []
        """What it was at when it died."""


class Task(greenlet):
    """One thread of control."""

    def __init__(
        self,
        name: str,
        process: Process,
        work: Callable[[], object],
        hub: greenlet,
        everybody: set[Task],
    ) -> None:
        super().__init__(self._go, hub)
        self.name = name
        self.process = process
        self.work = work
        self.everybody = everybody
        everybody.add(self)
        self.turn = 0
        """Which of its entries in the queue counts: the latest."""

    def _go(self) -> None:
        try:
            if self.process.alive:
                self.work()
        except Killed:
            pass
        finally:
            self.process.tasks.remove(self)
            self.everybody.discard(self)


class Scheduler:
    """A queue of who goes on when."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.now = BEGINNING
        self.turns = 0
        self._queue: list[tuple[float, float, int, Task | Callable[[], None], int]] = []
        self._number = 0
        self._hub = getcurrent()
        self._until = INFINITE
        self._everybody: set[Task] = set()
        self._over = False

    # For tasks

    def sleep(self, seconds: float) -> None:
        """Let others go on, for so long."""
        self._resume(_current(), seconds)
        self.block()

    def block(self) -> None:
        """Let others go on until somebody calls ``wake``."""
        task = _current()
        if self._over:
            raise Killed
        self._hand_over(task)
        while task.process.alive and self.now < task.process.frozen_until:
            self._resume(task, task.process.frozen_until - self.now)
            self._hand_over(task)
        if not task.process.alive:
            raise Killed

    def wake(self, task: Task) -> None:
        """Let a task that is blocked or sleeps go on now."""
        self._resume(task, 0.0)

    def _hand_over(self, task: Task) -> None:
        """Go on with whoever is next, and return when it is this task's turn.

        As ``run`` would do it, without the way there: that is for what is no task.
        """
        queue = self._queue
        while queue and queue[0][0] < self._until:
            whom = queue[0][3]
            if not isinstance(whom, Task):
                break
            at, _, _, _, turn = heapq.heappop(queue)
            if at > self.now:
                self.now = at
            if turn != whom.turn or whom.dead:
                continue
            self.turns += 1
            if whom is not task:
                whom.switch()
            return
        self._hub.switch()

    # For all

    def spawn(self, name: str, process: Process, work: Callable[[], object]) -> Task:
        """Begin another task of a process, now."""
        task = Task(name, process, work, self._hub, self._everybody)
        process.tasks.append(task)
        self._resume(task, 0.0)
        return task

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Have something happen whoever lives or dies; it must not wait."""
        self._push(seconds, act, 0)

    def kill(self, process: Process) -> None:
        """End a process; raise ``Killed`` if it is the caller's own."""
        if not process.alive:
            return
        process.alive = False
        process.broken_off = [task.name for task in process.tasks]
        process.ended()
        for task in process.tasks:
            if task is not getcurrent():
                self._resume(task, 0.0)
        current = getcurrent()
        if isinstance(current, Task) and current.process is process:
            raise Killed

    def run(self, until: Callable[[], object], moment: float = INFINITE) -> None:
        """Go on until a condition holds, or a moment has come, or nobody is left.

        The condition is asked about whenever a task has ended.
        """
        self._until = moment
        while self._queue and self.now < moment and not until():
            at, _, _, whom, turn = heapq.heappop(self._queue)
            if at > self.now:
                self.now = at
            if not isinstance(whom, Task):
                whom()
            elif turn == whom.turn and not whom.dead:
                self.turns += 1
                whom.switch()

    def close(self) -> None:
        """End whoever is still at something: what waits for ever is kept for ever."""
        self._over = True
        while self._everybody:
            task = self._everybody.pop()
            if task:  # one that has never begun holds nothing
                task.throw(Killed)
        self._queue.clear()

    def _resume(self, task: Task, seconds: float) -> None:
        task.turn += 1
        self._push(seconds, task, task.turn)

    def _push(self, seconds: float, whom: Task | Callable[[], None], turn: int) -> None:
        self._number += 1
        entry = (self.now + seconds, self.random.random(), self._number, whom, turn)
        heapq.heappush(self._queue, entry)


def _current() -> Task:
    task = getcurrent()
    assert isinstance(task, Task)
    return task


class Pool(Executor):
    """Threads of a process, as tasks."""

    def __init__(self, scheduler: Scheduler, process: Process) -> None:
        self._scheduler = scheduler
        self._process = process

    def submit(self, call: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
        """Begin a call; whoever wants its result lets others go on."""
        promise = Promise(self._scheduler)

        def work() -> None:
            try:
                promise.set_result(call(*args, **named))
            except Exception as error:
                promise.set_exception(error)

        self._scheduler.spawn("pool", self._process, work)
        return promise


class Promise:
    """What becomes of a call: as much of a ``Future`` as anybody asks for."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._done = False
        self._value: Any = None
        self._error: Exception | None = None
        self._waiting: list[tuple[Task, int]] = []
        """Who waits, and in which of its turns if it does not wait for ever."""

    def done(self) -> bool:
        return self._done

    def set_result(self, value: Any) -> None:
        self._value = value
        self._end()

    def set_exception(self, error: Exception) -> None:
        self._error = error
        self._end()

    def result(self) -> Any:
        """Let others go on until it is there."""
        if not self._done:
            self._waiting.append((_current(), 0))
            while not self._done:
                self._scheduler.block()
        return self._said()

    def within(self, seconds: float) -> Any:
        """Let others go on until it is there, or raise ``TimeoutError``."""
        if not self._done:
            task = _current()
            self._waiting.append((task, task.turn + 1))
            self._scheduler.sleep(seconds)
            if not self._done:
                raise TimeoutError
        return self._said()

    def _said(self) -> Any:
        if self._error:
            raise self._error
        return self._value

    def _end(self) -> None:
        assert not self._done
        self._done = True
        for task, turn in self._waiting:
            if turn in (0, task.turn):
                self._scheduler.wake(task)
