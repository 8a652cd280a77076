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

from bridge.spi.identity.letters import plain_dashes

WRITTEN = re.compile(r"(\d\d)?(\d\d)(\d\d)(\d\d)(\+?)(\d{4})", re.ASCII)

COORDINATION = 60
"""Added to the day of birth in a samordningsnummer."""


def spelling(typed: str, today: date) -> str | None:
    """Return what looks like a number in its one spelling, or ``None``.

    ``YYYYMMDDNNNN``, whatever its check digit says.  The century of ten digits is only
    certain where somebody can be born on that day: otherwise they stay ten digits.
    """
    match = WRITTEN.fullmatch(re.sub(r"[\s:./-]", "", plain_dashes(typed)))
    if match is None:
        return None
    century, year, month, day, plus, serial = match.groups()
    rest = year + month + day + serial
    if century:
        return f"{century}{rest}"
    century = _century(int(year), int(month), int(day), plus, today)
    if _is_day(century + year, month, day):
        return f"{century}{rest}"
    return None if plus else rest


def is_birth(digits: str) -> bool:
    """Whether twelve digits begin with a day on which somebody can be born."""
    return len(digits) == 12 and _is_day(digits[:4], digits[4:6], digits[6:8])


def is_valid(digits: str) -> bool:
    """Whether twelve digits are a number that can have been given out."""
    return is_birth(digits) and luhn.is_valid(digits[2:])


def _century(year: int, month: int, day: int, plus: str, today: date) -> str:
    """Return the digits that a number with ten digits leaves out."""
    born = today.year - (today.year - year) % 100
    not_yet = (born, month, day % COORDINATION) > (today.year, today.month, today.day)
    if plus or not_yet:
        born -= 100
    return f"{born // 100:02}"


def _is_day(year: str, month: str, day: str) -> bool:
    """Whether somebody can be born then, the samordningsnummer's day included."""
    try:
        date(int(year), int(month), int(day) % COORDINATION)
    except ValueError:
        return False
    return True
