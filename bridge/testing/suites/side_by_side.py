"""Items that are redeemed at once, as the redeem kernel does it.

``holds`` says which of them may be: this tries whether it is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from bridge.errors import NotDone, UpstreamError
from bridge.model import Customer, Item, Receipt
from bridge.testing.acts import new_ref, returnable
from bridge.testing.bench import Bench, Trip
from bridge.testing.choosing import needs
from bridge.testing.in_step import in_step
from bridge.testing.known import Known
from bridge.testing.spending import Spending, prepare
from bridge.testing.suites.redeeming import Redeeming

Used = dict[Item, tuple[str, Receipt]]
"""What is redeemed: under which reference, with which receipt."""

SHARED = "let holds() name what they share, and they go one after the other"


class SideBySide(Redeeming):
    """What the bridge sends at once may not come out otherwise than in a row."""

    @needs("redeem_item", "get")
    def test_items_side_by_side_count_as_in_a_row(
        self, spending: Spending, bench: Bench, known: Known
    ) -> None:
        """As two rewards that are paid from one account of points."""
        before = self._card(bench, known)
        in_a_row = self._in_a_row(spending, returnable(bench, known))
        if len(in_a_row) < 2:
            pytest.skip("to do: seed() says of one item only that can be redeemed")
        wanted = self._card(bench, known)
        for item, (ref, receipt) in in_a_row.items():
            spending.give_back([item], ref, [receipt])
        at_once = self._at_once(spending, bench, [*in_a_row])
        assert self._card(bench, known) == wanted, f"redeem: miscounts; {SHARED}"
        self._back_at_once(spending, bench, at_once)
        assert self._card(bench, known) == before, f"undo: miscounts; {SHARED}"

    def _in_a_row(self, spending: Spending, items: Sequence[Item]) -> Used:
        """Redeem what can be redeemed beside each other."""
        used: Used = {}
        for item in items:
            ref = new_ref()
            try:
                used[item] = ref, spending.spend([item], ref)[0]
            except NotDone:
                continue
        return used

    def _at_once(self, spending: Spending, bench: Bench, items: Sequence[Item]) -> Used:
        """Redeem them as the kernel does: looked at once, then all that may at once."""
        used: Used = {}
        refs = {item: new_ref() for item in items}
        prepare(bench, refs)

        def spend(item: Item, trip: Trip) -> None:
            ref = refs[item]
            used[item] = ref, spending.spend_prepared([item], ref, trip)[0]

        for wave in _waves(bench, items):
            try:
                in_step([partial(spend, item) for item in wave])
            except UpstreamError as error:
                raise AssertionError(
                    f"redeem: refuses an item because of another one; {SHARED}"
                ) from error
        return used

    def _back_at_once(self, spending: Spending, bench: Bench, used: Used) -> None:
        def give_back(item: Item, trip: Trip) -> None:
            ref, receipt = used[item]
            spending.give_back([item], ref, [receipt], trip)

        for wave in _waves(bench, [*used]):
            try:
                in_step([partial(give_back, item) for item in wave])
            except UpstreamError as error:
                raise AssertionError(
                    f"undo: fails on an item because of another one; {SHARED}"
                ) from error

    def _card(self, bench: Bench, known: Known) -> Customer:
        """Return what the card shows, but for times of day."""
        card: Customer = bench.call("get", known.customer_id)
        return replace(
            card,
            promotions=_timeless(card.promotions),
            bonus_checks=_timeless(card.bonus_checks),
        )


def _timeless(offered: list[Any] | None) -> list[Any] | None:
    return offered and [replace(one, date_redeemed=None) for one in offered]


def _waves(bench: Bench, items: Sequence[Item]) -> Iterator[list[Item]]:
    """Yield what may go side by side: no two items whose holds are equal."""
    mapping, left = bench.mapping(), [*items]
    while left:
        wave = {mapping.holds(item): item for item in reversed(left)}
        yield [*wave.values()]
        left = [item for item in left if item not in wave.values()]
