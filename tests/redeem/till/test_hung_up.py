"""A till that hangs up: nothing is begun for it, and no success of its own stays."""

from __future__ import annotations

from concurrent.futures import Executor, Future, wait
from threading import Event
from typing import Any

import pytest

from bridge.errors import CannotRedeem, HungUp, JournalError
from bridge.model import Item, Receipt
from bridge.redeem.record import Goal, Redeem, State
from bridge.redeem.settings import SECOND_TAP_SECONDS
from tests.redeem.conftest import Shop
from tests.redeem.crm import LedgerMapping
from tests.redeem.faults import Meddling
from tests.redeem.test_redis_fails import disowned


class Till:
    """Hangs up when it is told to."""

    def __init__(self) -> None:
        self.gone = False

    def hang_up(self) -> None:
        self.gone = True

    def __call__(self) -> bool:
        return self.gone


@pytest.fixture
def till() -> Till:
    return Till()


@pytest.fixture
def impatient(shop: Shop, till: Till) -> Shop:
    """The same shop, with a till that hangs up while the CRM redeems."""

    class Slow(LedgerMapping):
        irreversible = frozenset({"bonus_check"})

        def redeem_item(self, item: Item, ref: str) -> Receipt:
            till.hang_up()
            receipt: Receipt = super().redeem_item(item, ref)
            return receipt

    return shop.but(mapping=Slow, hung_up=till)


def the_only_one(shop: Shop) -> Redeem:
    (redeem_id,) = shop.journal.due(10.0**12, 10)
    redeem = shop.journal.load(redeem_id)
    assert redeem is not None
    return redeem


def test_nothing_is_begun_for_who_has_gone(shop: Shop, till: Till) -> None:
    till.hang_up()
    with pytest.raises(HungUp):
        shop.but(hung_up=till).redeem("p1")
    assert shop.ledger.entries == []
    assert shop.journal.counts() == (0, 0)


def test_nor_when_it_has_gone_before_the_first_call(shop: Shop, till: Till) -> None:
    journal: Any = Meddling(shop.journal, after_create=till.hang_up)
    with pytest.raises(HungUp):
        shop.but(journal=journal, hung_up=till).redeem("p1")
    assert shop.ledger.entries == []
    assert shop.journal.counts() == (0, 0)


def test_the_next_thing_that_cannot_be_undone_is_not_begun(impatient: Shop) -> None:
    with pytest.raises(HungUp):
        impatient.redeem("p1", checks=("b1",))
    assert set(impatient.ledger.spent) == {"p1"}
    impatient.recover()
    assert impatient.ledger.spent == {}


def test_what_was_spent_meanwhile_is_given_back(impatient: Shop, shop: Shop) -> None:
    with pytest.raises(HungUp):
        impatient.redeem("p1")
    assert the_only_one(shop).goal is Goal.UNDONE
    shop.clock.pass_(SECOND_TAP_SECONDS - 0.01)
    assert shop.recovery.run_once() == 0
    shop.clock.pass_(0.01)
    assert shop.recovery.run_once() == 1
    assert shop.ledger.spent == {}
    assert shop.journal.counts() == (0, 0)


def test_the_same_tap_again_finds_it_spent(impatient: Shop, shop: Shop) -> None:
    with pytest.raises(HungUp):
        impatient.redeem("p1", "p2")
    redeem = shop.redeem("p1", "p2")
    assert {ref[:32] for ref in shop.ledger.spent.values()} == {redeem.redeem_id}
    assert [entry[0] for entry in shop.ledger.entries] == ["spend", "spend"]
    assert shop.journal.counts() == (0, 0)


def test_the_same_tap_finds_it_though_it_came_too_early(
    shop: Shop, till: Till, pool: Executor
) -> None:
    """It waits for the first one, whose till is gone, and has what that has spent."""
    asked, go_on = Event(), Event()

    class Slow(LedgerMapping):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            asked.set()
            go_on.wait(20)
            receipt: Receipt = super().redeem_item(item, ref)
            return receipt

    first = pool.submit(shop.but(mapping=Slow, hung_up=till).redeem, "p1")
    assert asked.wait(20)
    till.hang_up()

    def pause(seconds: float) -> None:
        shop.clock.pass_(seconds)
        go_on.set()
        wait([first])

    redeem = shop.but(pause=pause).redeem("p1")
    assert isinstance(first.exception(), HungUp)
    assert shop.ledger.spent["p1"].startswith(redeem.redeem_id)
    assert len(shop.ledger.entries) == 1


def test_another_till_that_wants_it_need_not_wait(impatient: Shop, shop: Shop) -> None:
    with pytest.raises(HungUp):
        impatient.redeem("p1")
    redeem = shop.redeem("p1", register="r2")
    assert shop.ledger.spent["p1"].startswith(redeem.redeem_id)
    verbs = [entry[0] for entry in shop.ledger.entries]
    assert verbs == ["spend", "give back", "spend"]


def test_what_cannot_be_given_back_is_a_person_s(impatient: Shop, shop: Shop) -> None:
    with pytest.raises(HungUp):
        impatient.redeem(checks=("b1",))
    impatient.recover(2)
    redeem = the_only_one(shop)
    assert redeem.stuck
    assert redeem.lines[0].state is State.KEPT


