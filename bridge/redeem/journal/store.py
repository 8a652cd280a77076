"""Commands to Redis: in order, in one round trip where that can be.

Knows nothing of redeems.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge import metrics
from bridge.errors import JournalError
from bridge.redeem.journal.keys import Keys
from bridge.redeem.journal.server.connection import Client
from bridge.redeem.journal.server.settings import RedisSettings, is_cluster

Command = tuple[Any, ...]

MARK_SECONDS = 60
"""How long Redis keeps what is written for no other reason than to be waited for."""


class Store:
    """A Redis server, a Sentinel's master or a cluster."""

    def __init__(self, client: Client, settings: RedisSettings) -> None:
        self.client = client
        self.settings = settings
        self.cluster = is_cluster(settings)
        self.written = False
        """Whether it has ever taken a redeem, as far as this process knows."""

    def run(self, *commands: Command, durable: bool = False) -> list[Any]:
        """Run commands in their order: one round trip, or one by one on a cluster."""
        answers = self._run(commands, durable)
        self.written |= durable
        return answers

    def certain(self, command: Command) -> Any:
        """Return what a command reads from a server that its replicas still follow.

        A master that stood still while another one took its place goes on for some
        seconds as if nothing had happened, with what it knew.
        """
        return self._run((command,), durable=True)[0]

    def soon(self, *commands: Command) -> list[Any]:
        """Run commands, and wait for replicas to have them; do without if they do not.

        For what is better known to few than to nobody.
        """
        return self._run(commands, durable=True, strictly=False)

    def _run(
        self, commands: Sequence[Command], durable: bool, strictly: bool = True
    ) -> list[Any]:
        if self.cluster:
            return [self.client.execute_command(*command) for command in commands]
        pipeline = self.client.pipeline(transaction=False)
        waits = self._waits() if durable and self.settings.wait_replicas else []
        for command in (*commands, *waits):
            pipeline.execute_command(*command)
        answers: list[Any] = pipeline.execute()
        enough = not waits or _acknowledged(answers[-1]) >= self.settings.wait_replicas
        if strictly and not enough:
            metrics.REDIS_ERRORS.labels("WAIT").inc()
            raise JournalError(complaint="JournalError WAIT")
        return answers[: len(commands)]

    def _waits(self) -> list[Command]:
        """Return what waits for the replicas: less long than for an answer.

        WAIT asks for the last thing that this very connection has written.  A command
        that only reads, or finds its work done already, writes nothing: then WAIT asks
        nobody, and counts whoever seems to be connected.  So there is always a write.
        """
        replicas = self.settings.wait_replicas
        milliseconds = int(self.settings.timeout_seconds * 400)
        mark: Command = ("SET", Keys(self.settings.prefix).mark, "", "EX", MARK_SECONDS)
        wait: Command = ("WAIT", replicas, milliseconds)
        if not self.settings.wait_aof:
            return [mark, wait]
        # A replica that is asked along with the write itself says that the write is not
        # on its disk yet, and is not asked again for a second: so WAIT comes first.
        return [mark, wait, ("WAITAOF", 1, replicas, milliseconds)]


def _acknowledged(answer: Any) -> int:
    """Return how many replicas have it; WAITAOF also says whether the master has."""
    return int(answer[1] if isinstance(answer, list) else answer)
