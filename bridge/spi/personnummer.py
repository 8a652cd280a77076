"""The Swedish personal identity number, in the twelve digits that leave no doubt.

python-stdnum checks a personnummer, but keeps ten digits as ten and does not know the
samordningsnummer (the same number with 60 added to the day).  The century of a number
with ten digits comes from its separator: ``+`` from the year in which somebody turns
100, ``-`` or nothing before (Folkbokföringslagen 1991:481, section 18).
"""

from __future__ import annotations

import re
from datetime import date

from stdnum import luhn

WRITTEN = re.compile(r"(\d\d)?(\d\d)(\d\d)(\d\d)([-+]?)(\d{4})", re.ASCII)

COORDINATION = 60
"""Added to the day of birth in a samordningsnummer."""


def twelve_digits(typed: str, today: date) -> str | None:
    """Return ``YYYYMMDDNNNN``, or ``None`` for what is no valid number."""
    match = WRITTEN.fullmatch(re.sub(r"[\s:]", "", typed))
    if match is None:
        return None
    century, year, month, day, separator, serial = match.groups()
    if not luhn.is_valid(year + month + day + serial):
        return None
    if century is None:
        century = _century(int(year), int(month), int(day), separator, today)
    if not _is_day(century + year, month, day):
        return None
    return century + year + month + day + serial


def _century(year: int, month: int, day: int, separator: str, today: date) -> str:
    """Return the digits that a number with ten digits leaves out."""
    born = today.year - (today.year - year) % 100
    not_yet = (born, month, day % COORDINATION) > (today.year, today.month, today.day)
    if separator == "+" or not_yet:
        born -= 100
    return f"{born // 100:02}"


def _is_day(year: str, month: str, day: str) -> bool:
    """Whether somebody can be born then, the samordningsnummer's day included."""
    try:
        date(int(year), int(month), int(day) % COORDINATION)
    except ValueError:
        return False
    return True
