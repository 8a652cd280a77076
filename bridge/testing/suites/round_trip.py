"""A till sends the card back: what nobody touched stays, also what no card shows."""

from __future__ import annotations

from typing import Any

from bridge.model import Customer, CustomerProperties
from bridge.spi.schemas import difference, load_customer_properties
from bridge.testing.acts import wanted
from bridge.testing.bench import Bench
from bridge.testing.choosing import needs
from bridge.testing.known import Known
from bridge.testing.presenting import as_customer, seen
from bridge.testing.suites.setting import Setting

Json = dict[str, Any]


class RoundTrip(Setting):
    """Get, and update as the bridge asks for it: with what differs."""

    def record(self, crm: Any, customer_id: str) -> Any:
        """Return all that the CRM has of a customer, in its own words.

        Leave out what changes by itself, such as when somebody was changed last.
        Without it the card alone tells, and what it does not show may get lost unseen.
        """
        return None

    @needs("get", "update")
    def test_a_card_that_is_sent_back_asks_for_no_change(
        self, bench: Bench, known: Known
    ) -> None:
        card = self._written(bench, known.customer_id)
        asked = self._changes(bench, known.customer_id, card)
        assert not asked, (
            f"get: the card that was just shown asks for a change of {[*asked]}: get "
            "must show the same each time"
        )

    @needs("get", "update")
    def test_a_change_that_is_taken_back_leaves_no_trace(
        self, bench: Bench, known: Known, crm: Any
    ) -> None:
        wanted([*known.changes], "changes")
        customer_id = known.customer_id
        before = self._written(bench, customer_id), self.record(crm, customer_id)
        for name in known.changes:
            self._put(bench, customer_id, self._with(before[0], known, name))
            changed = self._written(bench, customer_id)
            others = {one for one in {**before[0], **changed} if one != name}
            differing = [n for n in others if changed.get(n) != before[0].get(n)]
            assert not differing, f"update: {name} was to change, and not {differing}"
            self._put(bench, customer_id, {**changed, name: before[0].get(name)})
            after = self._written(bench, customer_id), self.record(crm, customer_id)
            assert after == before, (
                f"update: a change of {name} that was taken back has left a trace"
            )

    def _with(self, card: Json, known: Known, name: str) -> Json:
        """Return a card with one property as it is to be, an address in parts."""
        one: Any = {name: known.changes[name]}  # type: ignore[literal-required]
        new = seen("get", as_customer(one), self.country).get(name)
        if isinstance(new, dict):
            parts = {part: value for part, value in new.items() if value}
            new = {"address": "", **card.get(name, {}), **parts}
        return {**card, name: new}

    def _put(self, bench: Bench, customer_id: str, body: Json) -> None:
        changes = self._changes(bench, customer_id, body)
        if changes:
            bench.call("update", customer_id, changes)

    def _changes(
        self, bench: Bench, customer_id: str, body: Json
    ) -> CustomerProperties:
        customer: Customer = bench.call("get", customer_id)
        sent = load_customer_properties(body, self.country, creating=False)
        return difference(sent, customer, self.country)

    def _written(self, bench: Bench, customer_id: str) -> Json:
        """Return what of a card the POS can write."""
        card = seen("get", bench.call("get", customer_id), self.country)
        writable = CustomerProperties.__annotations__.keys() - {"store_id_home"}
        return {name: value for name, value in card.items() if name in writable}
