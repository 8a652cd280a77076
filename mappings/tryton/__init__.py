"""Tryton 8.2: an ERP with parties, sales, coupons and gift cards.

The verbs are here, but for the spending, which Tryton would allow twice and which has
its reasons told in ``spending``.  ``protocol`` is how Tryton is talked to; the other
modules translate one kind of record each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from bridge import model
from bridge.errors import BridgeError, NotDone, OutcomeUnknown, Refused, _
from bridge.mapping import Answer, Signals, Upstream
from bridge.mapping import Mapping as BaseMapping
from bridge.model import Context, Customer, Item, ItemKind, Receipt, SearchKey
from mappings.tryton import changes, customers, refusals, sales
from mappings.tryton.addresses import Places, countries_in, subdivisions_in
from mappings.tryton.items import bonus_check, promotion
from mappings.tryton.options import Options as Settings
from mappings.tryton.protocol import Domain, Json, Tryton
from mappings.tryton.requirements import missing
from mappings.tryton.spending import Spending

PARTY, CATEGORY = "party.party", "party.category"

TAKEN = _(
    "There is already a customer with this e-mail address, mobile number, member "
    "number or personal id."
)


class Mapping(BaseMapping):
    title = "Tryton"
    Options = Settings
    signals = Signals(faults=("error",))

    def __init__(self, options: Settings, upstream: Upstream, context: Context) -> None:
        super().__init__(options, upstream, context)
        self.tryton = Tryton(upstream, options)
        self.spending = Spending(self.tryton, upstream, options)

    def search(self, key: SearchKey) -> list[Customer]:
        domain = changes.holders(key, self.options)
        found = self._rows(PARTY, customers.PARTY, domain, limit=2)
        # Two are not one: the first is shown, the second is only counted.
        best = [self._card(party) for party in found[:1]]
        return best + [customers.customer(party, self.options) for party in found[1:]]

    def get(self, customer_id: str) -> Customer:
        return self._card(self._party(customer_id))

    def create(self, properties: model.CustomerProperties) -> Customer:
        values = self._values(properties, changes.blank())
        spoken = [["code", "=", self.options.language]]
        if self.options.language:
            values["lang"] = self.tryton.read("ir.lang", ["id"], spoken)[0]["id"]
        return self._written(self.tryton.create(PARTY, values))

    def update(
        self, customer_id: str, properties: model.CustomerProperties
    ) -> Customer:
        values = self._values(properties, self._party(customer_id))
        if values:
            self.tryton.write(PARTY, customer_id, values)
        return self._written(customer_id)

    def transactions(self, customer_id: str) -> Iterator[model.Transaction]:
        party = self._party(customer_id)
        rows = self.tryton.newest(
            "sale.sale",
            sales.fields(self.options),
            sales.bought(party["id"], self.options),
            sales.NEWEST,
            self.options.transactions,
        )
        for row in rows:
            yield sales.transaction(row, self.options)

    def consents(self) -> list[model.Consent]:
        below = [["parent.name", "=", self.options.consents_category]]
        rows = self.tryton.read(CATEGORY, ["name"], below)
        return [
            model.Consent(consent_id=str(one["id"]), name=one["name"]) for one in rows
        ]

    def additional_options(self) -> list[model.AdditionalOptionsSection]:
        return list(self.options.additional_options)

    def redeem_items(self, items: Sequence[Item], ref: str) -> list[Receipt]:
        party = self._party(items[0].customer_id)
        sale = self.spending.spend(party, items, ref, self.context)
        return [{"sale": sale}] * len(items)

    def find_receipts(self, items: Sequence[Item], ref: str) -> list[Receipt] | None:
        sale = self.spending.find(items, ref)
        return [{"sale": sale["id"]}] * len(items) if sale else None

    def undo_items(
        self, items: Sequence[Item], ref: str, receipts: Sequence[Receipt]
    ) -> None:
        self.spending.give_back(items, ref)

    def holds(self, item: Item) -> str:
        """Let customers use one coupon side by side: its timestamp keeps them apart."""
        held = super().holds(item)
        shared = item.kind is ItemKind.PROMOTION
        return f"{held}:{item.customer_id}" if shared else held

    def probe(self) -> None:
        self.tryton.read("ir.module", ["id"], [], limit=1)

    def problems(self) -> list[str]:
        return super().problems() or [*missing(self.tryton, self.options)]

    def explain(self, answer: Answer) -> BridgeError | None:
        return refusals.explain(answer)

    def _party(self, customer_id: str) -> Json:
        """Read a party; one that was merged or put aside is nobody's any more."""
        return self.tryton.record(PARTY, customer_id, customers.PARTY)

    def _card(self, party: Json) -> Customer:
        """Add what can be redeemed; a card without it is better than none."""
        redeemable, optional = self.spending.redeemable, self.upstream.optional
        coupons, cards = self.upstream.together(
            optional(partial(redeemable, ItemKind.PROMOTION, party), "promotions"),
            optional(partial(redeemable, ItemKind.BONUS_CHECK, party), "bonus checks"),
        )
        unread = {"promotions": coupons is None, "bonus checks": cards is None}
        return replace(
            customers.customer(party, self.options),
            status=status([what for what, missing in unread.items() if missing]),
            promotions=None
            if coupons is None
            else [promotion(row, self.options) for row in coupons],
            bonus_checks=None if cards is None else [*map(bonus_check, cards)],
        )

    def _values(self, properties: model.CustomerProperties, party: Json) -> Json:
        """Look up what properties refer to, and translate them."""
        sent: Json = dict(properties)
        changes.check(sent, self.options)
        claimed = changes.claimants(sent, party, self.options)
        offered = changes.categories_in(sent, self.options)
        twins, categories, countries, subdivisions = self.upstream.together(
            partial(self._rows, PARTY, ["id"], claimed),
            partial(self._rows, CATEGORY, ["name", "parent.name"], offered),
            partial(self._rows, "country.country", ["code"], countries_in(sent, party)),
            partial(
                self._rows,
                "country.subdivision",
                ["name", "code", "country.code"],
                subdivisions_in(sent, party),
            ),
        )
        if twins:
            raise Refused(TAKEN)
        places = Places(countries, subdivisions)
        return changes.values(sent, party, places, categories, self.options)

    def _rows(
        self,
        model: str,
        fields: Sequence[str],
        domain: Domain,
        limit: int | None = None,
    ) -> list[Json]:
        """Read what matches; nothing does if there is no domain."""
        return self.tryton.read(model, fields, domain, limit=limit) if domain else []

    def _written(self, customer_id: str) -> Customer:
        """Show what was written: it was, so "not done" would be wrong from here on."""
        try:
            return self.get(customer_id)
        except NotDone as error:
            raise OutcomeUnknown from error


def status(unread: Sequence[str]) -> model.CustomerStatus | None:
    """Say what could not be read: it may be there."""
    return model.unread(*unread) if unread else None
