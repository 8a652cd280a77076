"""The way from one process of the bridge to Redis, in the shape of redis-py's client.

As redis-py does it for the journal: what a broken connection lost is sent again, twice
at most.  So a command may arrive not at all, in part, twice, or after its sender has
given up.
"""

from __future__ import annotations

from typing import Any

import redis

from tests.simulation.redis_server import RedisServer
from tests.simulation.scheduler import Scheduler
from tests.simulation.trouble import Trouble

TRIES = 3

SLOW = 0.3
"""Of so many answers the way back takes a while: the others are there at once."""

UNDER_WAY = (0.0, 0.1, 0.5)
"""What was sent when the way broke arrives when it is there again."""


class RedisLine:
    """A client of the server in memory."""

    def __init__(
        self, server: RedisServer, scheduler: Scheduler, trouble: Trouble
    ) -> None:
        self.server = server
        self.scheduler = scheduler
        self.trouble = trouble
        self.away_until = 0.0

    # What the journal uses of redis-py

    def pipeline(self, transaction: bool) -> Pipeline:
        assert not transaction
        return Pipeline(self)

    def execute_command(self, *command: Any) -> Any:
        return self.send([command])[0]

    def set(self, key: str, value: str, nx: bool = False, ex: int = 0) -> Any:
        options = ("NX",) if nx else ()
        return self.execute_command("SET", key, value, *options, "EX", ex)

    def zrangebyscore(
        self, key: str, least: str, most: float, skip: int, count: int
    ) -> Any:
        return self.execute_command(
            "ZRANGEBYSCORE", key, least, most, "LIMIT", skip, count
        )

    def __getattr__(self, name: str) -> Any:
        return lambda *words: self.execute_command(name.upper(), *words)

    # How it goes

    def send(self, commands: list[tuple[Any, ...]]) -> list[Any]:
        """Have commands carried out in their order; try again as redis-py does."""
        self.trouble.death("before a command")
        for _ in range(TRIES):
            try:
                answers = self._once(commands)
            except redis.ConnectionError:
                self._wait(0.02, 0.2)
            else:
                self.trouble.death("after a command")
                return answers
        raise redis.ConnectionError("The connection was lost.")

    def _once(self, commands: list[tuple[Any, ...]]) -> list[Any]:
        self._wait(0.0002, 0.002)
        if self.scheduler.now < self.away_until:
            if self.trouble.comes("command under way to a lost Redis", UNDER_WAY):
                late = self.away_until - self.scheduler.now
                late += self.trouble.random.uniform(0.0, 1.0)
                self.scheduler.later(late, lambda: self._arrive(commands))
            raise redis.ConnectionError
        if self.trouble.comes("command lost"):
            raise redis.ConnectionError
        if self.trouble.comes("command late"):
            late = self.trouble.random.uniform(0.0, 5.0)
            self.scheduler.later(late, lambda: self._arrive(commands))
            self._wait(0.1, 2.0)
            raise redis.ConnectionError
        if self.trouble.comes("command cut in two"):
            self._arrive(commands[: self.trouble.random.randrange(len(commands))])
            raise redis.ConnectionError
        answers = self._arrive(commands)
        if self.trouble.random.random() < SLOW:
            self._wait(0.0002, 0.002)
        if self.trouble.comes("answer of Redis lost"):
            raise redis.ConnectionError
        return answers

    def _arrive(self, commands: list[tuple[Any, ...]]) -> list[Any]:
        execute = self.server.execute
        return [execute(*command) for command in commands]

    def _wait(self, least: float, most: float) -> None:
        self.scheduler.sleep(least + (most - least) * self.trouble.random.random())


class Pipeline:
    """Commands that are sent together."""

    def __init__(self, line: RedisLine) -> None:
        self._line = line
        self._commands: list[tuple[Any, ...]] = []

    def execute_command(self, *command: Any) -> None:
        self._commands.append(command)

    def execute(self) -> list[Any]:
        return self._line.send(self._commands)
