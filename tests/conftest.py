"""What tests of several parts need: a real Valkey server, flushed for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from bridge.embedded import EmbeddedValkey


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The unix socket of a Valkey server that writes every command to disk."""
    server = EmbeddedValkey()
    yield server.start(tmp_path_factory.mktemp("valkey"))
    server.stop()


@pytest.fixture
def redis_client(valkey: Path) -> Iterator[redis.Redis]:
    """A client of that server, whose data are gone before each test."""
    client = redis.Redis(unix_socket_path=str(valkey), decode_responses=True)
    client.flushall()
    yield client
    client.close()
