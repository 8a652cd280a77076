"""Which redeem a CRM's receipt number belongs to: lists of a month, many to a list.

A receipt is the CRM's own: every short text and number in it may be what somebody reads
from a screen there.  An entry is a digest and the beginning of an id, as there are
millions; whoever looks up here looks at the redeem as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from bridge.redeem.journal.keys import DAY, Keys
from bridge.redeem.journal.server.complaints import guarded
from bridge.redeem.journal.store import Command, Store
from bridge.redeem.record import Redeem

LENGTHS = range(3, 65)
"""Characters of what can be a number: less is a count, more is a text."""

DIGITS = 12
"""Of a redeem id: enough to name one."""


def numbers(redeem: Redeem) -> set[str]:
    """Return what may be a receipt's number, each in one spelling.

    Not what the redeem is found by anyway.
    """
    known = {spelled(redeem.customer_id), spelled(redeem.holder)}
    for line in redeem.lines:
        known |= {spelled(line.item_id), spelled(redeem.ref(line))}
    found = {spelled(str(one)) for line in redeem.lines for one in _in(line.receipt)}
    return {one for one in found - known if len(one) in LENGTHS}


def spelled(text: str) -> str:
    """Return a number in one spelling, whatever its case and spaces."""
    return "".join(text.split()).casefold()


def _in(receipt: Any) -> Iterator[str | int]:
    if isinstance(receipt, dict):
        for inner in receipt.values():
            yield from _in(inner)
    elif isinstance(receipt, list):
        for inner in receipt:
            yield from _in(inner)
    elif isinstance(receipt, str | int) and not isinstance(receipt, bool):
        yield receipt


class Receipts:
    """Lists the numbers of redeems that are settled, and finds them."""

    def __init__(self, store: Store, keys: Keys, keep_seconds: int) -> None:
        self.store = store
        self.keys = keys
        self.keep_seconds = keep_seconds

    def listing(self, redeem: Redeem) -> Iterator[Command]:
        """Yield the commands that list a redeem, if this save is what settles it."""
        if not any(event.settles for event in redeem.news):
            return
        for number in sorted(numbers(redeem)):
            key = self.keys.receipts(redeem.site, number, redeem.created_at)
            entry = f"{digest(redeem.site, number)} {redeem.redeem_id[:DIGITS]}"
            yield ("RPUSH", key, entry)
            yield ("EXPIRE", key, self.keep_seconds + 32 * DAY)

    @guarded
    def find(self, site: str, text: str, months: Sequence[float]) -> list[str]:
        """Return how the ids begin of redeems that may have this number."""
        number = spelled(text)
        keys = dict.fromkeys(self.keys.receipts(site, number, at) for at in months)
        rows = self.store.run(*(("LRANGE", key, 0, -1) for key in keys))
        mine = digest(site, number)
        entries = (entry.split(" ") for row in rows for entry in row)
        return list(dict.fromkeys(id_ for one, id_ in entries if one == mine))


def digest(site: str, number: str) -> str:
    """Return what stands for a number of a site in the lists."""
    told = json.dumps([site, number])
    return hashlib.sha256(told.encode()).hexdigest()[:6]
