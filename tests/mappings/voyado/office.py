"""The people behind a tenant, who work in Engage."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.model import Item, ItemKind
from tests.mappings.voyado.fake import Engage

SOMEBODYS = "somebody's"
"""The reference of whatever is redeemed: Voyado keeps none with it."""


@dataclass
class Office:
    """Makes contacts, and what they can redeem."""

    crm: Engage
    kinds: tuple[ItemKind, ...] = (ItemKind.BONUS_CHECK, ItemKind.PROMOTION)

    def customer(self) -> str:
        return self.crm.contact()

    def items(self, customer: str, count: int, kind: ItemKind) -> list[Item]:
        check = kind is ItemKind.BONUS_CHECK
        make = self.crm.voucher if check else self.crm.promotion
        return [Item(kind, make(customer), customer) for _ in range(count)]

    def references(self, item: Item) -> list[str]:
        return [SOMEBODYS] if self.crm.is_redeemed(item.item_id) else []
