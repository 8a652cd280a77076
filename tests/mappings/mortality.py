"""Workers that die in the middle of a redeem, over a CRM, live or faked."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import redis

from bridge.deadline import Deadline
from bridge.errors import OutcomeUnknown
from bridge.mapping import Mapping
from bridge.model import Context, Item, ItemKind
from bridge.redeem import Journal, Recovery, Redeem, Redeemer
from bridge.redeem.kernel.worker import on_a_thread
from bridge.redeem.record import Goal
from bridge.site import Site
from tests.redeem.conftest import SETTINGS, Clock
from tests.redeem.faults import FragileJournal, Fuse, Killed, killed

Goods = list[Item]
"""What one customer spends in one redeem."""


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
            aside=_aside,
        )

    def redeem(self, goods: Goods) -> Redeem:
        context = Context(site="shop", store_id="200", register_id="1")
        deadline = Deadline(8, self.clock)
        checks, promotions = (
            [one.item_id for one in goods if one.kind is kind]
            for kind in (ItemKind.BONUS_CHECK, ItemKind.PROMOTION)
        )
        customer = goods[0].customer_id
        return self.redeemer.redeem(
            self.site, context, customer, checks, promotions, deadline=deadline
        )

    def undo(self, customer: str, redeem_id: str) -> None:
        context, deadline = Context(site="shop"), Deadline(8, self.clock)
        self.redeemer.undo(self.site, context, customer, redeem_id, deadline=deadline)

    def recover(self) -> None:
        recovery = Recovery(self.redeemer, {"shop": self.site})
        for _ in range(3):
            self.clock.pass_(61)
            recovery.run_once()


def _aside(name: str, work: Callable[[], None]) -> None:
    """What a dead worker has done aside dies with it, and nobody hears of it."""

    def dying() -> None:
        with suppress(Killed):
            work()

    on_a_thread(name, dying)


def mortal(mapping: type[Mapping], fuse: Fuse, lost: str = "") -> type[Mapping]:
    """A mapping that may die around each request, and loses the answer to one kind.

    ``lost`` is in ``METHOD path``, or in the body, of the requests that are meant.
    """

    class Mortal(mapping):  # type: ignore[misc, valid-type]
        def __init__(self, options: Any, upstream: Any, context: Context) -> None:
            super().__init__(options, upstream, context)
            call = upstream.call

            def perilous(method: str, path: str, **how: Any) -> Any:
                with fuse.calling():
                    fuse.burn()
                    answer = call(method, path, **how)
                    fuse.burn()
                if lost and lost in f"{method} {path} {how.get('json')}":
                    raise OutcomeUnknown
                return answer

            upstream.call = perilous

    return Mortal


def doomed(site: Site, fuse: Fuse, lost: str) -> Site:
    """The site with mortal mappings, both of them where it has two systems."""
    if site.pairing is None:
        return replace(site, mapping_class=mortal(site.mapping_class, fuse, lost))
    halves = {
        half: replace(system, mapping_class=mortal(system.mapping_class, fuse, lost))
        for half, system in {
            "customers": site.pairing.customers,
            "benefits": site.pairing.benefits,
        }.items()
    }
    pairing = replace(site.pairing, **halves)
    return replace(site, pairing=pairing, mapping_class=pairing.mapping_class)


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
        clock, site = Clock(), doomed(self.site, fuse, lost)
        worker = Worker(site, FragileJournal(self.journal, fuse), clock, self.pool)
        with killed():
            redeem = worker.redeem(goods)
            if undo:
                worker.undo(goods[0].customer_id, redeem.redeem_id)
        # What a dead worker had under way has its effect before the doubt is over.
        fuse.burnt_down()
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
        assert not list(self.client.scan_iter("sitoo-bridge:held:*"))
