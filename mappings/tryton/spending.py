"""Redeeming with proof against a second time, which Tryton itself would allow.

All items of a redeem hang on one new draft sale, made in one transaction with a
comparison of their timestamps: of two that are at it at once, one changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from bridge.errors import Refused, _
from bridge.mapping import Upstream
from bridge.model import Context, Item, ItemKind
from mappings.tryton.items import (
    FIELDS,
    MODELS,
    STAMP,
    draft,
    free,
    hanging,
    numbers,
    redeemable,
    stamps,
)
from mappings.tryton.options import Options
from mappings.tryton.protocol import Json, Tryton
from mappings.tryton.refusals import Overtaken

T = TypeVar("T")

SALE, GIFT_CARD = "sale.sale", MODELS[ItemKind.BONUS_CHECK]

HANGING = ("state", f"gift_cards.{STAMP}")

SPENT = _("Can't redeem: something is already redeemed, or is not this customer's.")
UNSPENT = _("Can't undo: nothing is redeemed any more.")

TRIES = 5
"""How often an item is tried that others change at the same time."""


class Spending:
    """What parties can redeem, and have redeemed."""

    def __init__(self, tryton: Tryton, upstream: Upstream, options: Options) -> None:
        self._tryton = tryton
        self._upstream = upstream
        self._options = options

    def redeemable(
        self, kind: ItemKind, party: Json, only: Sequence[int] | None = None
    ) -> list[Json]:
        """Return the coupons or gift cards that a party can use today."""
        if only == [] or not self._options.redeems(kind):
            return []
        domain = redeemable(kind, party, self._options)
        if only is not None:
            domain.append(["id", "in", only])
        model, fields = MODELS[kind], FIELDS[kind]
        rows = self._tryton.read(model, fields, domain, party=party["id"])
        return [row for row in rows if free(kind, row)]

    def spend(
        self, party: Json, items: Sequence[Item], ref: str, context: Context
    ) -> int:
        """Spend all items or none; return the id of the sale that they hang on."""
        return insisting(lambda: self._spend(party, items, ref, context))

    def find(self, items: Sequence[Item], ref: str) -> Json | None:
        """Return the sale on which items hang under a reference now, if there is one.

        Its state does not matter.  Who cancels it in Tryton frees its coupons, which
        are then not there any more, but leaves its gift cards spent.
        """
        domain = hanging(items, ref)
        found = self._tryton.read(SALE, HANGING, domain, limit=1) if domain else []
        return found[0] if found else None

    def give_back(self, items: Sequence[Item], ref: str) -> None:
        """Give back what hangs on a sale, unless somebody has gone on with that.

        In two steps, each of which can be done again; "spent" holds until both are.
        """
        sale = self.find(items, ref)
        if sale is None:
            raise Refused(UNSPENT)
        if sale["state"] != "cancelled":
            self._tryton.press(SALE, sale["id"], "cancel")
        insisting(lambda: self._free_gift_cards(items, ref))

    def _free_gift_cards(self, items: Sequence[Item], ref: str) -> None:
        sale = self.find(items, ref)
        cards = sale["gift_cards"] if sale else []
        if cards:
            self._tryton.write_unless_changed(
                f"model.{GIFT_CARD}.write",
                [card["id"] for card in cards],
                {"spent_on": None},
                stamps=stamps({ItemKind.BONUS_CHECK: cards}),
            )

    def _spend(
        self, party: Json, items: Sequence[Item], ref: str, context: Context
    ) -> int:
        found = self._upstream.together(
            *(
                partial(self.redeemable, kind, party, numbers(items, kind))
                for kind in ItemKind
            )
        )
        rows = dict(zip(ItemKind, found, strict=True))
        if sum(map(len, found)) < len(set(items)):
            raise Refused(SPENT)
        sale = draft(party["id"], rows, ref, context)
        created = self._tryton.write_unless_changed(
            f"model.{SALE}.create", [sale], stamps=stamps(rows)
        )
        return int(created[0])


def insisting(attempt: Callable[[], T]) -> T:
    """Try again where somebody else was quicker: they may have left enough."""
    for _turn in range(TRIES - 1):
        try:
            return attempt()
        except Overtaken:
            continue
    return attempt()
