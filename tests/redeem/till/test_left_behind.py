"""A master that stood still while another one took its place, and has not heard of it.

For some seconds it answers as if nothing had happened, from what it knew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.errors import JournalError, NotFound
from bridge.redeem import Journal, RedisSettings, Store
from tests.redeem.conftest import SETTINGS, Shop
from tests.redis_servers import Server, running, wait_until


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """A master and its replica."""
    with running(tmp_path / "master", repl_diskless_sync_delay=0) as master:
        of = ("127.0.0.1", master.port)
        with running(tmp_path / "replica", replicaof=of) as replica:
            wait_until(lambda: master.admin.wait(1, 100) == 1, "the replica")
            yield master, replica


def followers(server: Server) -> int:
    return int(server.admin.info("replication")["connected_slaves"])


def shop_over(server: Server, shop: Shop, wait_replicas: int) -> Shop:
    settings = RedisSettings(url=server.url, wait_replicas=wait_replicas)
    return replace(shop, journal=Journal(Store(server.client(), settings), SETTINGS))


def test_a_redeem_that_it_has_not_heard_of_is_not_said_to_be_none(
    servers: tuple[Server, Server], shop: Shop
) -> None:
    master, replica = servers
    before = shop_over(master, shop, wait_replicas=1)
    with pytest.raises(NotFound):
        before.undo("0" * 32)  # it certainly is none

    replica.admin.replicaof("NO", "ONE")
    wait_until(lambda: followers(master) == 0, "the replica to go")
    redeem = shop_over(replica, shop, wait_replicas=0).redeem("p1")
    with pytest.raises(JournalError):
        before.undo(redeem.redeem_id)
    assert shop.ledger.spent
