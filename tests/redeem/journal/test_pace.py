"""All processes together keep to one rate: real ones, over a real Redis."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bridge.redeem import RedisSettings, SharedTurns
from bridge.upstream import NoTurns, Rate
from tests.upstream.policy.test_pace import most_in_a_second

PER_SECOND = 30
PROCESSES = 3
EACH = 40


def take(url: str) -> list[float]:
    """Take turns as fast as can be; return when they are, by Redis's clock."""
    turns = SharedTurns(RedisSettings(url=url, timeout_seconds=10))
    turns._client.connection_pool.connection_kwargs["socket_timeout"] = 10
    rate = Rate.of(PER_SECOND)
    return [turns.take("key", rate, patience=3600)[1] for _ in range(EACH)]


def test_processes_share_their_turns(valkey: Path, redis_client: Any) -> None:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=spawn) as pool:
        urls = [f"unix://{valkey}"] * PROCESSES
        given = [at for times in pool.map(take, urls) for at in times]
    assert len(given) == PROCESSES * EACH
    assert most_in_a_second(given) <= PER_SECOND


def test_who_would_wait_too_long_takes_no_turn(valkey: Path, redis_client: Any) -> None:
    turns, rate = SharedTurns(RedisSettings(url=f"unix://{valkey}")), Rate(10.0, 0.0)
    assert turns("key", rate, 1) == 0
    for _ in range(2):
        assert 8 < turns("key", rate, 1) <= 10
    assert turns("another key", rate, 1) == 0


def test_what_is_kept_goes_by_itself(valkey: Path, redis_client: Any) -> None:
    turns = SharedTurns(RedisSettings(url=f"unix://{valkey}", prefix="p"))
    turns("key", Rate(10.0, 0.0), 1)
    assert 10_000 <= redis_client.pttl("p:turns:key") <= 11_000


def test_without_redis_there_are_no_turns() -> None:
    turns = SharedTurns(RedisSettings(url="redis://127.0.0.1:1"))
    with pytest.raises(NoTurns):
        turns("key", Rate.of(10), 1)
