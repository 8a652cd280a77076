"""Voucherify: a promotion engine with customers, codes, gift cards and loyalty cards.

The verbs are here, but for the redeeming, which has its reasons told in ``spending``.
``protocol`` is how Voucherify is talked to; the other modules translate one kind of
record each.  Written against Voucherify's own description of API v2018-08-01.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from bridge import model
from bridge.errors import AccessRefused, BridgeError, Invalid, Refused, Situation, _
from bridge.mapping import Answer, Upstream, quote
from bridge.mapping import Mapping as BaseMapping
from bridge.model import (
    Context,
    Customer,
    CustomerProperties,
    Item,
    Receipt,
    SearchKey,
)
from mappings.voucherify import benefits, customers, refusals, shown
from mappings.voucherify.options import Options as Settings
from mappings.voucherify.protocol import OWN_ID, SIGNALS, Json, Voucherify
from mappings.voucherify.spending import Spending


class Mapping(BaseMapping):
    title = "Voucherify"
    Options = Settings
    signals = SIGNALS

    def __init__(self, options: Settings, upstream: Upstream, context: Context) -> None:
        super().__init__(options, upstream, context)
        self.voucherify = Voucherify(upstream, options)
        self.spending = Spending(self.voucherify, upstream, options)

    def search(self, key: SearchKey) -> list[Customer]:
        found = self._found(key)
        best = [self._card(row["id"], row) for row in found[:1]]
        return best + [customers.customer(row, self.options) for row in found[1:]]

    def get(self, customer_id: str) -> Customer:
        if customer_id.startswith(OWN_ID):
            return self._card(customer_id)
        row = self.voucherify.customer(customer_id)
        return self._card(row["id"], row)

    def create(self, properties: CustomerProperties) -> Customer:
        sent: Json = {name: value for name, value in properties.items() if value}
        # Somebody with the same source id would be overwritten without a word.
        self._refuse_twins(sent, (self.options.source_id, "email"))
        body = customers.written(sent, {}, self.options)
        if sent.get(self.options.source_id):
            body["source_id"] = sent[self.options.source_id]
        created = self.voucherify.post("/v1/customers", body)
        return self._card(created["id"], created)

    def update(self, customer_id: str, properties: CustomerProperties) -> Customer:
        sent: Json = dict(properties)
        row = self.voucherify.customer(customer_id)
        self._refuse_new_source(sent, row.get("source_id"))
        if body := customers.written(sent, row, self.options):
            self._refuse_twins(sent, ("email",), row["id"])
            path = f"/v1/customers/{quote(row['id'])}"
            row = self.voucherify.put(path, body)
        return self._card(row["id"], row)

    def consents(self) -> list[model.Consent]:
        return list(self.options.consents)

    def additional_options(self) -> list[model.AdditionalOptionsSection]:
        return list(self.options.additional_options)

    def redeem_items(self, items: Sequence[Item], ref: str) -> list[Receipt]:
        redemption = self.spending.spend(items, ref)
        return [{"redemption": redemption}] * len(items)

    def find_receipts(self, items: Sequence[Item], ref: str) -> list[Receipt] | None:
        redemption = self.spending.find(items, ref)
        return [{"redemption": redemption}] * len(items) if redemption else None

    def undo_items(
        self, items: Sequence[Item], ref: str, receipts: Sequence[Receipt]
    ) -> None:
        for redemption in dict.fromkeys(one["redemption"] for one in receipts):
            self.spending.give_back(redemption)

    def holds(self, item: Item) -> str:
        """Name the voucher; a tier is many customers', and Voucherify counts them."""
        thing = benefits.object_id(item.item_id)
        return f"{thing}:{item.customer_id}" if benefits.is_tier(thing) else thing

    def probe(self) -> None:
        self.voucherify.get("/v1/customers", limit=1)

    def problems(self) -> list[str]:
        return super().problems() or [*self._rights()]

    def explain(self, answer: Answer) -> BridgeError | None:
        return refusals.explain(answer)

    def _rights(self) -> list[str]:
        """Say which reads the key does not allow."""
        reads = {"redemptions": partial(self.voucherify.redemptions, NOBODY, pages=1)}
        if self.options.promotion_tiers:
            reads["qualifications"] = partial(self.voucherify.tiers, NOBODY)
        missing = []
        for what, read in reads.items():
            try:
                read()
            except AccessRefused:
                missing.append(NO_RIGHT.format(what))
            except Refused:
                pass  # there is nobody like that, but it may be asked
        return missing

    def _found(self, key: SearchKey) -> list[Json]:
        """Return who has a key: Voucherify looks for source ids and e-mail only."""
        if key.key_type == self.options.source_id:
            row = self.voucherify.customer_if_any(key.key)
            if row and row.get("source_id") == key.key:
                return [row]
        return self.voucherify.with_email(key.key) if key.key_type == "email" else []

    def _refuse_twins(
        self, sent: Json, keys: Sequence[str], customer_id: str | None = None
    ) -> None:
        for name in dict.fromkeys(keys):
            if sent.get(name):
                found = self._found(SearchKey(model.SearchKeyType(name), sent[name]))
                if any(row["id"] != customer_id for row in found):
                    noun = Situation(refusals.NOUNS[name])
                    raise Refused(refusals.TAKEN, thing=noun)

    def _refuse_new_source(self, sent: Json, had: str | None) -> None:
        name = self.options.source_id
        if name in sent and sent[name] != had and (had or name not in customers.FIELDS):
            raise Invalid(f"{name}: {FIXED}")

    def _card(self, customer_id: str, row: Json | None = None) -> Customer:
        """Read what the card shows side by side; only the customer is indispensable."""
        crm, optional = self.voucherify, self.upstream.optional
        recent = partial(crm.redemptions, customer_id, pages=1)
        reads: list[Any] = [
            lambda: row or crm.customer(customer_id),
            optional(partial(crm.holdings, customer_id), "vouchers"),
            optional(partial(crm.tiers, customer_id), "promotion tiers"),
            optional(recent, "redemptions"),
        ]
        if not self.options.promotion_tiers:
            reads[2:] = [list, list]
        return self._whole(*self.upstream.together(*reads))

    def _whole(self, row: Json, holdings: Any, tiers: Any, uses: Any) -> Customer:
        """Put a card together; without what was read in part, it is shown as unread."""
        card = customers.customer(row, self.options)
        if holdings is None:
            return replace(card, status=UNREAD)
        held = [*benefits.held(holdings, uses or (), self.options)]
        card = replace(
            card,
            bonus_checks=shown.bonus_checks(held),
            sections=shown.points(holdings) or None,
        )
        if tiers is None or uses is None:
            return replace(card, status=UNREAD_PROMOTIONS)
        held += benefits.tiers(tiers, uses, self.options)
        return replace(card, promotions=shown.promotions(held))


NOBODY = "sitoo-crm-bridge-nobody"
NO_RIGHT = "The key does not let the bridge ask for {}: change its role in Voucherify."
FIXED = _("cannot be changed at the till")
UNREAD = model.unread("promotions", "bonus checks")
UNREAD_PROMOTIONS = model.unread("promotions")
