"""The crash matrix over two systems: all or nothing, wherever the worker dies."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis

from bridge.model import Item, ItemKind
from bridge.parts import create_site
from bridge.redeem import Journal, RedisSettings, Store
from tests.extent import EVERYTHING
from tests.mappings.mortality import Goods, Mortality
from tests.redeem.conftest import SETTINGS
from tests.site.conftest import Shop


@pytest.fixture
def mortality(
    shop: Shop, valkey: Path, redis_client: redis.Redis
) -> Iterator[Mortality]:
    (config,) = shop.configure("member_number").sites
    site = create_site(config, config.mapping_class)
    store = Store(redis_client, RedisSettings(url=f"unix://{valkey}"))
    with ThreadPoolExecutor(4) as pool:
        yield Mortality(site, Journal(store, SETTINGS), redis_client, pool)
    for system in site.systems().values():
        system.gateway.close()


@pytest.mark.parametrize(
    ("undo", "lost"),
    [(False, ""), (True, ""), (False, "reference")],
    ids=["redeem", "redeem and undo", "the answer to the redeem is lost"],
)
def test_all_or_nothing_wherever_the_worker_dies(
    mortality: Mortality, shop: Shop, undo: bool, lost: str
) -> None:
    hers, theirs = shop.anna()

    def goods() -> Goods:
        given = shop.benefits.grant(theirs, offers=1, vouchers=1)
        return [
            Item(ItemKind.BONUS_CHECK, given["vouchers"][0], hers),
            Item(ItemKind.PROMOTION, given["offers"][0], hers),
        ]

    def spent(given: Goods) -> set[str]:
        refs = [shop.spent(item.item_id) for item in given]
        under = [ref[:32] for ref in refs if ref]
        assert len(under) in (0, 2), "one of the two is spent alone"
        return set(under)

    every = 1 if EVERYTHING else 3
    deaths = mortality.deaths(goods, spent, every=every, undo=undo, lost=lost)
    print(f"undo={undo} lost={lost or 'nothing'}: {deaths} deaths survived")
    assert deaths >= 3
