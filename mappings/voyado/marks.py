"""What the bridge is about to redeem, or has redeemed, noted in an attribute.

Voyado takes no reference with a redeem.  So before the first item is spent, the contact
gets a mark for each: which item, under which reference, when, and how many offers of
its kind there were besides it.  Seven marks fit into 255 characters.

A mark alone says what was meant to happen.  With the time at which Voyado says that
the item was redeemed, it says whose redeem that was.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bridge.model import Item

MOST = 7

WINDOW = timedelta(minutes=3)
"""How far a redeem may lie from its mark: Voyado finishes what it has begun within a
minute, and two clocks may differ."""

GIVEN_BACK = "0" * 16
"""Stands for the reference of what was given back."""

MARK = re.compile(r"([0-9a-f]{8})([0-9a-f]{16})([0-9a-f]{8})([0-9a-f])", re.ASCII)


@dataclass(frozen=True)
class Mark:
    """One item, and the reference that it was last to be spent under."""

    item: str
    ref: str
    at: int
    others: int = 0
    """How many unspent offers of the same promotion there were, 15 at most."""

    def is_for(self, ref: str) -> bool:
        return self.ref == digest(ref, 16)

    def fits(self, redeemed: datetime | None) -> bool:
        """Whether something that was redeemed then was redeemed for this mark."""
        meant = datetime.fromtimestamp(self.at, UTC)
        return redeemed is not None and abs(redeemed - meant) <= WINDOW

    def __str__(self) -> str:
        return f"{self.item}{self.ref}{self.at:08x}{self.others:x}"


def mark(item: Item, ref: str, now: datetime, others: int = 0) -> Mark:
    return Mark(name(item), digest(ref, 16), int(now.timestamp()), min(others, 15))


def given_back(item: Item, now: datetime) -> Mark:
    return Mark(name(item), GIVEN_BACK, int(now.timestamp()))


def found(text: str | None, item: Item) -> Mark | None:
    """Return an item's mark, if there is one."""
    return next((one for one in _read(text) if one.item == name(item)), None)


def added(text: str | None, new: Sequence[Mark]) -> str:
    """Return the attribute with further marks: an item has one, the oldest go."""
    marks = {one.item: one for one in _read(text)}
    for one in new:
        marks.pop(one.item, None)
        marks[one.item] = one
    return " ".join(map(str, [*marks.values()][-max(MOST, len(new)) :]))


def is_foreign(text: str | None) -> bool:
    """Whether an attribute holds what the bridge has not written."""
    return not all(map(MARK.fullmatch, (text or "").split()))


def name(item: Item) -> str:
    return digest(f"{item.kind}:{item.item_id.lower()}", 8)


def digest(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]


def _read(text: str | None) -> list[Mark]:
    matches = [MARK.fullmatch(word) for word in (text or "").split()]
    return [
        Mark(match[1], match[2], int(match[3], 16), int(match[4], 16))
        for match in matches
        if match
    ]
