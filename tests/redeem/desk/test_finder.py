"""Finding redeems again, newest first, page by page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import redis

from bridge.errors import CannotRedeem
from bridge.model import Context
from bridge.redeem.desk.filter import Filter
from bridge.redeem.desk.finder import Finder
from tests.redeem.conftest import Shop


@pytest.fixture
def ids(shop: Shop) -> list[str]:
    """Twelve redeems, oldest first: one an hour over three customers."""
    made = []
    for n in range(12):
        made.append(shop.redeem(f"p{n}", customer=f"c{n % 3}").redeem_id)
        shop.clock.pass_(3_600)
    return made


def found(shop: Shop, **wanted: object) -> list[str]:
    finder, after, found = Finder(shop.journal, shop.clock), "", []
    for _ in range(20):
        page = finder.page(Filter(**wanted), 5, after)  # type: ignore[arg-type]
        found += [redeem.redeem_id for redeem in page.redeems]
        after = page.more
        if not after:
            break
    return found


def test_the_newest_come_first_over_days(shop: Shop, ids: list[str]) -> None:
    assert found(shop) == ids[::-1]


def test_by_customer_with_and_without_the_site(shop: Shop, ids: list[str]) -> None:
    assert found(shop, customer_id="c1", site="shop") == ids[1::3][::-1]
    assert found(shop, customer_id="c1") == ids[1::3][::-1]


def test_by_store_and_day(shop: Shop, ids: list[str]) -> None:
    day = datetime(2023, 11, 14, tzinfo=UTC).timestamp()
    that = {"since": day, "until": day + 86_400}
    that_day = found(shop, store_id="s1", site="shop", **that)
    assert that_day == ids[:2][::-1]  # 22:13 and 23:13
    assert found(shop, store_id="s2", site="shop") == []


@pytest.mark.parametrize("digits", [3, 8, 32])
def test_by_the_first_digits_of_the_id(shop: Shop, ids: list[str], digits: int) -> None:
    assert ids[4] in found(shop, redeem_id=ids[4][:digits].lower())


def test_by_item_also_when_it_was_redeemed_twice(shop: Shop, ids: list[str]) -> None:
    shop.undo(ids[7], "c1")
    again = shop.redeem("p7", customer="c1").redeem_id
    assert found(shop, item_id="p7", site="shop") == [again, ids[7]]


def test_by_state(shop: Shop, ids: list[str]) -> None:
    with pytest.raises(CannotRedeem):
        shop.redeem("p3", customer="c9")
    shop.undo(ids[5], "c2")
    assert len(found(shop, state="undone")) == 2
    assert len(found(shop, state="redeemed")) == 11
    assert found(shop, state="open") == []


def test_over_all_sites_when_none_is_named(shop: Shop, ids: list[str]) -> None:
    """As quickly, because each site's index is asked, and in one order by time."""
    other = shop.but(journal=shop.journal)
    other.site = replace(shop.site, name="other")
    theirs = other.redeemer.redeem(
        other.site,
        Context(site="other", store_id="s1"),
        "c1",
        [],
        ["p100"],
        deadline=shop.deadline(),
    ).redeem_id
    shop.clock.pass_(60)
    newest = shop.redeem("p200", customer="c1").redeem_id
    finder = Finder(shop.journal, shop.clock, sites=("shop", "other"), scan_at_most=5)

    def first(**wanted: str) -> list[str]:
        page = finder.page(Filter(**wanted), 3)  # type: ignore[arg-type]
        return [redeem.redeem_id for redeem in page.redeems]

    assert first(customer_id="c1") == [newest, theirs, ids[10]]
    assert first(store_id="s1") == [newest, theirs, ids[11]]
    assert first(item_id="p100") == [theirs]
    assert first(item_id="p1") == [ids[1]]


def test_what_has_expired_is_left_out_and_dropped(
    shop: Shop, ids: list[str], redis_client: redis.Redis
) -> None:
    redis_client.delete(shop.journal.keys.redeem(ids[3]))
    assert found(shop, customer_id="c0", site="shop") == [ids[9], ids[6], ids[0]]
    left = redis_client.zcard(shop.journal.keys.customer("shop", "c0"))
    assert left == 3


def test_a_place_that_no_page_named_is_refused(shop: Shop) -> None:
    with pytest.raises(ValueError, match="could not convert"):
        Finder(shop.journal).page(Filter(), 5, "nowhere")
