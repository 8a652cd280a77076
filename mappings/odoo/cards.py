"""Loyalty cards as promotions and bonus checks.

A coupon, a gift card, an e-wallet and a member's points are all a card with points in
Odoo.  Each reward of a card's program that the points suffice for is a promotion; a
gift card is a bonus check over all its points.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bridge import model
from bridge.errors import Situation, _
from bridge.model import Item, ItemKind
from mappings.odoo.options import Options
from mappings.odoo.protocol import RECORD_ID, Domain, Json, decimal, today

POINTS_TITLE = Situation(_("Points"))

CARD, REWARD, RULE = "loyalty.card", "loyalty.reward", "loyalty.rule"

COUPONS = ("coupons", "next_order_coupons")
POINTS = ("loyalty",)
GIFT_CARDS = ("gift_card",)
SHOWN_ONLY = ("ewallet",)
"""The SPI spends a bonus check as a whole, and nobody wants that of an e-wallet."""

CARD_FIELDS = (
    *("code", "points", "points_display", "expiration_date", "program_id"),
    "program_type",
)
REWARD_FIELDS = (
    *("description", "program_id", "reward_type", "discount", "discount_mode"),
    *("discount_applicability", "discount_max_amount", "required_points"),
    "clear_wallet",
)
RULE_FIELDS = (
    *("program_id", "minimum_qty", "minimum_amount", "product_ids"),
    *("product_category_id", "product_tag_id", "product_domain"),
)


@dataclass(frozen=True)
class Purse:
    """The cards of one contact that can be used today, and what they are good for."""

    cards: list[Json]
    rewards: list[Json]
    rules: list[Json]
    """Conditions that a sale has to meet before a coupon counts."""

    types: tuple[str, ...] = COUPONS + POINTS
    """The kinds of program whose rewards are offered."""

    whole: bool = False
    """Whether only what empties a card is offered."""

    def price(self, card: Json, reward: Json) -> Decimal | None:
        """Return the points that a reward takes off a card; ``None`` if it cannot."""
        own = reward["program_id"][0] == card["program_id"][0]
        offered = card["program_type"] in self.types
        if not (own and offered) or reward["discount_mode"] == "per_point":
            return None  # how many points that takes depends on the cart
        points, cost = decimal(card["points"]), decimal(reward["required_points"])
        taken = points if reward["clear_wallet"] else cost
        if points < cost or (self.whole and taken < points):
            return None
        return taken


def usable(contact: int, options: Options) -> Domain:
    """Return the cards that a contact can use today, as a domain."""
    day, program = today().isoformat(), "program_id"
    return [
        ["partner_id", "=", contact],
        ["points", ">", 0],
        [f"{program}.active", "=", True],
        [f"{program}.currency_id.name", "=", options.currency],
        *("|", ["expiration_date", "=", False], ["expiration_date", ">=", day]),
        *("|", [f"{program}.date_from", "=", False]),
        [f"{program}.date_from", "<=", day],
        *("|", [f"{program}.date_to", "=", False], [f"{program}.date_to", ">=", day]),
    ]


def of_cards(contact: int) -> Domain:
    """Return what belongs to the programs of a contact's cards, as a domain."""
    return [["program_id.coupon_ids.partner_id", "=", contact]]


def conditions(contact: int) -> Domain:
    """Return the rules that count when a card is used: others say how to earn it."""
    return [*of_cards(contact), ["program_id.applies_on", "=", "current"]]


def promotions(purse: Purse, options: Options) -> list[model.Promotion]:
    return [
        model.Promotion(
            promotion_id=f"{card['id']}-{reward['id']}",
            promotion_type=benefit(card, reward, purse.rules, options),
            name=reward["description"] or card["program_id"][1],
            description=ending(card),
            redeemed=False,
        )
        for card in purse.cards
        for reward in purse.rewards
        if purse.price(card, reward) is not None
    ]


def bonus_checks(purse: Purse) -> list[model.BonusCheck]:
    return [
        model.BonusCheck(
            bonus_check_id=str(card["id"]),
            name=card["program_id"][1],
            description=ending(card),
            cart_amount=card["points"],
            redeemed=False,
        )
        for card in purse.cards
        if card["program_type"] in GIFT_CARDS
    ]


def sections(purse: Purse) -> list[model.CustomerSection]:
    """Return the balances, as Odoo words them."""
    values: list[model.SectionText | model.SectionMoney] = [
        model.SectionText(title=card["program_id"][1], text=card["points_display"])
        for card in purse.cards
        if card["program_type"] in POINTS + SHOWN_ONLY
    ]
    return [model.CustomerSection(title=POINTS_TITLE, values=values)] if values else []


def benefit(
    card: Json, reward: Json, rules: list[Json], options: Options
) -> model.PromotionType:
    """Return what a reward does to the cart, if Sitoo can do the same.

    One with conditions, for some products or with a limit is for the cashier.
    """
    program, name = card["program_id"]
    if name in options.offers:
        return model.Offer(value_string=options.offers[name])
    mine = [rule for rule in rules if rule["program_id"][0] == program]
    whole = reward["discount_applicability"] == "order"
    simple = whole and not reward["discount_max_amount"] and not any(map(limits, mine))
    if reward["reward_type"] == "discount" and simple:
        discount = decimal(reward["discount"])
        if reward["discount_mode"] == "per_order":
            return model.CartAmount(value_money=discount)
        if reward["discount_mode"] == "percent" and discount == int(discount):
            return model.CartPercent(value_int=int(discount))
    return model.Manual()


def limits(rule: Json) -> bool:
    """Whether a rule asks for more than that something is bought."""
    products = ("product_ids", "product_category_id", "product_tag_id")
    some = rule["product_domain"] not in (False, "", "[]")
    more = rule["minimum_qty"] > 1 or rule["minimum_amount"] > 0
    return bool(more or some or any(rule[name] for name in products))


def ending(card: Json) -> str:
    """Return the end of a card's code: who knows all of it can spend it elsewhere."""
    return f"…{card['code'][-4:]}"


def parts(item: Item) -> tuple[int, int] | None:
    """Return the ids of an item's card and reward, 0 for none; a till may send any."""
    card, _, reward = item.item_id.partition("-")
    known = [bool(RECORD_ID.fullmatch(one)) for one in (card, reward)]
    if item.kind is ItemKind.PROMOTION and all(known):
        return int(card), int(reward)
    if item.kind is ItemKind.BONUS_CHECK and known[0] and item.item_id == card:
        return int(card), 0
    return None
