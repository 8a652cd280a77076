"""Many tills, threads and recoveries at once, with real clocks."""

from __future__ import annotations

import dataclasses
import itertools
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from typing import Any, ClassVar

import pytest

from bridge.deadline import Deadline
from bridge.errors import BridgeError
from bridge.model import Item, Receipt
from bridge.redeem import Journal, Redeem
from bridge.redeem.record import Goal
from tests.extent import EVERYTHING
from tests.redeem.conftest import Shop
from tests.redeem.crm import Ledger, LedgerMapping
from tests.redeem.faults import Killed, killed

PATIENCE = 30.0
"""Seconds after which a test that hangs has failed."""


class Watched(LedgerMapping):
    """A CRM that notices when two calls for one item overlap."""

    inside: ClassVar[Counter[str]]
    overlaps: ClassVar[list[str]]

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        return self._alone(item, lambda: super(Watched, self).redeem_item(item, ref))

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        self._alone(item, lambda: super(Watched, self).undo_item(item, ref, receipt))

    def _alone(self, item: Item, work: Callable[[], Any]) -> Any:
        self.inside[item.item_id] += 1
        time.sleep(0)  # let others in, if they can come
        if self.inside[item.item_id] > 1:
            self.overlaps.append(item.item_id)
        try:
            return work()
        finally:
            self.inside[item.item_id] -= 1


def watched() -> type[Watched]:
    return type("Watched", (Watched,), {"inside": Counter(), "overlaps": []})


class RealShop(Shop):
    """A shop where time passes by itself."""

    def deadline(self) -> Deadline:
        return Deadline(8)


def open_shop(journal: Journal, pool: Executor) -> RealShop:
    """Open a shop with a CRM that is watched."""
    clock: Any = time.time
    return RealShop(journal, Ledger(), clock, watched(), pool=pool, pause=time.sleep)


@pytest.fixture
def shop(journal: Journal, pool: Executor) -> RealShop:
    return open_shop(journal, pool)


@pytest.fixture(scope="module")
def tills() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as tills:
        yield tills


Outcome = Redeem | BridgeError
Ask = Callable[[], Any]


def at_once(tills: Executor, asks: Sequence[Ask]) -> list[Any]:
    """Ask from as many threads, all at the same moment; return answers and errors."""
    ready = threading.Barrier(len(asks))

    def run(ask: Ask) -> Any:
        ready.wait(PATIENCE)
        try:
            return ask()
        except BridgeError as error:
            return error

    return [future.result(PATIENCE) for future in [tills.submit(run, a) for a in asks]]


def successes(outcomes: Sequence[Any]) -> list[Redeem]:
    return [outcome for outcome in outcomes if isinstance(outcome, Redeem)]


def clean(shop: Shop) -> None:
    """Nothing is left open, and no two calls have ever been at one item."""
    mapping: Any = shop.mapping
    assert mapping.overlaps == []
    entries = list(shop.ledger.entries)
    recover_later(shop)
    assert shop.ledger.entries == entries


def recover_later(shop: Shop) -> None:
    """Let recovery run when all leases are over, until nothing is listed as open."""
    for minutes in range(1, 6):
        machine_at(shop, 60 * minutes).recovery.run_once()
    assert shop.journal.counts() == (0, 0)


def machine_at(shop: Shop, ahead: float) -> Shop:
    """Another machine of the shop, whose clock is so many seconds ahead."""
    clock: Any = lambda: time.time() + ahead  # noqa: E731
    return shop.but(clock=clock)


def race(shop: Shop, tills: Executor, rounds: int) -> None:
    """Eight tills want one promotion; one gets it."""
    for number in range(rounds):
        item = f"p{number}"
        asks = [partial(shop.redeem, item, register=f"r{till}") for till in range(8)]
        outcomes = at_once(tills, asks)
        (winner,) = successes(outcomes)
        losers = [outcome for outcome in outcomes if isinstance(outcome, BridgeError)]
        assert {loser.status for loser in losers} == {409}
        assert shop.ledger.spent[item] == f"{winner.redeem_id}-1"
    assert len(shop.ledger.entries) == rounds
    clean(shop)


