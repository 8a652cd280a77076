"""The crash matrix in a short form, against a real Vendure.

A worker dies before or after a write to the journal or a request to Vendure; recovery
comes; and then the journal and Vendure must tell one story, all or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from bridge.app import create_site
from bridge.redeem import Journal, RedisSettings, Store
from bridge.redeem.record import Goal
from mappings.vendure import Mapping
from tests.mappings.conftest import Configure
from tests.mappings.mortality import Worker, mortal
from tests.mappings.vendure.conftest import Office
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
        (True, "", 5),
        (False, "addManualPaymentToOrder", 4),
    ],
    ids=["redeem", "redeem and undo", "the answer to the payment is lost"],
)
def test_all_or_nothing_wherever_the_worker_dies(
    configure: Configure,
    office: Office,
    journal: Journal,
    redis_client: redis.Redis,
    pool: Executor,
    undo: bool,
    lost: str,
    every: int,
) -> None:
    site = create_site(configure().sites[0], Mapping)
    deaths = step = 0
    while True:
        step += every if step else 1
        redis_client.flushall()
        customer = office.customer()
        check = office.bonus_check(customer)
        promotion = office.promotion(owner=customer)
        fuse, clock = Fuse(step), Clock()
        doomed = replace(site, mapping_class=mortal(Mapping, fuse, lost))
        worker = Worker(doomed, FragileJournal(journal, fuse), clock, pool)
        with killed():
            redeem = worker.redeem(customer, check, promotion)
            if undo:
                worker.undo(customer, redeem.redeem_id)
        Worker(site, journal, clock, pool).recover()
        agree(office, journal, redis_client, check, promotion)
        if not fuse.blown:
            break
        deaths += 1
    site.gateway.close()
    print(f"undo={undo} lost={lost or 'nothing'}: {deaths} deaths survived")
    assert deaths >= 5


def agree(
    office: Office,
    journal: Journal,
    client: redis.Redis,
    check: str,
    promotion: str,
) -> None:
    """Vendure and the journal tell one story, and it is all or nothing."""
    spent = office.uses(check)
    assert office.uses(promotion) == spent
    assert len(spent) <= 1
    assert journal.counts() == (0, 0)
    for key in client.scan_iter("*:{*}"):
        redeem = journal.load(str(key)[-33:-1])
        assert redeem
        assert redeem.settled
        redeemed = [redeem.redeem_id] == [ref[:32] for ref in spent]
        assert (redeem.goal is Goal.REDEEMED) == redeemed
    assert not list(client.scan_iter("*:held:*"))
