"""Finding redeems again: for the journal pages, the command line and an audit.

Reads the journal and changes nothing, but for stale index entries, which it drops.
Newest first everywhere.  A page costs the same whether the journal holds a hundred
redeems or a million, as long as an index knows the filter (redeem id, customer, item,
store, day, open, stuck).  The others are looked for among what the index gives, at most
``scan_at_most`` records for one page.
"""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bridge.deadline import Clock
from bridge.redeem.journal import Journal
from bridge.redeem.keys import DAY, day, month
from bridge.redeem.record import Redeem

SCAN_AT_MOST = 5_000
"""How many records one page may look at before it says that there may be more."""

CHUNK = 100
ID_LENGTH = 32
PREFIX_LENGTH = 3


@dataclass(frozen=True)
class Filter:
    """What to look for; what is empty does not matter.  Days are UTC."""

    redeem_id: str = ""
    """The whole id, or at least its first three digits."""
    customer_id: str = ""
    item_id: str = ""
    site: str = ""
    store_id: str = ""
    register_id: str = ""
    staff_id: str = ""
    state: str = ""
    """``redeemed``, ``undone``, ``open`` or ``stuck``."""
    first_day: date | None = None
    last_day: date | None = None

    def matches(self, redeem: Redeem) -> bool:
        """Whether a redeem is looked for."""
        wanted = {
            "customer_id": self.customer_id,
            "site": self.site,
            "store_id": self.store_id,
            "register_id": self.register_id,
            "staff_id": self.staff_id,
        }
        return (
            all(getattr(redeem, name) == id_ for name, id_ in wanted.items() if id_)
            and redeem.redeem_id.startswith(self.redeem_id.upper())
            and self.state in ("", *states(redeem))
            and self._has_item(redeem)
            and self._is_day(redeem)
        )

    def _has_item(self, redeem: Redeem) -> bool:
        return not self.item_id or any(
            line.item_id == self.item_id for line in redeem.lines
        )

    def _is_day(self, redeem: Redeem) -> bool:
        at = datetime.fromtimestamp(redeem.created_at, UTC).date()
        return (self.first_day or at) <= at <= (self.last_day or at)


def states(redeem: Redeem) -> tuple[str, ...]:
    """Return the states that a redeem counts as: stuck is open, too."""
    if redeem.settled:
        return (redeem.goal.value,)
    return ("stuck", "open") if redeem.stuck else ("open",)


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
    ) -> None:
        self.journal = journal
        self.sites = sites
        self.scan_at_most = scan_at_most
        self.keys = journal.keys
        self.indexes = journal.indexes
        self.clock = clock

    def page(self, wanted: Filter, size: int = 50, after: str = "") -> Page:
        """Return the next ``size`` redeems, after the place that ``more`` has named.

        Raise ``ValueError`` for a place that no page ever named.
        """
        found: list[Redeem] = []
        for looked_at, redeem in enumerate(self._redeems(wanted, _placed(after)), 1):
            if wanted.matches(redeem):
                found.append(redeem)
            if len(found) == size or looked_at == self.scan_at_most:
                return Page(found, _named(redeem))
        return Page(found)

    def all(self, wanted: Filter) -> Iterator[Redeem]:
        """Yield every redeem that is looked for, without keeping them."""
        return (each for each in self._redeems(wanted, NOW) if wanted.matches(each))

    def _redeems(self, wanted: Filter, after: Place) -> Iterator[Redeem]:
        """Go through the index that leaves the least to look at."""
        ids = self._listed(wanted)
        if ids is not None:
            redeems = self.indexes.load_many(ids)
            return iter(_before(after, redeems))
        sites = self._sites(wanted)
        if wanted.customer_id and sites:
            keys = [self.keys.customer(site, wanted.customer_id) for site in sites]
            return self._along(keys, after)
        return self._through_days(wanted, after)

    def _listed(self, wanted: Filter) -> list[str] | None:
        """Return ids from an index that knows few, or ``None`` where there is none."""
        if len(wanted.redeem_id) == ID_LENGTH:
            return [wanted.redeem_id.upper()]
        if len(wanted.redeem_id) >= PREFIX_LENGTH:
            prefix = wanted.redeem_id.upper()
            keys = [self.keys.ids(prefix, at) for at in self._months()]
            return [id_ for id_ in self.indexes.listed(keys) if id_.startswith(prefix)]
        sites = self._sites(wanted)
        if wanted.item_id and sites:
            keys = [
                self.keys.items(site, wanted.item_id, at)
                for site in sites
                for at in self._months()
            ]
            entries = (text.rpartition(" ") for text in self.indexes.listed(keys))
            return [id_ for item_id, _, id_ in entries if item_id == wanted.item_id]
        if wanted.state in ("open", "stuck"):
            return self.indexes.open_ids(stuck=wanted.state == "stuck")
        return None

    def _through_days(self, wanted: Filter, after: Place) -> Iterator[Redeem]:
        """Go back day by day, as far as the journal keeps anything."""
        newest = min(after[0], self.clock())
        oldest = self.clock() - self.journal.keep_seconds - DAY
        if wanted.last_day:
            newest = min(newest, _start(wanted.last_day) + DAY - 1)
        if wanted.first_day:
            oldest = max(oldest, _start(wanted.first_day))
        at = newest
        sites = self._sites(wanted) if wanted.store_id else ()
        while day(at) >= day(oldest):
            stores = [self.keys.store(site, wanted.store_id, at) for site in sites]
            yield from self._along(stores or [self.keys.day(at)], after)
            at -= DAY

    def _along(self, keys: Sequence[str], after: Place) -> Iterator[Redeem]:
        """Go along indexes by time, newest first over all of them."""
        along = [self._along_one(key, after) for key in keys]
        return heapq.merge(*along, key=_place, reverse=True)

    def _along_one(self, key: str, after: Place) -> Iterator[Redeem]:
        while entries := self.indexes.indexed(key, after, CHUNK):
            yield from self.indexes.load_many([id_ for _, id_ in entries], key)
            after = entries[-1]

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


def _start(when: date) -> float:
    return datetime.combine(when, datetime.min.time(), UTC).timestamp()
