"""The day of a birthday that a CRM or a till keeps as a moment in time.

Many systems have no type for a day and keep a midnight instead: the one of their own
country, written down in UTC.  Knows nothing of properties.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from bridge.spi.identity.countries import KOSOVO

NOWADAYS = (datetime(2020, 1, 15, tzinfo=UTC), datetime(2020, 7, 15, tzinfo=UTC))
"""In winter and in summer: some systems keep to today's rules for any year."""


def born(moment: date | datetime, country: str) -> date | None:
    """Return the day that is meant, or ``None`` if that is not certain.

    A day is one, and so is a moment without a time zone, whatever its time.  Otherwise
    it is the day that begins then, in the moment's own zone, in UTC, or in ``country``
    (ISO alpha-2); or the day that it is then in all of them.
    """
    if not isinstance(moment, datetime):
        return moment
    if moment.utcoffset() is None or moment.time() == time():
        return moment.date()
    try:
        utc = moment.astimezone(UTC)
        local = [utc + offset for offset in _offsets(moment, country)]
    except OverflowError:
        return None  # an end of the calendar: what systems keep where they know no day
    midnights = {there.date() for there in local if there.time() == time()}
    days = midnights or {moment.date(), *(there.date() for there in local)}
    return days.pop() if len(days) == 1 else None


def _offsets(moment: datetime, country: str) -> Iterator[timedelta]:
    yield timedelta()
    for zone in _zones(country):
        for when in (moment, *NOWADAYS):
            yield when.astimezone(zone).utcoffset() or timedelta()


@cache
def _zones(country: str) -> tuple[ZoneInfo, ...]:
    """Return the time zones of a country: all of them, for nobody says which it is."""
    if country == KOSOVO:
        return (ZoneInfo("Europe/Belgrade"),)
    lines = (files("tzdata.zoneinfo") / "zone.tab").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return tuple(ZoneInfo(row[2]) for row in rows if row[0] == country)
