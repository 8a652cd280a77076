"""How many redeems ended in which way, by hour and by store: for charts.

Counted in the same round trip as the save that settles a redeem, so that an overview
reads one small hash a day and no redeem.  A save that was retried over a lost
connection counts twice: good enough for a chart, never for an account.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from importlib.resources import files

from bridge.redeem.keys import Keys
from bridge.redeem.record import Goal, Redeem
from bridge.redeem.store import Command, Store, guarded

COUNT = files("bridge.redeem").joinpath("tally.lua").read_text()


class Ending(StrEnum):
    """How a redeem can end."""

    #: everything is spent
    REDEEMED = "redeemed"
    #: the till was told an error, and nothing is spent
    REFUSED = "refused"
    #: it was a success, and was given back
    UNDONE = "undone"


@dataclass
class Day:
    """One UTC day's counts."""

    by_hour: Counter[tuple[int, Ending]] = field(default_factory=Counter)
    by_store: Counter[tuple[str, str, Ending]] = field(default_factory=Counter)
    """By site, store and ending."""


def ending(redeem: Redeem) -> Ending:
    """Return how a settled redeem has ended."""
    if redeem.goal is Goal.REDEEMED:
        return Ending.REDEEMED
    return Ending.UNDONE if redeem.given_back else Ending.REFUSED


class Tally:
    """Counts redeems when they are settled."""

    def __init__(self, store: Store, keys: Keys, keep_seconds: int) -> None:
        self.store = store
        self.keys = keys
        self.keep_seconds = keep_seconds

    def counting(self, redeem: Redeem) -> Iterator[Command]:
        """Yield the command that counts a redeem, if this save is what settles it."""
        if not any(event.settles for event in redeem.news):
            return
        at, how = redeem.settled_at, ending(redeem).value
        hour = datetime.fromtimestamp(at, UTC).hour
        fields = (
            json.dumps([kind, redeem.site, what, how])
            for kind, what in (("h", hour), ("s", redeem.store_id))
        )
        yield ("EVAL", COUNT, 1, self.keys.tally(at), self.keep_seconds, *fields)

    @guarded
    def day(self, when: date, site: str = "") -> Day:
        """Return what was counted on a day, of one site or of all."""
        key = self.keys.tally(datetime.combine(when, time(), UTC).timestamp())
        counted = Day()
        for name, count in self.store.client.hgetall(key).items():
            kind, its_site, what, how = json.loads(name)
            if site not in ("", its_site):
                continue
            if kind == "h":
                counted.by_hour[what, Ending(how)] += int(count)
            else:
                counted.by_store[its_site, what, Ending(how)] += int(count)
        return counted
