"""Every key of the journal, in one place.

A redeem's own keys share a hash tag, so that they live on one node of a cluster; all
others stand alone, and nothing relies on two of them changing together.  No key shows
an id that a client has sent.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime

DAY = 86_400
"""Seconds."""

UNHEARD = "unheard"
"""No ending of its own: a success that was sent to a till which had hung up."""


@dataclass(frozen=True)
class Keys:
    """Key names under one prefix."""

    prefix: str

    def redeem(self, redeem_id: str) -> str:
        """Name the hash with the record itself and its version."""
        return f"{self.prefix}:{{{redeem_id}}}"

    def events(self, redeem_id: str) -> str:
        """Name the list of what happened to a redeem."""
        return f"{self.prefix}:{{{redeem_id}}}:events"

    @property
    def open(self) -> str:
        """Name the sorted set of redeems that are not settled, by due time."""
        return f"{self.prefix}:open"

    @property
    def stuck(self) -> str:
        """Name the set of open redeems that recovery has tried too often."""
        return f"{self.prefix}:stuck"

    def reservation(self, site: str, hold: str) -> str:
        """Name the redeem id that works on an item now."""
        return f"{self.prefix}:held:{site}:{unread(hold)}"

    def twin(self, fingerprint: str) -> str:
        """Name the latest redeem id of equal requests."""
        return f"{self.prefix}:twin:{fingerprint}"

    def addition(self, site: str, digest: str) -> str:
        """Name how far the adding of a customer got."""
        return f"{self.prefix}:add:{site}:{digest}"

    def idempotency(self, digest: str) -> str:
        """Name what an Idempotency-Key stands for."""
        return f"{self.prefix}:key:{digest}"

    def day(self, at: float) -> str:
        """Name the sorted set of one UTC day's redeems, by time."""
        return f"{self.prefix}:day:{day(at)}"

    def customer(self, site: str, customer_id: str) -> str:
        """Name the sorted set of a customer's redeems, by time."""
        return f"{self.prefix}:customer:{site}:{unread(customer_id)}"

    def store(self, site: str, store_id: str, at: float) -> str:
        """Name the sorted set of a store's redeems of one UTC day, by time."""
        return f"{self.prefix}:store:{site}:{unread(store_id)}:{day(at)}"

    def ended(self, site: str, how: str, at: float) -> str:
        """Name the sorted set of what began on one UTC day and ended so, by time."""
        return f"{self.prefix}:ended:{site}:{how}:{day(at)}"

    @property
    def mark(self) -> str:
        """Name what is written for the replicas to confirm, and never read."""
        return f"{self.prefix}:mark"

    def turns(self, whose: str) -> str:
        """Name when the next turn is at a CRM, for one set of credentials."""
        return f"{self.prefix}:turns:{whose}"

    def session(self, digest: str) -> str:
        """Name what is known of one person who has signed in to the pages."""
        return f"{self.prefix}:session:{digest}"

    def deeds(self, kind: str) -> str:
        """Name the sorted set of what people did of one kind, by time."""
        return f"{self.prefix}:deeds:{kind}"

    def ids(self, redeem_id: str, at: float) -> str:
        """Name the list of one UTC month's redeem ids that begin alike."""
        return f"{self.prefix}:ids:{month(at)}:{redeem_id[:3]}"

    def receipts(self, site: str, number: str, at: float) -> str:
        """Name the list of one UTC month's receipt numbers, one bucket of many."""
        bucket = zlib.crc32(f"{site} {number}".encode("utf-8", "replace")) % 4096
        return f"{self.prefix}:receipts:{month(at)}:{bucket:03X}"

    def items(self, site: str, item_id: str, at: float) -> str:
        """Name the list of one UTC month's redeemed items, one bucket of many.

        A key for each item would cost more than what it keeps.
        """
        bucket = zlib.crc32(f"{site} {item_id}".encode()) % 4096
        return f"{self.prefix}:items:{month(at)}:{bucket:03X}"


def unread(id_: str) -> str:
    """Return what stands for an id in a key: names of keys come into many a tool's log.

    Long enough that no two ids share a key by chance.
    """
    return hashlib.sha256(id_.encode("utf-8", "replace")).hexdigest()[:32]


def day(at: float) -> str:
    """Return the UTC day of a Unix time, as ``2026-11-24``."""
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def month(at: float) -> str:
    """Return the UTC month of a Unix time, as ``2026-11``."""
    return day(at)[:7]
