"""Redeeming when something comes in between: lost answers, rivals, a bad item."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from bridge.errors import BridgeError, NotDone, OutcomeUnknown
from bridge.model import Item
from bridge.testing.acts import new_ref, wanted
from bridge.testing.bench import Trip
from bridge.testing.choosing import needs
from bridge.testing.faults import Fault
from bridge.testing.known import Known
from bridge.testing.spending import Spending
from bridge.testing.suites.redeeming import Redeeming

TILLS = 4

LOST = Fault("reset", done=True)
"""The CRM has done it, and its answer gets lost."""

NEVER_CAME = Fault("reset")
"""The request gets lost before the CRM has it."""


class Mishaps(Redeeming):
    """What the redeem kernel has to be able to find out afterwards."""

    told_apart: bool = True
    """Clear it for a CRM that keeps no reference with the redeem itself.

    Then only the mapping's ``holds`` can say which of two tills at the same moment it
    was: in the bridge they never come to that moment together.
    """

    @needs("redeeming")
    def test_a_redeem_whose_answer_was_lost_is_found(
        self, spending: Spending, items: list[Item]
    ) -> None:
        ref = new_ref()
        self._lose(spending, items, ref, LOST)
        found = spending.find(items, ref)
        assert found is not None, "find: it is redeemed, only the answer was lost"
        spending.give_back(items, ref, found)
        assert spending.find(items, ref) is None

    @needs("redeeming")
    def test_a_redeem_that_never_came_is_not_found(
        self, spending: Spending, items: list[Item]
    ) -> None:
        ref = new_ref()
        self._lose(spending, items, ref, NEVER_CAME)
        assert spending.find(items, ref) is None, "find: it never came to the CRM"
        spending.spend(items, new_ref())

    @needs("redeeming")
    def test_an_undo_whose_answer_was_lost_has_happened(
        self, spending: Spending, items: list[Item]
    ) -> None:
        ref = new_ref()
        _, place = self._rehearsed(spending, items)
        receipts = spending.spend(items, ref)
        with contextlib.suppress(OutcomeUnknown):
            spending.give_back(items, ref, receipts, Trip(place, LOST))
        assert spending.find(items, ref) is None, "find: it has been given back"

    @needs("redeeming")
    def test_of_many_tills_at_once_one_gets_it(
        self, spending: Spending, items: list[Item]
    ) -> None:
        refs = [new_ref() for _ in range(TILLS)]
        together = threading.Barrier(TILLS)

        def press(ref: str) -> BridgeError | None:
            together.wait(10)
            try:
                spending.spend(items, ref)
            except BridgeError as error:
                return error
            return None

        with ThreadPoolExecutor(TILLS) as tills:
            errors = list(tills.map(press, refs))
        winners = [ref for ref, error in zip(refs, errors, strict=True) if not error]
        found = [ref for ref in refs if spending.find(items, ref) is not None]
        assert len(winners) == 1, f"redeem: {len(winners)} of {TILLS} tills got it"
        if self.told_apart:
            assert found == winners, "find: it is redeemed under the winner's reference"

    @needs("redeem_items")
    def test_one_bad_item_means_that_nothing_is_spent(
        self, spending: Spending, known: Known
    ) -> None:
        good = wanted(known.items, "promotions or bonus checks")
        for bad in (known.item(good.kind, "nobody"), *known.refused[:1]):
            for both in ([good, bad], [bad, good]):
                ref = new_ref()
                spending.must_refuse(both, ref, "a bad item among good ones")
                assert spending.find([good], ref) is None, "find: not redeemed"
        spending.spend([good], new_ref())

    @needs("redeem_items")
    def test_all_items_go_together(self, spending: Spending, known: Known) -> None:
        if len(known.items) < 2:
            pytest.skip("to do: seed() says of one item only")
        ref = new_ref()
        receipts = spending.spend(known.items, ref)
        assert len(receipts) == len(known.items), "redeem: a receipt for each item"
        assert spending.find(known.items, ref) is not None

    def _lose(
        self, spending: Spending, items: Sequence[Item], ref: str, fault: Fault
    ) -> None:
        """Redeem, and lose the request that would do it, or its answer."""
        place, _ = self._rehearsed(spending, items)
        try:
            spending.spend(items, ref, Trip(place, fault))
        except OutcomeUnknown:
            return
        except NotDone:
            said_done = False
        else:
            said_done = True
        assert said_done == fault.done, "redeem: says what it cannot know"

    def _rehearsed(self, spending: Spending, items: Sequence[Item]) -> tuple[int, int]:
        """Find out which request it is that redeems, and which one that gives back."""
        there, back, ref = Trip(), Trip(), new_ref()
        receipts = spending.spend(items, ref, there)
        spending.give_back(items, ref, receipts, back)
        return there.last_write, back.last_write
