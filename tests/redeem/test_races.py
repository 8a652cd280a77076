"""Two workers on one redeem, or on one item: every order of events that once hurt.

Each test makes the other worker act at the worst moment, on the same thread.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
import redis

from bridge.errors import (
    BridgeError,
    CannotRedeem,
    ItemHeld,
    JournalError,
    NotFound,
    OutcomeUnknown,
    RedeemBusy,
)
from bridge.mapping import Mapping
from bridge.model import Context, Item, ItemKind, Receipt
from bridge.redeem import Redeem
from tests.redeem.conftest import Shop
from tests.redeem.crm import LedgerMapping
from tests.redeem.faults import Killed, Meddling, killed


class DiesAtUndo(LedgerMapping):
    """The worker dies as it is about to give something back."""

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        raise Killed


def only_redeem(shop: Shop) -> Redeem:
    """Return the one redeem that is listed as open."""
    (redeem_id,) = shop.journal.due(shop.clock.now + 1_000)
    redeem = shop.journal.load(redeem_id)
    assert redeem is not None
    return redeem


def die_undoing(shop: Shop) -> None:
    """Begin to undo the one redeem that is listed as open, and die of it."""
    redeem_id = only_redeem(shop).redeem_id
    shop.clock.pass_(0.01)
    with killed():
        shop.but(mapping=DiesAtUndo).undo(redeem_id)


# One redeem, two workers


def test_a_late_tidying_up_does_not_lose_an_undo(shop: Shop) -> None:
    late: Any = Meddling(shop.journal, before_close=lambda: die_undoing(shop))
    shop.but(journal=late).redeem("p1")

    assert shop.journal.counts() == (1, 0)
    shop.recover()
    assert shop.ledger.spent == {}


def test_a_late_tidying_up_leaves_the_undos_reservation(
    shop: Shop, redis_client: redis.Redis
) -> None:
    late: Any = Meddling(shop.journal, before_close=lambda: die_undoing(shop))
    shop.but(journal=late).redeem("p1")

    assert len(list(redis_client.scan_iter("sitoo-bridge:held:*"))) == 1
    with pytest.raises(ItemHeld):
        shop.redeem("p1", register="r2")
    shop.recover()
    assert not list(redis_client.scan_iter("sitoo-bridge:held:*"))


def test_recovery_that_tidies_up_does_not_lose_an_undo(shop: Shop) -> None:
    def die() -> None:
        raise Killed

    dying: Any = Meddling(shop.journal, before_close=die)
    with killed():
        shop.but(journal=dying).redeem("p1")
    shop.clock.pass_(61)
    late: Any = Meddling(shop.journal, before_close=lambda: die_undoing(shop))
    shop.but(journal=late).recovery.run_once()

    assert shop.journal.counts() == (1, 0)
    shop.recover()
    assert shop.ledger.spent == {}
    assert shop.journal.counts() == (0, 0)


def test_an_item_is_not_taken_from_an_undo_that_has_just_begun(shop: Shop) -> None:
    def die() -> None:
        raise Killed

    dying: Any = Meddling(shop.journal, before_close=die)
    with killed():
        shop.but(journal=dying).redeem("p1")
    redeem_id = only_redeem(shop).redeem_id

    def undo() -> None:
        shop.clock.pass_(0.01)
        with killed():
            shop.but(mapping=DiesAtUndo).undo(redeem_id)

    late: Any = Meddling(shop.journal, before_reserve=undo)
    with pytest.raises(ItemHeld):
        shop.but(journal=late).redeem("p1", register="r2")

    assert [what for what, _, _ in shop.ledger.entries] == ["spend"]


# One item, two tills


def test_a_doubled_request_that_just_missed_the_first_one(shop: Shop) -> None:
    first: list[Redeem] = []
    late: Any = Meddling(
        shop.journal, before_create=lambda: first.append(shop.redeem("p1"))
    )
    second = shop.but(journal=late).redeem("p1")

    assert [second.redeem_id] == [redeem.redeem_id for redeem in first]
    assert shop.journal.counts() == (0, 0)


def test_an_item_that_was_held_is_not_refused_forever_under_a_key(shop: Shop) -> None:
    class Nosy(LedgerMapping):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            with pytest.raises(ItemHeld):
                shop.redeem("p1", "p2", register="r2", key="k1")
            receipt = super().redeem_item(item, ref)
            self.options.give_back(item.item_id, ref)
            return receipt

    shop.but(mapping=Nosy).redeem("p1")
    assert shop.redeem("p1", "p2", register="r2", key="k1").settled


def test_tills_that_want_overlapping_items_do_not_block_each_other(shop: Shop) -> None:
    """The loser holds nothing, not even for a moment."""

    class Nosy(LedgerMapping):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            late: Any = Meddling(
                shop.journal, after_create=lambda: shop.redeem("p1", register="r3")
            )
            with pytest.raises(ItemHeld):
                shop.but(journal=late).redeem("p1", "p2", register="r2")
            return super().redeem_item(item, ref)

    shop.but(mapping=Nosy).redeem("p2")
    assert set(shop.ledger.spent) == {"p1", "p2"}


# Answers that were lost


class Lost(LedgerMapping):
    """Loses the answer of a verb, once; the work may be done late."""

    verb: ClassVar[str]

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        if self.verb == "redeem":
            raise OutcomeUnknown
        return super().redeem_item(item, ref)

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        if self.verb == "undo":
            raise OutcomeUnknown
        super().undo_item(item, ref, receipt)


def losing(verb: str) -> type[Mapping]:
    return type("Losing", (Lost,), {"verb": verb})


def test_what_proves_not_spent_after_all_is_sent_anew(shop: Shop) -> None:
    with pytest.raises(OutcomeUnknown):
        shop.but(mapping=losing("redeem")).redeem("p1")
    shop.clock.pass_(31)

    redeem = shop.redeem("p1")

    assert redeem.settled
    assert shop.ledger.spent == {"p1": f"{redeem.redeem_id}-1-1"}


def test_a_redeem_is_not_adopted_while_an_undo_may_still_take_effect(
    shop: Shop,
) -> None:
    first = shop.redeem("p1", "p2")
    with pytest.raises(OutcomeUnknown):
        shop.but(mapping=losing("undo")).undo(first.redeem_id)
    with pytest.raises((RedeemBusy, OutcomeUnknown)):
        shop.redeem("p1", "p2")

    shop.ledger.give_back("p1", f"{first.redeem_id}-1")  # it takes effect only now
    shop.recover()
    assert shop.ledger.spent == {}
    assert shop.redeem("p1", "p2").redeem_id != first.redeem_id
    assert set(shop.ledger.spent) == {"p1", "p2"}


def test_a_success_that_arrives_after_the_error_was_told_is_refused(
    shop: Shop,
) -> None:
    """Redis applies a command whose connection has long been given up."""
    under_way: list[Any] = []

    class Delayed:
        """Delays the save of a success until somebody lets it through."""

        def __getattr__(self, name: str) -> Any:
            return getattr(shop.journal, name)

        def save(self, redeem: Redeem, *args: Any) -> None:
            if redeem.settled and not under_way:
                body = redeem_copy(redeem)
                under_way.append(lambda: shop.journal.save(body, *args))
                raise JournalError
            shop.journal.save(redeem, *args)

    delayed: Any = Delayed()
    with pytest.raises(JournalError):
        shop.but(journal=delayed).redeem("p1")
    with killed():
        under_way[0]()
    shop.recover()

    assert shop.ledger.spent == {}
    assert shop.journal.counts() == (0, 0)


def test_a_success_is_told_although_another_till_was_told_of_it_first(
    shop: Shop,
) -> None:
    """The answer to its save is lost, and sent again once an equal request was told."""
    told: list[Redeem] = []

    class Doubled:
        def __getattr__(self, name: str) -> Any:
            return getattr(shop.journal, name)

        def save(self, redeem: Redeem, *args: Any) -> None:
            if redeem.settled and not told:
                shop.journal.save(redeem_copy(redeem), *args)
                told.append(shop.redeem("p1"))
            shop.journal.save(redeem, *args)

    doubled: Any = Doubled()
    assert shop.but(journal=doubled).redeem("p1").redeem_id == told[0].redeem_id
    shop.recover()
    assert shop.ledger.spent.keys() == {"p1"}
    assert shop.journal.counts() == (0, 0)


def test_an_undo_that_arrives_after_recovery_has_tidied_up_is_refused(
    shop: Shop,
) -> None:
    """It lists the redeem; what it writes is under way for longer than its claim."""
    done = shop.redeem("p1")
    under_way: list[Any] = []

    class Delayed:
        def __getattr__(self, name: str) -> Any:
            return getattr(shop.journal, name)

        def save(self, redeem: Redeem, *args: Any) -> None:
            body = redeem_copy(redeem)
            under_way.append(lambda: shop.journal.save(body, *args))
            raise JournalError

    delayed: Any = Delayed()
    with pytest.raises(JournalError):
        shop.but(journal=delayed).undo(done.redeem_id)
    shop.recover()
    with killed():
        under_way[0]()
    shop.recover()

    assert shop.journal.counts() == (0, 0)
    found = shop.journal.load(done.redeem_id)
    assert found is not None
    assert found.settled
    assert shop.ledger.spent.keys() == {"p1"}


def redeem_copy(redeem: Redeem) -> Redeem:
    import copy

    return copy.deepcopy(redeem)


class Mute(LedgerMapping):
    """Loses the answer to a redeem, and refuses to be asked."""

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        super().redeem_item(item, ref)
        raise OutcomeUnknown

    def find_receipt(self, item: Item, ref: str) -> Receipt | None:
        raise CannotRedeem("Nobody may ask")


def test_a_crm_that_refuses_to_be_asked_leaves_it_unknown(shop: Shop) -> None:
    mute = shop.but(mapping=Mute)
    with pytest.raises(OutcomeUnknown):
        mute.redeem("p1")
    redeem = only_redeem(shop)
    shop.clock.pass_(5)
    with pytest.raises(BridgeError) as unknown:
        mute.undo(redeem.redeem_id)
    assert unknown.value.status == 504
    with pytest.raises(BridgeError) as unknown:
        mute.redeem("p1")
    assert unknown.value.status == 504
    shop.recover()
    assert shop.ledger.spent == {}


def test_undoing_another_customers_running_redeem_does_not_wait(shop: Shop) -> None:
    class Nosy(LedgerMapping):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            began = shop.clock.now
            with pytest.raises(NotFound):
                shop.undo(ref[:32], customer="c2")
            assert shop.clock.now == began
            return super().redeem_item(item, ref)

    shop.but(mapping=Nosy).redeem("p1")


def test_what_has_sent_nothing_needs_no_item_to_end(shop: Shop) -> None:
    first, second = (
        Redeem.begin(
            Context(site="shop", register_id=register),
            "c1",
            [Item(ItemKind.PROMOTION, "p1", "c1")],
            shop.clock(),
        )
        for register in ("r1", "r2")
    )
    first.lease_until, second.lease_until = shop.clock() + 100, shop.clock() + 10
    shop.journal.create(first, ["promotion:p1"], "w1")
    assert shop.journal.create(second, ["promotion:p1"], "w2")
    shop.recover(1)
    assert shop.journal.indexes.open_ids() == [first.redeem_id]
