"""Properties that are points in time: a birthday, and a moment in Unix seconds."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from marshmallow import ValidationError, fields

from bridge.language import _
from bridge.spi.identity.birthday import born
from bridge.spi.schemas.fields.numbers import Whole
from bridge.spi.schemas.fields.property import Written, Wrong

DAY = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ] ?(?P<time>[0-9]{2}[0-9:.,]*))? ?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?"
)
"""A date, and perhaps a time."""

SECONDS = re.compile(r"-?[0-9]{9,11}")
"""Unix seconds as a text: with fewer digits it may as well be a day (20240131)."""

NO_DAY = _("must be a date as YYYY-MM-DD")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def day(text: str) -> date | datetime | None:
    """Return the day in ``YYYY-MM-DD``, as a moment if it has a time with a zone."""
    match = DAY.fullmatch(text.strip())
    if match is None:
        return None
    try:
        zone = match["zone"]
        if match["time"] and zone:
            return datetime.fromisoformat("T".join(match.group("day", "time")) + zone)
        return date.fromisoformat(match["day"])
    except ValueError:
        return None


class Birthday(Written, fields.Date):
    """A day without a time.  A time is taken off where the day is certain.

    In a request that is decided where the site's country is known (incoming.py).
    """

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date | datetime:
        named = day(value) if isinstance(value, str) else None
        if named is None:
            raise ValidationError(NO_DAY)
        return named

    def shown(self, value: Any) -> Any:
        if type(value) is date:
            return value.isoformat()
        right = type(value) is str and len(value) == 10 and day(value)
        return value if right else None

    def repaired(self, value: Any, country: str) -> str:
        named = day(value) if isinstance(value, str) else value
        certain = born(named, country) if isinstance(named, date) else None
        if certain is None:
            raise Wrong
        return certain.isoformat()


class Moment(Whole):
    """A point in time in whole Unix seconds."""

    def __init__(self, description: str = "", **options: Any) -> None:
        super().__init__(description, metadata={"format": "int64"}, **options)
        # The years 1 to 9999: beyond, somebody sent milliseconds.
        self.least, self.most = -62_135_596_800, 253_402_300_799

    def shown(self, value: Any) -> Any:
        if type(value) is datetime and value.utcoffset() is not None:
            return (value - EPOCH) // SECOND
        return super().shown(value)

    def repaired(self, value: Any, country: str) -> int:
        if isinstance(value, str) and not SECONDS.fullmatch(value.strip()):
            return _seconds(value)
        return super().repaired(value, country)


def _seconds(text: str) -> int:
    """Return the seconds of ISO 8601 with an offset.  Raise ``Wrong`` without one."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Wrong from None
    if moment.utcoffset() is None:
        raise Wrong
    return (moment - EPOCH) // SECOND
