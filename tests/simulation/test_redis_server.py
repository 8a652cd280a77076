"""The Redis in memory answers like a real one to all that the journal says to it."""

from __future__ import annotations

from typing import Any

import pytest
import redis

from tests.simulation.redis_server import RedisServer
from tests.simulation.world import play

Told = list[tuple[tuple[Any, ...], Any]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """Every command that comes over a line from now on, with its answer."""
    told: Told = []
    execute = RedisServer.execute

    def overheard(self: RedisServer, *command: Any) -> Any:
        answer = execute(self, *command)
        told.append((command, answer))
        return answer

    monkeypatch.setattr(RedisServer, "execute", overheard)
    return told


@pytest.mark.parametrize("seed", range(20))
def test_a_real_one_gives_the_same_answers(
    seed: int, told: Told, redis_client: redis.Redis
) -> None:
    play(seed)
    assert len(told) > 20
    for command, answer in told:
        real = redis_client.execute_command(*command)
        assert _plain(real) == _plain(answer), command


def _plain(answer: Any) -> Any:
    return sorted(answer) if isinstance(answer, set) else answer
