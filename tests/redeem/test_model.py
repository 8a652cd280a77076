"""Whatever tills, CRM, machines and Redis do, in any order, against ten lines of model.

Two customers at two registers redeem overlapping sets of items and undo them, while
workers die, the CRM fails, Redis is cut off or killed, tills hang up or have waited for
long, and time passes.  Whenever all
has settled, exactly that is spent whose success a till was told and has not undone.
What a till was told nothing certain about may be either way: the journal decides.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from redis.backoff import NoBackoff
from redis.retry import Retry

from bridge.embedded import EmbeddedValkey
from bridge.errors import BridgeError, OutcomeUnknown, Refused, Unavailable
from bridge.redeem import Journal, RedisSettings, Store, connect
from tests.redeem.agreement import agree_on_all
from tests.redeem.conftest import SETTINGS, Clock, Shop
from tests.redeem.crm import Ledger
from tests.redeem.faults import FragileJournal, Fuse, Killed, hangs_up, mortal
from tests.redeem.flaky_redis import FlakyRedis
from tests.redeem.test_redis_fails import disowned

ITEMS = "abcdefgh"
NEVER = 10**9


@dataclass(frozen=True)
class Trouble:
    """What goes wrong during one request, if anything does."""

    dies_at: float = NEVER
    crm: tuple[Any, ...] = ()
    cut: tuple[Any, ...] = ()
    redis_dies_at: int = 0
    hangs_up_at: float = NEVER
    waited: float = 0.0


STEPS = range(1, 15)
"""A redeem of three items and its undo take hardly more."""

CRM = [
    *itertools.product(
        ["redeem", "find", "undo"],
        [1, 2],
        [Refused, Unavailable, OutcomeUnknown],
        [False],
    ),
    *itertools.product(["redeem", "undo"], [1, 2], [OutcomeUnknown], [True]),
]
CUTS = itertools.product(STEPS, ["before", "after"], [1, 3, NEVER])

TROUBLES = [
    *[Trouble()] * 60,
    *(Trouble(dies_at=step) for step in STEPS for _ in range(4)),
    *(Trouble(crm=fault) for fault in CRM for _ in range(3)),
    *(Trouble(cut=cut) for cut in CUTS),
    *(Trouble(redis_dies_at=step) for step in STEPS),
    *(Trouble(hangs_up_at=step) for step in STEPS for _ in range(4)),
    *(Trouble(waited=seconds) for seconds in (7.0, 7.9, 8.0) for _ in range(6)),
]
TROUBLE = st.sampled_from(TROUBLES)


class Machines:
    """Redis with its flaky line, and the threads: what outlives one example."""

    def __init__(self, directory: Path, pool: Executor) -> None:
        self.directory, self.pool = directory, pool
        self.server = EmbeddedValkey()
        self.flaky = FlakyRedis(self.server.start(directory), directory / "flaky.sock")
        redis_settings = RedisSettings(url=f"unix://{self.flaky.path}")
        self.client = connect(redis_settings)
        self.client.connection_pool.connection_kwargs["retry"] = Retry(NoBackoff(), 2)
        self.journal = Journal(Store(self.client, redis_settings), SETTINGS)
        self.counts = {"requests": 0, "examples": 0, "settled": 0, "restarts": 0}

    def restart(self) -> None:
        self.server.kill()
        self.server.start(self.directory)
        self.counts["restarts"] += 1

    def close(self) -> None:
        self.client.close()
        self.flaky.close()
        self.server.stop()


class Shopping(RuleBasedStateMachine):
    """The tills, and what they remember: what was told, and what may be either way."""

    told = Bundle("told")

    machines: ClassVar[Machines]

    @initialize()
    def open_the_shop(self) -> None:
        self.machines.client.flushall()
        self.machines.counts["examples"] += 1
        self.shop = Shop(
            self.machines.journal, Ledger(), Clock(), pool=self.machines.pool
        )
        self.kept: dict[str, list[str]] = {}
        self.either: set[str] = set()
        self.busy = 0

    # What happens

    @rule(
        target=told,
        customer=st.sampled_from(["c1", "c2"]),
        register=st.sampled_from(["r1", "r2"]),
        items=st.sets(st.sampled_from(ITEMS), min_size=1, max_size=3),
        trouble=TROUBLE,
    )
    def redeem(
        self, customer: str, register: str, items: set[str], trouble: Trouble
    ) -> Any:
        before, alive = self.seen(), self.open_ones()
        with self.troubled(trouble) as shop:
            try:
                redeem = shop.redeem(
                    *sorted(items), customer=customer, register=register
                )
            except BridgeError as error:
                event(f"redeem: {type(error).__name__}")
                return multiple()
            except Killed:
                event("redeem: died")
                self.either |= alive | (self.seen() - before)
                return multiple()
        event("redeem: told")
        self.kept[redeem.redeem_id] = sorted(items)
        self.either.discard(redeem.redeem_id)
        return redeem.redeem_id, customer

    @rule(which=told, trouble=TROUBLE)
    def undo(self, which: tuple[str, str], trouble: Trouble) -> None:
        redeem_id, customer = which
        kept = self.kept.pop(redeem_id, None)
        with self.troubled(trouble) as shop:
            try:
                shop.undo(redeem_id, customer)
            except (BridgeError, Killed) as error:
                event(f"undo: {type(error).__name__}")
                if kept:
                    self.either.add(redeem_id)
                return
        event("undo: told")
        self.either.discard(redeem_id)

    @rule(trouble=TROUBLE)
    def recover(self, trouble: Trouble) -> None:
        with self.troubled(trouble) as shop:
            try:
                shop.recovery.run_once()
            except (BridgeError, Killed) as error:
                event(f"recovery: {type(error).__name__}")

    @rule(seconds=st.sampled_from([1.0, 14.0, 31.0, 61.0]))
    def time_passes(self, seconds: float) -> None:
        self.shop.clock.pass_(seconds)

    # What must be true

    @precondition(lambda self: self.busy >= 4)
    @rule()
    def settle(self) -> None:
        """Let recovery finish; then the ledger is what the tills were told."""
        self.shop.recover(6)
        self.machines.counts["settled"] += 1
        spent = agree_on_all(self.shop.ledger, self.shop.journal, self.machines.client)
        assert self.kept.keys() <= spent.keys() <= self.kept.keys() | self.either
        assert all(spent[id_] == items for id_, items in self.kept.items())
        self.kept, self.either, self.busy = spent, set(), 0

    def teardown(self) -> None:
        if hasattr(self, "shop"):
            self.settle()

    # How it is done

    def troubled(self, trouble: Trouble) -> Any:
        return _troubled(self, trouble)

    def open_ones(self) -> set[str]:
        """Return the redeems that an equal request may still adopt."""
        return set(self.shop.journal.due(NEVER * 10.0, NEVER))

    def seen(self) -> set[str]:
        """Return the redeems that are open, or have something spent."""
        return self.open_ones() | {ref[:32] for ref in self.shop.ledger.spent.values()}


@contextmanager
def _troubled(shopping: Shopping, trouble: Trouble) -> Iterator[Shop]:
    machines, fuse = shopping.machines, Fuse(trouble.dies_at)
    machines.counts["requests"] += 1
    shopping.busy += 1
    if trouble.cut:
        machines.flaky.cut(*trouble.cut)
    if trouble.redis_dies_at:
        machines.flaky.act(trouble.redis_dies_at, machines.restart)
    fragile: Any = FragileJournal(machines.journal, fuse)
    faults = [trouble.crm] if trouble.crm else []
    try:
        yield shopping.shop.but(
            journal=fragile,
            mapping=mortal(fuse, *faults),
            hung_up=hangs_up(fuse, trouble.hangs_up_at),
            waited=trouble.waited,
            pause=lambda seconds: shopping.shop.clock.pass_(max(seconds, 0.5)),
        )
    finally:
        fuse.burnt_down()
        machines.flaky.heal()
        disowned()


@pytest.fixture
def machines(in_memory: Path, pool: Executor) -> Iterator[Machines]:
    machines = Machines(in_memory / "model", pool)
    yield machines
    machines.close()


def test_what_is_spent_is_what_the_tills_were_told(machines: Machines) -> None:
    run_state_machine_as_test(
        type("ThisShopping", (Shopping,), {"machines": machines}),
        settings=settings(
            max_examples=int(os.environ.get("BRIDGE_EXAMPLES", "60")),
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(machines.counts)
    assert machines.counts["requests"] > 200
