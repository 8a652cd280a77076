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

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass
from typing import Any, ClassVar

from bridge.errors import BridgeError, Refused, Unsupported, UpstreamError
from bridge.from_file import FromFile, Vocabulary
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

    irreversible: frozenset[ItemKind] = frozenset()
    """The kinds of item that this CRM cannot give back: they are redeemed last.  Where
    it depends on a site's options, an object may have fewer than its class."""

    signals: ClassVar[Signals] = Signals()
    """How this CRM says "too often" and "ask again", where it differs from HTTP."""

    vocabulary: ClassVar[Vocabulary] = Vocabulary()
    """What a recording of answers may keep as it is."""

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

    @classmethod
    def made_from(cls, options: Any) -> type[Mapping]:
        """Return the class for a site with these options: as a rule, this one.

        For a mapping whose verbs depend on its options.  ``ConfigError`` says what is
        wrong with them; ``Options`` of the class that is returned stay the same.
        """
        return cls

    # Customers

    @classmethod
    def crm_page(cls, customer_id: str) -> str:
        """Return a path to the CRM's own page of a customer; "" where not certain."""
        return ""

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

        The bridge reads the customer first (``get``) and compares: ``properties`` has
        only what differs from what the card showed, down to the parts of an address and
        the single additional option; ``CustomerProperties`` says it of each.  What is
        absent must stay in the CRM as it is, above all what a card cannot show.  With
        nothing to change, this is not called.  ``NotFound`` for an unknown customer.
        """
        raise Unsupported

    def transactions(self, customer_id: str) -> Iterable[Transaction]:
        """Return what the customer bought, newest first; ``NotFound`` if unknown.

        A long history is best handed over as it is read, with ``yield``: when time runs
        out before all of it is there, what was read is shown.
        """
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

    # Redeeming

    def prepare(self, refs: Table[Item, str]) -> Table[Item, Refused]:
        """Get ready to redeem items; return those that are refused, each with why.

        For a CRM where giving back costs something, or is not always possible: called
        once, before the first of a redeem's items is spent, with the ``ref`` of each.
        Whatever is refused here has cost nothing.  Nothing may be spent by it, so that
        an answer that gets lost on the way is ``Unavailable``.
        """
        return {}

    # Redeeming, one item at a time

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        """Spend the item under ``ref``.  Return whatever ``undo_item`` will need.

        ``ref`` stays the same over retries: store it upstream wherever there is a field
        for it.  An item that is spent, expired or another customer's is ``Refused``.
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
        """Name what only one call may change at a time; by default the item itself.

        Items whose holds differ are redeemed and undone side by side, those of one
        redeem as well; items whose holds are equal one after the other, whichever
        redeem they belong to.  So items that draw from one account, such as rewards
        paid in points, name that account, unless the CRM itself counts it right when
        two calls come at once.  Two customers may share a promotion id: where that is
        common and the CRM keeps them apart, add ``item.customer_id``.
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
            return [error.for_support]
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


def redeems(mapping: type[Mapping]) -> bool:
    """Whether a mapping can redeem at all."""
    return offers(mapping, ONE_BY_ONE[0]) or offers(mapping, ALL_AT_ONCE[0])


__all__ = [
    "ALL_AT_ONCE",
    "ONE_BY_ONE",
    "Answer",
    "FromFile",
    "Mapping",
    "NoOptions",
    "Secret",
    "Signals",
    "Upstream",
    "UpstreamError",
    "Vocabulary",
    "offers",
    "quote",
    "redeems",
]
