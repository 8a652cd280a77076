"""Vendure 3.7: a web shop's back end with customers, orders and coupon codes.

The verbs are here, but for the spending, which has its reasons told in ``spending``.
``protocol`` is how Vendure is talked to; the other modules translate one kind of record
each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from bridge import model
from bridge.errors import (
    BridgeError,
    Invalid,
    Missing,
    NotDone,
    OutcomeUnknown,
    Refused,
)
from bridge.mapping import Answer, Signals, Upstream
from bridge.mapping import Mapping as BaseMapping
from bridge.model import Context, Customer, Item, Receipt, SearchKey
from mappings.vendure import addresses, customers, offered, orders, refusals
from mappings.vendure.offered import Offered
from mappings.vendure.options import Options as Settings
from mappings.vendure.protocol import PAGE, Json, Vendure, is_id
from mappings.vendure.requirements import missing
from mappings.vendure.spending import Spending


class Mapping(BaseMapping):
    title = "Vendure"
    Options = Settings
    signals = Signals(faults=("errors",))

    def __init__(self, options: Settings, upstream: Upstream, context: Context) -> None:
        super().__init__(options, upstream, context)
        self.vendure = Vendure(upstream, options)
        self.spending = Spending(self.vendure, upstream, options)

    def search(self, key: SearchKey) -> list[Customer]:
        found = self._matching(customers.holders(key, self.options))
        # Two are not one: the first is shown, the second is only counted.
        best = [self._card(row["id"], row) for row in found[:1]]
        return best + [customers.customer(row, self.options) for row in found[1:]]

    def get(self, customer_id: str) -> Customer:
        return self._card(customer_id)

    def create(self, properties: model.CustomerProperties) -> Customer:
        sent: Json = dict(properties)
        values = customers.newcomer(sent, self.options)
        moves = [*addresses.moves(sent, {"addresses": []}, self.options)]
        self._check(customers.claimants(sent, None, self.options), moves)
        done = self.vendure.do(customers.CREATE, input=values)
        created = refusals.succeeded(done["customer"])
        with once_written():
            self._move(created["id"], moves)
            return self.get(created["id"])

    def update(
        self, customer_id: str, properties: model.CustomerProperties
    ) -> Customer:
        sent: Json = dict(properties)
        row = self._row(customer_id)
        values = customers.written(sent, row, self.options)
        moves = [*addresses.moves(sent, row, self.options)]
        self._check(customers.claimants(sent, customer_id, self.options), moves)
        if values:
            values["id"] = customer_id
            done = self.vendure.do(customers.UPDATE, input=values)
            refusals.succeeded(done["customer"])
        with once_written(bool(values) or len(moves) > 1):
            self._move(customer_id, moves)
        with once_written(bool(values or moves)):
            return self.get(customer_id)

    def transactions(self, customer_id: str) -> Iterator[model.Transaction]:
        bought, most = orders.bought(self.options), self.options.transactions
        for skip in range(0, most, PAGE):
            page = self._of(customer_id, orders.QUERY, bought=bought, skip=skip)
            rows = page["customer"]["orders"]["items"]
            for row in rows[: most - skip]:
                yield orders.transaction(row, self.options)
            if len(rows) < PAGE:
                return

    def consents(self) -> list[model.Consent]:
        return list(self.options.consents)

    def additional_options(self) -> list[model.AdditionalOptionsSection]:
        return list(self.options.additional_options)

    def redeem_items(self, items: Sequence[Item], ref: str) -> list[Receipt]:
        order = self.spending.spend(items, ref, self.context)
        return [{"order": order}] * len(items)

    def find_receipts(self, items: Sequence[Item], ref: str) -> list[Receipt] | None:
        order = self.spending.find(items, ref)
        return [{"order": order}] * len(items) if order else None

    def undo_items(
        self, items: Sequence[Item], ref: str, receipts: Sequence[Receipt]
    ) -> None:
        self.spending.give_back(ref)

    def holds(self, item: Item) -> str:
        """Let customers use one promotion side by side: Vendure counts its uses."""
        return f"{super().holds(item)}:{item.customer_id}"

    def probe(self) -> None:
        self.vendure.ask("{ activeChannel { code } }")

    def problems(self) -> list[str]:
        return super().problems() or [*missing(self.vendure, self.options)]

    def explain(self, answer: Answer) -> BridgeError | None:
        return refusals.explain(answer)

    def _of(self, customer_id: str, query: str, **variables: Any) -> Json:
        """Ask about one customer, or raise ``Missing``."""
        if not is_id(customer_id):
            raise Missing
        found = self.vendure.ask(query, customer=customer_id, **variables)
        if found["customer"] is None:
            raise Missing
        return found

    def _row(self, customer_id: str) -> Json:
        found = self._of(customer_id, customers.by_id(self.options))
        return dict(found["customer"])

    def _matching(self, wanted: Json | None) -> list[Json]:
        """Read who matches a filter; nobody does if there is none."""
        if wanted is None:
            return []
        query = customers.by_filter(self.options)
        return list(self.vendure.ask(query, matching=wanted)["customers"]["items"])

    def _card(self, customer_id: str, row: Json | None = None) -> Customer:
        """Add what can be redeemed; a card without it is better than none."""
        optional = self.upstream.optional
        read: list[Any] = self.upstream.together(
            lambda: row or self._row(customer_id),
            optional(partial(self._offered, customer_id), "promotions"),
        )
        card = customers.customer(read[0], self.options)
        if read[1] is None:
            return replace(card, status=UNREAD)
        return replace(
            card,
            promotions=read[1].promotions(self.options),
            bonus_checks=read[1].bonus_checks(self.options),
        )

    def _offered(self, customer_id: str) -> Offered:
        """Read what a customer can redeem, and has redeemed."""
        query = offered.query(self.options)
        asked = offered.variables(customer_id, self.options)
        page = self._of(customer_id, query, **asked, skip=0)
        rows = list(page["promotions"]["items"])
        for skip in range(PAGE, page["promotions"]["totalItems"], PAGE):
            more = self._of(customer_id, query, **asked, skip=skip)
            rows += more["promotions"]["items"]
        return Offered(page["customer"], rows)

    def _check(self, claimed: Json | None, moves: list[addresses.Move]) -> None:
        """Refuse what would become a twin, or leave a customer half written."""
        countries = addresses.countries_in(moves)
        twins, known = self.upstream.together(
            partial(self._matching, claimed), partial(self._countries, countries)
        )
        if twins:
            raise Refused(refusals.TAKEN)
        if len(known) < len(countries):
            raise Invalid("country_id: the country is not known")

    def _countries(self, codes: list[str]) -> list[Json]:
        if not codes:
            return []
        found = self.vendure.ask(addresses.COUNTRIES, codes=codes)
        return list(found["countries"]["items"])

    def _move(self, customer_id: str, moves: list[addresses.Move]) -> None:
        if moves:
            inputs = {f"move{place}": given for place, (_, given) in enumerate(moves)}
            mutation = addresses.mutation(moves)
            self.vendure.do(mutation, customer=customer_id, **inputs)


@contextmanager
def once_written(begun: bool = True) -> Iterator[None]:
    """Let nothing be called "not done" once something has been written."""
    try:
        yield
    except NotDone as error:
        if not begun:
            raise
        raise OutcomeUnknown from error


UNREAD = model.unread("promotions", "bonus checks")
