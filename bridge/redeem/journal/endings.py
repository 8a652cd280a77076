"""How redeems have ended: for each site, way of ending and day, an index by time.

What is counted here is what the same index lists: a number and the list behind it are
one.  A redeem is listed under the time at which it began, with its store beside its id;
an entry is written before its redeem and taken away after it, as in every index.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from bridge.redeem.journal.keys import DAY, UNHEARD, Keys, day
from bridge.redeem.journal.server.complaints import guarded
from bridge.redeem.journal.store import Command, Store
from bridge.redeem.record import Event, Goal, Redeem, Why

LIST, COUNT = (
    files("bridge.redeem.journal").joinpath(f"{name}.lua").read_text()
    for name in ("ended", "count")
)

REDEEMED = Goal.REDEEMED.value

WAYS = (REDEEMED, *(why.value for why in Why))


@dataclass(frozen=True)
class Ended:
    """What began within a span and ended in one way."""

    span: int
    """Which of the spans that were asked about."""
    site: str
    how: str
    stores: dict[str, int]
    """How many redeems, by the ids of their stores."""

    @property
    def number(self) -> int:
        """How many redeems, of all stores together."""
        return sum(self.stores.values())


class Endings:
    """Lists redeems when they are settled, and counts them."""

    def __init__(self, store: Store, keys: Keys, keep_seconds: int) -> None:
        self.store = store
        self.keys = keys
        self.keep_seconds = keep_seconds

    def listing(self, redeem: Redeem) -> Iterator[Command]:
        """Yield what lists a redeem, if this save is what settles it."""
        if any(event.settles for event in redeem.news):
            yield self._enter(redeem, redeem.ending)

    def leaving(self, redeem: Redeem) -> list[Command]:
        """Return what takes a redeem off where it was listed before this save."""
        settles = any(event.settles for event in redeem.news)
        turned = any(event.what == "turned" for event in redeem.news)
        others: tuple[str, ...] = ()
        if settles and (redeem.claims or redeem.closed_by):
            others = tuple(how for how in WAYS if how != redeem.ending)
        elif turned:
            others = (REDEEMED,) if redeem.ending != REDEEMED else ()
        if others and redeem.ending != REDEEMED:
            others += (UNHEARD,)
        return [self._leave(redeem, how) for how in others]

    def lost(self, redeem: Redeem, instead: Redeem | None) -> list[Command]:
        """Return what takes back a listing, as ``instead`` is what was written down."""
        if instead and instead.settled and instead.ending == redeem.ending:
            return []
        return [self._leave(redeem, redeem.ending)]

    def told(self, redeem: Redeem, event: Event) -> Iterator[Command]:
        """Yield what an answer to the till changes: whether anybody heard a success."""
        if event.what == "answered" and event.status < 400:
            listed = self._enter if event.gone_ms is not None else self._leave
            yield listed(redeem, UNHEARD)

    def _enter(self, redeem: Redeem, how: str) -> Command:
        score, keep = round(redeem.created_at, 3), self.keep_seconds + DAY
        return ("EVAL", LIST, 1, self._key(redeem, how), _entry(redeem), score, keep)

    def _leave(self, redeem: Redeem, how: str) -> Command:
        return ("EVAL", LIST, 1, self._key(redeem, how), _entry(redeem))

    def _key(self, redeem: Redeem, how: str) -> str:
        return self.keys.ended(redeem.site, how, redeem.created_at)

    @guarded
    def run(self, commands: Sequence[Command]) -> None:
        """Carry out what changes a listing, if anything does."""
        if commands:
            self.store.run(*commands)

    @guarded
    def count(
        self, spans: Sequence[tuple[float, float]], sites: Sequence[str]
    ) -> list[Ended]:
        """Return how what began within each span has ended.

        A span is from a Unix time up to another, and a day long at most.  An equal
        request that was given another redeem's success is counted as that one.
        """
        days: dict[str, float] = {}
        touched = []
        for number, (begins, ends) in enumerate(spans):
            both = {day(at): at for at in (begins, ends - 0.001)}
            days |= both
            touched += [(number, when) for when in both]
        kinds = [(site, how) for site in sites for how in WAYS if how != Why.TWIN]
        keys = {
            (*kind, when): self.keys.ended(*kind, at)
            for kind in kinds
            for when, at in days.items()
        }
        sizes = self.store.run(*(("EXISTS", key) for key in keys.values()))
        there = [one for one, size in zip(keys, sizes, strict=True) if size]
        asked = [
            (number, *one, keys[one])
            for number, when in touched
            for one in there
            if one[2] == when
        ]
        counted = self.store.run(
            *(("EVAL", COUNT, 1, key, *spans[number]) for number, *_, key in asked)
        )
        return [
            Ended(number, site, how, json.loads(stores))
            for (number, site, how, *_), stores in zip(asked, counted, strict=True)
        ]


def _entry(redeem: Redeem) -> str:
    return f"{redeem.redeem_id} {redeem.store_id}"
