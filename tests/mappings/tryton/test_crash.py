"""The crash matrix in a short form, against a real Tryton.

A worker dies before or after a write to the journal or a request to Tryton; recovery
comes; and then the journal and Tryton's database must tell one story, all or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from bridge.app import create_site
from bridge.deadline import Deadline
from bridge.model import Context
from bridge.redeem import (
    Journal,
    RedisSettings,
    Store,
)
from bridge.redeem.record import Goal
from mappings.tryton import Mapping
from tests.mappings.conftest import Configure
from tests.mappings.mortality import Worker, mortal
from tests.mappings.tryton.conftest import Office
from tests.mappings.tryton.server import Tryton
from tests.redeem.conftest import SETTINGS, Clock
from tests.redeem.test_crash import FragileJournal, Fuse, killed


@pytest.fixture
def journal(valkey: Path, redis_client: redis.Redis) -> Journal:
    return Journal(Store(redis_client, RedisSettings(url=f"unix://{valkey}")), SETTINGS)


@pytest.fixture
def pool() -> Iterator[Executor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.mark.parametrize(
    ("undo", "lost", "every"),
    [
        (False, "", 3),
        (True, "", 4),
        (False, "model.sale.sale.create", 4),
    ],
    ids=["redeem", "redeem and undo", "the answer to the redeem is lost"],
)
def test_all_or_nothing_wherever_the_worker_dies(
    configure: Configure,
    office: Office,
    tryton: Tryton,
    journal: Journal,
    redis_client: redis.Redis,
    pool: Executor,
    undo: bool,
    lost: str,
    every: int,
) -> None:
    site = create_site(configure().sites[0], Mapping)
    site.mapping(Context(site="shop"), Deadline(9)).tryton.session(anew=True)
    deaths = step = 0
    while True:
        step += every if step else 1
        redis_client.flushall()
        customer = office.customer()
        card, coupon = office.gift_card(customer), office.voucher()
        fuse, clock = Fuse(step), Clock()
        doomed = replace(site, mapping_class=mortal(Mapping, fuse, lost))
        worker = Worker(doomed, FragileJournal(journal, fuse), clock, pool)
        with killed():
            redeem = worker.redeem(customer, card, coupon)
            if undo:
                worker.undo(customer, redeem.redeem_id)
        Worker(site, journal, clock, pool).recover()
        agree(office, tryton, journal, redis_client, customer, card, coupon)
        if not fuse.blown:
            break
        deaths += 1
    site.gateway.close()
    print(f"undo={undo} lost={lost or 'nothing'}: {deaths} deaths survived")
    assert deaths >= 5


def agree(
    office: Office,
    tryton: Tryton,
    journal: Journal,
    client: redis.Redis,
    customer: str,
    card: str,
    coupon: str,
) -> None:
    """Tryton's database and the journal tell one story, and it is all or nothing."""
    query = "select reference, state, 'sale.sale,' || id from sale_sale "
    query += "where party = ? and reference is not null"
    sales = tryton.sql(query, int(customer))
    spent = {place: ref[:32] for ref, state, place in sales if state == "draft"}
    assert len(spent) <= 1
    assert office.spent_on(card) == next(iter(spent), None)
    assert office.uses(coupon) == len(spent)
    assert journal.counts() == (0, 0)
    for key in client.scan_iter("*:{*}"):
        redeem = journal.load(str(key)[-33:-1])
        assert redeem
        assert redeem.settled
        redeemed = redeem.redeem_id in spent.values()
        assert (redeem.goal is Goal.REDEEMED) == redeemed
    assert not list(client.scan_iter("*:held:*"))
