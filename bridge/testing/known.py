"""What a mapping's test says about what is in its CRM."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bridge.model import CustomerProperties, Item, ItemKind, SearchKey, SearchKeyType


def _newcomer() -> CustomerProperties:
    email = f"ny.{uuid.uuid4().hex[:12]}@example.com"
    return {"name_first": "Ny", "name_last": "Kundström", "email": email}


def _changes() -> CustomerProperties:
    return {"name_first": "Åsa-Märta"}


@dataclass(frozen=True, kw_only=True)
class Known:
    """One customer of the CRM, and what else a contract needs to be tried out.

    What is left empty is not tried, and the test says so as it is skipped.
    """

    customer_id: str
    """A customer who is there, and whom no test before has changed."""

    keys: Mapping[str, str] = field(default_factory=dict)
    """What finds this customer and no other: ``{"email": ..., "mobile": ...}``.

    As the bridge hands them to a mapping: ``+46701740605``, e-mail in small letters.
    """

    promotions: Sequence[str] = ()
    """Ids of promotions that this customer can redeem; two let more be tried."""

    bonus_checks: Sequence[str] = ()
    """The same for bonus checks."""

    refused: Sequence[Item] = ()
    """What the CRM does not redeem: spent, lapsed, somebody else's."""

    newcomer: CustomerProperties = field(default_factory=_newcomer)
    """A customer who is not there yet, another one each time."""

    changes: CustomerProperties = field(default_factory=_changes)
    """What the CRM lets be changed."""

    clearable: Sequence[str] = ()
    """Properties that this customer has, and that the CRM lets be cleared."""

    lookups: Mapping[str, str] = field(default_factory=dict)
    """What finds somebody in the register outside the CRM."""

    purchases: int = 0
    """How many purchases of this customer the CRM knows at least."""

    @property
    def items(self) -> list[Item]:
        """All that can be redeemed, a kind at a time."""
        bonus_checks = [
            self.item(ItemKind.BONUS_CHECK, id_) for id_ in self.bonus_checks
        ]
        promotions = [self.item(ItemKind.PROMOTION, id_) for id_ in self.promotions]
        return bonus_checks + promotions

    def item(self, kind: ItemKind, item_id: str) -> Item:
        """Return something of this customer's, if there is such a thing."""
        return Item(kind, item_id, self.customer_id)


def search_keys(keys: Mapping[str, str]) -> list[SearchKey]:
    """Return keys as a mapping gets them."""
    return [SearchKey(SearchKeyType(kind), key) for kind, key in keys.items()]
