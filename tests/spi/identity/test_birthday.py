"""The day that a moment stands for, where that is certain."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bridge.spi.identity.birthday import born
from bridge.spi.schemas.fields.times import day

THAT_DAY = date(1975, 8, 4)


@pytest.mark.parametrize(
    ("country", "text"),
    [
        ("SE", "1975-08-04"),
        ("SE", "1975-08-04T00:00:00"),
        ("SE", "1975-08-04 13:45"),  # nobody says where, so the day is what it says
        ("SE", "1975-08-04T00:00:00Z"),
        ("SE", "1975-08-04T00:00:00.000Z"),
        ("SE", "1975-08-04 00:00:00 +0200"),
        ("SE", "1975-08-04+02:00"),
        ("SE", "1975-08-03T23:00:00Z"),  # midnight: no summer time in 1975
        ("SE", "1975-08-03T22:00:00Z"),  # midnight by today's rules
        ("SE", "1975-08-03T22:00:00+00:00"),
        ("SE", "1975-08-04T02:00:00+02:00"),  # midnight in UTC
        ("SE", "1975-08-04T12:00:00Z"),  # the same day everywhere
        ("FI", "1975-08-03T22:00:00Z"),
        ("FI", "1975-08-03T21:00:00Z"),
        ("GB", "1975-08-03T23:00:00Z"),
        ("IS", "1975-08-04T00:00:00Z"),
        ("ES", "1975-08-03T22:00:00Z"),  # the Canaries are an hour behind
        ("XK", "1975-08-03T22:00:00Z"),
        ("US", "1975-08-04T04:00:00Z"),  # New York's
        ("US", "1975-08-04T08:00:00Z"),  # Los Angeles'
        ("US", "1975-08-04T00:00:00Z"),
    ],
)
def test_the_day_is_certain(country: str, text: str) -> None:
    moment = day(text)
    assert moment is not None
    assert born(moment, country) == THAT_DAY


@pytest.mark.parametrize(
    ("country", "text"),
    [
        ("SE", "1975-08-03T22:30:00Z"),  # no midnight, and two days
        ("SE", "1975-08-03T23:00:01Z"),
        ("GB", "1975-08-03T22:00:00-04:00"),
        ("US", "1975-08-03T19:30:00-05:00"),
        # The ends of the calendar, beyond which no other zone has a day.
        ("SE", "9999-12-31T23:59:59Z"),
        ("US", "9999-12-31T23:59:59-01:00"),
        ("US", "0001-01-01T01:00:00Z"),
        ("SE", "0001-01-01T00:30:00+02:00"),
    ],
)
def test_the_day_is_not_certain(country: str, text: str) -> None:
    moment = day(text)
    assert isinstance(moment, datetime)
    assert born(moment, country) is None


@pytest.mark.parametrize(
    "text", ["1975-8-4", "1975-08-04T", "1975-08-04T25:00:00Z", "04.08.1975", "", "x"]
)
def test_what_is_no_day(text: str) -> None:
    assert day(text) is None
