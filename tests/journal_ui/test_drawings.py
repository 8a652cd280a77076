"""The numbers behind the pictures: they fit their drawing, and say what happened."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest

from bridge.journal_ui import charts
from bridge.journal_ui.moments import hours
from bridge.journal_ui.picture import ROWS_AT_MOST, duration, waterfalls
from bridge.model import ItemKind
from bridge.redeem.desk.story import tries
from bridge.redeem.journal.endings import Ended
from bridge.redeem.record import Event, Line, Redeem

AT = 1_795_536_000.0


def redeem(items: int = 2) -> Redeem:
    lines = [Line(ItemKind.PROMOTION, f"promotion-number-{n}") for n in range(items)]
    return Redeem("A" * 32, "shop", "c1", lines, created_at=AT)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-0.001, "0 ms"),
        (0, "0 ms"),
        (0.0124, "12 ms"),
        (12.34, "12.3 s"),
        (60, "1 min"),
        (3_540, "59 min"),
        (7_980, "2 h 13 min"),
        (14 * 86_400, "14 days"),
    ],
)
def test_durations_in_the_unit_that_suits_them(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_bars_stand_where_and_as_long_as_the_calls_were() -> None:
    events = [
        Event(AT, "begun"),
        Event(AT, "sending", 0),
        Event(AT + 0.1, "redeemed", 0, 100),
        Event(AT + 0.4, "refused", 1, 200, "no"),
        Event(AT + 0.4, "turned", text="no"),
    ]
    (one,) = waterfalls(redeem(), tries(events))
    assert [(row.x, row.width, row.tone) for row in one.rows] == [
        (0, 25, "good"),
        (50, 50, "warn"),
        (100, 0, "warn"),
    ]
    assert one.rows[0].label == "Promotion promotio…: redeemed"
    assert "promotion-number-0" in one.rows[0].about
    assert (one.took, one.gap) == ("400 ms", "")
    assert [words for _, words in one.ticks] == ["0 ms", "200 ms", "400 ms"]


def test_the_shortest_call_can_be_seen_and_stays_inside() -> None:
    events = [Event(AT, "begun"), Event(AT + 60, "redeemed", 0, 1)]
    (one,) = waterfalls(redeem(), tries(events))
    (row,) = one.rows
    assert row.width > 0.5
    assert row.x + row.width <= 100


def test_a_question_that_failed_looks_like_trouble() -> None:
    events = [
        Event(AT, "begun"),
        Event(AT + 1, "asked: no answer", 0, 5, "The CRM did not answer."),
        Event(AT + 2, "asked", 0, 5, "not spent"),
    ]
    (one,) = waterfalls(redeem(), tries(events))
    assert [(row.label[-9:], row.tone) for row in one.rows] == [
        ("no answer", "bad"),
        ("not spent", "info"),
    ]


def test_a_moment_alone_has_a_row_and_a_gap_before_it() -> None:
    events = [Event(AT, "begun"), Event(AT + 7_200, "asked again")]
    first, second = waterfalls(redeem(), tries(events))
    assert [len(first.rows), len(second.rows)] == [1, 1]
    assert second.gap == "2 h 0 min"
    assert second.rows[0].x == second.rows[0].width == 0


def test_a_redeem_of_many_items_is_cut_and_says_so() -> None:
    many = redeem(100)
    events = [Event(AT, "begun")]
    events += [Event(AT + 1, "redeemed", number, 1) for number in range(100)]
    (one,) = waterfalls(many, tries(events))
    assert (len(one.rows), one.left_out) == (ROWS_AT_MOST, 100 - ROWS_AT_MOST)


HOURS = hours(date(2026, 11, 24), UTC)


@pytest.mark.parametrize(
    ("most", "top"), [(0, 4), (3, 4), (5, 5), (6, 8), (81, 100), (1_234, 2_000)]
)
def test_a_chart_ends_at_a_round_number(most: int, top: int) -> None:
    chart = charts.by_hour(Counter({(3, "redeemed"): most}), ["redeemed"], HOURS)
    assert chart.top == top
    assert chart.empty == (most == 0)


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (date(2026, 11, 24), 24),
        (date(2026, 3, 29), 23),
        (date(2026, 10, 25), 25),
    ],
)
def test_columns_are_stacked_without_gaps_whatever_the_clocks_do(
    day: date, count: int
) -> None:
    of_day = hours(day, ZoneInfo("Europe/Stockholm"))
    assert len(of_day) == count
    last = count - 1
    counts = Counter({(last, "redeemed"): 5, (last, "refused"): 2, (last, "undone"): 3})
    chart = charts.by_hour(counts, ["redeemed", "refused", "undone"], of_day)
    bars = chart.columns[last].bars
    assert [bar.height for bar in bars] == [50, 20, 30]
    assert [bar.y for bar in bars] == [50, 30, 0]
    assert all(bar.x + bar.width <= 100 for bar in bars)
    assert [hour for _, hour in chart.scale] == [0, 6, 12, 18, 24]
    assert chart.columns[last].hour == 23


def ended(store: str, how: str, number: int) -> Ended:
    return Ended(0, "shop", how, {store: number})


def test_stores_stand_in_the_order_of_their_redeems() -> None:
    day = [
        ended("quiet", "redeemed", 1),
        ended("busy", "redeemed", 3),
        ended("busy", "given back", 1),
    ]
    open_ = redeem()
    open_.store_id, open_.stuck = "new", True
    rows, count = charts.by_store(day, [open_])
    assert [(row.store_id, row.counts["stuck"]) for row in rows] == [
        ("busy", 0),
        ("quiet", 0),
        ("new", 1),
    ]
    assert rows[2].counts["open"] == 1  # as in the list: stuck ones are open, too
    assert count == 3
    assert [bar.width for bar in rows[0].bars] == [75, 25]
    assert [bar.width for bar in rows[1].bars] == [25]
    assert rows[2].bars == []


def test_only_the_busiest_stores_are_drawn() -> None:
    day = [ended(str(number), "redeemed", number) for number in range(60)]
    rows, count = charts.by_store(day, [])
    assert (len(rows), count) == (50, 60)
    assert rows[0].store_id == "59"


def test_what_began_on_another_day_is_in_no_column() -> None:
    today = redeem()
    assert charts.still_open([today], HOURS) == {(16, "open"): 1}
    assert charts.still_open([today], hours(date(2026, 11, 23), UTC)) == {}
