"""The contract between the bridge and one CRM.

A mapping is a class named ``Mapping`` in a module of its own.  **Overriding a verb is
how it declares that its CRM can do it**; what it leaves alone answers "not offered".
Verbs talk, module-level functions translate, differences are dict literals.

A mapping object lives for one request.  It never sees Redis, Flask, marshmallow or
``requests``: it has ``self.upstream`` (the CRM, bounded by the request's deadline),
``self.options`` (its own part of the site's configuration) and ``self.context`` (the
store, staff and register that ask).  It redeems, asks about and undoes *one item*; the
bridge makes a list of items all-or-nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from bridge.errors import BridgeError, Unsupported, UpstreamError
from bridge.model import (
    AdditionalOptionsSection,
    Consent,
    Context,
    Customer,
    CustomerProperties,
    Item,
    ItemKind,
    Receipt,
    SearchKey,
    Transaction,
)
from bridge.secret import Secret
from bridge.upstream import Answer, Signals, Upstream, quote

ONE_BY_ONE = ("redeem_item", "find_receipt", "undo_item")
"""Redeeming one item at a time takes all three, or none."""

ALL_AT_ONCE = ("redeem_items", "find_receipts", "undo_items")
"""The same for a CRM that redeems many items atomically itself."""


@dataclass(frozen=True)
class NoOptions:
    """For a mapping that needs nothing but the CRM's address and credentials."""


class Mapping:
    """One CRM behind the SPI."""

    title: ClassVar[str]
    """The CRM's name as its maker spells it."""

    Options: ClassVar[type] = NoOptions
    """A frozen dataclass: the keys, types and defaults of the site's ``options``."""

    irreversible: ClassVar[frozenset[ItemKind]] = frozenset()
    """The kinds of item that this CRM cannot give back: they are redeemed last."""

    signals: ClassVar[Signals] = Signals()
    """How this CRM says "too often" and "ask again", where it differs from HTTP."""

    def __init__(self, options: Any, upstream: Upstream, context: Context) -> None:
        self.options = options
        self.upstream = upstream
        self.context = context

    def __init_subclass__(cls) -> None:
        for verbs in (ONE_BY_ONE, ALL_AT_ONCE):
            missing = [verb for verb in verbs if not offers(cls, verb)]
            if missing and len(missing) < len(verbs):
                raise TypeError(
                    f"{cls.__module__}.{cls.__qualname__}: redeeming also needs "
                    + " and ".join(missing)
                )

    # Customers

    def search(self, key: SearchKey) -> list[Customer]:
        """Return whoever matches, the best match first, or an empty list."""
        raise Unsupported

    def get(self, customer_id: str) -> Customer:
        """Return one customer, or raise ``NotFound``."""
        raise Unsupported

    def create(self, properties: CustomerProperties) -> Customer:
        """Create a customer and return it as the CRM now has it.

        A customer who is there already is ``Refused``, with a text for the cashier.
        """
        raise Unsupported

    def update(self, customer_id: str, properties: CustomerProperties) -> Customer:
        """Change what ``properties`` has, leave the rest, return the customer.

        Raise ``NotFound`` for an unknown customer.
        """
        raise Unsupported

    def transactions(self, customer_id: str) -> list[Transaction]:
        """Return what the customer bought, newest first; ``NotFound`` if unknown."""
        raise Unsupported

    # Catalogue

    def consents(self) -> list[Consent]:
        """Return what a customer can agree to on registration."""
        raise Unsupported

    def additional_options(self) -> list[AdditionalOptionsSection]:
        """Return what can be chosen for a customer besides the fixed properties."""
        raise Unsupported

    def lookup(self, key: SearchKey) -> list[Customer]:
        """Return whoever matches in a register outside the CRM, or an empty list."""
        raise Unsupported

    # Redeeming, one item at a time

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        """Spend the item under ``ref``.  Return whatever ``undo_item`` will need.

        ``ref`` stays the same over retries: store it upstream wherever the CRM has a
        field for it.  An item that is spent, expired or another customer's is
        ``Refused``.
        """
        raise Unsupported

    def find_receipt(self, item: Item, ref: str) -> Receipt | None:
        """Return the receipt if the item is spent under ``ref`` now, else ``None``.

        Called after an answer was lost, so it must ask the CRM and never guess.  What
        stands half way is taken back or finished here: it must not be spent later.
        """
        raise Unsupported

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        """Give back an item that is spent under ``ref``.

        Called only for what ``redeem_item`` or ``find_receipt`` said is spent.  What
        cannot be given back for good is ``Refused``.
        """
        raise Unsupported

    # Redeeming, all items at once

    def redeem_items(self, items: Sequence[Item], ref: str) -> list[Receipt]:
        """Spend all the items or none; return a receipt for each, in their order."""
        raise Unsupported

    def find_receipts(self, items: Sequence[Item], ref: str) -> list[Receipt] | None:
        """Return the receipts if all are spent under ``ref`` now, else ``None``."""
        raise Unsupported

    def undo_items(
        self, items: Sequence[Item], ref: str, receipts: Sequence[Receipt]
    ) -> None:
        """Give back all the items."""
        raise Unsupported

    def holds(self, item: Item) -> str:
        """Name what only one redeem may work on at a time; by default the item itself.

        Two customers may share a promotion id.  Where that is common and the CRM keeps
        them apart, add ``item.customer_id`` so that they need not wait for each other.
        """
        return f"{item.kind}:{item.item_id}"

    # Health

    def probe(self) -> None:
        """Make one cheap read that shows that the CRM is there and lets us in."""

    def problems(self) -> list[str]:
        """Say what is wrong with the CRM's set-up, one sentence each, with the mend."""
        try:
            self.probe()
        except BridgeError as error:
            return [error.errortext]
        return []

    def explain(self, answer: Answer) -> BridgeError | None:
        """Name a refusal in the CRM's own terms; ``None`` leaves it to its status.

        Called for every answer that is not a success, before it becomes an error.
        A text must not repeat what the CRM says unless it is free of personal data.
        """
        return None


def offers(mapping: type[Mapping], verb: str) -> bool:
    """Whether a mapping has its own version of a verb: that is how it declares it."""
    return getattr(mapping, verb) is not getattr(Mapping, verb)


__all__ = [
    "ALL_AT_ONCE",
    "ONE_BY_ONE",
    "Answer",
    "Mapping",
    "NoOptions",
    "Secret",
    "Signals",
    "Upstream",
    "UpstreamError",
    "offers",
    "quote",
]
