"""The one clock that all bridges share, whatever their machines' clocks say."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import redis

from bridge.errors import JournalError
from bridge.redeem import Journal, Recovery, Redeemer, Store
from bridge.redeem.journal.clock import REFRESH_SECONDS, JournalClock
from bridge.redeem.journal.keys import Keys
from tests.redeem.conftest import SETTINGS, Shop

APART = 0.5
"""Seconds that two looks at one clock are never apart."""

HOUR = 3_600.0


class Machine:
    """A bridge's clock on a machine that has been up for so long."""

    def __init__(self, store: Store, up: float = 0.0) -> None:
        self.up = up
        self.later: list[Callable[[], None]] = []
        self.clock = JournalClock(
            store, Keys("clock"), lambda: self.up, self.later.append
        )


def by_redis(client: redis.Redis) -> float:
    seconds, micros = client.time()
    return float(seconds) + micros / 1e6


def test_two_machines_have_one_time(
    journal: Journal, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Machine(journal.store, up=17.0).clock()
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + HOUR)
    second = Machine(journal.store, up=HOUR).clock()
    assert abs(second - first) < APART
    assert abs(by_redis(redis_client) - first) < APART


def test_goes_on_by_itself(journal: Journal) -> None:
    machine = Machine(journal.store)
    before = machine.clock()
    machine.up += 4.0
    assert machine.clock() == before + 4.0
    assert machine.later == []


def test_nobody_waits_while_redis_is_asked_again(
    journal: Journal, redis_client: redis.Redis
) -> None:
    machine = Machine(journal.store)
    before = machine.clock()
    machine.up += HOUR  # it was asleep, and Redis was not
    assert machine.clock() == before + HOUR
    assert len(machine.later) == 1
    machine.clock()
    assert len(machine.later) == 1
    machine.later.pop()()
    assert abs(machine.clock() - by_redis(redis_client)) < APART


class Away(Store):
    """A Redis that is gone."""

    gone = False

    def run(self, *commands: tuple[object, ...], durable: bool = False) -> list[object]:
        if self.gone:
            raise redis.ConnectionError
        return super().run(*commands, durable=durable)


def test_without_redis_there_is_no_time_to_begin_with(journal: Journal) -> None:
    store = Away(journal.store.client, journal.store.settings)
    store.gone = True
    machine = Machine(store)
    with pytest.raises(JournalError):
        machine.clock()
    store.gone = False
    assert machine.clock() > 0


def test_without_redis_it_goes_on(journal: Journal) -> None:
    store = Away(journal.store.client, journal.store.settings)
    machine = Machine(store)
    before = machine.clock()
    store.gone = True
    for _ in range(3):
        machine.up += REFRESH_SECONDS + 1
        machine.clock()
        machine.later.pop()()
    assert machine.clock() == before + 3 * (REFRESH_SECONDS + 1)


def test_a_machine_whose_clock_is_ahead_takes_no_redeem_from_another(
    shop: Shop, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its recovery comes by while the other one's call to the CRM is on its way.

    By its machine's clock the claim had ended, and the call was too old to count: the
    redeem was settled as undone, and then the item was spent.
    """
    here = Shop(journal, shop.ledger, shop.clock, pool=shop.pool)
    here.redeemer = Redeemer(journal, SETTINGS, pool=shop.pool)
    real, spend = time.time, shop.ledger.spend

    def meanwhile(item_id: str, ref: str) -> None:
        monkeypatch.setattr(time, "time", lambda: real() + HOUR)
        ahead = Redeemer(journal, SETTINGS, pool=shop.pool)
        assert Recovery(ahead, {"shop": shop.site}).run_once() == 0
        monkeypatch.setattr(time, "time", real)
        spend(item_id, ref)

    monkeypatch.setattr(shop.ledger, "spend", meanwhile)
    redeem = here.redeem("p1")
    stored = journal.load(redeem.redeem_id)
    assert stored is not None
    assert stored.settled
    assert stored.goal == "redeemed"
    assert list(shop.ledger.spent) == ["p1"]
