"""A CRM in memory: what is spent, under which reference, and whose points are left.

It refuses whatever is not right.  How a call gets there is ``crm_line``'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass, field

from bridge.errors import CannotUndo, Refused
from bridge.mapping import Mapping
from bridge.model import Item, ItemKind, Receipt
from tests.simulation.crm_line import CRMLine

EXPIRED = "f"

POINTS = 1_000
"""What all items are paid with where they are paid in points."""


@dataclass
class Ledger:
    """What the CRM knows."""

    spent: dict[str, list[str]] = field(default_factory=dict)
    """The references under which an item is spent now: one at most, if all is well."""

    overdrawn: list[str] = field(default_factory=list)
    """Items that were spent a second time while they were spent."""

    ever: set[tuple[str, str]] = field(default_factory=set)
    """Which item was spent under which reference, be it given back or not."""

    refused: list[tuple[str, str, str]] = field(default_factory=list)
    """Items that were spent already: an item, who wanted it, and who had it."""

    points: int = POINTS
    """What is left, if they are all paid from one account: an item costs one."""

    hesitant: bool = False
    """Whether it looks first and writes a moment later, whatever comes between."""

    def spend(self, items: Sequence[str], ref: str) -> Callable[[], None]:
        """Look whether items can be spent; return what then spends them."""
        for item in items:
            for had in self.spent.get(item, ()):
                self.refused.append((item, ref, had))
        if any(self.spent.get(item) or item in EXPIRED for item in items):
            raise Refused
        points = self.points

        def write() -> None:
            self.points = points - len(items)
            for item in items:
                refs = self.spent.setdefault(item, [])
                if refs:
                    self.overdrawn.append(item)
                refs.append(ref)
                self.ever.add((item, ref))

        return write

    def has(self, item_id: str, ref: str) -> bool:
        return ref in self.spent.get(item_id, ())

    def give_back(self, items: Sequence[str], ref: str) -> Callable[[], None]:
        """Look whether items are spent; return what then gives them back."""
        if not all(self.has(item, ref) for item in items):
            raise Refused
        points = self.points

        def write() -> None:
            self.points = points + len(items)
            for item in items:
                self.spent[item] = [one for one in self.spent[item] if one != ref]

        return write

    def refs(self) -> dict[str, list[str]]:
        """Return what is spent, by redeem id."""
        found: dict[str, list[str]] = {}
        for item_id, refs in sorted(self.spent.items()):
            for ref in refs:
                found.setdefault(ref[:32], []).append(item_id)
        return found


class OneByOne(Mapping):
    """A CRM that redeems one item at a time, as the demo CRM does."""

    title = "One by one"
    upstream: CRMLine  # type: ignore[assignment]

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        ledger = self.upstream.ledger
        self.upstream.call("spend", lambda: ledger.spend([item.item_id], ref))
        return {"spent": item.item_id}

    def find_receipt(self, item: Item, ref: str) -> Receipt | None:
        ledger = self.upstream.ledger
        found = self.upstream.call("find", lambda: ledger.has(item.item_id, ref))
        return {"spent": item.item_id} if found else None

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        ledger, ids = self.upstream.ledger, [receipt["spent"]]
        self.upstream.call("give back", lambda: ledger.give_back(ids, ref))


class OneAccount(OneByOne):
    """A CRM that pays all items from one account, and may count wrong by itself."""

    title = "One account"

    def holds(self, item: Item) -> str:
        return "account"


class Final(OneByOne):
    """A CRM that never gives a bonus check back."""

    title = "Final"
    irreversible = frozenset({ItemKind.BONUS_CHECK})

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        if item.kind in self.irreversible:
            raise CannotUndo
        super().undo_item(item, ref, receipt)


class Foreseeing(Final):
    """A CRM that says beforehand what it will refuse."""

    title = "Foreseeing"

    def prepare(self, refs: Table[Item, str]) -> Table[Item, Refused]:
        self.upstream.call("look", lambda: True)
        return {item: Refused() for item in refs if item.item_id in EXPIRED}


class Batch(Mapping):
    """A CRM that redeems many items at once, or none of them."""

    title = "Batch"
    upstream: CRMLine  # type: ignore[assignment]

    def redeem_items(self, items: Sequence[Item], ref: str) -> list[Receipt]:
        ledger, ids = self.upstream.ledger, [item.item_id for item in items]
        self.upstream.call("spend", lambda: ledger.spend(ids, ref))
        return [{"spent": id_} for id_ in ids]

    def find_receipts(self, items: Sequence[Item], ref: str) -> list[Receipt] | None:
        ledger, ids = self.upstream.ledger, [item.item_id for item in items]
        if self.upstream.call("find", lambda: all(ledger.has(i, ref) for i in ids)):
            return [{"spent": id_} for id_ in ids]
        return None

    def undo_items(
        self, items: Sequence[Item], ref: str, receipts: Sequence[Receipt]
    ) -> None:
        ledger, ids = self.upstream.ledger, [item.item_id for item in items]
        self.upstream.call("give back", lambda: ledger.give_back(ids, ref))


KINDS: tuple[type[Mapping], ...] = (
    OneByOne,
    OneByOne,
    OneAccount,
    OneAccount,
    Batch,
    Final,
    Foreseeing,
)
