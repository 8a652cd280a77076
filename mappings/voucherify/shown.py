"""The part of a card that shows what a customer holds: the SPI's lists."""

from __future__ import annotations

from collections.abc import Iterable

from bridge import model
from bridge.errors import Situation, _
from bridge.model import ItemKind
from mappings.voucherify.benefits import Benefit, money
from mappings.voucherify.protocol import Json

POINTS = Situation(_("Points"))


def promotions(benefits: Iterable[Benefit]) -> list[model.Promotion]:
    return [
        model.Promotion(
            promotion_id=one.item_id,
            promotion_type=one.gives,
            name=one.name,
            description=one.description,
            redeemed=one.redeemed,
            date_redeemed=one.date_redeemed,
        )
        for one in benefits
        if one.kind == ItemKind.PROMOTION
    ]


def bonus_checks(benefits: Iterable[Benefit]) -> list[model.BonusCheck]:
    return [
        model.BonusCheck(
            bonus_check_id=one.item_id,
            cart_amount=money(one.worth),
            name=one.name,
            description=one.description,
            redeemed=one.redeemed,
            date_redeemed=one.date_redeemed,
        )
        for one in benefits
        if one.kind == ItemKind.BONUS_CHECK
    ]


def points(rows: Iterable[Json]) -> list[model.CustomerSection]:
    """Return the balances of a customer's loyalty cards."""
    cards = [row["redeemable"]["voucher"] for row in rows]
    values = [
        model.SectionText(
            title=card.get("campaign") or card["code"],
            text=str(card["loyalty_card"]["balance"]),
        )
        for card in cards
        if card["type"] == "LOYALTY_CARD"
    ]
    return [model.CustomerSection(title=POINTS, values=[*values])] if values else []
