"""Who is being added to a CRM just now: one short-lived key each.

Knows neither customers nor what is done about a second request: a key is a keyed
digest, and what stands in it says how far the first one got.
"""

from __future__ import annotations

from bridge.redeem.journal.keys import Keys
from bridge.redeem.journal.reservations import RELEASE
from bridge.redeem.journal.server.complaints import guarded
from bridge.redeem.journal.store import Store


class Additions:
    """Takes a key, says how far its work got, and leaves it.  ``JournalError``s."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store = store
        self._keys = keys

    @guarded
    def take(self, site: str, digest: str, claim: str, seconds: float) -> str | None:
        """Write a claim down if nothing is there; return what is there instead.

        ``""`` for what has just gone: try again.  Replicas have it, too, as far as they
        are there: whichever takes over meanwhile knows of it.
        """
        key = self._keys.addition(site, digest)
        take = ("SET", key, claim, "NX", "PX", _milliseconds(seconds))
        # Read back: a retry of redis-py's own meets the claim that it has written.
        there = self._store.soon(take, ("GET", key))[-1]
        return None if there == claim else str(there or "")

    @guarded
    def tell(self, site: str, digest: str, said: str, seconds: float) -> None:
        """Say how far the work got."""
        key = self._keys.addition(site, digest)
        self._store.run(("SET", key, said, "PX", _milliseconds(seconds)))

    @guarded
    def leave(self, site: str, digest: str, said: str) -> None:
        """Take away what was said, unless somebody has said something else since."""
        key = self._keys.addition(site, digest)
        self._store.run(("EVAL", RELEASE, 1, key, said))


def _milliseconds(seconds: float) -> int:
    return max(1, int(1000 * seconds))
