"""Finding redeems again: for the journal pages, the command line and an audit.

Reads the journal and changes nothing, but for stale index entries, which it drops.
Newest first everywhere.  A page costs the same whether the journal holds a hundred
redeems or a million, as long as an index knows the filter (redeem id, customer, item,
store, day, ending, open, stuck).  The others are looked for among what the index gives,
at most ``scan_at_most`` records for one page.
"""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass

from bridge.deadline import Clock
from bridge.redeem.desk.asked import ID_LENGTH, PREFIX_LENGTH
from bridge.redeem.desk.filter import Filter, Kept, as_it_is
from bridge.redeem.desk.story import unheard
from bridge.redeem.journal.journal import Journal
from bridge.redeem.journal.keys import DAY, UNHEARD, day, month
from bridge.redeem.record import Redeem

SCAN_AT_MOST = 5_000
"""How many records one page may look at before it says that there may be more."""

CHUNK = 100


@dataclass(frozen=True)
class Page:
    """Some redeems, and where to go on; ``more`` is "" when there are no others."""

    redeems: list[Redeem]
    more: str = ""


Place = tuple[float, str]
"""Where a redeem stands in time: when it began, and its id."""

NOW: Place = (math.inf, "")


class Finder:
    """Pages through the journal.

    ``sites`` are those that a customer, an item or a store may be at when the filter
    names no site; without them the finder has to look at each redeem.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock = time.time,
        *,
        sites: Sequence[str] = (),
        scan_at_most: int = SCAN_AT_MOST,
        kept: Kept = as_it_is,
    ) -> None:
        self.journal = journal
        self.sites = sites
        self.kept = kept
        self.scan_at_most = scan_at_most
        self.keys = journal.keys
        self.indexes = journal.indexes
        self.clock = clock
        self.unread: list[str] | None = None

    def page(self, wanted: Filter, size: int = 50, after: str = "") -> Page:
        """Return the next ``size`` redeems, after the place that ``more`` has named.

        Raise ``ValueError`` for a place that no page ever named.
        """
        found: list[Redeem] = []
        for looked_at, redeem in enumerate(self._redeems(wanted, _placed(after)), 1):
            if self._matches(wanted, redeem):
                found.append(redeem)
            if len(found) == size or looked_at == self.scan_at_most:
                return Page(found, _named(redeem))
        return Page(found)

    def all(self, wanted: Filter, unread: list[str] | None = None) -> Iterator[Redeem]:
        """Yield every redeem that is looked for, without keeping them.

        The ids of those that cannot be read, and may be looked for, go to ``unread``.
        """
        own = copy(self)
        own.unread = unread
        found = own._redeems(wanted, NOW)
        return (each for each in found if self._matches(wanted, each))

    def _matches(self, wanted: Filter, redeem: Redeem) -> bool:
        if not wanted.matches(redeem, self.kept):
            return False
        asks_events = wanted.outcome == UNHEARD
        return not asks_events or unheard(redeem, self.journal.events(redeem))

    def _redeems(self, wanted: Filter, after: Place) -> Iterator[Redeem]:
        """Go through the index that leaves the least to look at."""
        ids = self._listed(wanted)
        if ids is not None:
            redeems = self.indexes.load_many(ids, unread=self.unread)
            return iter(_before(after, redeems))
        sites = self._sites(wanted)
        if wanted.customer_id and sites:
            named = self._spelled(sites, wanted.customer_id)
            keys = [self.keys.customer(site, id_) for site, id_ in named]
            return self._along(keys, after, wanted)
        return self._through_days(wanted, after)

    def _listed(self, wanted: Filter) -> list[str] | None:
        """Return ids from an index that knows few, or ``None`` where there is none."""
        if len(wanted.redeem_id) == ID_LENGTH:
            return [wanted.redeem_id.upper()]
        if len(wanted.redeem_id) >= PREFIX_LENGTH:
            return self._beginning(wanted.redeem_id.upper())
        sites = self._sites(wanted)
        if wanted.receipt and sites:
            months, find = self._months(), self.journal.receipts.find
            some = [one for site in sites for one in find(site, wanted.receipt, months)]
            return [id_ for prefix in some for id_ in self._beginning(prefix)]
        if wanted.item_id and sites:
            named = self._spelled(sites, wanted.item_id)
            keys = [
                self.keys.items(site, item_id, at)
                for site, item_id in named
                for at in self._months()
            ]
            known = {item_id for _, item_id in named}
            entries = (text.rpartition(" ") for text in self.indexes.listed(keys))
            return [id_ for item_id, _, id_ in entries if item_id in known]
        if wanted.state in ("open", "stuck"):
            return self.indexes.open_ids(stuck=wanted.state == "stuck")
        return None

    def _beginning(self, prefix: str) -> list[str]:
        keys = [self.keys.ids(prefix, at) for at in self._months()]
        return [id_ for id_ in self.indexes.listed(keys) if id_.startswith(prefix)]

    def _through_days(self, wanted: Filter, after: Place) -> Iterator[Redeem]:
        """Go back day by day, as far as the journal keeps anything."""
        after = min(after, (wanted.until, ""))
        at = min(after[0], self.clock())
        oldest = self.clock() - self.journal.keep_seconds - DAY
        oldest = max(oldest, wanted.since)
        days = []
        while day(at) >= day(oldest):
            days.append(self._of_day(wanted, at))
            at -= DAY
        for some in self._not_empty(days) if wanted.outcome else days:
            for redeem in self._along(some, after, wanted):
                if redeem.created_at < wanted.since:
                    return
                yield redeem

    def _not_empty(self, days: Sequence[list[str]]) -> list[list[str]]:
        """Leave out, all at once, the indexes that list nothing: most do not."""
        there = set(self.indexes.there([key for keys in days for key in keys]))
        some = ([key for key in keys if key in there] for keys in days)
        return [keys for keys in some if keys]

    def _of_day(self, wanted: Filter, at: float) -> list[str]:
        """Return the indexes of a day that leave the least to look at."""
        keys, sites, store = self.keys, self._sites(wanted), wanted.store_id
        if wanted.outcome and sites:
            ways = (UNHEARD,) if wanted.outcome == UNHEARD else wanted.ways
            return [keys.ended(site, how, at) for site in sites for how in ways]
        if store and sites:
            return [keys.store(site, store, at) for site in sites]
        return [keys.day(at)]

    def _along(
        self, keys: Sequence[str], after: Place, wanted: Filter
    ) -> Iterator[Redeem]:
        """Go along indexes by time, newest first over all of them."""
        along = [self._along_one(key, after, wanted) for key in keys]
        return heapq.merge(*along, key=_place, reverse=True)

    def _along_one(self, key: str, after: Place, wanted: Filter) -> Iterator[Redeem]:
        while entries := self.indexes.indexed(key, after, CHUNK):
            some = [entry for _, entry in entries if _may_be(wanted, entry)]
            yield from self.indexes.load_many(some, key, self.unread)
            after = entries[-1]

    def _spelled(self, sites: Sequence[str], id_: str) -> list[tuple[str, str]]:
        """Return an id, and what may stand for it, at each site."""
        each = ((site, one) for site in sites for one in (id_, self.kept(site, id_)))
        return list(dict.fromkeys(each))

    def _sites(self, wanted: Filter) -> Sequence[str]:
        """Return the sites whose indexes know what is looked for; () if unknown."""
        return (wanted.site,) if wanted.site else self.sites

    def _months(self) -> list[float]:
        """Return a time in each month that the journal may know."""
        now, kept = self.clock(), self.journal.keep_seconds + DAY
        times = {month(now - back): now - back for back in range(0, kept, 14 * DAY)}
        return [*times.values(), now - kept]


def _before(after: Place, redeems: Iterable[Redeem]) -> list[Redeem]:
    """Sort what comes after a place, newest first, each once."""
    each = {redeem.redeem_id: redeem for redeem in redeems}
    newest_first = sorted(each.values(), key=_place, reverse=True)
    return [redeem for redeem in newest_first if _place(redeem) < after]


def _place(redeem: Redeem) -> Place:
    return redeem.created_at, redeem.redeem_id


def _named(redeem: Redeem) -> str:
    return f"{redeem.created_at:.3f}-{redeem.redeem_id}"


def _placed(name: str) -> Place:
    if not name:
        return NOW
    at, _, redeem_id = name.partition("-")
    return float(at), redeem_id


def _may_be(wanted: Filter, entry: str) -> bool:
    """Whether an index's entry can be meant, by the store that it may name."""
    _id, named, store_id = entry.partition(" ")
    if not named:
        return True
    return store_id == "" if wanted.no_store else wanted.store_id in ("", store_id)
