"""A success that several tills may have been told of, and perhaps none was."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from typing import Any

import pytest

from bridge.errors import HungUp, JournalError
from bridge.redeem.record import Goal, Redeem
from bridge.redeem.settings import GRACE
from tests.redeem.conftest import Shop
from tests.redeem.crm import LedgerMapping
from tests.redeem.faults import Killed, Meddling, killed
from tests.redeem.test_redis_fails import disowned
from tests.redeem.till.test_hung_up import Till, the_only_one, till, unheard

__all__ = ["till"]

CHECKS = frozenset({"bonus_check"})


class CutOff:
    """A way to the journal that breaks with the save of a success.

    That save arrives, or not; nothing that is asked afterwards is answered until the
    way is there again.
    """

    def __init__(self, shop: Shop, arrives: bool = True) -> None:
        self._shop = shop
        self._arrives = arrives
        self._back = threading.Event()
        self._cut = False
        self.late: Callable[[], None] = bool
        """The save that has not arrived."""

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._shop.journal, name)
        return inner if not callable(inner) else lambda *args: self._ask(inner, args)

    def save(self, redeem: Redeem, *args: Any) -> None:
        success = redeem.settled and redeem.goal is Goal.REDEEMED
        if success and not self._cut and not self._back.is_set():
            self._cut = True
            if self._arrives:
                self._shop.journal.save(redeem, *args)
            else:
                saved = copy.deepcopy(redeem)
                self.late = lambda: self._shop.journal.save(saved, *args)
        self._ask(self._shop.journal.save, (redeem, *args))

    def _ask(self, inner: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        if self._cut:
            raise JournalError
        return inner(*args)

    def pause(self, seconds: float) -> None:
        """Let time pass for who is waited for, and others wait for the way."""
        if threading.current_thread().name == "disown":
            assert self._back.wait(20)
        else:
            self._shop.clock.pass_(seconds)

    def repaired(self) -> None:
        """Let the way be there again, and what is left to do there be done."""
        self._cut = False
        self._back.set()
        disowned()

    def shop(self, **changes: Any) -> Shop:
        return self._shop.but(journal=self, pause=self.pause, **changes)


def nothing_stays(shop: Shop) -> None:
    shop.recover(2)
    assert shop.ledger.spent == {}
    assert shop.journal.counts() == (0, 0)


@pytest.mark.parametrize("moment", ["after_close", "before_open"])
def test_who_was_not_told_though_it_is_written_down_keeps_nothing(
    shop: Shop, till: Till, moment: str
) -> None:
    """Redis has that an equal request is told of it; but its answer was lost."""
    way = CutOff(shop)

    def taps() -> None:
        till.hang_up()
        with pytest.raises(JournalError):
            way.shop().redeem("p1")

    acts = {"after_close": till.hang_up} | {moment: taps}
    journal: Any = Meddling(shop.journal, **acts)
    with pytest.raises(HungUp):
        shop.but(journal=journal, hung_up=till).redeem("p1")
    assert shop.ledger.spent != {}
    way.repaired()
    nothing_stays(shop)


def test_a_lost_answer_of_redis_is_asked_for_while_there_is_time(shop: Shop) -> None:
    def lost() -> None:
        raise JournalError

    first = shop.redeem("p1")
    journal: Any = Meddling(shop.journal, after_save=lost)
    again = shop.but(journal=journal).redeem("p1")
    assert again.redeem_id == first.redeem_id
    assert again.answers == 1


def test_what_says_so_too_late_says_nothing(shop: Shop, till: Till) -> None:
    way = CutOff(shop, arrives=False)

    def taps() -> None:
        with pytest.raises(JournalError):
            way.shop().redeem("p1")
        way.repaired()
        with killed():
            way.late()

    with pytest.raises(HungUp):
        unheard(shop, till, before_open=taps).redeem("p1")
    nothing_stays(shop)


def test_who_hangs_up_after_it_was_written_down(shop: Shop, till: Till) -> None:
    other = Till()
    journal: Any = Meddling(shop.journal, after_save=other.hang_up)

    def taps_and_leaves() -> None:
        with pytest.raises(HungUp):
            shop.but(journal=journal, hung_up=other).redeem("p1")

    with pytest.raises(HungUp):
        unheard(shop, till, before_open=taps_and_leaves).redeem("p1")
    nothing_stays(shop)


def test_who_hangs_up_takes_it_from_nobody_else(shop: Shop, till: Till) -> None:
    first = shop.redeem("p1")
    journal: Any = Meddling(shop.journal, after_save=till.hang_up)
    with pytest.raises(HungUp):
        shop.but(journal=journal, hung_up=till).redeem("p1")
    shop.recover(2)
    assert shop.ledger.spent["p1"].startswith(first.redeem_id)
    stored = shop.journal.load(first.redeem_id)
    assert stored is not None
    assert stored.answers == 0


def test_who_is_told_an_error_for_its_key_keeps_nothing(shop: Shop, till: Till) -> None:
    def lost() -> None:
        raise JournalError

    def taps() -> None:
        journal: Any = Meddling(shop.journal, before_give_key=lost)
        with pytest.raises(JournalError):
            shop.but(journal=journal).redeem("p1", key="k")

    with pytest.raises(HungUp):
        unheard(shop, till, before_open=taps).redeem("p1")
    nothing_stays(shop)


def test_who_was_cut_off_leaves_it_to_who_took_it_over(shop: Shop) -> None:
    """The success is another one's, though it has the same redeem_id."""
    way = CutOff(shop, arrives=False)
    with pytest.raises(JournalError):
        way.shop().redeem("p1")
    shop.clock.pass_(GRACE + 1)
    redeem = shop.redeem("p1")
    way.repaired()
    shop.recover(2)
    assert shop.ledger.spent["p1"].startswith(redeem.redeem_id)
    assert shop.journal.counts() == (0, 0)


def test_who_could_not_say_so_leaves_it_to_who_took_it_over(
    shop: Shop, till: Till
) -> None:
    """Redis comes back only when it has been undone in part, and taken over."""
    way = CutOff(shop)

    def lost() -> None:
        raise JournalError

    journal: Any = Meddling(shop.journal, after_close=till.hang_up, before_open=lost)
    with pytest.raises(HungUp):
        shop.but(journal=journal, hung_up=till, pause=way.pause).redeem("p1")
    dying: Any = Meddling(shop.journal, after_save=die)
    with pytest.raises(Killed):
        shop.but(journal=dying).undo(shop.ledger.spent["p1"][:32])
    shop.clock.pass_(8 + GRACE)
    redeem = shop.redeem("p1")
    way.repaired()
    shop.recover(2)
    assert shop.ledger.spent["p1"].startswith(redeem.redeem_id)
    assert shop.journal.counts() == (0, 0)


def die() -> None:
    raise Killed


def test_what_was_told_an_error_and_cannot_be_given_back_is_a_person_s(
    shop: Shop,
) -> None:
    final = shop.but(mapping=type("Final", (LedgerMapping,), {"irreversible": CHECKS}))
    way = CutOff(final)
    with pytest.raises(JournalError):
        way.shop(mapping=final.mapping).redeem(checks=("b1",))
    way.repaired()
    final.recover(2)
    assert the_only_one(shop).stuck
    again = final.redeem(checks=("b1",))
    assert shop.ledger.spent["b1"].startswith(again.redeem_id)
    assert shop.journal.counts() == (0, 0)
