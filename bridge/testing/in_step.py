"""Several verbs at once, request by request: each goes out when all are ready to.

What two calls do to each other then does not depend on who is quicker.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bridge.testing.bench import Trip
from bridge.upstream.request import Request

T = TypeVar("T")

PATIENCE_SECONDS = 0.5
"""How long one waits for the others: a CRM may let one request wait for another."""


class Step:
    """Lets requests go together, as many as there are verbs under way."""

    def __init__(self, walkers: int) -> None:
        self._walkers = walkers
        self._ready = 0
        self._gone = 0
        self._changed = threading.Condition()

    def ready(self) -> None:
        """Wait until all others are ready, too, or have come to their end."""
        with self._changed:
            self._ready += 1
            self._go_if_all_are_ready()
            gone = self._gone
            if self._ready and not self._changed.wait_for(
                lambda: self._gone > gone, PATIENCE_SECONDS
            ):
                self._ready -= 1

    def leave(self) -> None:
        """Stay out of the others' way from here on."""
        with self._changed:
            self._walkers -= 1
            self._go_if_all_are_ready()

    def _go_if_all_are_ready(self) -> None:
        if self._ready >= self._walkers:
            self._ready = 0
            self._gone += 1
            self._changed.notify_all()


class InStep(Trip):
    """A trip whose every request waits for those of the others."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self._step = step

    def meddled(self, request: Request) -> Request:
        """Note a request, once it may go."""
        self._step.ready()
        return super().meddled(request)


def in_step(calls: Sequence[Callable[[Trip], T]]) -> list[T]:
    """Make calls side by side; return what they return, or raise what one raises."""
    step = Step(len(calls))

    def walk(call: Callable[[Trip], T]) -> T:
        try:
            return call(InStep(step))
        finally:
            step.leave()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(walk, calls))
