"""Customers: shown, added and changed."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.errors import NotFound, Refused
from bridge.mapping import offers
from bridge.model import Customer, CustomerProperties
from bridge.testing.acts import find_one
from bridge.testing.bench import Bench
from bridge.testing.choosing import needs
from bridge.testing.known import Known
from bridge.testing.presenting import lacking, seen
from bridge.testing.suites.setting import ODD_IDS, Setting

EMPTY: tuple[Any, ...] = (None, "", [], ())


class Customers(Setting):
    """Get, create and update."""

    allows_duplicates: bool = False
    """Set it for a CRM that keeps the same person twice without a word."""

    @needs("get")
    def test_a_card_can_be_shown(self, bench: Bench, known: Known) -> None:
        card = bench.call("get", known.customer_id)
        assert seen("get", card, self.country)["customer_id"] == known.customer_id

    @needs("get", "redeeming")
    def test_a_card_shows_what_can_be_redeemed(
        self, bench: Bench, known: Known
    ) -> None:
        card = seen("get", bench.call("get", known.customer_id), self.country)
        for ids, name, id_name in (
            (known.promotions, "promotions", "promotion_id"),
            (known.bonus_checks, "bonus_checks", "bonus_check_id"),
        ):
            shown = {one[id_name]: one["redeemed"] for one in card.get(name, ())}
            assert {one: shown.get(one) for one in ids} == dict.fromkeys(ids, False), (
                f"get: {name} must show what can be redeemed, as not redeemed"
            )

    @needs("get")
    def test_nobody_is_not_found(self, bench: Bench) -> None:
        for customer_id in ODD_IDS:
            error = bench.attempt("get", customer_id).error
            assert isinstance(error, NotFound), f"get({customer_id!r}): {error!r}"

    @needs("create")
    def test_a_new_customer_is_as_it_was_sent(self, bench: Bench, known: Known) -> None:
        created = bench.call("create", known.newcomer)
        self._has(created, known.newcomer, "create")
        if offers(self.mapping, "get"):
            read_again = bench.call("get", created.customer_id)
            self._has(read_again, known.newcomer, "get after create")

    @needs("create", "search")
    def test_a_new_customer_is_found(self, bench: Bench, known: Known) -> None:
        assert not find_one(bench, known.newcomer), (
            "seed: the newcomer is there already: make another one each time"
        )
        created = bench.call("create", known.newcomer)
        found = find_one(bench, known.newcomer)
        if found is None:
            pytest.skip("to do: the newcomer has nothing that can be searched for")
        assert [one.customer_id for one in found] == [created.customer_id]

    @needs("create")
    def test_nobody_is_added_twice(self, bench: Bench, known: Known) -> None:
        if self.allows_duplicates:
            pytest.skip("this CRM keeps the same person twice")
        bench.call("create", known.newcomer)
        error = bench.attempt("create", known.newcomer).error
        assert isinstance(error, Refused), (
            f"create: somebody who is there already is to be Refused, not {error!r}"
        )
        assert error.said, "create: say to the cashier why not, with explain()"

    @needs("update")
    def test_an_update_changes_what_was_sent(self, bench: Bench, known: Known) -> None:
        changed = bench.call("update", known.customer_id, known.changes)
        assert changed.customer_id == known.customer_id
        self._has(changed, known.changes, "update")

    @needs("update", "get")
    def test_an_update_leaves_the_rest(self, bench: Bench, known: Known) -> None:
        before = self._properties(bench.call("get", known.customer_id))
        bench.call("update", known.customer_id, known.changes)
        after = self._properties(bench.call("get", known.customer_id))
        for name in known.changes:
            before.pop(name, None)
            after.pop(name, None)
        assert after == before, "update: what was not sent must stay as it is"

    @needs("update", "get")
    def test_an_update_of_nothing_changes_nothing(
        self, bench: Bench, known: Known
    ) -> None:
        before = self._properties(bench.call("get", known.customer_id))
        bench.call("update", known.customer_id, {})
        after = self._properties(bench.call("get", known.customer_id))
        assert after == before

    @needs("update", "get")
    def test_nothing_sent_clears(self, bench: Bench, known: Known) -> None:
        if not known.clearable:
            pytest.skip("to do: seed() says nothing of what is clearable")
        card = bench.call("get", known.customer_id)
        for name in known.clearable:
            before = getattr(card, name)
            assert before not in EMPTY, f"seed: the customer has no {name} to clear"
            nothing: Any = [] if isinstance(before, list) else None
            bench.call("update", known.customer_id, {name: nothing})
            after = getattr(bench.call("get", known.customer_id), name)
            assert after in EMPTY, f"update: {name} was to be cleared"

    @needs("update")
    def test_nobody_cannot_be_changed(self, bench: Bench, known: Known) -> None:
        for customer_id in ODD_IDS:
            error = bench.attempt("update", customer_id, known.changes).error
            assert isinstance(error, NotFound), f"update({customer_id!r}): {error!r}"

    def _has(
        self, customer: Customer, properties: CustomerProperties, verb: str
    ) -> None:
        """Compare as the POS sees it: the edge makes one of "se" and "SE"."""
        card = seen("get", customer, self.country)
        lost = lacking(card, properties, self.country)
        shown = {name: card.get(name) for name in lost}
        assert shown == lost, f"{verb}: what was sent is not what is shown"

    def _properties(self, customer: Customer) -> dict[str, Any]:
        """Return what of a card the POS can write."""
        card = seen("get", customer, self.country)
        writable = CustomerProperties.__annotations__
        return {name: value for name, value in card.items() if name in writable}
