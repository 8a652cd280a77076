"""A master that another one has replaced, or that is cut off, and has not heard of it.

For some seconds it answers as if nothing had happened, from what it knew.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.errors import JournalError, NotFound
from bridge.model import Context, Customer, Item, ItemKind
from bridge.redeem import Addition, Journal, Newcomers, RedisSettings, Store
from bridge.redeem.record import Redeem
from tests.redeem.conftest import SETTINGS, Shop
from tests.redis_servers import Server, confirmed_by, running, wait_until


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """A master and its replica."""
    with running(tmp_path / "master", repl_diskless_sync_delay=0) as master:
        of = ("127.0.0.1", master.port)
        with running(tmp_path / "replica", replicaof=of) as replica:
            wait_until(lambda: confirmed_by(master, 1), "the replica")
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


def tap(server: Server, shop: Shop, create: Callable[[], Customer]) -> Customer:
    """Add the same customer as every other call does."""
    over = shop_over(server, shop, wait_replicas=1)
    return Newcomers(over.redeemer.tools).add(
        *(shop.site, Context(site="shop"), "Åsa"),
        Addition(create, lambda: None, lambda found: Customer(customer_id=found)),
        deadline=shop.deadline(),
    )


def test_a_replica_knows_who_is_being_added(
    servers: tuple[Server, Server], shop: Shop
) -> None:
    """Whichever takes over while the CRM is asked, a second tap adds nobody else."""
    master, replica = servers
    added = []

    def create() -> Customer:
        before = master.admin.info("commandstats")
        assert before["cmdstat_wait"]["calls"] > waited
        assert replica.client().keys("sitoo-bridge:*")
        added.append(1)
        return Customer(customer_id=f"c{len(added)}")

    waited = master.admin.info("commandstats")["cmdstat_wait"]["calls"]
    assert tap(master, shop, create).customer_id == "c1"
    assert tap(master, shop, create).customer_id == "c1"


@pytest.fixture
def silent(servers: tuple[Server, Server]) -> Iterator[Server]:
    """A master whose replica is connected, and confirms nothing."""
    master, replica = servers
    replica.tell(signal.SIGSTOP)
    yield master
    replica.tell(signal.SIGCONT)


def test_a_replica_that_only_seems_to_be_there_confirms_no_reading(
    silent: Server, shop: Shop
) -> None:
    with pytest.raises(JournalError):
        shop_over(silent, shop, wait_replicas=1).undo("0" * 32)
    assert followers(silent) == 1


def new_redeem() -> Redeem:
    item = Item(ItemKind.PROMOTION, "p1", "c1")
    return Redeem.begin(Context(site="shop"), "c1", [item], 1_700_000_000.0)


def test_nor_a_save_that_finds_itself_done(silent: Server, shop: Shop) -> None:
    """The first one was written and not confirmed; the second one writes nothing."""
    redeem = new_redeem()
    for _ in range(2):
        journal = shop_over(silent, shop, wait_replicas=1).journal
        with pytest.raises(JournalError):
            journal.save(redeem, "w")
    assert redeem.version == 0


def test_nor_what_an_idempotency_key_stands_for(silent: Server, shop: Shop) -> None:
    journal = shop_over(silent, shop, wait_replicas=1).journal
    with pytest.raises(JournalError):
        journal.give_key("digest", new_redeem(), 60)


def test_who_is_added_is_known_to_the_master_alone_then(
    silent: Server, shop: Shop
) -> None:
    one = Customer(customer_id="c1")
    assert tap(silent, shop, lambda: one) == one
    other = Customer(customer_id="c2")
    assert tap(silent, shop, lambda: other) == one
