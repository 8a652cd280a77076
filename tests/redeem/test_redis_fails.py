"""Redis gone, full, read-only or mute, before a redeem and at every step of it.

A redeem that cannot be written down reaches no CRM.  One that is under way stops, the
POS is answered 503 or 504, and once Redis is back nothing stays spent, unless the POS
was told a success.
"""

from __future__ import annotations

import itertools
import math
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bridge.errors import BridgeError, CannotRedeem, JournalError, Refused
from bridge.mapping import Mapping
from bridge.model import Item, Receipt
from bridge.redeem import Journal, RedisSettings, Store, connect
from tests.redeem.agreement import agree
from tests.redeem.conftest import SETTINGS, Clock, Shop
from tests.redeem.crm import Ledger, LedgerMapping
from tests.redeem.flaky_redis import FlakyRedis, When
from tests.redis_servers import DURABLE, Server, running, wait_until

CLIENTS: list[Any] = []


def hang_up() -> None:
    """Close the clients of all journals that this module has opened."""
    while CLIENTS:
        CLIENTS.pop().close()


@pytest.fixture(autouse=True)
def no_client_left() -> Iterator[None]:
    yield
    hang_up()


def impatient(url: str, seconds: float = 0.2, **settings: Any) -> Journal:
    """A journal whose client tries again at once, and gives up soon."""
    redis_settings = RedisSettings(url=url, timeout_seconds=seconds, **settings)
    client = connect(redis_settings)
    client.connection_pool.connection_kwargs["retry"] = Retry(NoBackoff(), 2)
    CLIENTS.append(client)
    return Journal(Store(client, redis_settings), SETTINGS)


@pytest.fixture
def flaky(
    valkey: Path, redis_client: redis.Redis, tmp_path: Path
) -> Iterator[FlakyRedis]:
    proxy = FlakyRedis(valkey, tmp_path / "flaky.sock")
    yield proxy
    proxy.close()


@pytest.fixture(scope="module")
def server(in_memory: Path) -> Iterator[Server]:
    directory = in_memory / "failing"
    with running(directory, unixsocket=directory / "socket") as server:
        yield server


def disowned() -> None:
    """Wait until every success that no POS was told of is settled."""
    for thread in threading.enumerate():
        if thread.name == "disown":
            thread.join(20)
            assert not thread.is_alive()


# Before anything is sent


def refuses_everything(journal: Journal, ledger: Ledger, pool: Executor) -> None:
    """Neither a redeem nor an undo can be begun, and the CRM hears of none."""
    shop = Shop(journal, ledger, Clock(), pool=pool)
    before = list(ledger.entries)
    for ask in (
        lambda: shop.redeem("p8", "p9"),
        lambda: shop.redeem("p9", key="k1"),
        lambda: shop.undo(ledger.spent["p1"][:32]),
    ):
        with pytest.raises(JournalError) as refused:
            ask()
        assert refused.value.status == 503
    assert ledger.entries == before


def with_one_redeem(journal: Journal, pool: Executor) -> Ledger:
    journal.store.client.flushall()
    shop = Shop(journal, Ledger(), Clock(), pool=pool)
    shop.redeem("p1")
    return shop.ledger


def test_redis_is_down(pool: Executor, journal: Journal, tmp_path: Path) -> None:
    ledger = with_one_redeem(journal, pool)
    refuses_everything(impatient(f"unix://{tmp_path / 'nobody'}"), ledger, pool)


def test_redis_hangs_up(flaky: FlakyRedis, pool: Executor) -> None:
    journal = impatient(f"unix://{flaky.path}")
    ledger = with_one_redeem(journal, pool)
    flaky.down = True
    refuses_everything(journal, ledger, pool)


def test_redis_does_not_answer(flaky: FlakyRedis, pool: Executor) -> None:
    journal = impatient(f"unix://{flaky.path}", 0.02)
    ledger = with_one_redeem(journal, pool)
    flaky.mute = True
    refuses_everything(journal, ledger, pool)


def test_redis_is_full(server: Server, pool: Executor) -> None:
    journal = impatient(server.url)
    ledger = with_one_redeem(journal, pool)
    server.admin.config_set("maxmemory", 1)
    try:
        refuses_everything(journal, ledger, pool)
    finally:
        server.admin.config_set("maxmemory", 0)


def test_redis_is_a_replica(server: Server, pool: Executor) -> None:
    journal = impatient(server.url)
    ledger = with_one_redeem(journal, pool)
    server.admin.replicaof("127.0.0.1", 1)
    try:
        refuses_everything(journal, ledger, pool)
    finally:
        server.admin.replicaof("NO", "ONE")


def test_too_few_replicas_have_it(server: Server, pool: Executor) -> None:
    ledger = with_one_redeem(impatient(server.url), pool)
    shop = Shop(impatient(server.url, wait_replicas=1), ledger, Clock(), pool=pool)
    with pytest.raises(JournalError):
        shop.redeem("p9")
    with pytest.raises(JournalError):
        shop.undo(ledger.spent["p1"][:32])
    assert set(ledger.spent) == {"p1"}


# In the middle