def test_eight_tills_race_for_one_promotion(shop: Shop, tills: Executor) -> None:
    rounds = 200 if EVERYTHING else 50
    race(shop, tills, rounds)
    print(f"{rounds} rounds of 8 tills: one success and one entry in the ledger each")


def test_overlapping_sets_have_one_winner_at_least(shop: Shop, tills: Executor) -> None:
    sets = {"".join(two): two for two in itertools.combinations("abcd", 2)}
    won = 0
    for number in range(60):
        asks = [
            partial(shop.redeem, *(id_ + str(number) for id_ in wanted), register=till)
            for till, wanted in sets.items()
        ]
        winners = successes(at_once(tills, asks))
        spent = {
            id_: ref for id_, ref in shop.ledger.spent.items() if id_[1:] == f"{number}"
        }
        assert 1 <= len(winners) <= 2
        assert len(spent) == 2 * len(winners)
        assert {ref[:32] for ref in spent.values()} == {w.redeem_id for w in winners}
        won += len(winners)
    clean(shop)
    print(f"60 rounds of 6 overlapping sets: {won} winners")


def double(shop: Shop, tills: Executor, rounds: int) -> None:
    """One till sends each request twice at the same moment."""
    for number in range(rounds):
        ask = partial(shop.redeem, f"p{number}", f"q{number}")
        first, second = successes(at_once(tills, [ask] * 2))
        assert first.redeem_id == second.redeem_id
    assert len(shop.ledger.entries) == 2 * rounds
    clean(shop)


def test_a_doubled_request_is_one_redeem(shop: Shop, tills: Executor) -> None:
    rounds = 100 if EVERYTHING else 25
    double(shop, tills, rounds)
    print(f"{rounds} doubled requests: one redeem, two equal answers each")


def test_a_doubled_request_is_one_redeem_without_replay(
    shop: Shop, tills: Executor
) -> None:
    """The first one runs while the second one comes; that alone makes them one."""
    settings = dataclasses.replace(shop.settings, replay_seconds=0)
    late = threading.Event()

    class Slow(shop.mapping):  # type: ignore[name-defined,misc]
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            late.wait(0.02)
            receipt: Receipt = super().redeem_item(item, ref)
            return receipt

    double(shop.but(settings=settings, mapping=Slow), tills, 10)


def test_the_same_key_from_two_tills_at_once(shop: Shop, tills: Executor) -> None:
    for number in range(30):
        ask = partial(shop.redeem, f"p{number}", key=f"k{number}")
        redeems = successes(at_once(tills, [ask] * 4))
        assert len(redeems) == 4
        assert len({redeem.redeem_id for redeem in redeems}) == 1
    assert len(shop.ledger.entries) == 30
    clean(shop)


class Announcing(Watched):
    """Says which redeem it is at as soon as it hears of it."""

    begun: ClassVar[queue.Queue[str]]

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        self.begun.put(ref[:32])
        return super().redeem_item(item, ref)


def test_redeem_races_undo(shop: Shop, tills: Executor) -> None:
    """The undo comes as soon as the redeem can be seen at all."""
    begun: queue.Queue[str] = queue.Queue()
    announcing = type("Announcing", (Announcing, shop.mapping), {"begun": begun})
    redeemer = shop.but(mapping=announcing)

    def undo() -> None:
        shop.undo(begun.get(timeout=PATIENCE))

    for number in range(50):
        asks: list[Ask] = [partial(redeemer.redeem, f"p{number}"), undo]
        redeem, undone = at_once(tills, asks)
        assert isinstance(redeem, Redeem)
        assert undone is None
        assert shop.ledger.spent == {}
    clean(shop)


