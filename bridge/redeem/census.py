"""How many redeems are open, of which site, and for how long: for the metrics.

Recovery takes it now and then, so that neither a request nor a scrape has to ask the
journal.  It only reads.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bridge import metrics
from bridge.deadline import Clock
from bridge.errors import JournalError
from bridge.redeem.journal.journal import Journal
from bridge.redeem.journal.server.complaints import Unreadable
from bridge.redeem.record import Redeem

log = logging.getLogger(__name__)

EVERY_SECONDS = 10.0
"""Prometheus rarely asks more often."""

MOST = 5_000
"""So many are looked at; of more it is known that they are there."""

PAGE = 500


@dataclass
class Count:
    """What is open of one site."""

    open: int = 0
    stuck: int = 0
    oldest_seconds: float = 0.0


class Census:
    """Counts what is open, and tells the metrics; it fails nobody."""

    def __init__(self, journal: Journal, sites: Iterable[str], clock: Clock) -> None:
        self.journal = journal
        self.clock = clock
        # A site that was told of once is told of until the end: else its last word
        # would stay.
        self._sites = set(sites)
        self._due = float("-inf")

    def tell(self) -> None:
        """Count, if it is time to; raise ``JournalError`` if Redis is away."""
        now = self.clock()
        if now < self._due:
            return
        self._due = now + EVERY_SECONDS
        try:
            counts = self.take()
        except JournalError:
            raise
        except Exception:
            log.exception("open redeems could not be counted")
            return
        self._sites |= counts.keys()
        for site in self._sites:
            count = counts.get(site, Count())
            metrics.OPEN_REDEEMS.labels(site).set(count.open)
            metrics.STUCK_REDEEMS.labels(site).set(count.stuck)
            metrics.OLDEST_OPEN_SECONDS.labels(site).set(count.oldest_seconds)

    def take(self) -> dict[str, Count]:
        """Return what is open by site: settled, or under way, is not.

        "" is the site of what cannot be read, and of what is beyond ``MOST``.
        """
        if not any(self.journal.counts()):
            return {}
        ids = self.journal.indexes.open_ids()
        stuck = set(self.journal.indexes.open_ids(stuck=True))
        counts: dict[str, Count] = {}
        seen: set[str] = set()
        for first in range(0, min(len(ids), MOST), PAGE):
            for redeem in self._read(ids[first : min(first + PAGE, MOST)]):
                seen.add(redeem.redeem_id)
                self._add(redeem, redeem.redeem_id in stuck, counts)
        # Recovery takes for stuck what it cannot read.
        unread = len(stuck.intersection(ids[:MOST]) - seen)
        beyond = ids[MOST:]
        if unread or beyond:
            more = len(stuck.intersection(beyond))
            counts[""] = Count(unread + len(beyond), unread + more)
        return counts

    def _add(self, redeem: Redeem, stuck: bool, counts: dict[str, Count]) -> None:
        now = self.clock()
        if redeem.settled or redeem.running(now):
            return
        count = counts.setdefault(redeem.site, Count())
        count.open += 1
        count.stuck += stuck
        age = max(0.0, now - (redeem.turned_at or redeem.created_at))
        count.oldest_seconds = max(count.oldest_seconds, age)

    def _read(self, ids: Sequence[str]) -> list[Redeem]:
        try:
            return self.journal.indexes.load_many(ids)
        except Unreadable:  # one of them spoils the lot
            return [redeem for one in ids for redeem in self._read_alone(one)]

    def _read_alone(self, redeem_id: str) -> list[Redeem]:
        try:
            return self.journal.indexes.load_many([redeem_id])
        except Unreadable:
            return []
