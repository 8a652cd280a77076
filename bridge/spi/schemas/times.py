"""Properties that are points in time: a birthday, and a moment in Unix seconds."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from marshmallow import ValidationError, fields

from bridge.spi.schemas.numbers import Whole
from bridge.spi.schemas.property import Written, Wrong

DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ][0-9:.,+\-Z ]*)?")
"""A date, and perhaps a time that says nothing about a birthday."""

SECONDS = re.compile(r"-?[0-9]{9,11}")
"""Unix seconds as a text: with fewer digits it may as well be a day (20240131)."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def day(text: str) -> date | None:
    """Return the day in ``YYYY-MM-DD``, with or without a time, else ``None``."""
    match = DAY.fullmatch(text.strip())
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


class Birthday(Written, fields.Date):
    """A day without a time.  A time part is taken off, on the way in and out."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        born = day(value) if isinstance(value, str) else None
        if born is None:
            raise ValidationError("must be a date as YYYY-MM-DD")
        return born

    def shown(self, value: Any) -> Any:
        if type(value) is date:
            return value.isoformat()
        right = type(value) is str and len(value) == 10 and day(value)
        return value if right else None

    def repaired(self, value: Any, country: str) -> str:
        if isinstance(value, datetime):
            return value.date().isoformat()
        born = day(value) if isinstance(value, str) else None
        if born is None:
            raise Wrong
        return born.isoformat()


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
