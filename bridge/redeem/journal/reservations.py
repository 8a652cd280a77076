"""Whose turn it is at an item: one key each, and what stands in it is a worker's hold.

Knows how to ask for items, not what to do about whoever has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from bridge.redeem.journal.keys import Keys
from bridge.redeem.journal.store import Command, Store
from bridge.redeem.record import Redeem

RESERVE, RELEASE = (
    files("bridge.redeem.journal").joinpath(f"{name}.lua").read_text()
    for name in ("reserve", "release")
)


class Reservations:
    """Takes items and leaves them: all at once, or on a cluster one after the other."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self.store = store
        self.keys = keys

    def taking(
        self, redeem: Redeem, holds: Sequence[str], ended: Sequence[str] = ()
    ) -> list[Command]:
        """Return the commands; each answers with the hold that it has met."""
        args = (redeem.redeem_id, redeem.hold, *ended)
        return [("EVAL", RESERVE, *keys, *args) for keys in self._keys(redeem, holds)]

    def leaving(self, redeem: Redeem, holds: Sequence[str]) -> list[Command]:
        """Return the commands; they leave alone what a later worker has taken."""
        keys = self._keys(redeem, holds)
        return [("EVAL", RELEASE, *names, redeem.hold) for names in keys]

    def _keys(self, redeem: Redeem, holds: Sequence[str]) -> list[Command]:
        """Return what one script may touch, with its number first."""
        keys = [self.keys.reservation(redeem.site, hold) for hold in holds]
        if self.store.cluster:
            return [(1, key) for key in keys]
        return [(len(keys), *keys)]
