"""Finding redeems again: for the journal pages, the command line and an audit.

Reads the journal and changes nothing, but for stale index entries, which it drops.
Newest first everywhere.  A page costs the same whether the journal holds a hundred
redeems or a million, as long as an index knows the filter (redeem id, customer, item,
store, day, open, stuck).  The others are looked for among what the index gives, at most
``SCAN_AT_MOST`` records for one page.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
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
    """Pages through the journal."""

    def __init__(self, journal: Journal, clock: Clock = time.time) -> None:
        self.journal = journal
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
            if len(found) == size or looked_at == SCAN_AT_MOST:
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
        if wanted.customer_id and wanted.site:
            key = self.keys.customer(wanted.site, wanted.customer_id)
            return self._along(key, after)
        return self._through_days(wanted, after)

    def _listed(self, wanted: Filter) -> list[str] | None:
        """Return ids from an index that knows few, or ``None`` where there is none."""
        if len(wanted.redeem_id) == ID_LENGTH:
            return [wanted.redeem_id.upper()]
        if len(wanted.redeem_id) >= PREFIX_LENGTH:
            prefix = wanted.redeem_id.upper()
            keys = [self.keys.ids(prefix, at) for at in self._months()]
            return [id_ for id_ in self.indexes.listed(keys) if id_.startswith(prefix)]
        if wanted.item_id and wanted.site:
            keys = [
                self.keys.items(wanted.site, wanted.item_id, at)
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
        while day(at) >= day(oldest):
            key = self.keys.day(at)
            if wanted.store_id and wanted.site:
                key = self.keys.store(wanted.site, wanted.store_id, at)
            yield from self._along(key, after)
            at -= DAY

    def _along(self, key: str, after: Place) -> Iterator[Redeem]:
        """Go along one index by time, newest first."""
        while entries := self.indexes.indexed(key, after, CHUNK):
            yield from self.indexes.load_many([id_ for _, id_ in entries], key)
            after = entries[-1]

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
