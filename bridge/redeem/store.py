"""Commands to Redis: in order, in one round trip where that can be, errors named.

Knows nothing of redeems.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import redis

from bridge.errors import JournalError
from bridge.redeem.connection import Client, RedisSettings, is_cluster

P = ParamSpec("P")
T = TypeVar("T")

Command = tuple[Any, ...]

COMPLAINTS = (redis.RedisError, redis.exceptions.RedisClusterException, OSError)
"""What redis-py raises: a cluster's own complaints are no ``RedisError``."""


class Unreadable(JournalError):
    """The journal holds something that is no redeem of this bridge."""


def guarded(call: Callable[P, T]) -> Callable[P, T]:
    """Turn whatever Redis complains of into a ``JournalError``.

    ``Unreadable`` when Redis is well and only what it holds is not.
    """

    @functools.wraps(call)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return call(*args, **kwargs)
        except COMPLAINTS as error:
            kind = Unreadable if "WRONGTYPE" in str(error) else JournalError
            raise kind from error

    return guarded


class Store:
    """A Redis server, a Sentinel's master or a cluster."""

    def __init__(self, client: Client, settings: RedisSettings) -> None:
        self.client = client
        self.settings = settings
        self.cluster = is_cluster(settings)

    def run(self, *commands: Command, durable: bool = False) -> list[Any]:
        """Run commands in their order: one round trip, or one by one on a cluster."""
        if self.cluster:
            return [self.client.execute_command(*command) for command in commands]
        pipeline = self.client.pipeline(transaction=False)
        waits = self._waits() if durable and self.settings.wait_replicas else []
        for command in (*commands, *waits):
            pipeline.execute_command(*command)
        answers: list[Any] = pipeline.execute()
        if waits and _acknowledged(answers[-1]) < self.settings.wait_replicas:
            raise JournalError
        return answers[: len(commands)]

    def _waits(self) -> list[Command]:
        """Return what waits for the replicas: less long than for an answer."""
        replicas = self.settings.wait_replicas
        milliseconds = int(self.settings.timeout_seconds * 400)
        wait: Command = ("WAIT", replicas, milliseconds)
        if not self.settings.wait_aof:
            return [wait]
        # A replica that is asked along with the write itself says that the write is not
        # on its disk yet, and is not asked again for a second: so WAIT comes first.
        return [wait, ("WAITAOF", 1, replicas, milliseconds)]


def _acknowledged(answer: Any) -> int:
    """Return how many replicas have it; WAITAOF also says whether the master has."""
    return int(answer[1] if isinstance(answer, list) else answer)
