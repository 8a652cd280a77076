"""The overview's charts as numbers, in percent of the drawing, to be drawn as SVG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bridge.redeem import Redeem
from bridge.redeem.tally import Day, Ending

ENDINGS = (Ending.REDEEMED, Ending.REFUSED, Ending.UNDONE)

OPEN = ("open", "stuck")

COLUMN = 100 / 24
"""Percent of the width for one hour."""

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

    hour: int
    counts: dict[str, int]
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Hours:
    """A chart of 24 columns."""

    top: int
    """What the full height stands for."""
    columns: Sequence[Column]

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


def by_hour(counts: Counter[tuple[int, str]], tones: Sequence[str]) -> Hours:
    """Return a chart of stacked columns, one for each hour."""
    top = _round_up(max((_sum(counts, hour, tones) for hour in range(24)), default=0))
    columns = []
    for hour in range(24):
        some = {tone: counts[hour, tone] for tone in tones}
        x = COLUMN * (hour + (1 - FILLED) / 2)
        columns.append(Column(hour, some, list(_stack(some, top, x))))
    return Hours(top, columns)


def endings(day: Day) -> Counter[tuple[int, str]]:
    """Return how redeems ended by hour, with plain words."""
    return Counter({(hour, how.value): n for (hour, how), n in day.by_hour.items()})


def still_open(redeems: Iterable[Redeem], when: date) -> Counter[tuple[int, str]]:
    """Return what began on a day and is open, by hour: as open, or as stuck."""
    counts: Counter[tuple[int, str]] = Counter()
    for redeem in redeems:
        at = datetime.fromtimestamp(redeem.created_at, UTC)
        if at.date() == when:
            counts[at.hour, OPEN[redeem.stuck]] += 1
    return counts


def by_store(day: Day, redeems: Iterable[Redeem]) -> tuple[list[StoreRow], int]:
    """Return a row for each of the busiest stores, and how many stores there are."""
    stores: dict[tuple[str, str], Counter[str]] = {}
    for (site, store_id, how), count in day.by_store.items():
        stores.setdefault((site, store_id), Counter())[how.value] += count
    for redeem in redeems:
        counts = stores.setdefault((redeem.site, redeem.store_id), Counter())
        counts[OPEN[redeem.stuck]] += 1
    ended = {store: _ended(counts) for store, counts in stores.items()}
    busiest = sorted(stores, key=lambda store: (-ended[store], store))[:STORES_AT_MOST]
    most = max(ended.values(), default=0)
    rows = []
    for store in busiest:
        counts = stores[store]
        bars = list(_side_by_side(counts, most))
        rows.append(StoreRow(*store, _all(counts), bars))
    return rows, len(stores)


def totals(day: Day) -> dict[str, int]:
    """Return how many redeems of a day ended in each way."""
    return {
        how.value: sum(n for (_, one), n in day.by_hour.items() if one is how)
        for how in ENDINGS
    }


def _stack(counts: dict[str, int], top: int, x: float) -> Iterator[Bar]:
    y = 100.0
    for tone, count in counts.items():
        if count:
            height = 100 * count / top
            y -= height
            width = COLUMN * FILLED
            yield Bar(tone, count, round(x, 3), round(y, 3), width, round(height, 3))


def _side_by_side(counts: Table[str, int], most: int) -> Iterator[Bar]:
    x = 0.0
    for how in ENDINGS:
        if count := counts.get(how.value, 0):
            width = 100 * count / most
            yield Bar(how.value, count, round(x, 3), 0, round(width, 3), 100)
            x += width


def _all(counts: Counter[str]) -> dict[str, int]:
    return {tone: counts[tone] for tone in (*(how.value for how in ENDINGS), *OPEN)}


def _ended(counts: Table[str, int]) -> int:
    return sum(counts.get(how.value, 0) for how in ENDINGS)


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
