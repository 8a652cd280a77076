"""A promotion of Vendure's as the SPI's promotion or bonus check."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bridge import model
from mappings.vendure.options import Options
from mappings.vendure.protocol import Json, money


def promotion(row: Json, uses: Sequence[str], options: Options) -> model.Promotion:
    """``uses`` are the times at which the customer has used it, the last one first."""
    return model.Promotion(
        promotion_id=row["id"],
        promotion_type=benefit(row, options),
        name=row["name"],
        description=row["couponCode"],
        **spent(row, uses),
    )


def bonus_check(
    row: Json, uses: Sequence[str], amount: Decimal, options: Options
) -> model.BonusCheck:
    return model.BonusCheck(
        bonus_check_id=row["id"],
        name=row["name"],
        description=row["couponCode"],
        cart_amount=amount,
        **spent(row, uses),
    )


def spent(row: Json, uses: Sequence[str]) -> Json:
    """Return whether a customer has used a promotion as often as one may, and when.

    How often others have used it, Vendure says to nobody, until it is redeemed.
    """
    limits = (row["perCustomerUsageLimit"], row["usageLimit"])
    redeemed = any(limit is not None and limit <= len(uses) for limit in limits)
    last = next(iter(uses), None)  # a limit of 0 is reached without any use
    return {"redeemed": redeemed, "date_redeemed": last if redeemed else None}


def benefit(row: Json, options: Options) -> model.PromotionType:
    """Return what a promotion does to the cart, if Sitoo can do the same."""
    if row["couponCode"] in options.offers:
        return model.Offer(value_string=options.offers[row["couponCode"]])
    if (amount := amount_off(row, options)) is not None:
        return model.CartAmount(value_money=amount)
    match row["actions"]:
        case [{"code": "order_percentage_discount"} as action]:
            percent = Decimal(argument(action, "discount"))
            if percent == int(percent) and 1 <= percent <= 100:
                return model.CartPercent(value_int=int(percent))
    return model.Manual()


def amount_off(row: Json, options: Options) -> Decimal | None:
    match row["actions"]:
        case [{"code": "order_fixed_discount"} as action]:
            return money(int(argument(action, "discount")), options)
    return None


def argument(operation: Json, name: str) -> str:
    """Return an argument of an action or a condition; Vendure has it as a text."""
    return next(str(one["value"]) for one in operation["args"] if one["name"] == name)
