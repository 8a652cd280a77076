"""Workers that die in the middle of a redeem, over a live CRM."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import redis

from bridge.deadline import Deadline
from bridge.errors import OutcomeUnknown
from bridge.mapping import Mapping
from bridge.model import Context
from bridge.redeem import Journal, Recovery, Redeem, Redeemer
from bridge.redeem.record import Goal
from bridge.site import Site
from tests.redeem.conftest import SETTINGS, Clock
from tests.redeem.test_crash import FragileJournal, Fuse, killed

Goods = tuple[str, str, str]
"""A customer, a bonus check and a promotion."""


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

    def redeem(self, customer: str, check: str, promotion: str) -> Redeem:
        context = Context(site="shop", store_id="200", register_id="1")
        deadline = Deadline(8, self.clock)
        return self.redeemer.redeem(
            self.site, context, customer, [check], [promotion], deadline=deadline
        )

    def undo(self, customer: str, redeem_id: str) -> None:
        context, deadline = Context(site="shop"), Deadline(8, self.clock)
        self.redeemer.undo(self.site, context, customer, redeem_id, deadline=deadline)

    def recover(self) -> None:
        recovery = Recovery(self.redeemer, {"shop": self.site})
        for _ in range(3):
            self.clock.pass_(61)
            recovery.run_once()


def mortal(mapping: type[Mapping], fuse: Fuse, lost: str = "") -> type[Mapping]:
    """A mapping that may die around each request, and loses the answer to one kind."""

    class Mortal(mapping):  # type: ignore[misc, valid-type]
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


@dataclass
class Mortality:
    """Redeems of which each dies some steps later than the one before it."""

    site: Site
    journal: Journal
    client: redis.Redis
    pool: Executor

    def deaths(
        self,
        goods: Callable[[], Goods],
        spent: Callable[[Goods], set[str]],
        *,
        every: int,
        undo: bool = False,
        lost: str = "",
    ) -> int:
        """Have workers die until one survives; return how many there were.

        After each, recovery comes, and ``spent`` asks the CRM for the redeem_ids that
        all of the goods are spent under, or fails if they are not all or none.
        """
        deaths = step = 0
        while True:
            step += every if step else 1
            fuse, given = Fuse(step), goods()
            self._live(given, fuse, undo, lost)
            self._agrees(spent(given))
            if not fuse.blown:
                return deaths
            deaths += 1

    def _live(self, goods: Goods, fuse: Fuse, undo: bool, lost: str) -> None:
        self.client.flushall()
        clock, mapping = Clock(), mortal(self.site.mapping_class, fuse, lost)
        doomed = replace(self.site, mapping_class=mapping)
        worker = Worker(doomed, FragileJournal(self.journal, fuse), clock, self.pool)
        with killed():
            redeem = worker.redeem(*goods)
            if undo:
                worker.undo(goods[0], redeem.redeem_id)
        Worker(self.site, self.journal, clock, self.pool).recover()

    def _agrees(self, spent: set[str]) -> None:
        """The journal tells the same story as the CRM, and it is over."""
        assert len(spent) <= 1
        assert self.journal.counts() == (0, 0)
        for key in self.client.scan_iter("*:{*}"):
            redeem = self.journal.load(str(key)[-33:-1])
            assert redeem
            assert redeem.settled
            redeemed = redeem.redeem_id in spent
            assert (redeem.goal is Goal.REDEEMED) == redeemed
        assert not list(self.client.scan_iter("*:held:*"))
