"""Days and times of day as people type them, in their own time zone.

Once a year a day has 23 hours, and once 25: an hour that comes twice is told apart by
its offset from UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from bridge.language import _

HOUR = 3600
"""Seconds."""

NO_DAY = _("A day looks like 2026-11-24.")
NO_TIME = _("A time looks like 14:30, and stands beside a day.")

IN_ONE = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?: ?([+-]\d\d:\d\d|Z))?")
"""A day and a time in one text, as the command line takes them."""

TIME = re.compile(r"\d\d:\d\d")

OFFSET = re.compile(r"[+-]\d\d:\d\d|Z|")


class Said(NamedTuple):
    """What somebody has typed."""

    day: str
    time: str = ""
    offset: str = ""
    """From UTC, as ``+02:00``; only needed where a time comes twice."""


def span(said: Said, zone: tzinfo) -> tuple[float, float]:
    """Return from when until when that is (Unix time): a time of day has no length.

    Raise ``ValueError`` with a sentence.
    """
    said = _apart(said)
    when = day(said.day)
    if not (said.time or said.offset):
        return start(when, zone), start(when + timedelta(days=1), zone)
    at = _moment(said, zone).timestamp()
    return at, at


def day(text: str) -> date:
    """Read a day; raise ``ValueError`` with a sentence."""
    try:
        found = date.fromisoformat(text)
        if not 1970 < found.year < 9999:
            raise ValueError
    except ValueError:
        raise ValueError(NO_DAY) from None
    return found


def start(when: date, zone: tzinfo) -> float:
    """Return when a day begins in a zone (Unix time)."""
    return datetime.combine(when, time(), zone).timestamp()


def hours(when: date, zone: tzinfo) -> list[datetime]:
    """Return when each hour of a day begins: 24 of them, or 23, or 25."""
    begins, ends = start(when, zone), start(when + timedelta(days=1), zone)
    count = -int((begins - ends) // HOUR)
    return [datetime.fromtimestamp(begins + HOUR * n, zone) for n in range(count)]


def typed(at: float, zone: tzinfo) -> dict[str, str]:
    """Return how to type a moment: a day, a time, and which one if it comes twice."""
    local = datetime.fromtimestamp(at, zone)
    said = Said(f"{local:%Y-%m-%d}", f"{local:%H:%M}")
    offset = _offset(local) if ambiguous(said, zone) else ""
    parts = {"": said.day, "_time": said.time, "_offset": offset}
    return {name: text for name, text in parts.items() if text}


def ambiguous(said: Said, zone: tzinfo) -> list[str]:
    """Return the offsets between which one has to choose; mostly there are none."""
    try:
        said = _apart(said)
        if not said.time:
            return []
        both = [_moment(said._replace(offset=""), zone).replace(fold=n) for n in (0, 1)]
    except ValueError:
        return []
    first, second = (one.astimezone(UTC) for one in both)
    return [_offset(one) for one in both] if first < second else []


def _offset(local: datetime) -> str:
    return local.isoformat(timespec="minutes")[-6:]


def _apart(said: Said) -> Said:
    found = IN_ONE.fullmatch(said.day)
    return Said(found[1], found[2], found[3] or "") if found else said


def _moment(said: Said, zone: tzinfo) -> datetime:
    try:
        if not (TIME.fullmatch(said.time) and OFFSET.fullmatch(said.offset)):
            raise ValueError
        local = datetime.combine(day(said.day), time.fromisoformat(said.time), zone)
        if said.offset:
            return datetime.fromisoformat(f"{local:%Y-%m-%dT%H:%M}{said.offset}")
    except ValueError as error:
        raise ValueError(NO_DAY if error.args == (NO_DAY,) else NO_TIME) from None
    return local
