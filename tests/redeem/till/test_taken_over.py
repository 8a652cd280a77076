"""A replica that takes over and has not heard of everything, beside one that has.

Sentinel does both: it takes a master that is only slow for dead, and gives its place to
a replica that was away and has not caught up.  The commands here are Sentinel's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.errors import JournalError
from bridge.redeem import Journal, RedisSettings, Store
from tests.redeem.conftest import SETTINGS, Shop
from tests.redis_servers import (
    Server,
    confirmed_by,
    free_port,
    running,
    wait_until,
)

STORIES = {
    "a master that was only slow goes on": ("NO", "ONE"),
    "the one that takes over was away": ("127.0.0.1", free_port()),
}
"""What the replica is told that takes over, before a till comes."""


class Three:
    """A master and two replicas, one of which takes over."""

    def __init__(self, directory: Path, stack: ExitStack) -> None:
        def start(name: str, **of: object) -> Server:
            server = running(directory / name, repl_diskless_sync_delay=0, **of)
            return stack.enter_context(server)

        self.master = start("master")
        of = ("127.0.0.1", self.master.port)
        self.next, self.other = (start(name, replicaof=of) for name in ("b", "c"))
        wait_until(lambda: confirmed_by(self.master, 2), "both replicas")

    def leave(self, told: tuple[object, ...]) -> None:
        """Have the next master follow this one no more."""
        self.next.admin.replicaof(*told)
        state = self.master.admin.info
        wait_until(lambda: state("replication")["connected_slaves"] == 1, "it to go")

    def take_over(self) -> None:
        """Have all hear of the next master; what that one lacks is gone."""
        self.next.admin.replicaof("NO", "ONE")
        for server in (self.master, self.other):
            server.admin.replicaof("127.0.0.1", self.next.port)
        wait_until(lambda: confirmed_by(self.next, 2), "the others to follow")


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Three]:
    with ExitStack() as stack:
        yield Three(tmp_path, stack)


def shop_over(server: Server, shop: Shop, wait_replicas: int) -> Shop:
    settings = RedisSettings(url=server.url, wait_replicas=wait_replicas)
    return replace(shop, journal=Journal(Store(server.client(), settings), SETTINGS))


@pytest.mark.parametrize("story", STORIES)
def test_what_one_of_two_replicas_has_confirmed_may_be_gone(
    three: Three, shop: Shop, story: str
) -> None:
    """It is said so in docs/retailers/availability.rst, and by ``check``."""
    three.leave(STORIES[story])
    redeem_id = shop_over(three.master, shop, wait_replicas=1).redeem("p1").redeem_id
    three.take_over()
    after = shop_over(three.next, shop, wait_replicas=1)
    assert after.journal.load(redeem_id) is None
    assert shop.ledger.spent


@pytest.mark.parametrize("story", STORIES)
def test_what_all_have_confirmed_is_there_whoever_takes_over(
    three: Three, shop: Shop, story: str
) -> None:
    before = shop_over(three.master, shop, wait_replicas=2)
    redeem_id = before.redeem("p1").redeem_id
    three.leave(STORIES[story])
    with pytest.raises(JournalError):
        before.redeem("p2")
    assert set(shop.ledger.spent) == {"p1"}
    three.take_over()
    after = shop_over(three.next, shop, wait_replicas=2)
    after.undo(redeem_id)
    after.redeem("p2")
    assert set(shop.ledger.spent) == {"p2"}
