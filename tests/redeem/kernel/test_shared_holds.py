"""Rewards that are paid from one account of points: nobody else counts them right."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, ClassVar

import pytest
import redis

from bridge.errors import BridgeError, CannotRedeem, ItemHeld, OutcomeUnknown, Refused
from bridge.model import Item, Receipt
from bridge.redeem.record import State
from tests.redeem.conftest import Shop
from tests.redeem.crm import Ledger, LedgerMapping

COSTS = {"p1": 30, "p2": 50, "p3": 40}


class Account(Ledger):
    """A balance that is read, and written a moment later, as many a CRM does it.

    The moment lasts until all calls under way have read: what may come side by side
    does, and the last one to write wins.
    """

    def __init__(self, pool: Executor) -> None:
        super().__init__()
        self.points = 100
        self.pool = Watching(pool)
        self.together = 0
        self._inside = 0
        self._reads = 0

    def draw(self, points: int) -> None:
        changed = self.pool.changed
        with changed:
            balance = self.points
            self._reads += 1
            self._inside += 1
            self.together = max(self.together, self._inside)
            changed.notify_all()
            assert changed.wait_for(lambda: self._reads > self.pool.under_way, 30)
            self.points = balance - points
            self._inside -= 1


class Watching(Executor):
    """A pool that knows how many calls it has under way."""

    def __init__(self, pool: Executor) -> None:
        self.pool = pool
        self.under_way = 0
        self.changed = threading.Condition()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
        with self.changed:
            self.under_way += 1
        future = self.pool.submit(fn, *args)
        future.add_done_callback(self._done)
        return future

    def _done(self, future: Future[Any]) -> None:
        with self.changed:
            self.under_way -= 1
            self.changed.notify_all()


class Points(LedgerMapping):
    """Each reward has its price, and all are paid from the customer's one account."""

    options: Account

    #: undos that take effect, and whose answer is lost
    losses: ClassVar[list[str]] = []

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        receipt = super().redeem_item(item, ref)
        self.options.draw(COSTS[item.item_id])
        return receipt

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        if item.item_id in self.losses:
            self.losses.remove(item.item_id)
            raise OutcomeUnknown
        super().undo_item(item, ref, receipt)
        self.options.draw(-COSTS[item.item_id])

    def holds(self, item: Item) -> str:
        return f"points:{item.customer_id}"


class Apart(Points):
    """The same, of a mapping that does not say so."""

    holds = LedgerMapping.holds


@pytest.fixture
def points(shop: Shop, pool: Executor) -> Shop:
    return open_points(shop, pool)


def open_points(shop: Shop, pool: Executor) -> Shop:
    account = Account(pool)
    return shop.but(ledger=account, mapping=Points, pool=account.pool)


def test_what_is_paid_from_one_account(points: Shop) -> None:
    redeem = points.redeem("p1", "p2")
    assert points.ledger.points == 20
    points.undo(redeem.redeem_id)
    assert points.ledger.points == 100
    assert points.ledger.together == 1


def test_what_is_paid_apart_goes_side_by_side(points: Shop) -> None:
    points.but(mapping=Apart).redeem("p1", "p2")
    assert points.ledger.together == 2


def test_after_a_refusal_the_rest_of_the_account_is_left_alone(points: Shop) -> None:
    points.ledger.spend("p1", "somebody else's")
    with pytest.raises(CannotRedeem):
        points.redeem("p1", "p2")
    assert points.ledger.points == 100
    assert [entry[1] for entry in points.ledger.entries] == ["p1"]


def test_while_an_undo_may_still_take_effect(points: Shop) -> None:
    """Nothing else is given back to the same account."""
    redeem = points.redeem("p1", "p2")
    lossy = points.but(mapping=type("Lossy", (Points,), {"losses": ["p1"]}))
    for _ in range(2):
        with pytest.raises(BridgeError):
            lossy.undo(redeem.redeem_id)
        stored = points.journal.load(redeem.redeem_id)
        assert stored is not None
        assert [line.state for line in stored.lines] == [State.UNDOING, State.REDEEMED]
    points.recover()
    assert points.ledger.points == 100
    assert points.journal.counts() == (0, 0)


def test_one_reservation_stands_for_all_that_share_it(
    points: Shop, redis_client: redis.Redis
) -> None:
    """Items of one redeem are not in each other's way; another till's are."""
    met: list[type[BridgeError]] = []

    class Nosy(Points):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            (held,) = redis_client.scan_iter("sitoo-bridge:held:*")
            assert str(redis_client.get(held)).startswith(ref[:32])
            with pytest.raises(ItemHeld):
                points.redeem("p3", register="r2")
            met.append(ItemHeld)
            return super().redeem_item(item, ref)

    points.but(mapping=Nosy).redeem("p1", "p2")
    assert len(met) == 2
    assert points.ledger.points == 20
    assert not list(redis_client.scan_iter("sitoo-bridge:held:*"))


def test_a_refused_undo_does_not_keep_the_others(points: Shop) -> None:
    class Stubborn(Points):
        def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
            if item.item_id == "p1":
                raise Refused("The reward cannot be given back any more")
            super().undo_item(item, ref, receipt)

    redeem = points.redeem("p1", "p2")
    with pytest.raises(BridgeError):
        points.but(mapping=Stubborn).undo(redeem.redeem_id)
    assert points.ledger.points == 70
