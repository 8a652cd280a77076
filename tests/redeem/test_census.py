"""What the metrics say of open redeems, of recovery, and of Redis."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
import redis
from prometheus_client import REGISTRY

from bridge.errors import CannotUndo, JournalError, OutcomeUnknown
from bridge.mapping import Mapping
from bridge.model import Context, Item, ItemKind, Receipt
from bridge.redeem import (
    Journal,
    Redeem,
    RedeemSettings,
    RedisSettings,
    Store,
    connect,
)
from bridge.redeem.census import Census, Count
from bridge.redeem.journal.server.complaints import count, guarded
from tests.redeem.conftest import SETTINGS, Shop
from tests.redeem.crm import LedgerMapping
from tests.redis_servers import wait_until


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"sitoo_bridge_{name}", labels) or 0.0


class Silent(LedgerMapping):
    """Answers nothing."""

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        raise OutcomeUnknown

    def find_receipt(self, item: Item, ref: str) -> Receipt | None:
        raise OutcomeUnknown


class Stubborn(LedgerMapping):
    """Gives nothing back."""

    irreversible = frozenset({ItemKind.BONUS_CHECK})

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        raise CannotUndo


def leave_open(shop: Shop, *promotions: str, mapping: type[Mapping] = Silent) -> None:
    with pytest.raises(OutcomeUnknown):
        shop.but(mapping=mapping).redeem(*promotions)


def counted(shop: Shop) -> dict[str, Count]:
    return Census(shop.journal, ["shop"], shop.clock).take()


def write_down(journal: Journal, site: str, **facts: object) -> Redeem:
    """Write a redeem of any site down as it may have been left."""
    now = facts.pop("now", 1_700_000_000.0)
    item = Item(ItemKind.PROMOTION, "p9", "c9")
    redeem = Redeem.begin(Context(site=site), "c9", [item], float(str(now)))
    redeem = replace(redeem, **facts)  # type: ignore[arg-type]
    journal.create(redeem, [], "somebody")
    journal.open(redeem, redeem.lease_until or redeem.created_at)
    return redeem


def test_what_is_open_is_counted_by_site_with_the_age_of_the_oldest(shop: Shop) -> None:
    leave_open(shop, "p1")
    shop.clock.pass_(100)
    leave_open(shop, "p2")
    write_down(shop.journal, "north", now=shop.clock() - 40, stuck=True)
    assert counted(shop) == {
        "shop": Count(open=2, stuck=0, oldest_seconds=pytest.approx(100, abs=9)),
        "north": Count(open=1, stuck=1, oldest_seconds=40),
    }


def test_what_is_under_way_or_settled_is_not_open(shop: Shop) -> None:
    write_down(shop.journal, "shop", lease_until=shop.clock() + 5)
    shop.redeem("p1")
    assert counted(shop) == {}
    shop.clock.pass_(6)
    assert counted(shop)["shop"].open == 1


def test_an_old_success_that_is_to_be_undone_is_open_since_then(shop: Shop) -> None:
    redeem = shop.redeem("p1")
    shop.clock.pass_(90 * 86_400)
    with pytest.raises(CannotUndo):
        shop.but(mapping=Stubborn).undo(redeem.redeem_id)
    shop.clock.pass_(30)
    assert counted(shop)["shop"].oldest_seconds == 30


def test_what_cannot_be_read_is_counted_without_a_site(shop: Shop) -> None:
    spoilt = write_down(shop.journal, "shop")
    key = shop.journal.keys.redeem(spoilt.redeem_id)
    shop.journal.store.client.hset(key, "body", "{")
    shop.recover(1)
    assert counted(shop) == {"": Count(open=1, stuck=1)}
    shop.journal.store.client.delete(key)
    shop.journal.store.client.set(key, "no hash")
    assert counted(shop) == {"": Count(open=1, stuck=1)}


def test_of_very_many_no_more_than_some_are_looked_at(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        write_down(shop.journal, "shop")
    monkeypatch.setattr("bridge.redeem.census.MOST", 3)
    monkeypatch.setattr("bridge.redeem.census.PAGE", 2)
    assert {site: one.open for site, one in counted(shop).items()} == {"shop": 3, "": 2}


def test_a_gauge_goes_back_to_nothing_and_is_not_told_all_the_time(shop: Shop) -> None:
    census = Census(shop.journal, [], shop.clock)
    leave_open(shop, "p1")
    census.tell()
    assert value("open_redeems", site="shop") == 1
    shop.recover()
    census.tell()
    assert value("open_redeems", site="shop") == 0
    assert value("oldest_open_redeem_seconds", site="shop") == 0
    leave_open(shop, "p2")
    census.tell()
    assert value("open_redeems", site="shop") == 0
    shop.clock.pass_(10)
    census.tell()
    assert value("open_redeems", site="shop") == 1


def test_a_census_that_breaks_stops_no_recovery(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Census) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Census, "take", broken)
    stop = threading.Event()
    recovery = shop.but(settings=RedeemSettings(poll_seconds=0.01)).recovery
    thread = threading.Thread(target=recovery.run_forever, args=[stop])
    thread.start()
    shop.clock.pass_(1_000)
    moment = shop.clock()
    wait_until(
        lambda: value("recovery_last_round_timestamp_seconds") == moment, "a round"
    )
    stop.set()
    thread.join()
    assert "open redeems could not be counted" in caplog.text


def test_recovery_counts_its_tries_and_says_when_it_last_succeeded(shop: Shop) -> None:
    def tries(outcome: str) -> float:
        return value("recovery_attempts_total", site="shop", outcome=outcome)

    failed, settled = tries("OutcomeUnknown"), tries("settled")
    silent = shop.but(mapping=Silent)
    leave_open(shop, "p1")
    silent.recover(2)
    assert tries("OutcomeUnknown") == failed + 2
    assert tries("settled") == settled
    shop.recover(1)
    assert tries("settled") == settled + 1
    last = value("recovery_last_success_timestamp_seconds", site="shop")
    assert last == shop.clock()
    assert value("recovery_last_round_timestamp_seconds") == shop.clock()


# Redis


def test_each_call_to_redis_is_timed_by_its_name(journal: Journal) -> None:
    before = value("redis_seconds_count", call="twin")
    journal.twin("nobody's")
    assert value("redis_seconds_count", call="twin") == before + 1


def test_what_redis_refuses_is_counted_by_its_code_word(
    redis_client: redis.Redis, journal: Journal
) -> None:
    before = value("redis_errors_total", code="OOM")
    redis_client.config_set("maxmemory", "1")
    try:
        with pytest.raises(JournalError):
            write_down(journal, "shop")
    finally:
        redis_client.config_set("maxmemory", "0")
    assert value("redis_errors_total", code="OOM") == before + 1


def test_a_redis_that_is_away_is_counted_by_what_the_client_says() -> None:
    settings = RedisSettings(url="redis://127.0.0.1:1/0")
    journal = Journal(Store(connect(settings), settings), SETTINGS)
    before = value("redis_errors_total", code="ConnectionError")
    with pytest.raises(JournalError):
        journal.load("A")
    assert value("redis_errors_total", code="ConnectionError") == before + 1
    journal.store.client.close()


def test_too_few_replicas_are_counted(valkey: Path) -> None:
    settings = RedisSettings(url=f"unix://{valkey}", wait_replicas=1, timeout_seconds=1)
    journal = Journal(Store(connect(settings), settings), SETTINGS)
    before = value("redis_errors_total", code="WAIT")
    with pytest.raises(JournalError):
        write_down(journal, "shop")
    assert value("redis_errors_total", code="WAIT") == before + 1
    journal.store.client.close()


@pytest.mark.parametrize("said", ["JOHN is not here", "john@example.com"])
def test_no_word_that_redis_alone_knows_becomes_a_label(said: str) -> None:
    before = value("redis_errors_total", code="other")
    count(redis.ResponseError(said))
    assert value("redis_errors_total", code="other") == before + 1


def test_a_call_that_calls_another_counts_an_error_once() -> None:
    @guarded
    def inner() -> None:
        raise redis.TimeoutError

    before = value("redis_errors_total", code="TimeoutError")
    with pytest.raises(JournalError):
        guarded(inner)()
    assert value("redis_errors_total", code="TimeoutError") == before + 1