def test_two_undos_at_once(shop: Shop, tills: Executor) -> None:
    for number in range(50):
        redeem = shop.redeem(f"p{number}", f"q{number}")
        answers = at_once(tills, [partial(shop.undo, redeem.redeem_id)] * 3)
        assert answers == [None, None, None]
    assert Counter(what for what, _, _ in shop.ledger.entries) == {
        "spend": 100,
        "give back": 100,
    }
    clean(shop)


def test_a_replay_races_an_undo(shop: Shop, tills: Executor) -> None:
    """Either answer is right, but the ledger has to agree with the later one."""
    for number in range(50):
        first = shop.redeem(f"p{number}")
        asks = partial(shop.redeem, f"p{number}"), partial(shop.undo, first.redeem_id)
        again, undone = at_once(tills, asks)
        assert undone is None
        spent = shop.ledger.spent.get(f"p{number}", "")[:32]
        assert spent != first.redeem_id
        if spent:
            assert isinstance(again, Redeem)
            assert again.redeem_id == spent
    clean(shop)


def test_another_customer_waits_for_a_shared_item(shop: Shop, tills: Executor) -> None:
    """One promotion id, which the CRM keeps apart by customer."""
    entered, go_on = threading.Event(), threading.Event()

    class ByCustomer(shop.mapping):  # type: ignore[name-defined,misc]
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            if item.customer_id == "c1":
                entered.set()
                assert go_on.wait(PATIENCE)
            else:
                assert go_on.is_set()
            self.options.spend(f"{item.item_id} of {item.customer_id}", ref)
            return {}

    both = shop.but(mapping=ByCustomer)

    def second() -> Redeem:
        assert entered.wait(PATIENCE)
        threading.Timer(0.1, go_on.set).start()
        return both.redeem("p1", customer="c2", register="r2")

    outcomes = at_once(tills, [lambda: both.redeem("p1"), second])
    assert len(successes(outcomes)) == 2
    assert set(shop.ledger.spent) == {"p1 of c1", "p1 of c2"}
    clean(shop)


@pytest.mark.parametrize("ahead", [0, 20], ids=["on time", "20 s ahead"])
def test_two_recoveries_race_live_requests(
    shop: Shop, tills: Executor, ahead: float
) -> None:
    """On time they leave a live request alone; too early, they take it over."""
    stop = threading.Event()
    told: list[Outcome] = []

    def recover() -> None:
        machine = machine_at(shop, ahead)
        while not stop.is_set():
            machine.recovery.run_once()

    def requests() -> None:
        try:
            for number in range(60):
                try:
                    told.append(shop.redeem(f"p{number}", f"q{number}"))
                except BridgeError as error:
                    told.append(error)
        finally:
            stop.set()

    at_once(tills, [requests, recover, recover])
    recover_later(shop)

    spent = {ref[:32] for ref in shop.ledger.spent.values()}
    won = successes(told)
    assert spent == {redeem.redeem_id for redeem in won}
    assert len(shop.ledger.spent) == 2 * len(won)
    assert len(won) == 60 or ahead
    for redeem in won:
        stored = shop.journal.load(redeem.redeem_id)
        assert stored is not None
        assert stored.settled
        assert stored.goal is Goal.REDEEMED
    print(f"two recoveries {ahead} s ahead: {60 - len(won)} of 60 redeems taken over")


def test_two_recoveries_settle_each_redeem_once(shop: Shop, tills: Executor) -> None:
    class Dying(LedgerMapping):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            super().redeem_item(item, ref)
            raise Killed

    for number in range(40):
        with killed():
            shop.but(mapping=Dying).redeem(f"p{number}")
    machines = [machine_at(shop, 100).recovery for _ in range(4)]
    settled = at_once(tills, [machine.run_once for machine in machines])

    assert sum(settled) == 40
    recover_later(shop)
    assert shop.ledger.spent == {}
    assert Counter(what for what, _, _ in shop.ledger.entries) == {
        "spend": 40,
        "give back": 40,
    }
