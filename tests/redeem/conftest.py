"""A till, a CRM and a clock for the redeem kernel, over a real Redis."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import redis

from bridge.deadline import Deadline
from bridge.embedded import EmbeddedValkey
from bridge.mapping import Mapping
from bridge.model import Context
from bridge.redeem import (
    Journal,
    Recovery,
    Redeem,
    Redeemer,
    RedeemSettings,
    RedisSettings,
    Store,
)
from bridge.site import Site
from bridge.upstream import Cache, Gateway, UpstreamSettings
from tests.redeem.crm import Ledger, LedgerMapping

SETTINGS = RedeemSettings(
    retry_seconds=2, retry_at_most_seconds=60, doubt_seconds=30, recovery_parallel=1
)
"""Recovery takes one redeem after the other here, in an order that can be relied on."""

NOWHERE = Gateway("shop", UpstreamSettings(url="http://127.0.0.1:1"))
"""These mappings talk to a ledger in memory and need no way out."""


class Clock:
    """Time that passes only when told to, or while somebody pauses."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now

    def date(self) -> date:
        return datetime.fromtimestamp(self.now, UTC).date()

    def pass_(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Shop:
    """One bridge process with one site; several may share a journal and a CRM."""

    journal: Journal
    ledger: Ledger
    clock: Clock
    mapping: type[Mapping] = LedgerMapping
    settings: RedeemSettings = SETTINGS
    pool: Executor | None = None
    pause: Callable[[float], None] | None = None
    hung_up: Callable[[], bool] = bool
    """Whether the till has gone, at any moment."""
    waited: float = 0.0
    """Seconds that each request has waited for a thread."""

    def __post_init__(self) -> None:
        self.site = Site(
            name="shop",
            country="SE",
            mapping_class=self.mapping,
            options=self.ledger,
            gateway=NOWHERE,
            users={},
            catalogue=Cache("shop", 60),
        )
        self.redeemer = Redeemer(
            self.journal,
            self.settings,
            clock=self.clock,
            pause=self.pause or self.clock.pass_,
            pool=self.pool,
        )
        self.recovery = Recovery(self.redeemer, {"shop": self.site})

    def deadline(self) -> Deadline:
        since = self.clock() - self.waited
        return Deadline(8, self.clock, since=since, hung_up=self.hung_up)

    def redeem(
        self,
        *promotions: str,
        checks: tuple[str, ...] = (),
        customer: str = "c1",
        register: str = "r1",
        key: str | None = None,
        store: str = "s1",
    ) -> Redeem:
        context = Context(site="shop", store_id=store, register_id=register)
        return self.redeemer.redeem(
            self.site,
            context,
            customer,
            checks,
            promotions,
            deadline=self.deadline(),
            idempotency_key=key,
        )

    def undo(self, redeem_id: str, customer: str = "c1") -> None:
        context = Context(site="shop")
        self.redeemer.undo(
            self.site, context, customer, redeem_id, deadline=self.deadline()
        )

    def recover(self, rounds: int = 12) -> None:
        """Let time pass and recovery run until nothing is left that it can do."""
        for _ in range(rounds):
            self.clock.pass_(61)
            self.recovery.run_once()

    def but(self, **changes: Any) -> Shop:
        """Another process of the same shop, with something different."""
        return replace(self, **changes)


@pytest.fixture(scope="session")
def in_memory() -> Iterator[Path]:
    """A directory that costs no time where the system has one.

    What a server has written there outlives the server, killed or not.
    """
    memory = Path("/dev/shm")
    fast = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="sitoo-bridge-", dir=fast) as directory:
        yield Path(directory)


@pytest.fixture(scope="session")
def valkey(in_memory: Path) -> Iterator[Path]:
    """The unix socket of a server whose every write is in its file before it counts."""
    server = EmbeddedValkey()
    yield server.start(in_memory / "valkey")
    server.stop()


@pytest.fixture
def journal(valkey: Path, redis_client: redis.Redis) -> Journal:
    settings = RedisSettings(url=f"unix://{valkey}")
    return Journal(Store(redis_client, settings), SETTINGS)


@pytest.fixture(scope="session")
def pool() -> Iterator[Executor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


@pytest.fixture
def shop(journal: Journal, pool: Executor) -> Shop:
    return Shop(journal, Ledger(), Clock(), pool=pool)
