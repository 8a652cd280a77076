"""What was done to cards under our references: it stands in their history in Odoo."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bridge.model import Item
from mappings.odoo.cards import parts
from mappings.odoo.protocol import Odoo, decimal

HISTORY = "loyalty.history"
FIELDS = ("card_id", "description", "used")


def mark(item: Item, ref: str) -> str:
    """Return what stands in the history for an item that was spent."""
    return f"Sitoo {ref} {item.item_id}"


def undone(item: Item, ref: str) -> str:
    """Return what stands there for one that was given back."""
    return f"{mark(item, ref)} undone"


def spent(odoo: Odoo, items: Sequence[Item], ref: str) -> dict[str, Decimal]:
    """Return the points that items have cost, by their ids, of those spent now.

    Somebody in Odoo may have put a card aside since: its history stays.
    """
    cards = {item: parts(item) for item in items}
    known = {item: card[0] for item, card in cards.items() if card}
    marks = [mark(item, ref) for item in known] + [undone(item, ref) for item in known]
    domain = [["card_id", "in", [*known.values()]], ["description", "in", marks]]
    rows = odoo.read(HISTORY, domain, FIELDS) if known else []
    found = {}
    for item, card in known.items():
        said = [row for row in rows if row["card_id"][0] == card]
        used = [row["used"] for row in said if row["description"] == mark(item, ref)]
        back = [row for row in said if row["description"] == undone(item, ref)]
        if len(used) > len(back):
            found[item.item_id] = decimal(used[-1])
    return found
