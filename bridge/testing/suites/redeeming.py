"""Redeeming: spend, ask, give back.  What the redeem kernel builds its promise on."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence

import pytest

from bridge.errors import NotFound, UpstreamError
from bridge.model import Item, ItemKind
from bridge.testing.acts import new_ref, returnable, wanted
from bridge.testing.bench import Bench
from bridge.testing.choosing import at_once, needs
from bridge.testing.known import Known
from bridge.testing.spending import Spending
from bridge.testing.suites.setting import ODD_IDS, Setting


class Redeeming(Setting):
    """The redeem trio, or the batch verbs."""

    @pytest.fixture
    def spending(self, bench: Bench) -> Spending:
        """How this mapping redeems."""
        return Spending(bench)

    @pytest.fixture
    def items(self, bench: Bench, known: Known) -> list[Item]:
        """What one call covers, and can be given back: one item, or several at once."""
        items = returnable(bench, known)
        wanted(items, "promotions or bonus checks")
        return items if at_once(self.mapping) else items[:1]

    @needs("redeeming")
    def test_what_is_redeemed_is_found_and_given_back(
        self, spending: Spending, bench: Bench, known: Known
    ) -> None:
        wanted(known.items, "promotions or bonus checks")
        for item in returnable(bench, known):
            ref = new_ref()
            assert spending.find([item], ref) is None, "find: it is not redeemed yet"
            receipts = spending.spend([item], ref)
            assert spending.find([item], ref) is not None, "find: it is redeemed"
            spending.give_back([item], ref, receipts)
            assert spending.find([item], ref) is None, "undo: it is still redeemed"

    @needs("redeeming")
    def test_a_second_redeem_is_refused(self, spending: Spending, known: Known) -> None:
        item = wanted(known.items, "promotions or bonus checks")
        first = new_ref()
        spending.spend([item], first)
        for ref in (new_ref(), first):
            spending.must_refuse([item], ref, "an item that is spent already")
        assert spending.find([item], first) is not None, "redeem: the first one is gone"

    @needs("redeeming")
    def test_another_reference_finds_nothing(
        self, spending: Spending, items: list[Item]
    ) -> None:
        """Or the bridge would take another till's redeem for its own, and undo it."""
        ref = new_ref()
        spending.spend(items, ref)
        for other in (new_ref(), ref[:-2], ref + "0", ref + "-1"):
            assert spending.find(items, other) is None, (
                "find: it is redeemed, but not under this reference"
            )

    @needs("redeeming")
    def test_a_receipt_survives_json(
        self, spending: Spending, items: list[Item]
    ) -> None:
        """The journal keeps it as JSON until it is wanted, which may be months."""
        ref = new_ref()
        receipts = spending.spend(items, ref)
        kept = json.loads(json.dumps(receipts))
        assert kept == receipts, "redeem: a receipt must be plain JSON"
        spending.give_back(items, ref, kept)
        assert spending.find(items, ref) is None

    @needs("redeeming")
    def test_a_receipt_that_was_asked_for_is_as_good(
        self, spending: Spending, items: list[Item]
    ) -> None:
        ref = new_ref()
        spending.spend(items, ref)
        found = spending.find(items, ref)
        assert found is not None
        assert len(found) == len(items), "find: a receipt for each item"
        spending.give_back(items, ref, found)
        assert spending.find(items, ref) is None

    @needs("redeeming")
    def test_what_was_given_back_can_be_redeemed_again(
        self, spending: Spending, items: list[Item]
    ) -> None:
        first, second = new_ref(), new_ref()
        spending.give_back(items, first, spending.spend(items, first))
        spending.spend(items, second)
        assert spending.find(items, first) is None, "find: only the second one holds"
        assert spending.find(items, second) is not None

    @needs("redeeming")
    def test_an_undo_undoes_only_its_own(
        self, spending: Spending, items: list[Item]
    ) -> None:
        """As when recovery comes late, and the customer has been back."""
        first, second = new_ref(), new_ref()
        receipts = spending.spend(items, first)
        spending.give_back(items, first, receipts)
        spending.spend(items, second)
        with contextlib.suppress(UpstreamError, NotFound):
            spending.give_back(items, first, receipts)
        assert spending.find(items, second) is not None, "undo: not its own redeem"

    @needs("redeeming")
    @pytest.mark.parametrize("kind", ItemKind)
    def test_unknown_items_are_refused(
        self, spending: Spending, known: Known, kind: ItemKind
    ) -> None:
        for item_id in ODD_IDS:
            item, ref = known.item(kind, item_id), new_ref()
            spending.must_refuse([item], ref, f"an unknown item: {item_id!r}")
            assert spending.find([item], ref) is None, f"find: {item_id!r}"

    @needs("redeeming")
    def test_nobody_redeems_what_is_somebody_elses(
        self, spending: Spending, known: Known
    ) -> None:
        item = wanted(known.items, "promotions or bonus checks")
        for customer_id in ODD_IDS:
            stolen = Item(item.kind, item.item_id, customer_id)
            what = f"an item of somebody else's, for {customer_id!r}"
            spending.must_refuse([stolen], new_ref(), what)
        spending.spend([item], new_ref())

    @needs("redeeming")
    def test_what_the_crm_refuses_is_refused(
        self, spending: Spending, known: Known
    ) -> None:
        wanted(known.refused, "refused items: spent, lapsed, somebody else's")
        for item in known.refused:
            refusal = spending.must_refuse([item], new_ref(), f"{item}")
            assert refusal.said, "redeem: say to the cashier why not, with explain()"

    @needs("redeeming", "prepare")
    def test_what_is_refused_is_foreseen(
        self, spending: Spending, bench: Bench, known: Known
    ) -> None:
        """Before anything is spent: so a refusal costs nothing to give back."""
        good = wanted(known.items, "promotions or bonus checks")
        theirs = [
            item for item in known.refused if item.customer_id == good.customer_id
        ]
        for bad in (known.item(good.kind, "nobody"), *theirs):
            ref = new_ref()
            refused = bench.call("prepare", {good: ref, bad: ref})
            assert refused.keys() == {bad}, "prepare: refuses what cannot be spent"
            assert spending.find([good], ref) is None, (
                "prepare: must not spend anything"
            )
        spending.spend([good], new_ref())

    @needs("redeeming", "get")
    def test_the_card_shows_what_is_redeemed(
        self, spending: Spending, bench: Bench, items: list[Item]
    ) -> None:
        ref = new_ref()
        receipts = spending.spend(items, ref)
        assert not self._redeemable(bench, items), "get: shows it as still redeemable"
        spending.give_back(items, ref, receipts)
        assert self._redeemable(bench, items) == {*items}, "get: it was given back"

    def _redeemable(self, bench: Bench, items: Sequence[Item]) -> set[Item]:
        """Return which of the items the customer's card still offers."""
        card = bench.call("get", items[0].customer_id)
        offered = {
            ItemKind.PROMOTION: [
                one.promotion_id for one in card.promotions or () if not one.redeemed
            ],
            ItemKind.BONUS_CHECK: [
                one.bonus_check_id
                for one in card.bonus_checks or ()
                if not one.redeemed
            ],
        }
        return {item for item in items if item.item_id in offered[item.kind]}
