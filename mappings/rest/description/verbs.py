"""The sections of a file that are verbs: what is asked, and where it is in the answer.

Declarations only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from mappings.rest.description.parts import (
    ALWAYS,
    WHOLE,
    Expression,
    Next,
    Request,
    Template,
    Value,
)

THE_ITEM = Template("${item.kind}:${item.item_id}")


@dataclass(frozen=True, kw_only=True)
class Search(Request):
    """Finding customers by a key."""

    by: dict[str, Template | Request]
    """What can be searched for (``email``, ``mobile``, ``member_number``,
    ``personal_id``, ``company_id``): a word, which is ``${field}`` in the request, or a
    request of its own.  Whoever searches for anything else finds nobody."""

    rows: Expression
    """The list of those who match, the best first."""

    reread: bool = False
    """Whether the rows are no whole customers: the first is then read with ``get``."""


@dataclass(frozen=True, kw_only=True)
class Get(Request):
    """Reading one customer."""

    record: Expression = WHOLE
    """The customer in the answer: an object."""


@dataclass(frozen=True, kw_only=True)
class Change(Get):
    """Adding or changing a customer."""

    reread: bool = False
    """Whether the answer is no whole customer: it is then read with ``get``."""

    customer_id: Expression | None = None
    """After adding, with ``reread``: the new id in the answer."""


@dataclass(frozen=True, kw_only=True)
class Part(Request):
    """A part of a card that takes a request of its own, beside the others."""

    rows: Expression
    """The list in the answer."""

    needed: bool = False
    """Whether a card without it is no card; else the card says what is missing."""

    fields: dict[str, Expression | Value]
    """The properties of each."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """What the POS shows of a customer."""

    fields: dict[str, Expression | Value]
    """The SPI's properties, out of the CRM's record of a customer."""

    promotions: Part | None = None
    """What can be redeemed: offers."""

    bonus_checks: Part | None = None
    """What can be redeemed: money."""

    sections: Part | None = None
    """What is shown besides: points, a level."""


@dataclass(frozen=True, kw_only=True)
class Rows(Request):
    """Reading a list."""

    rows: Expression
    """The list in the answer."""

    fields: dict[str, Expression | Value]
    """The properties of each."""

    next: Next | None = None
    """Where the next page is; without it there is one."""


@dataclass(frozen=True, kw_only=True)
class Lookup(Rows):
    """Finding people in a register outside the CRM."""

    by: dict[str, Template | Request]
    """As in ``search``."""


@dataclass(frozen=True, kw_only=True)
class Catalogue(Request):
    """Reading what can be agreed to or chosen, or saying it once and for all."""

    rows: Expression | None = None
    """The list in the answer."""

    fields: dict[str, Expression | Value] = field(default_factory=dict)
    """The properties of each."""

    fixed: tuple[Any, ...] | None = None
    """In the place of a request: the list itself, with the SPI's names."""


@dataclass(frozen=True, kw_only=True)
class RedeemItem(Request):
    """Spending one item under ``${ref}``."""

    receipt: dict[str, Expression] = field(default_factory=dict)
    """What is needed to give it back, out of the answer: found later as
    ``${receipt.name}``.  None of it may be null."""


@dataclass(frozen=True, kw_only=True)
class FindReceipt(RedeemItem):
    """Asking whether an item is spent under ``${ref}``."""

    rows: Expression | None = None
    """The list in which it is if it is spent; one that is no list is no answer."""

    record: Expression | None = None
    """In the place of ``rows``: the object that says it."""

    where: Expression = ALWAYS
    """What holds of a row or record whose item is spent: must be true or false."""

    missing: Literal["unspent"] | None = None
    """``unspent``: a 404 of the CRM itself says that it is not spent."""


@dataclass(frozen=True, kw_only=True)
class Redeem:
    """The three that belong together, and what is common to them."""

    redeem_item: RedeemItem
    """Spends one item."""

    find_receipt: FindReceipt
    """Asks whether it is spent, after an answer was lost."""

    undo_item: Request
    """Gives it back."""

    prepare: Request | None = None
    """Asks of each item, before the first of a redeem's is spent, whether it can be: an
    item that it refuses costs nothing to give back.  It only reads."""

    kinds: dict[str, dict[str, Template]] = field(default_factory=dict)
    """Of ``bonus_check`` and ``promotion``, words that are ``${item.word}``; a kind
    that is not here is refused.  Without it, both are the same to the CRM."""

    irreversible: frozenset[Literal["bonus_check", "promotion"]] = frozenset()
    """The kinds that the CRM never takes back: they are redeemed last."""

    holds: Template = THE_ITEM
    """What only one call may change at a time: items that draw on one account name
    that account, ``${item.customer_id}``."""
