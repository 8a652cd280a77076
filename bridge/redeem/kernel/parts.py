"""How a mapping is asked to redeem: one item at a time, or all of them at once.

The saga works on *parts*: what one call to the CRM covers.  A part is one line for most
CRMs, and all lines for a CRM that redeems many items atomically itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from bridge.errors import NotFound
from bridge.mapping import ALL_AT_ONCE, Mapping, offers
from bridge.model import Item, Receipt
from bridge.redeem.record import Line, Redeem, State


@dataclass(frozen=True)
class Part:
    """The lines that one call to the CRM covers."""

    redeem: Redeem
    mapping: Mapping
    lines: list[Line]

    @property
    def state(self) -> State:
        """Where the part stands: all of its lines stand at the same."""
        return self.lines[0].state

    @property
    def sent_at(self) -> float:
        """When the call was sent whose answer is not known."""
        return self.lines[0].sent_at

    @property
    def hold(self) -> str:
        """What the part is reserved under; parts with an equal one never overlap.

        Several lines are one part only where the CRM does them all at once: then there
        is no other part.
        """
        return self.mapping.holds(self.items[0])

    @property
    def irreversible(self) -> bool:
        """Whether the CRM cannot give back what is spent here."""
        return any(line.kind in self.mapping.irreversible for line in self.lines)

    @property
    def items(self) -> list[Item]:
        """What the lines stand for, as a mapping takes it."""
        return [self.redeem.item(line) for line in self.lines]

    @property
    def ref(self) -> str:
        """The reference upstream of what is spent here."""
        return self.redeem.ref(self.lines[0])

    def spend(self) -> list[Receipt]:
        """Spend every line of the part, or none, and return their receipts."""
        items, ref = self.items, self.ref
        if at_once(self.mapping):
            return self.mapping.redeem_items(items, ref)
        return [self.mapping.redeem_item(items[0], ref)]

    def find(self) -> list[Receipt] | None:
        """Ask the CRM whether the part is spent; return the receipts if it is.

        What the CRM has never heard of is not spent.
        """
        items, ref = self.items, self.ref
        with suppress(NotFound):
            if at_once(self.mapping):
                return self.mapping.find_receipts(items, ref)
            receipt = self.mapping.find_receipt(items[0], ref)
            return None if receipt is None else [receipt]
        return None

    def give_back(self) -> None:
        """Give back every line of the part."""
        items, ref = self.items, self.ref
        receipts = [line.receipt or {} for line in self.lines]
        if at_once(self.mapping):
            self.mapping.undo_items(items, ref, receipts)
        else:
            self.mapping.undo_item(items[0], ref, receipts[0])

    def keep(self, receipts: list[Receipt]) -> None:
        """Remember the receipts of what is spent."""
        for line, receipt in zip(self.lines, receipts, strict=True):
            line.receipt = receipt

    def send_anew(self) -> None:
        """Send again what has proved not to be spent."""
        for line in self.lines:
            line.send_anew()


def parts(redeem: Redeem, mapping: Mapping) -> list[Part]:
    """Return what there is to call for, in the order of the lines."""
    if at_once(mapping):
        return [Part(redeem, mapping, redeem.lines)]
    return [Part(redeem, mapping, [line]) for line in redeem.lines]


def waves(chosen: Sequence[Part]) -> list[list[Part]]:
    """Divide parts into what may go side by side: in no wave are two holds equal.

    So all that draw from one account at the CRM are called for one after the other.
    """
    divided: list[list[Part]] = []
    turns: Counter[str] = Counter()
    for part in chosen:
        turn = turns[part.hold]
        turns[part.hold] += 1
        if turn == len(divided):
            divided.append([])
        divided[turn].append(part)
    return divided


def at_once(mapping: Mapping) -> bool:
    """Whether the CRM redeems many items atomically itself."""
    return offers(type(mapping), ALL_AT_ONCE[0])
