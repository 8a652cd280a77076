"""An unforgiving CRM in memory, as a mapping: it refuses whatever is not right."""

from __future__ import annotations

from bridge.errors import Refused
from bridge.mapping import Mapping
from bridge.model import Item, Receipt


class Ledger:
    """What is spent, under which reference, and everything that ever happened."""

    def __init__(self) -> None:
        self.spent: dict[str, str] = {}
        self.entries: list[tuple[str, str, str]] = []

    def spend(self, item_id: str, ref: str) -> None:
        if item_id in self.spent:
            raise Refused(f"{item_id} is already spent")
        self.spent[item_id] = ref
        self.entries.append(("spend", item_id, ref))

    def give_back(self, item_id: str, ref: str) -> None:
        if self.spent.get(item_id) != ref:
            raise Refused(f"{item_id} is not spent under this reference")
        del self.spent[item_id]
        self.entries.append(("give back", item_id, ref))


class LedgerMapping(Mapping):
    """Redeems in the ledger that it is given as its options."""

    title = "Ledger"
    options: Ledger

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        self.options.spend(item.item_id, ref)
        return {"spent": item.item_id}

    def find_receipt(self, item: Item, ref: str) -> Receipt | None:
        spent = self.options.spent.get(item.item_id) == ref
        return {"spent": item.item_id} if spent else None

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        self.options.give_back(receipt["spent"], ref)
