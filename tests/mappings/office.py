"""The people behind a CRM, as far as the suites need them: each CRM has its own.

They work in the CRM itself, never through the bridge, and so they know what is so.
"""

from __future__ import annotations

from typing import Protocol

from bridge.model import Item, ItemKind


class Office(Protocol):
    """A CRM's ``conftest`` has one; it need not inherit from this."""

    kinds: tuple[ItemKind, ...]
    """What can be spent; tills race for the first."""

    def customer(self) -> str:
        """Make a customer; return the id."""

    def items(self, customer: str, count: int, kind: ItemKind) -> list[Item]:
        """Make things that the customer can spend once each."""

    def references(self, item: Item) -> list[str]:
        """Return what the CRM has the item spent under now: one, unless it is wrong."""
