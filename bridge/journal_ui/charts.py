"""The overview's charts as numbers, in percent of the drawing, to be drawn as SVG."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import datetime

from bridge.journal_ui.moments import HOUR
from bridge.redeem import Redeem
from bridge.redeem.desk.phrases import GROUPS
from bridge.redeem.journal.endings import Ended

TONES = tuple(GROUPS)
"""What columns and rows are stacked of, from the first to the last."""

GROUP_OF = {how: tone for tone, of in GROUPS.items() for how in of}

OPEN = ("open", "stuck")


STORES_AT_MOST = 50

FILLED = 0.72
"""How much of its column a bar fills."""


@dataclass(frozen=True)
class Bar:
    """A piece of a column or of a row."""

    tone: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Column:
    """One hour."""

    at: float
    """When it begins: a Unix time."""
    hour: int
    """By the clock: in a day of 25 hours, one comes twice."""
    counts: dict[str, int]
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Hours:
    """A chart of a day: 24 columns, or once a year 23 or 25."""

    top: int
    """What the full height stands for."""
    columns: Sequence[Column]

    @property
    def scale(self) -> Sequence[tuple[float, int]]:
        """Where on the width which hours stand, and the end of the day."""
        width = 100 / len(self.columns)
        every = [(width * n, one.hour) for n, one in enumerate(self.columns)]
        return [(x, hour) for x, hour in every if hour % 6 == 0] + [(100.0, 24)]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(column.bars for column in self.columns)


@dataclass(frozen=True)
class StoreRow:
    """One store of one site."""

    site: str
    store_id: str
    counts: dict[str, int]
    bars: Sequence[Bar]


def by_hour(
    counts: Counter[tuple[int, str]], tones: Sequence[str], hours: Sequence[datetime]
) -> Hours:
    """Return a chart of stacked columns, one for each of the day's hours."""
    sums = (_sum(counts, number, tones) for number in range(len(hours)))
    top = _round_up(max(sums, default=0))
    columns, wide = [], 100 / len(hours)
    for number, hour in enumerate(hours):
        some = {tone: counts[number, tone] for tone in tones}
        x = wide * (number + (1 - FILLED) / 2)
        bars = list(_stack(some, top, x, wide * FILLED))
        columns.append(Column(hour.timestamp(), hour.hour, some, bars))
    return Hours(top, columns)


def endings(ended: Iterable[Ended]) -> Counter[tuple[int, str]]:
    """Return how redeems ended by the number of their hour, in groups."""
    counts: Counter[tuple[int, str]] = Counter()
    for one in ended:
        counts[one.span, GROUP_OF.get(one.how, "trouble")] += one.number
    return counts


def still_open(
    redeems: Iterable[Redeem], hours: Sequence[datetime]
) -> Counter[tuple[int, str]]:
    """Return what began on a day and is open, by hour: as open, or as stuck."""
    counts: Counter[tuple[int, str]] = Counter()
    begins = hours[0].timestamp()
    for redeem in redeems:
        number = math.floor((redeem.created_at - begins) / HOUR)
        if 0 <= number < len(hours):
            counts[number, OPEN[redeem.stuck]] += 1
    return counts


def by_store(
    day: Iterable[Ended], redeems: Iterable[Redeem]
) -> tuple[list[StoreRow], int]:
    """Return a row for each of the busiest stores, and how many stores there are."""
    stores: dict[tuple[str, str], Counter[str]] = {}
    for one in day:
        tone = GROUP_OF.get(one.how, "trouble")
        for store_id, number in one.stores.items():
            stores.setdefault((one.site, store_id), Counter())[tone] += number
    for redeem in redeems:
        counts = stores.setdefault((redeem.site, redeem.store_id), Counter())
        counts["open"] += 1
        counts["stuck"] += redeem.stuck
    ended = {store: _ended(counts) for store, counts in stores.items()}
    busiest = sorted(stores, key=lambda store: (-ended[store], store))[:STORES_AT_MOST]
    most = max(ended.values(), default=0)
    rows = []
    for store in busiest:
        counts = stores[store]
        bars = list(_side_by_side(counts, most))
        rows.append(StoreRow(*store, _all(counts), bars))
    return rows, len(stores)


def totals(day: Iterable[Ended]) -> dict[str, int]:
    """Return how many redeems of a day ended in each group of ways."""
    counts: Counter[str] = Counter()
    for (_number, tone), count in endings(day).items():
        counts[tone] += count
    return {tone: counts[tone] for tone in TONES}


def by_ending(day: Iterable[Ended]) -> dict[str, int]:
    """Return how many redeems of a day ended in each way, where any did."""
    counts: Counter[str] = Counter()
    for one in day:
        counts[one.how] += one.number
    return {how: counts[how] for of in GROUPS.values() for how in of if counts[how]}


def _stack(counts: dict[str, int], top: int, x: float, width: float) -> Iterator[Bar]:
    y = 100.0
    for tone, count in counts.items():
        if count:
            height = 100 * count / top
            y -= height
            yield Bar(tone, count, round(x, 3), round(y, 3), width, round(height, 3))


def _side_by_side(counts: Table[str, int], most: int) -> Iterator[Bar]:
    x = 0.0
    for tone in TONES:
        if count := counts.get(tone, 0):
            width = 100 * count / most
            yield Bar(tone, count, round(x, 3), 0, round(width, 3), 100)
            x += width


def _all(counts: Counter[str]) -> dict[str, int]:
    return {tone: counts[tone] for tone in (*TONES, *OPEN)}


def _ended(counts: Table[str, int]) -> int:
    return sum(counts.get(tone, 0) for tone in TONES)


def _sum(counts: Counter[tuple[int, str]], hour: int, tones: Sequence[str]) -> int:
    return sum(counts[hour, tone] for tone in tones)


def _round_up(most: int) -> int:
    """Return a round number that is no smaller: 1, 2 or 5 with zeros, at least 4."""
    step = 1
    while True:
        for first in (1, 2, 4, 5, 8):
            if first * step >= max(most, 4):
                return first * step
        step *= 10
