"""The crash matrix in a short form, against a real Tryton.

A worker dies before or after a write to the journal or a request to Tryton; recovery
comes; and then the journal and Tryton's database must tell one story, all or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import redis

from bridge.app import create_site
from bridge.deadline import Deadline
from bridge.errors import OutcomeUnknown
from bridge.model import Context
from bridge.redeem import (
    Journal,
    Recovery,
    Redeem,
    Redeemer,
    RedisSettings,
    Store,
)
from bridge.redeem.record import Goal
from bridge.site import Site
from mappings.tryton import Mapping
from tests.mappings.tryton.conftest import Configure, Office
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


@dataclass
class Worker:
    """A bridge that may die, and the clock that goes on without it."""

    site: Site
    journal: Any
    clock: Clock
    pool: Executor

    def __post_init__(self) -> None:
        self.redeemer = Redeemer(
            self.journal,
            SETTINGS,
            clock=self.clock,
            pause=self.clock.pass_,
            pool=self.pool,
        )

    def redeem(self, customer: str, card: str, coupon: str) -> Redeem:
        context = Context(site="shop", store_id="200", register_id="1")
        deadline = Deadline(8, self.clock)
        return self.redeemer.redeem(
            self.site, context, customer, [card], [coupon], deadline=deadline
        )

    def undo(self, customer: str, redeem_id: str) -> None:
        context, deadline = Context(site="shop"), Deadline(8, self.clock)
        self.redeemer.undo(self.site, context, customer, redeem_id, deadline=deadline)

    def recover(self) -> None:
        recovery = Recovery(self.redeemer, {"shop": self.site})
        for _ in range(3):
            self.clock.pass_(61)
            recovery.run_once()


def mortal(fuse: Fuse, lost: str) -> type[Mapping]:
    """A mapping that may die around each request, and loses the answer to one kind."""

    class Mortal(Mapping):
        def __init__(self, options: Any, upstream: Any, context: Context) -> None:
            super().__init__(options, upstream, context)
            call = upstream.call

            def perilous(method: str, path: str, **how: Any) -> Any:
                fuse.burn()
                answer = call(method, path, **how)
                fuse.burn()
                if lost and lost in str(how.get("json")):
                    raise OutcomeUnknown
                return answer

            upstream.call = perilous

    return Mortal


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
        doomed = replace(site, mapping_class=mortal(fuse, lost))
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
