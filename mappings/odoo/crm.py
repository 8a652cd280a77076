"""Everything of Odoo 18 but redeeming, of which there are two ways.

``protocol`` is how Odoo is talked to; the other modules translate one kind of record
each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from bridge import model
from bridge.errors import (
    BridgeError,
    Invalid,
    Missing,
    NotDone,
    OutcomeUnknown,
    Refused,
)
from bridge.mapping import Answer, Upstream
from bridge.mapping import Mapping as BaseMapping
from bridge.model import Context, Customer, Item, SearchKey
from mappings.odoo import addresses, cards, changes, customers, refusals
from mappings.odoo.cards import Purse
from mappings.odoo.ledger import Ledger
from mappings.odoo.options import Options as Settings
from mappings.odoo.protocol import Domain, Json, Odoo, number
from mappings.odoo.requirements import missing

CONTACT, TAG = "res.partner", "res.partner.category"


class Crm(BaseMapping):
    """Customers, their cards and what they bought."""

    title = "Odoo"
    Options: ClassVar[type] = Settings
    signals = refusals.SIGNALS

    def __init__(self, options: Settings, upstream: Upstream, context: Context) -> None:
        super().__init__(options, upstream, context)
        self.odoo = Odoo(upstream, options)

    @classmethod
    def crm_page(cls, customer_id: str) -> str:
        # Odoo 18's web client takes a model and an id for a record's form.
        known = customer_id.isascii() and customer_id.isdigit()
        return f"/odoo/{CONTACT}/{customer_id}" if known else ""

    def search(self, key: SearchKey) -> list[Customer]:
        held = changes.holders(key, self.options)
        if not held:
            return []
        domain = [*changes.customers_of(self.options), *held]
        fields = customers.fields(self.options)
        found = self.odoo.read(CONTACT, domain, fields, order="id desc", limit=2)
        # Two are not one: the first is shown, the second is only counted.
        best = [self._card(row["id"], row) for row in found[:1]]
        rest = [customers.customer(row, [], [], self.options) for row in found[1:]]
        return best + rest

    def get(self, customer_id: str) -> Customer:
        return self._card(number(customer_id))

    def create(self, properties: model.CustomerProperties) -> Customer:
        sent: Json = dict(properties)
        values, later = self._checked(sent, changes.blank(self.options), [])
        if "name" not in values:
            raise Invalid(changes.NAMELESS)
        options = self.options
        if options.language:
            values["lang"] = options.language
        if options.company:
            values["company_id"] = options.company
        made = int(self.odoo.do(CONTACT, "create", values))
        with once_written():
            self._put_below(made, later)
            return self._card(made)

    def update(
        self, customer_id: str, properties: model.CustomerProperties
    ) -> Customer:
        sent: Json = dict(properties)
        contact = number(customer_id)
        read: list[Any] = self.upstream.together(
            partial(self._contact, contact), partial(self._below, contact)
        )
        values, later = self._checked(sent, *read)
        if values:
            self.odoo.do(CONTACT, "write", [contact], values)
        with once_written(bool(values or later)):
            self._put_below(contact, later)
            return self._card(contact)

    def transactions(self, customer_id: str) -> list[model.Transaction]:
        contact = number(customer_id)
        ledger = Ledger(self.odoo, self.upstream, self.options)
        read: list[Any] = self.upstream.together(
            partial(self._contact, contact), partial(ledger.bought, contact)
        )
        bought: list[model.Transaction] = read[1]
        return bought

    def consents(self) -> list[model.Consent]:
        tags = self._tags([self.options.consents_tag])
        return [
            model.Consent(consent_id=str(tag["id"]), name=tag["name"]) for tag in tags
        ]

    def additional_options(self) -> list[model.AdditionalOptionsSection]:
        return list(self.options.additional_options)

    def holds(self, item: Item) -> str:
        """Let nobody else work on the same card: rewards share its points."""
        return f"card:{item.item_id.partition('-')[0]}"

    def probe(self) -> None:
        self.odoo.ask(CONTACT, "search_count", [["id", "=", 0]])

    def problems(self) -> list[str]:
        return super().problems() or [*self.missing()]

    def missing(self) -> Iterator[str]:
        """Yield what Odoo lacks, each with how to mend it."""
        yield from missing(self.odoo, self.options)

    def explain(self, answer: Answer) -> BridgeError | None:
        return refusals.explain(answer)

    # Reading

    def _contact(self, contact: int) -> Json:
        domain = [*changes.customers_of(self.options), ["id", "=", contact]]
        rows = self.odoo.read(CONTACT, domain, customers.fields(self.options))
        if not rows:
            raise Missing
        return rows[0]

    def _below(self, contact: int) -> list[Json]:
        """Read the addresses of their own that a contact has for something."""
        types = [*addresses.TYPES.values()]
        domain = [["parent_id", "=", contact], ["type", "in", types]]
        return self.odoo.read(CONTACT, domain, addresses.BELOW)

    def _tags(self, roots: Sequence[str]) -> list[Json]:
        domain = [["parent_id.name", "in", [*roots]]]
        return self.odoo.read(TAG, domain, ["name", "parent_id"])

    def _site_tags(self) -> list[Json]:
        return self._tags([name for _, name in self.options.tags])

    def _card(self, contact: int, row: Json | None = None) -> Customer:
        """Add what can be redeemed; a card without it is better than none."""
        read: list[Any] = self.upstream.together(
            lambda: row or self._contact(contact),
            partial(self._below, contact),
            self._site_tags,
            self.upstream.optional(partial(self.purse, contact), "promotions"),
        )
        row, rows, tags, purse = read
        shown = customers.customer(row, rows, tags, self.options)
        if purse is None:
            return replace(shown, status=UNREAD)
        return replace(
            shown,
            promotions=cards.promotions(purse, self.options),
            bonus_checks=cards.bonus_checks(purse),
            sections=cards.sections(purse) or None,
        )

    def purse(self, contact: int) -> Purse:
        read, usable = self.odoo.read, cards.usable(contact, self.options)
        found: list[list[Json]] = self.upstream.together(
            partial(read, cards.CARD, usable, cards.CARD_FIELDS),
            partial(read, cards.REWARD, cards.of_cards(contact), cards.REWARD_FIELDS),
            partial(read, cards.RULE, cards.conditions(contact), cards.RULE_FIELDS),
        )
        owned, rewards, rules = found
        return Purse(owned, rewards, rules)

    # Writing

    def _checked(
        self, sent: Json, row: Json, rows: list[Json]
    ) -> tuple[Json, list[Json]]:
        """Look up what properties refer to, refuse a twin, and translate them."""
        claimed = changes.claimants(sent, row, self.options)
        twins, tags, countries, states = self.upstream.together(
            partial(self._rows, CONTACT, claimed, ["id"]),
            self._site_tags,
            partial(self._rows, "res.country", addresses.countries_in(sent), ["code"]),
            partial(
                self._rows,
                "res.country.state",
                addresses.states_in(sent),
                ["name", "code", "display_name"],
            ),
        )
        if twins:
            raise Refused(refusals.TAKEN)
        values = changes.values(sent, row, tags, self.options)
        places = addresses.Places(countries, states)
        moves = addresses.moves(sent, row, rows, places)
        values |= moves.own
        if moves.below:
            values["child_ids"] = moves.below
        return values, moves.later

    def _rows(self, model: str, domain: Domain, fields: Sequence[str]) -> list[Json]:
        """Read what matches; nothing does if there is no domain."""
        return self.odoo.read(model, domain, fields) if domain else []

    def _put_below(self, contact: int, addresses: list[Json]) -> None:
        """Add addresses empty, and fill them then: see ``addresses.Moves``."""
        for one in addresses:
            empty = {"parent_id": contact, "type": one["type"]}
            if self.options.company:
                empty["company_id"] = self.options.company
            made = self.odoo.do(CONTACT, "create", empty)
            filled = {name: one[name] for name in one if name != "type"}
            self.odoo.do(CONTACT, "write", [made], filled)


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
