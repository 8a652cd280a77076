"""Kill the worker, or hang up, at every single step; whatever happens, all or nothing.

Every write to the journal and every call to the CRM is a step, and each has two places
to die: before it and after it.  A dead worker stays dead: its threads get no further.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import Executor
from typing import Any

import pytest
import redis

from bridge.errors import OutcomeUnknown, Refused, Unavailable
from bridge.redeem import Journal
from tests.extent import EVERYTHING
from tests.redeem.agreement import agree
from tests.redeem.conftest import Clock, Shop
from tests.redeem.crm import Ledger, LedgerMapping
from tests.redeem.faults import (
    Fault,
    FragileJournal,
    Fuse,
    hangs_up,
    killed,
    mortal,
)


def scenarios(count: int) -> Iterator[tuple[Fault, ...]]:
    """All ways in which one call of a redeem of so many items can fail."""
    yield ()
    for nth in range(1, count + 1):
        yield (("redeem", nth, Refused, False),)
        yield (("redeem", nth, Unavailable, False),)
        yield (("redeem", nth, OutcomeUnknown, False),)
        yield (("redeem", nth, OutcomeUnknown, True),)
        for error in (Unavailable, OutcomeUnknown):
            yield ("redeem", nth, OutcomeUnknown, True), ("find", 1, error, False)
        refused: Fault = ("redeem", nth, Refused, False)
        yield refused, ("undo", 1, Unavailable, False)
        yield refused, ("undo", 1, OutcomeUnknown, True)
        yield refused, ("undo", 1, OutcomeUnknown, False)


def die_at_every_step(
    journal: Journal,
    client: Any,
    pool: Executor,
    count: int,
    undo: bool = False,
    faults: tuple[Fault, ...] = (),
    stride: int = 1,
) -> int:
    """Redeem so many items, and undo, and die at each step; return the deaths."""
    deaths = 0
    while True:
        client.flushall()
        fuse = Fuse(1 + deaths * stride)
        fragile: Any = FragileJournal(journal, fuse)
        shop = Shop(fragile, Ledger(), Clock(), mortal(fuse, *faults), pool=pool)
        with killed(fuse):
            redeem = shop.redeem(*(f"p{n}" for n in range(count)))
            if undo:
                shop.undo(redeem.redeem_id)
        shop.but(journal=journal, mapping=LedgerMapping).recover(4)
        agree(shop.ledger, journal, client, count)
        if not fuse.blown:
            return deaths
        deaths += 1


@pytest.mark.parametrize("undo", [False, True], ids=["redeem", "redeem and undo"])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_all_or_nothing_wherever_the_worker_dies(
    journal: Journal, redis_client: redis.Redis, pool: Executor, count: int, undo: bool
) -> None:
    stride = {1: 1, 2: 1, 3: 3, 4: 5}[count]
    if not EVERYTHING:
        stride = {1: 1, 2: 2, 3: 5, 4: 7}[count]
    deaths = sum(
        die_at_every_step(journal, redis_client, pool, count, undo, faults, stride)
        for faults in scenarios(count)
    )
    print(f"{count} items, undo={undo}: {deaths} deaths survived")
    assert deaths > 20


def test_all_or_nothing_when_recovery_dies_as_well(
    journal: Journal, redis_client: redis.Redis, pool: Executor
) -> None:
    deaths = 0
    refused: Fault = ("redeem", 2, Refused, False)
    for step in itertools.count(1):
        first = Fuse(step)
        for second_step in itertools.count(1):
            redis_client.flushall()
            first, second = Fuse(step), Fuse(second_step)
            fragile: Any = FragileJournal(journal, first)
            shop = Shop(fragile, Ledger(), Clock(), mortal(first, refused), pool=pool)
            with killed(first):
                shop.redeem("p0", "p1", "p2")
            fragile = FragileJournal(journal, second)
            with killed(second):
                shop.but(journal=fragile, mapping=mortal(second)).recover(4)
            shop.but(journal=journal, mapping=LedgerMapping).recover(4)
            agree(shop.ledger, journal, redis_client, 3)
            if not second.blown:
                break
            deaths += 1
        if not first.blown:
            break
    print(f"recovery: {deaths} double deaths survived")
    assert deaths > 100


def hung_up_at(
    step: int,
    journal: Journal,
    pool: Executor,
    items: list[str],
    faults: tuple[Fault, ...] = (),
    dies_at: float = float("inf"),
    waited: float = 0.0,
) -> tuple[Shop, Fuse, bool]:
    """Redeem, and hang up at a step; return whether the till was told a success."""
    fuse = Fuse(dies_at)
    fragile: Any = FragileJournal(journal, fuse)
    shop = Shop(
        fragile,
        Ledger(),
        Clock(),
        mortal(fuse, *faults),
        pool=pool,
        hung_up=hangs_up(fuse, step),
        waited=waited,
    )
    told = False
    with killed(fuse):
        shop.redeem(*items)
        told = True
    return shop.but(journal=journal, mapping=LedgerMapping, hung_up=bool), fuse, told


def hang_up_at_every_step(
    journal: Journal,
    client: Any,
    pool: Executor,
    count: int,
    faults: tuple[Fault, ...] = (),
    stride: int = 1,
) -> int:
    """Redeem so many items, and hang up at each step; return the hang-ups."""
    items = [f"p{n}" for n in range(count)]
    for step in itertools.count(1, stride):
        client.flushall()
        after, fuse, told = hung_up_at(step, journal, pool, items, faults)
        after.recover(4)
        agree(after.ledger, journal, client, count)
        assert bool(after.ledger.spent) is told
        if fuse.burnt < step:
            return step // stride
        assert not told
    raise AssertionError


@pytest.mark.parametrize("count", [1, 2, 3])
def test_nothing_stays_spent_for_a_till_that_has_hung_up(
    journal: Journal, redis_client: redis.Redis, pool: Executor, count: int
) -> None:
    stride = 1 if EVERYTHING else count
    hang_ups = sum(
        hang_up_at_every_step(journal, redis_client, pool, count, faults, stride)
        for faults in scenarios(count)
    )
    print(f"{count} items: {hang_ups} hang-ups")
    assert hang_ups > 20


@pytest.mark.parametrize("irreversible", [False, True])
def test_the_same_tap_again_works_after_a_hang_up(
    journal: Journal,
    redis_client: redis.Redis,
    pool: Executor,
    irreversible: bool,
) -> None:
    mapping = type("Final", (LedgerMapping,), {"irreversible": {"promotion"}})
    for step in itertools.count(1):
        redis_client.flushall()
        after, fuse, _ = hung_up_at(step, journal, pool, ["p1", "p2"])
        again = after.but(mapping=mapping if irreversible else LedgerMapping)
        redeem = again.redeem("p1", "p2")
        assert {ref[:32] for ref in after.ledger.spent.values()} == {redeem.redeem_id}
        again.recover(4)
        agree(after.ledger, journal, redis_client, 2)
        assert len(after.ledger.spent) == 2
        if fuse.burnt < step:
            break
    assert step > 8


def test_all_or_nothing_when_a_worker_dies_after_its_till_has_hung_up(
    journal: Journal, redis_client: redis.Redis, pool: Executor
) -> None:
    deaths = 0
    stride = 1 if EVERYTHING else 2
    for step in itertools.count(1, stride):
        for death in itertools.count(step + 1, stride):
            redis_client.flushall()
            after, fuse, _ = hung_up_at(
                step, journal, pool, ["p1", "p2"], dies_at=death
            )
            after.recover(4)
            agree(after.ledger, journal, redis_client, 2)
            if not fuse.blown:
                break
            deaths += 1
        if fuse.burnt < step:
            break
    print(f"{deaths} deaths after a hang-up")
    assert deaths > 20


@pytest.mark.parametrize("waited", [7.5, 8.0, 60.0])
def test_all_or_nothing_when_a_request_has_waited_too_long(
    journal: Journal, redis_client: redis.Redis, pool: Executor, waited: float
) -> None:
    for death in itertools.count(1):
        redis_client.flushall()
        after, fuse, told = hung_up_at(
            10**9, journal, pool, ["p1", "p2"], dies_at=death, waited=waited
        )
        after.but(waited=0).recover(4)
        agree(after.ledger, journal, redis_client, 2)
        assert waited < 8 or not after.ledger.spent
        if not fuse.blown:
            assert told is (waited < 8)
            break
