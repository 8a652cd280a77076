"""Who waits for a thread, who need not, and who had better not."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import Any

import pytest

from bridge.arrival import RECENT_SECONDS, Load
from bridge.server.queue import Queue

NO_POOL: Any = Executor()


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(clock: Clock) -> Queue:
    """Two threads, and nobody waits for more than half a second."""
    return Queue(2, 0.5, pool=NO_POOL, clock=clock)


def one() -> Any:
    return object()


def serve(queue: Queue, seconds: float, times: int = 100) -> None:
    """Have requests taken that keep a thread for so long."""
    for _ in range(times):
        till = one()
        assert queue.join(till)
        assert queue.begin(till) is not None
        queue.end(seconds)


def test_it_knows_how_long_each_has_waited(queue: Queue, clock: Clock) -> None:
    first, second = one(), one()
    assert queue.join(first)
    clock.now += 0.25
    assert queue.join(second)
    assert queue.waiting == 2
    assert (queue.begin(first), queue.begin(second)) == (0.25, 0)
    assert (queue.busy, queue.waiting) == (2, 0)
    assert queue.load.lately() == (0.25, 0)


def test_whoever_would_wait_too_long_is_refused_at_once(queue: Queue) -> None:
    serve(queue, 0.5)
    waiting = [one() for _ in range(4)]
    assert all(queue.join(till) for till in waiting)
    assert not queue.join(one())
    queue.begin(waiting[0])
    queue.end(0.5)
    assert queue.join(one())


def test_with_a_thread_free_nobody_is_refused(queue: Queue) -> None:
    serve(queue, 8)
    first, second = one(), one()
    assert queue.join(first)
    assert queue.join(second)
    queue.begin(first)
    assert not queue.join(one())


def test_a_wait_that_was_not_foreseen_ends(queue: Queue, clock: Clock) -> None:
    tills = [one() for _ in range(3)]
    for till in tills:
        assert queue.join(till)
        clock.now += 0.25
    assert queue.overdue() == tills[:2]
    assert queue.overdue() == []
    assert queue.begin(tills[0]) is None
    assert queue.busy == 0
    assert queue.begin(tills[2]) == 0.25


def test_lately_is_not_for_ever(clock: Clock) -> None:
    load = Load(clock)
    load.waited(0.3)
    load.refused()
    clock.now += RECENT_SECONDS
    assert load.lately() == (0.3, 1)
    clock.now += RECENT_SECONDS
    assert load.lately() == (0, 0)