def test_who_waits_for_another_redeem_may_leave(shop: Shop, till: Till) -> None:
    """Its thread is free again, though the other one is not through."""
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        till.hang_up()

    second = shop.but(pause=pause, hung_up=till)

    class Nosy(LedgerMapping):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            with pytest.raises(HungUp):
                second.redeem("p1", customer="c2")
            receipt: Receipt = super().redeem_item(item, ref)
            return receipt

    redeem = shop.but(mapping=Nosy).redeem("p1")
    assert len(pauses) == 1
    assert shop.ledger.spent["p1"].startswith(redeem.redeem_id)
    shop.recover(1)
    assert shop.journal.counts() == (0, 0)


# A success that was written down, and that nobody heard


def unheard(shop: Shop, till: Till, **acts: Any) -> Shop:
    journal: Any = Meddling(shop.journal, after_close=till.hang_up, **acts)
    return shop.but(journal=journal, hung_up=till)


def test_a_success_that_nobody_heard_turns_back(shop: Shop, till: Till) -> None:
    with pytest.raises(HungUp):
        unheard(shop, till).redeem("p1")
    assert the_only_one(shop).goal is Goal.UNDONE
    shop.recover(1)
    assert shop.ledger.spent == {}
    assert shop.journal.counts() == (0, 0)


def test_unless_the_same_request_comes_again(shop: Shop, till: Till) -> None:
    with pytest.raises(HungUp):
        unheard(shop, till).redeem("p1")
    redeem = shop.redeem("p1")
    shop.recover(2)
    assert shop.ledger.spent["p1"].startswith(redeem.redeem_id)
    assert len(shop.ledger.entries) == 1


def test_who_was_told_of_it_in_the_same_moment_keeps_it(shop: Shop, till: Till) -> None:
    told: list[Redeem] = []
    acts = {"before_open": lambda: told.append(shop.redeem("p1"))}
    with pytest.raises(HungUp):
        unheard(shop, till, **acts).redeem("p1")
    shop.recover(2)
    assert shop.ledger.spent["p1"].startswith(told[0].redeem_id)
    assert shop.journal.counts() == (0, 0)


def test_who_asked_for_it_too_and_has_gone_does_not_keep_it(
    shop: Shop, till: Till
) -> None:
    def taps_and_leaves() -> None:
        with pytest.raises(HungUp):
            shop.but(hung_up=till).redeem("p1")

    with pytest.raises(HungUp):
        unheard(shop, till, before_open=taps_and_leaves).redeem("p1")
    shop.recover(1)
    assert shop.ledger.spent == {}
    assert shop.journal.counts() == (0, 0)


def test_who_is_a_moment_too_late_for_it_takes_it_over(
    shop: Shop, till: Till, pool: Executor
) -> None:
    """It has read the success, which turns back before it can say so."""
    read, turned = Event(), Event()
    told: list[Future[Redeem]] = []
    acts = {"before_save": lambda: (read.set(), turned.wait(20))}
    journal: Any = Meddling(shop.journal, **acts)
    second = shop.but(journal=journal)

    def comes() -> None:
        told.append(pool.submit(second.redeem, "p1"))
        assert read.wait(20)

    with pytest.raises(HungUp):
        unheard(shop, till, before_open=comes).redeem("p1")
    turned.set()
    redeem = told[0].result(20)
    shop.recover(2)
    assert shop.ledger.spent["p1"].startswith(redeem.redeem_id)
    assert shop.journal.counts() == (0, 0)


def test_another_till_is_refused_until_it_has_turned_back(
    shop: Shop, till: Till
) -> None:
    with pytest.raises(HungUp):
        unheard(shop, till).redeem("p1")
    with pytest.raises(CannotRedeem):
        shop.redeem("p1", register="r2")
    shop.recover(1)
    shop.redeem("p1", register="r2")


def test_it_turns_back_though_redis_goes_in_that_moment(shop: Shop, till: Till) -> None:
    def gone() -> None:
        raise JournalError

    with pytest.raises(HungUp):
        unheard(shop, till, before_open=gone).redeem("p1")
    disowned()
    shop.recover(1)
    assert shop.ledger.spent == {}
    assert shop.journal.counts() == (0, 0)


def test_what_was_disowned_is_redeemed_under_the_same_key(
    shop: Shop, till: Till
) -> None:
    def gone() -> None:
        raise JournalError

    with pytest.raises(HungUp):
        unheard(shop, till, before_open=gone).redeem("p1", key="k1")
    disowned()
    shop.redeem("p1", key="k1")
    assert set(shop.ledger.spent) == {"p1"}


def test_taking_over_what_is_spent_is_no_success_yet(shop: Shop, till: Till) -> None:
    def gone_after_saving() -> None:
        raise JournalError

    hangs_up: Any = Meddling(shop.journal, after_close=till.hang_up)
    with pytest.raises(HungUp):
        shop.but(journal=hangs_up, hung_up=till).redeem("p1")
    cut_off: Any = Meddling(shop.journal, after_save=gone_after_saving)
    with pytest.raises(JournalError):
        shop.but(journal=cut_off).redeem("p1")
    shop.recover(2)
    assert shop.ledger.spent == {}
    assert shop.journal.counts() == (0, 0)
