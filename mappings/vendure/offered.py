"""What one customer can redeem: promotions with coupon codes that are for tills.

A promotion is for tills if a custom field says what it is there.  It is for everybody,
for the one customer whom another field names, or for those of a group.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bridge import model
from bridge.model import ItemKind
from mappings.vendure.options import Options
from mappings.vendure.promotions import amount_off, argument, bonus_check, promotion
from mappings.vendure.protocol import PAGE, Json

IN_GROUP = "customer_group"
"""The only condition that says something without what is in the cart."""

NO_USE = ["Draft", "AddingItems", "Cancelled"]
"""The states of an order that is no use of its codes (promotion.service.js, 3.7.3)."""

QUERY = """query ($customer: ID!, $unused: [String!]!,
    $theirs: PromotionFilterParameter!, $skip: Int!, $take: Int!) {
    customer(id: $customer) {
        groups { id }
        orders(options: { filter: { state: { notIn: $unused } },
            sort: { createdAt: DESC }, take: $take }) {
            items { couponCodes orderPlacedAt updatedAt }
        }
    }
    promotions(options: { filter: $theirs, skip: $skip, take: $take,
        sort: { createdAt: ASC } }) {
        totalItems
        items {
            id name couponCode startsAt endsAt perCustomerUsageLimit usageLimit
            conditions { code args { name value } }
            actions { code args { name value } }
            customFields { kind: %s owner: %s }
        }
    }
}"""


def query(options: Options) -> str:
    return QUERY % (options.kind_field, options.owner_field)


def variables(customer_id: str, options: Options) -> Json:
    """Return what to ask for, besides where to begin: ``skip``."""
    owner = options.owner_field
    theirs = {
        "enabled": {"eq": True},
        "couponCode": {"isNull": False},
        options.kind_field: {"in": [kind.value for kind in ItemKind]},
        "_or": [{owner: {"isNull": True}}, {owner: {"in": ["", customer_id]}}],
    }
    return {"theirs": theirs, "unused": NO_USE, "take": PAGE}


@dataclass(frozen=True)
class Offered:
    """Promotions as one customer sees them."""

    customer: Json
    rows: list[Json]

    def promotions(self, options: Options) -> list[model.Promotion]:
        return [
            promotion(row, self._uses(row), options)
            for row in self._shown(ItemKind.PROMOTION)
        ]

    def bonus_checks(self, options: Options) -> list[model.BonusCheck]:
        """Return those with an amount: the SPI has no others."""
        return [
            bonus_check(row, self._uses(row), amount, options)
            for row in self._shown(ItemKind.BONUS_CHECK)
            if (amount := amount_off(row, options)) is not None
        ]

    def _shown(self, kind: ItemKind) -> Iterator[Json]:
        now = datetime.now(UTC)
        for row in self.rows:
            is_for_tills = row["customFields"]["kind"] == kind and runs(row, now)
            if is_for_tills and self._is_in_groups(row["conditions"]):
                yield row

    def _is_in_groups(self, conditions: list[Json]) -> bool:
        groups = {group["id"] for group in self.customer["groups"]}
        return all(
            one["code"] == IN_GROUP and argument(one, "customerGroupId") in groups
            for one in conditions
        )

    def _uses(self, row: Json) -> list[str]:
        """Return when this customer has used a promotion, the last time first."""
        code = row["couponCode"].casefold()
        return [
            order["orderPlacedAt"] or order["updatedAt"]
            for order in self.customer["orders"]["items"]
            if code in map(str.casefold, order["couponCodes"])
        ]


def runs(row: Json, now: datetime) -> bool:
    begin, end = row["startsAt"], row["endsAt"]
    return (not begin or datetime.fromisoformat(begin) <= now) and (
        not end or now <= datetime.fromisoformat(end)
    )
