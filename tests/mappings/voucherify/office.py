"""The people behind a project, who work in Voucherify's dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from bridge.model import Item, ItemKind
from tests.mappings.voucherify.fake import Project
from tests.mappings.voucherify.records import Json, Redeemable

AMOUNT = {"type": "AMOUNT", "amount_off": 2500, "effect": "APPLY_TO_ORDER"}
PERCENT = {"type": "PERCENT", "percent_off": 10, "effect": "APPLY_TO_ORDER"}
UNIT = {"type": "UNIT", "unit_off": 1, "unit_type": "time"}


@dataclass
class Office:
    """Makes customers, and what they can redeem; returns ids."""

    crm: Project
    kinds: ClassVar = (ItemKind.BONUS_CHECK, ItemKind.PROMOTION)

    def customer(self, **values: Any) -> str:
        number = next(self.crm.number)
        person = {"name": f"Customer No{number}", "email": f"c{number}@example.org"}
        return str(self.crm.upsert(person | values)["id"])

    def items(self, customer: str, count: int, kind: ItemKind) -> list[Item]:
        """Give a customer gift cards or discount codes."""
        make = self.gift_card if kind is ItemKind.BONUS_CHECK else self.code
        return [Item(kind, make(customer), customer) for _ in range(count)]

    def references(self, item: Item) -> list[str]:
        return self.crm.uses(item.item_id)

    def code(self, owner: str, discount: Json = PERCENT, **values: Any) -> str:
        """Give a customer a discount code for one use."""
        return self._voucher(
            owner, "DISCOUNT_VOUCHER", campaign="Autumn", discount=discount, **values
        )

    def gift_card(self, owner: str, balance: int = 2500, **values: Any) -> str:
        """Give a customer a gift card with so many hundredths on it."""
        full = {"amount": balance, "balance": balance, "quantity": None}
        return self._voucher(owner, "GIFT_VOUCHER", campaign="Gift", **full | values)

    def loyalty_card(self, owner: str, balance: int = 500, **values: Any) -> str:
        """Give a customer a card with so many points on it."""
        full = {"amount": balance, "balance": balance, "quantity": None}
        return self._voucher(owner, "LOYALTY_CARD", campaign="Club", **full | values)

    def tier(self, discount: Json = PERCENT, **values: Any) -> str:
        """Make a promotion tier, for every customer."""
        made = {"object": "promotion_tier", "type": "", "campaign": "Members' week"}
        made |= {"quantity": None, "discount": discount}
        return self._add("promo", **made | values)

    def _voucher(self, owner: str, kind: str, **values: Any) -> str:
        made = {"object": "voucher", "type": kind, "owner": owner}
        made |= {"holding": self.crm.new_id("rh"), "code": self.crm.new_id("CODE")}
        return self._add("v", **made | values)

    def _add(self, prefix: str, **values: Any) -> str:
        own_id, created = self.crm.new_id(prefix), self.crm.clock()
        thing = Redeemable(id=own_id, created_at=created, **values)
        self.crm.redeemables[own_id] = thing
        return own_id