class Refusing(LedgerMapping):
    """Refuses p2."""

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        if item.item_id == "p2":
            raise Refused("p2 is spent elsewhere")
        return super().redeem_item(item, ref)


Break = Callable[[FlakyRedis, Server], Callable[[], object]]
"""Returns what to do when the step has come."""

BREAKS: dict[str, Break] = {
    "is full": lambda flaky, server: lambda: server.admin.config_set("maxmemory", 1),
    "is a replica": lambda flaky, server: (
        lambda: server.admin.replicaof("127.0.0.1", 1)
    ),
    "is loading": lambda flaky, server: (
        lambda: setattr(flaky, "error", b"-LOADING Redis is loading the dataset\r\n")
    ),
    "cannot write": lambda flaky, server: (
        lambda: setattr(flaky, "error", b"-MISCONF Errors writing to the AOF file\r\n")
    ),
    "falls silent": lambda flaky, server: lambda: setattr(flaky, "mute", True),
}

CUTS: dict[str, tuple[When, float]] = {
    "is cut off before a command": ("before", math.inf),
    "is cut off after a command": ("after", math.inf),
    "loses one answer": ("after", 1),
    "loses an answer and its repeats": ("after", 3),
}

SCENARIOS: dict[str, type[Mapping]] = {
    "refused": Refusing,
    "undo": LedgerMapping,
}


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("way", [*CUTS, *BREAKS])
def test_redis(
    way: str, scenario: str, server: Server, tmp_path: Path, pool: Executor
) -> None:
    flaky = FlakyRedis(server.socket, tmp_path / "flaky.sock")
    journal = impatient(f"unix://{flaky.path}", 0.02 if way == "falls silent" else 0.5)
    steps = 0
    for step in itertools.count(1, 3 if way == "falls silent" else 1):
        server.admin.flushall()
        if way in CUTS:
            when, times = CUTS[way]
            flaky.cut(step, when, times)
        else:
            flaky.act(step, BREAKS[way](flaky, server))
        shop = Shop(journal, Ledger(), Clock(), SCENARIOS[scenario], pool=pool)
        told = asked(shop, undo=scenario == "undo")
        reached = flaky.reached
        mend(flaky, server)
        settles(shop, server, told)
        if way == "loses one answer":
            assert told == {"refused": "refused", "undo": "undone"}[scenario]
        if not reached:
            break
        steps += 1
    flaky.close()
    print(f"Redis {way}: {steps} steps of {scenario}")
    assert steps > 5


def asked(shop: Shop, undo: bool) -> str:
    """Redeem, undo if wanted, and return the last thing that the POS was told."""
    quick = shop.but(pause=lambda seconds: shop.clock.pass_(max(seconds, 1.0)))
    told = ""
    try:
        redeem = quick.redeem("p1", "p2", "p3")
        told = "redeemed"
        if undo:
            quick.undo(redeem.redeem_id)
            told = "undone"
    except CannotRedeem:
        return "refused"
    except BridgeError as error:
        told = {"redeemed": "not undone"}.get(told, "error")
        return told if error.status in (503, 504) else str(error.status)
    return told


def mend(flaky: FlakyRedis, server: Server) -> None:
    flaky.heal()
    server.admin.config_set("maxmemory", 0)
    server.admin.replicaof("NO", "ONE")
    disowned()


def settles(shop: Shop, server: Server, told: str) -> None:
    """Let recovery run; then only what the POS was told is spent, or nothing."""
    client = server.admin
    settings = RedisSettings(url=server.url)
    journal = Journal(Store(client, settings), SETTINGS)
    shop.but(journal=journal, mapping=LedgerMapping).recover(4)
    agree(shop.ledger, journal, client, 3)
    may_be_spent = {"not undone": [0, 3], "error": [0], "refused": [0], "undone": [0]}
    assert len(shop.ledger.spent) in may_be_spent[told]
    client.close()


def test_a_success_that_too_few_replicas_have_is_none(
    server: Server, in_memory: Path, pool: Executor
) -> None:
    of = ("127.0.0.1", server.port)
    server.admin.config_set("repl-diskless-sync-delay", 0)
    replica = Server(in_memory / "replica", **DURABLE, replicaof=of).start()
    wait_until(
        lambda: (
            server.admin.set("here", 1)
            and server.admin.execute_command("WAITAOF", 1, 1, 100) == [1, 1]
        ),
        "the replica",
    )

    for wait_aof in (False, True):
        patient = impatient(server.url, 0.5, wait_replicas=1, wait_aof=wait_aof)
        shop = Shop(patient, Ledger(), Clock(), pool=pool)
        server.admin.flushall()
        assert asked(shop, undo=True) == "undone"

    class Unlucky(LedgerMapping):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            replica.kill()
            return super().redeem_item(item, ref)

    journal = impatient(server.url, 0.2, wait_replicas=1)
    shop = Shop(journal, Ledger(), Clock(), Unlucky, pool=pool)
    told = asked(shop, undo=False)
    spent = dict(shop.ledger.spent)
    replica.start()
    disowned()
    replica.kill()

    assert told == "error"
    assert set(spent) == {"p1", "p2", "p3"}
    settles(shop, server, told)
