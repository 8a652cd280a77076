"""Gateways made for one test, with a clock of their own where time matters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import pytest

from bridge.deadline import Deadline
from bridge.model import Context
from bridge.upstream import Gateway, Signals, Turns, Upstream, UpstreamSettings

BUSY_SECONDS = 3.0
"""What a busy machine may add to any wait.  A wait in vain lasts longer."""


@contextmanager
def lasting(seconds: float) -> Iterator[None]:
    """Expect something to give up by then, and not to wait for what never comes."""
    began = monotonic()
    yield
    assert monotonic() - began < seconds + BUSY_SECONDS


class Clock:
    """A clock that moves only when it is told to, or when somebody sleeps on it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


Connect = Callable[..., Gateway]


@pytest.fixture
def connect(clock: Clock) -> Iterator[Connect]:
    """Make a gateway whose breaker, tokens and waits go by the test's clock."""
    made: list[Gateway] = []

    def make(
        url: str,
        *,
        signals: Signals | None = None,
        room: int = 32,
        turns: Turns | None = None,
        processes: int = 1,
        **settings: Any,
    ) -> Gateway:
        gateway = Gateway(
            "north",
            UpstreamSettings(url=url, **settings),
            signals,
            room=room,
            turns=turns,
            processes=processes,
            clock=clock,
            sleep=clock.sleep,
        )
        made.append(gateway)
        return gateway

    yield make
    for gateway in made:
        gateway.close()


def at(gateway: Gateway, seconds: float = 5.0, **context: str) -> Upstream:
    """What one request gets, with so many real seconds to answer."""
    return gateway.at(Deadline(seconds), Context(site="north", **context))
