"""Coupons as promotions, gift cards as bonus checks, and how both are spent.

Everything that is redeemed together hangs on one draft sale, whose reference is ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bridge import model
from bridge.model import Context, Item, ItemKind
from mappings.tryton.options import Options
from mappings.tryton.protocol import RECORD_ID, Domain, Json, today

STAMP = "_timestamp"
MODELS = {
    ItemKind.PROMOTION: "sale.promotion.coupon.number",
    ItemKind.BONUS_CHECK: "sale.gift_card",
}
FIELDS = {
    ItemKind.PROMOTION: (
        *("number", STAMP, "active", "coupon.number_of_use"),
        *("coupon.promotion.name", "coupon.promotion.formula"),
        *("coupon.promotion.products.id", "coupon.promotion.categories.id"),
        *("coupon.promotion.price_list.id", "coupon.promotion.quantity"),
        "coupon.promotion.amount",
    ),
    ItemKind.BONUS_CHECK: ("number", STAMP, "spent_on", "value", "product.name"),
}
PLACES = {ItemKind.PROMOTION: "coupons", ItemKind.BONUS_CHECK: "gift_cards"}
"""Where they hang on a sale."""

CONDITIONS = ("products", "categories", "price_list", "quantity", "amount")

FACTOR = re.compile(r"unit_price\*(\d*\.?\d+)|(\d*\.?\d+)\*unit_price", re.ASCII)
AMOUNT = re.compile(r"unit_price-(\d*\.?\d+)", re.ASCII)


def redeemable(kind: ItemKind, party: Json, options: Options) -> Domain:
    """Return which coupons or gift cards a party can use today, as a domain.

    ``active`` is computed from the sales that have the coupon, for the party in the
    call's context (``sale_promotion_coupon/sale.py``, 8.2.0).
    """
    if kind is ItemKind.BONUS_CHECK:
        unspent = ["spent_on", "=", None]
        return [_theirs(party), unspent, ["currency.code", "=", options.currency]]
    day, promotion = today(), "coupon.promotion"
    return [
        ["active", "=", True],
        [f"{promotion}.active", "=", True],
        *(
            ["OR", [name, "=", None], [name, than, day]]
            for name, than in (
                ("start_date", "<="),
                (f"{promotion}.start_date", "<="),
                (f"{promotion}.end_date", ">="),
            )
        ),
    ]


def free(kind: ItemKind, row: Json) -> bool:
    """Say whether what was read can still be used, and its stamp stands for that.

    Tryton finds records and then reads them.  On SQLite, which has no snapshot for the
    two, somebody may spend one in between: then it is read with the stamp of what is
    spent.  ``spent_on`` is read together with the stamp, and ``active`` after it.
    """
    if kind is ItemKind.BONUS_CHECK:
        return row["spent_on"] is None
    return bool(row["active"])


def promotion(coupon: Json, options: Options) -> model.Promotion:
    details = coupon["coupon"]["promotion"]
    return model.Promotion(
        promotion_id=str(coupon["id"]),
        promotion_type=benefit(details, options),
        name=details["name"],
        description=coupon["number"],
        redeemed=False,
    )


def benefit(promotion: Json, options: Options) -> model.PromotionType:
    """Return what a promotion does to the cart, if Sitoo can do the same.

    A promotion with conditions, and a formula that is neither a percentage nor an
    amount, is for the cashier to see to.
    """
    if promotion["name"] in options.offers:
        return model.Offer(value_string=options.offers[promotion["name"]])
    formula = re.sub(r"\s", "", promotion["formula"])
    if not any(promotion[condition] for condition in CONDITIONS):
        if found := FACTOR.fullmatch(formula):
            percent = 100 - 100 * Decimal(found[1] or found[2])
            if percent == int(percent) and 1 <= percent <= 100:
                return model.CartPercent(value_int=int(percent))
        elif found := AMOUNT.fullmatch(formula):
            return model.CartAmount(value_money=Decimal(found[1]))
    return model.Manual()


def bonus_check(card: Json) -> model.BonusCheck:
    return model.BonusCheck(
        bonus_check_id=str(card["id"]),
        name=card["product"]["name"],
        # Whoever knows all of the number can spend the card elsewhere.
        description=f"…{card['number'][-4:]}",
        cart_amount=card["value"],
        redeemed=False,
    )


def draft(
    party: int, rows: dict[ItemKind, list[Json]], ref: str, context: Context
) -> Json:
    """Return a draft sale that spends coupons and gift cards in one transaction.

    Tryton compares a record's timestamp only where it writes the record.  It writes a
    gift card to say what that is spent on; a coupon's number is written twice, and in
    the end as it was, for nothing but the comparison and a new timestamp.  A coupon
    without a limit needs neither.
    """
    coupons, cards = rows[ItemKind.PROMOTION], rows[ItemKind.BONUS_CHECK]
    touched: list[Any] = []
    for row in filter(_limited, coupons):
        touched += [[row["id"]], {"number": f"{row['number']} {ref}"}]
        touched += [[row["id"]], {"number": row["number"]}]
    return {
        "party": party,
        "reference": ref,
        "description": f"Sitoo POS {context.store_id} {context.register_id}".strip(),
        "coupons": [["write", *touched]] * bool(touched) + _added(coupons),
        "gift_cards": _added(cards),
    }


def hanging(items: Sequence[Item], ref: str) -> Domain:
    """Return the sale on which items hang under a reference, as a domain.

    Empty if none of them can be there: a till may send any text for an id.
    """
    spent = [
        [place, "in", known]
        for kind, place in PLACES.items()
        if (known := numbers(items, kind))
    ]
    return [["reference", "=", ref], ["OR", *spent]] if spent else []


def stamps(rows: dict[ItemKind, list[Json]]) -> dict[str, str]:
    """Return which states of which records a write relies on."""
    return {
        f"{MODELS[kind]},{row['id']}": row[STAMP]
        for kind, some in rows.items()
        for row in some
    }


def numbers(items: Sequence[Item], kind: ItemKind) -> list[int]:
    return [
        int(item.item_id)
        for item in items
        if item.kind is kind and RECORD_ID.fullmatch(item.item_id)
    ]


def _limited(coupon: Json) -> bool:
    return bool(coupon["coupon"]["number_of_use"] > 0)


def _added(rows: list[Json]) -> Domain:
    return [["add", [row["id"] for row in rows]]] if rows else []


def _theirs(party: Json) -> Domain:
    """Say whose a gift card is: whom it was sent to by e-mail, else who bought it."""
    mechanisms = party["contact_mechanisms"]
    emails = [row["value"] for row in mechanisms if row["type"] == "email"]
    line, sent_to = "sale.line", "origin.gift_card_email"
    bought = ["origin.sale.party", "=", party["id"], line]
    return [
        "OR",
        [sent_to, "in", emails, line],
        [bought, [sent_to, "in", [None, ""], line]],
    ]
