"""Voyado Engage: contacts with promotions, reward vouchers, points and a status.

The verbs are here, but for the spending, which has its reasons told in ``spending``.
``protocol`` is how Voyado is talked to; the other modules translate one kind of thing
each.  Proved against Voyado's published description, not against its servers.
"""

from __future__ import annotations

from collections.abc import Mapping as Table
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
    Unavailable,
)
from bridge.mapping import Answer, Upstream
from bridge.mapping import Mapping as BaseMapping
from bridge.model import Context, Customer, Item, ItemKind, Receipt, SearchKey
from bridge.model import SearchKeyType as KeyType
from mappings.voyado import benefits, contacts, persons, purchases, refusals
from mappings.voyado.options import Options as Settings
from mappings.voyado.protocol import Json, Voyado
from mappings.voyado.spending import Spending

NO_CONTENT = 204


class Mapping(BaseMapping):
    title = "Voyado Engage"
    Options = Settings
    irreversible = frozenset({ItemKind.PROMOTION})

    def __init__(self, options: Settings, upstream: Upstream, context: Context) -> None:
        super().__init__(options, upstream, context)
        self.voyado = Voyado(upstream, options)
        self.spending = Spending(self.voyado, upstream, options)
        if options and options.reassign_promotions:
            self.irreversible = frozenset()

    def search(self, key: SearchKey) -> list[Customer]:
        try:
            contact_id = self._holder(key)
        except refusals.Several as error:
            raise Invalid(refusals.SEVERAL) from error
        if contact_id is None:
            return []
        attribute = self.options.fields[key.key_type]
        return [self._card(contact_id, status_query=f"{attribute}:{key.key}")]

    def get(self, customer_id: str) -> Customer:
        return self._card(customer_id)

    def create(self, properties: model.CustomerProperties) -> Customer:
        sent: Json = dict(properties)
        self._refuse_twins(sent)
        body = contacts.changes(sent, {}, self.options)
        body = {name: value for name, value in body.items() if value is not None}
        created = self.voyado.post(
            "contacts",
            json={"contactType": self.options.contact_type, **body},
            source=self.options.source,
            storeExternalId=self._store(sent),
        )
        contact_id = created if isinstance(created, str) else created["id"]
        contact, card = self._written(contact_id)
        if contacts.is_another(contact, body):
            raise Refused(refusals.TAKEN)
        return card

    def update(
        self, customer_id: str, properties: model.CustomerProperties
    ) -> Customer:
        sent: Json = dict(properties)
        has = self.voyado.get("contact", customer_id) if contacts.ASKS & {*sent} else {}
        body = contacts.changes(sent, has, self.options)
        if not body:
            return self.get(customer_id)
        self.voyado.patch("contact", customer_id, json=body)
        return self._written(customer_id)[1]

    def transactions(self, customer_id: str) -> list[model.Transaction]:
        rows = self.voyado.listed("purchases", customer_id)
        rows.sort(key=lambda row: str(row["createdDate"]), reverse=True)
        return [*map(purchases.transaction, rows[: self.options.transactions])]

    def consents(self) -> list[model.Consent]:
        language = self.options.language
        return [benefits.consent(one, language) for one in self.voyado.get("consents")]

    def additional_options(self) -> list[model.AdditionalOptionsSection]:
        return list(self.options.additional_options)

    def lookup(self, key: SearchKey) -> list[Customer]:
        if key.key_type not in persons.PARAMETERS:
            return []
        query = {persons.PARAMETERS[key.key_type]: key.key}
        country = self.options.country or None
        try:
            answer = self.voyado.ask("person", **query, countryCode=country)
        except Missing:
            return []
        return [] if answer.status == NO_CONTENT else persons.found(answer.body, key)

    def prepare(self, refs: Table[Item, str]) -> Table[Item, Refused]:
        return self.spending.prepare(refs)

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        try:
            return self.spending.redeem(item)
        except refusals.Lapsed as error:
            what = refusals.of(Refused, refusals.LAPSED, refusals.BONUS_CHECK)
            raise what from error

    def find_receipt(self, item: Item, ref: str) -> Receipt | None:
        return self.spending.find(item, ref)

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        self.spending.give_back(item, ref, receipt)

    def holds(self, item: Item) -> str:
        """Name an item as Voyado tells them apart, whatever case its id comes in."""
        return super().holds(replace(item, item_id=item.item_id.lower()))

    def probe(self) -> None:
        self.voyado.get("consents")

    def explain(self, answer: Answer) -> BridgeError | None:
        return refusals.explain(answer)

    def _holder(self, key: SearchKey) -> str | None:
        """Return the id of who has a key; nobody has what Voyado does not search by."""
        name = contacts.parameter(key, self.options)
        if name is None:
            return None
        try:
            found = self.voyado.get("contact id", **{name: key.key})
        except Missing:
            return None
        if not isinstance(found, str):
            raise Unavailable
        return found

    def _refuse_twins(self, sent: Json) -> None:
        """Refuse who is there: Voyado would answer the first one that it finds."""
        keys = [SearchKey(kind, sent[kind]) for kind in KeyType if sent.get(kind)]
        reads = [partial(self._holder, key) for key in keys]
        try:
            taken = any(self.upstream.together(*reads)) if reads else False
        except refusals.Several:
            taken = True
        if taken:
            raise Refused(refusals.TAKEN)

    def _store(self, sent: Json) -> str | None:
        store_id = sent.get("store_id_home") or self.context.store_id
        return self.options.stores.get(store_id, store_id) or None

    def _card(self, contact_id: str, status_query: str | None = None) -> Customer:
        return self._read(contact_id, status_query)[1]

    def _written(self, contact_id: str) -> tuple[Json, Customer]:
        """Read what was written: it was, so "not done" would be wrong from here on."""
        try:
            return self._read(contact_id, None)
        except NotDone as error:
            raise OutcomeUnknown from error

    def _read(self, contact_id: str, asked: str | None) -> tuple[Json, Customer]:
        """Read what a card shows side by side; the contact alone is indispensable.

        The member status is asked for by a key of the contact: in the same breath if
        that is what was searched for, or else when the contact has been read.
        """
        optional, voyado = self.upstream.optional, self.voyado
        owner = {"contactId": contact_id}
        read: list[Any] = self.upstream.together(
            partial(voyado.get, "contact", contact_id),
            optional(partial(voyado.get, "promotions", contact_id), "promotions"),
            optional(
                partial(voyado.listed, "available vouchers", **owner), "bonus checks"
            ),
            optional(partial(voyado.listed, "points", **owner), "points"),
            optional(partial(self._status, contact_id, asked), "status"),
        )
        contact, offers, vouchers, accounts, member = read
        if asked is None:
            query = contacts.status_query(contact, self.options)
            # Beside something else, so that a slow answer is not waited for.
            member, _ = self.upstream.together(
                optional(partial(self._status, contact_id, query), "status"),
                lambda: None,
            )
        return contact, self._shown(contact, offers, vouchers, accounts, member)

    def _status(self, contact_id: str, query: str | None) -> Json | None:
        """Ask how a member stands; Voyado answers for the first whom it finds."""
        if query is None:
            return None
        try:
            told: Json = self.voyado.get("member status", query=query)
        except Missing:
            return None
        whose = (told.get("data") or {}).get("contactId") or contact_id
        return told if whose.lower() == contact_id.lower() else None

    def _shown(
        self, contact: Json, offers: Any, vouchers: Any, accounts: Any, member: Any
    ) -> Customer:
        parts = {"promotions": offers, "bonus checks": vouchers}
        unread = [name for name, part in parts.items() if part is None]
        currency = self.options.currency_at(self.context.store_id)
        tills = [row for row in offers or () if benefits.is_for_tills(row)]
        return replace(
            contacts.customer(contact, self.options),
            status=benefits.status(member, unread, self.options),
            promotions=None
            if offers is None
            else [benefits.promotion(row, currency) for row in tills],
            bonus_checks=None
            if vouchers is None
            else [benefits.bonus_check(row, currency) for row in vouchers],
            sections=None if accounts is None else benefits.points(accounts),
        )
