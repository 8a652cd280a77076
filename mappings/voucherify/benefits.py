"""What a customer holds in Voucherify, as the SPI's promotions and bonus checks.

=====================  ==================================================
Voucherify             SPI
=====================  ==================================================
discount code          promotion: an amount or a percentage off the order
promotion tier         the same
... a unit, a fixed    promotion that the cashier sees to
price, a limit or a
formula
... ``sitoo_offer``    promotion that is a campaign of Sitoo's
gift card              bonus check of its balance
loyalty card           a bonus check for each reward its points suffice for
=====================  ==================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from bridge import model
from bridge.model import ItemKind
from mappings.voucherify.options import Options
from mappings.voucherify.protocol import Json

TIER = "promotion_tier"
TIER_ID = "promo_"

USED = {"USED", "NO_BALANCE"}
"""The statuses of a holding that is shown as redeemed."""

TO_ORDER = (None, "APPLY_TO_ORDER")
NEEDS_GOODS = "APPLY_TO_ITEMS"
"""The beginning of all effects that nothing can come of without goods in an order."""


@dataclass(frozen=True, kw_only=True)
class Benefit:
    """One promotion or bonus check, and what redeems it.

    ``worth`` and ``units`` are whole numbers: hundredths that it takes off an order,
    and the credits or points that must be gone from the card afterwards.
    """

    kind: ItemKind
    item_id: str
    object: str
    name: str
    redeemed: bool
    gives: model.PromotionType
    description: str | None = None
    date_redeemed: str | None = None
    worth: int = 0
    percent: Decimal = Decimal(0)
    units: int | None = None
    how: Json | None = None

    @property
    def object_id(self) -> str:
        """The id of the voucher or tier."""
        return object_id(self.item_id)

    @property
    def redeemable(self) -> Json:
        """What asks Voucherify for it."""
        return {"object": self.object, "id": self.object_id, **(self.how or {})}


def object_id(item_id: str) -> str:
    """Return the id of the voucher or tier that an item is of."""
    return item_id.partition(":")[0]


def is_tier(item_id: str) -> bool:
    return item_id.startswith(TIER_ID)


def held(
    rows: Iterable[Json], uses: Iterable[Json], options: Options
) -> Iterator[Benefit]:
    """Yield what the vouchers that a customer holds are at a till."""
    dates = used_on(uses)
    for row in rows:
        voucher, status = row["redeemable"]["voucher"], row["redeemable"]["status"]
        if row["holder_role"] == "REFERRER" or status not in {"ACTIVE", *USED}:
            continue
        base: Json = {
            "object": "voucher",
            "item_id": row["redeemable_id"],
            "name": voucher.get("campaign") or voucher["code"],
            "description": voucher.get("additional_info"),
            "redeemed": status in USED,
            "date_redeemed": dates.get(row["redeemable_id"]),
        }
        match voucher:
            case {"type": "DISCOUNT_VOUCHER", "discount": dict(discount)}:
                yield from promotion(base, discount, voucher, options)
            case {"type": "GIFT_VOUCHER", "gift": dict(gift)}:
                yield from gift_card(base, gift)
            case {"type": "LOYALTY_CARD", "loyalty_card": dict(card)}:
                yield from loyalty(base, card, options)


def tiers(
    rows: Iterable[Json], uses: Iterable[Json], options: Options
) -> Iterator[Benefit]:
    """Yield what the tiers are that a customer qualifies for.

    Voucherify does not look at how often a customer has used a tier before it is
    redeemed: one use is all, unless the tier's metadata say that it repeats.
    """
    dates = used_on(uses)
    for row in rows:
        metadata = row.get("metadata") or {}
        date = None if metadata.get(options.repeats_key) else dates.get(row["id"])
        base: Json = {
            "object": TIER,
            "item_id": row["id"],
            "name": row.get("name") or row["id"],
            "description": row.get("banner"),
            "redeemed": date is not None,
            "date_redeemed": date,
        }
        match row["result"]:
            case {"discount": dict(discount)}:
                yield from promotion(base, discount, row, options)


def promotion(
    base: Json, discount: Json, owner: Json, options: Options
) -> Iterator[Benefit]:
    """Yield a promotion, unless nothing can come of it without goods."""
    effect = discount.get("effect")
    if (effect or "").startswith(NEEDS_GOODS):
        return
    gives = benefit(discount)
    password = (owner.get("metadata") or {}).get(options.offer_key)
    yield Benefit(
        kind=ItemKind.PROMOTION,
        gives=model.Offer(value_string=password) if password else gives,
        worth=int(discount.get("amount_off") or 0),
        percent=Decimal(discount.get("percent_off") or 0),
        **base,
    )


def benefit(discount: Json) -> model.PromotionType:
    """Return what a discount does to the cart, if Sitoo can do the same."""
    plain = discount.get("effect") in TO_ORDER and not (
        discount.get("is_dynamic")
        or discount.get("amount_limit")
        or discount.get("aggregated_amount_limit")
    )
    match discount:
        case {"type": "AMOUNT", "amount_off": off} if plain:
            return model.CartAmount(value_money=money(off))
        case {"type": "PERCENT", "percent_off": off} if plain:
            if off == int(off) and 1 <= off <= 100:
                return model.CartPercent(value_int=int(off))
    return model.Manual()


def gift_card(base: Json, gift: Json) -> Iterator[Benefit]:
    """Yield all that is on a gift card: a till cannot take a part of it."""
    if gift.get("effect") not in TO_ORDER:
        return
    # A card that is used up shows what was on it: there are no checks of nothing.
    left = gift["balance"] or (gift["amount"] if base["redeemed"] else 0)
    if left > 0:
        yield Benefit(
            kind=ItemKind.BONUS_CHECK,
            gives=model.CartAmount(value_money=money(left)),
            worth=left,
            units=left,
            how={"gift": {"credits": left}},
            **base,
        )


def loyalty(base: Json, card: Json, options: Options) -> Iterator[Benefit]:
    for reward in options.rewards:
        theirs = reward.campaign in ("", base["name"])
        if theirs and not base["redeemed"] and card["balance"] >= reward.points:
            bought = {"id": reward.id, "points": reward.points}
            named = {
                "item_id": f"{base['item_id']}:{reward.id}",
                "name": reward.name,
                "date_redeemed": None,
            }
            yield Benefit(
                kind=ItemKind.BONUS_CHECK,
                gives=model.CartAmount(value_money=reward.amount),
                worth=int(reward.amount * 100),
                units=reward.points,
                how={"reward": bought},
                **(base | named),
            )


def used_on(redemptions: Iterable[Json]) -> dict[str, str]:
    """Return when each voucher and tier was last redeemed, if that still holds."""
    dates: dict[str, str] = {}
    for row in redemptions:
        if holds(row):
            dates.setdefault(row["related_object_id"], row["date"])
    return dates


def holds(row: Json) -> bool:
    """Whether a record is of a redemption that went well and was not rolled back."""
    return (row["object"], row["status"]) == ("redemption", "SUCCEEDED")


def money(hundredths: Decimal | int) -> Decimal:
    return Decimal(hundredths) / 100
