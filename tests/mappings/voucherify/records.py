"""Voucherify's records: what is kept of them, and how the API shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]

CAMPAIGNS = {
    "DISCOUNT_VOUCHER": "DISCOUNT_COUPONS",
    "GIFT_VOUCHER": "GIFT_VOUCHERS",
    "LOYALTY_CARD": "LOYALTY_PROGRAM",
}


class Refused(Exception):
    """Something cannot be redeemed, or all of it cannot."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass
class Redeemable:
    """A voucher, card or promotion tier; amounts are in hundredths."""

    id: str
    object: str
    type: str
    created_at: str
    owner: str = ""
    holding: str = ""
    code: str = ""
    campaign: str | None = None
    role: str = "OWNER"
    discount: Json | None = None
    amount: int = 0
    balance: int = 0
    ratio: int = 10
    quantity: int | None = 1
    used: int = 0
    active: bool = True
    starts: datetime | None = None
    expires: datetime | None = None
    once: bool = False
    minimum: int = 0
    effect: str = "APPLY_TO_ORDER"
    metadata: Json = field(default_factory=dict)

    def is_(self, asked: Json) -> bool:
        """Whether a request means this one: vouchers are known by id and by code."""
        return asked["object"] == self.object and asked["id"] in (self.id, self.code)

    def state(self, now: datetime) -> str:
        if not self.active:
            return "DISABLED"
        if self.expires and self.expires < now:
            return "EXPIRED"
        if self.starts and self.starts > now:
            return "NOT_ACTIVE_YET"
        if self.quantity is not None and self.used >= self.quantity:
            return "USED"
        if self.type in ("GIFT_VOUCHER", "LOYALTY_CARD") and not self.balance:
            return "NO_BALANCE"
        return "ACTIVE"

    def plan(self, asked: Json, left: int) -> Json:
        """Return what would be taken off an order of so much, and off the card."""
        spent: Json = {"object": self.object, "id": self.id, "units": None}
        if self.type == "GIFT_VOUCHER":
            if asked.keys() != {"object", "id", "gift"}:
                raise Refused("invalid_gift")
            if asked["gift"]["credits"] > self.balance:
                raise Refused("gift_amount_exceeded")
            takes = min(asked["gift"]["credits"], left)
            return spent | {"takes": takes, "units": takes, "of": "gift"}
        if self.type == "LOYALTY_CARD":
            if asked.keys() != {"object", "id", "reward"}:
                raise Refused("missing_reward")
            if asked["reward"]["points"] > self.balance:
                raise Refused("loyalty_card_points_exceeded")
            points = min(asked["reward"]["points"], left // self.ratio)
            takes = points * self.ratio
            return spent | {"takes": takes, "units": points, "of": "loyalty_card"}
        if asked.keys() != {"object", "id"}:
            raise Refused("invalid_payload")
        assert self.discount is not None
        if (self.discount.get("effect") or "").startswith("APPLY_TO_ITEMS"):
            raise Refused("missing_order_items")
        if self.discount["type"] == "UNIT":
            # What it gives comes on top of the order, and off again.
            return spent | {"takes": 0, "gives": 1}
        off: Any = self.discount.get("amount_off", 0)
        off += left * self.discount.get("percent_off", 0) / 100
        return spent | {"takes": min(int(off), left)}

    def spend(self, spent: Json) -> Json:
        self.used += self.quantity is not None
        self.balance -= spent["units"] or 0
        return spent

    def give_back(self, redemption: Json) -> None:
        self.used -= self.quantity is not None
        self.balance += redemption["spent"]["units"] or 0


def customer_shown(row: Json) -> Json:
    """Show a customer; what is null, Voucherify's description leaves out."""
    kept = ("id", "source_id", "created_at", "name", "email", "phone", "birthdate")
    shown = {key: row[key] for key in kept if row[key] is not None}
    shown |= {"address": row["address"], "metadata": dict(row["metadata"])}
    nothing = dict.fromkeys(("summary", "loyalty", "referrals"))
    return shown | nothing | {"object": "customer"}


def voucher_shown(one: Redeemable) -> Json:
    shown: Json = {
        "id": one.id,
        "code": one.code,
        "type": one.type,
        "active": one.active,
        "metadata": dict(one.metadata),
        "holder_id": one.owner,
        "object": "voucher",
    }
    if one.campaign:
        shown["campaign"] = one.campaign
    if one.discount:
        shown["discount"] = dict(one.discount)
    if one.type == "GIFT_VOUCHER":
        shown["gift"] = {
            "amount": one.amount,
            "balance": one.balance,
            "effect": one.effect,
        }
    if one.type == "LOYALTY_CARD":
        shown["loyalty_card"] = {"points": one.amount, "balance": one.balance}
    return shown


def holding_shown(one: Redeemable, now: datetime) -> Json:
    return {
        "id": one.holding,
        "created_at": one.created_at,
        "redeemable_id": one.id,
        "redeemable_object": "voucher",
        "customer_id": one.owner,
        "holder_role": one.role,
        "campaign_id": None,
        "campaign_type": CAMPAIGNS[one.type],
        "voucher_type": one.type,
        "redeemable": {
            "type": "voucher",
            "voucher": voucher_shown(one),
            "status": one.state(now),
        },
    }


def tier_shown(one: Redeemable, *, expanded: bool) -> Json:
    shown: Json = {
        "id": one.id,
        "object": "promotion_tier",
        "created_at": one.created_at,
        "result": {"discount": one.discount},
        "name": one.campaign,
        "campaign_name": one.campaign,
    }
    return shown | ({"metadata": dict(one.metadata)} if expanded else {})


def redemption_shown(row: Json, *, with_metadata: bool = True) -> Json:
    """Show a redemption or a rollback."""
    spent, owner = row["spent"], row["customer"]
    shown: Json = {
        "id": row["id"],
        "object": row["object"],
        "date": row["date"],
        "customer_id": owner["id"],
        "tracking_id": None,
        "metadata": dict(row["metadata"]) if with_metadata else None,
        "redemption": row["redemption"],
        "result": "SUCCESS",
        "status": row["status"],
        "order": None,
        "channel": {"channel_id": "8a5c0b1e-app", "channel_type": "API"},
        "customer": {"id": owner["id"], "object": "customer"},
        "related_object_type": spent["object"],
        "related_object_id": spent["id"],
    }
    back = row["object"] == "redemption_rollback"
    if spent["units"] is not None:
        amount = -spent["units"] if back else spent["units"]
        name = "points" if spent["of"] == "loyalty_card" else "amount"
        shown |= {"amount": amount, spent["of"]: {name: amount}}
    return shown
