"""What is redeemed, and what a CRM gives back for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Receipt = dict[str, Any]
"""JSON that is opaque to the bridge: what a mapping wants back to undo an item."""


class ItemKind(StrEnum):
    """What can be redeemed."""

    BONUS_CHECK = "bonus_check"
    PROMOTION = "promotion"


@dataclass(frozen=True, slots=True)
class Item:
    """One bonus check or promotion of one customer, to be redeemed."""

    kind: ItemKind
    item_id: str
    customer_id: str
