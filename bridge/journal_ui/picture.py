"""The picture of what happened to a redeem: for each try a waterfall, to draw as SVG.

Across is time, in percent of the try's own length: it fits any screen, and what took
40 ms and what a person did two days later would not fit on one scale.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bridge.language import ENGLISH, Reader, _
from bridge.redeem.desk.phrases import KINDS
from bridge.redeem.desk.story import (
    Try,
    began,
    detail,
    happened,
    item_name,
    phrase,
)
from bridge.redeem.record import TELLS, Event, Redeem

TONES = {
    "answered": "good",
    "undo answered": "good",
    "checked": "calm",
    "redeemed": "good",
    "found": "good",
    "all redeemed": "good",
    "undone": "calm",
    "all undone": "calm",
    "asked": "info",
    "asked again": "info",
    "refused": "warn",
    "turned": "warn",
    "tried by hand": "info",
    "undo by hand": "info",
    "closed": "calm",
    "stated": "calm",
}
"""What colour stands for; everything else is a trouble."""

QUIET = ("begun", "sending", "undoing", "claimed")
"""What gets a row only where a try has no other; the list of events has all."""

NARROWEST = 0.6
"""Percent of the width: a bar can be seen, however short the call."""

BRIEF = {
    "redeemed": _("redeemed"),
    "undone": _("given back"),
    "refused": _("refused"),
}
"""What fits beside an item's name on a telephone."""

ROWS_AT_MOST = 40

SHORT = 14
"""Characters of an id that a row shows whole."""


@dataclass(frozen=True)
class Row:
    """A call to the CRM, or a moment."""

    label: str
    about: str
    took: str
    tone: str
    x: float
    width: float
    """Percent; 0 for a moment."""


@dataclass(frozen=True)
class Waterfall:
    """One try."""

    number: int
    who: str
    began: float
    took: str
    gap: str
    """How long nothing happened before it; "" before the first."""
    ticks: Sequence[tuple[float, str]]
    rows: Sequence[Row]
    left_out: int


def waterfalls(
    redeem: Redeem, tries: Sequence[Try], to: Reader = ENGLISH
) -> Iterator[Waterfall]:
    """Return a picture for each try."""
    before: Try | None = None
    for one in tries:
        length = one.ended - one.began
        gap = duration(one.began - before.ended) if before else ""
        shown = [event for event in one.events if event.what not in QUIET]
        rows = [_row(redeem, one, event, to) for event in shown or one.events[:1]]
        ticks = _ticks(length)
        took = duration(length)
        who, some = to.say(one.who), rows[:ROWS_AT_MOST]
        rest = len(rows) - len(some)
        yield Waterfall(one.number, who, one.began, took, gap, ticks, some, rest)
        before = one


def duration(seconds: float) -> str:
    """Write how long something took, in the unit that suits it."""
    if seconds < 1:
        return f"{max(0.0, seconds) * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, hours = round(seconds / 60), round(seconds / 3600)
    if minutes < 60:
        return f"{minutes} min"
    if hours < 48:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{round(seconds / 86_400)} days"


def _row(redeem: Redeem, one: Try, event: Event, to: Reader) -> Row:
    length = one.ended - one.began
    start, end = began(event) - one.began, event.at - one.began
    x, until = (100 * start / length, 100 * end / length) if length else (0.0, 0.0)
    is_moment = event.took_ms is None or event.what in TELLS
    width = 0.0 if is_moment else max(NARROWEST, until - x)
    label, about = _words(redeem, event, to)
    took = "" if event.took_ms is None else duration(event.took_ms / 1000)
    tone = TONES.get(event.what, "bad")
    if event.what in TELLS and (event.gone_ms is not None or event.status >= 400):
        tone = "warn"
    return Row(label, about, took, tone, round(min(x, 100 - width), 2), round(width, 2))


def _words(redeem: Redeem, event: Event, to: Reader) -> tuple[str, str]:
    """Return a row's words, short enough for a telephone, and those of its tooltip."""
    words = happened(event, to)
    if event.line is None:
        brief = phrase(event, to)
        if event.what in TELLS:
            brief = f"{brief}: {event.status}"
        return brief[:1].upper() + brief[1:], words
    line = redeem.lines[event.line]
    kind, short = to.say(KINDS[line.kind]), line.item_id
    if len(short) > SHORT:
        short = f"{short[:8]}…"
    brief = to.say(BRIEF.get(event.what, "")) or phrase(event, to)
    if event.what in ("asked", "stated"):
        brief = detail(event, to)
    return f"{kind.capitalize()} {short}: {brief}", f"{item_name(line, to)}: {words}"


def _ticks(length: float) -> list[tuple[float, str]]:
    return [(share, duration(length * share / 100)) for share in (0.0, 50.0, 100.0)]
