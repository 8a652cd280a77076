"""What people did: who acted on which redeem, who signed in, who was refused.

A list for finding things again, newest first.  What was done to a redeem stands among
its events, too, with the reason; here are a name, a word and a redeem id, nothing else.
A name that no user has is not kept: whatever was typed there gets a pseudonym.

Each kind has a list of its own, as long as the journal keeps anything and no longer
than ``MOST``: however many sign-ins are refused, they push no act out.
"""

from __future__ import annotations

import heapq
import json
import math
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from bridge.deadline import Clock
from bridge.redeem.journal.journal import Journal
from bridge.redeem.journal.server.complaints import guarded

WRITE = files("bridge.redeem.journal").joinpath("deed.lua").read_text()

MOST = {"acts": 10_000, "sign-ins": 5_000, "refused": 1_000}
"""The kinds of deeds, and how many of each are kept."""

KIND = {
    "tried by hand": "acts",
    "undo by hand": "acts",
    "closed": "acts",
    "checked": "acts",
    "exported": "acts",
    "signed in": "sign-ins",
    "signed out": "sign-ins",
    "sign-in refused": "refused",
}
"""Of which kind each deed is, by the words of the journal."""

SCAN_AT_MOST = 2_000
"""How many a page looks at for one person, before it says that there may be more."""

CHUNK = 100

PLACE = re.compile(r"(\d{1,12}\.\d{6})-([0-9a-f]{8})")


@dataclass(frozen=True)
class Deed:
    """What one person did once."""

    at: float
    """Unix time."""
    what: str
    who: str
    redeem_id: str = ""
    number: str = ""
    """What tells it from others of the same moment."""

    @property
    def place(self) -> str:
        """Name where it stands in the list."""
        return f"{self.at:.6f}-{self.number}"


@dataclass(frozen=True)
class Some:
    """Some deeds, and where to go on; ``more`` is "" when there are no others."""

    deeds: list[Deed]
    more: str = ""


class Deeds:
    """Writes deeds down, and finds them again."""

    def __init__(self, journal: Journal, clock: Clock | None = None) -> None:
        self.store = journal.store
        self.indexes = journal.indexes
        self.keys = journal.keys
        self.keep_seconds = journal.keep_seconds
        self.clock = clock or journal.clock

    @guarded
    def write(self, what: str, who: str, redeem_id: str = "") -> Deed:
        """Write down what somebody does, before it is done."""
        at = round(self.clock(), 6)
        deed = Deed(at, what, who, redeem_id, secrets.token_hex(4))
        kept = [f"{at:.6f}", self.keep_seconds, MOST[KIND[what]]]
        self.store.run(("EVAL", WRITE, 1, self._key(deed), _entry(deed), *kept))
        return deed

    @guarded
    def take_back(self, deed: Deed) -> None:
        """Forget what came to nothing, because somebody else was quicker."""
        self.store.run(("ZREM", self._key(deed), _entry(deed)))

    def page(self, size: int, who: str = "", kind: str = "", after: str = "") -> Some:
        """Return the next deeds, of one person or of all, after the place of another.

        Raise ``ValueError`` for a place that no page ever named.
        """
        found: list[Deed] = []
        kinds = [kind] if kind else list(MOST)
        for looked_at, deed in enumerate(self._along(kinds, _placed(after)), 1):
            if who in ("", deed.who):
                found.append(deed)
            if len(found) == size or looked_at == SCAN_AT_MOST:
                return Some(found, deed.place)
        return Some(found)

    def _along(self, kinds: Sequence[str], after: tuple[float, str]) -> Iterator[Deed]:
        each = [self._along_one(kind, after) for kind in kinds]
        return heapq.merge(*each, key=_order, reverse=True)

    def _along_one(self, kind: str, after: tuple[float, str]) -> Iterator[Deed]:
        key, from_ = self.keys.deeds(kind), (math.nextafter(after[0], math.inf), "")
        while entries := self.indexes.indexed(key, from_, CHUNK):
            for at, text in entries:
                deed = _read(at, text)
                if deed is not None and _order(deed) < after:
                    yield deed
            from_ = entries[-1]

    def _key(self, deed: Deed) -> str:
        return self.keys.deeds(KIND[deed.what])


def _order(deed: Deed) -> tuple[float, str]:
    return deed.at, deed.number


def _placed(name: str) -> tuple[float, str]:
    if not name:
        return math.inf, ""
    place = PLACE.fullmatch(name)
    if place is None:
        raise ValueError(name)
    return float(place[1]), place[2]


def _entry(deed: Deed) -> str:
    return json.dumps([deed.number, deed.what, deed.who, deed.redeem_id])


def _read(at: float, text: str) -> Deed | None:
    """Read an entry; ``None`` for what nobody of this version has written."""
    try:
        number, what, who, redeem_id = json.loads(text)
    except (ValueError, TypeError):
        return None
    known = all(isinstance(one, str) for one in (number, what, who, redeem_id))
    return Deed(at, what, who, redeem_id, number) if known and what in KIND else None
