"""Phone numbers in the one form that the SPI knows: E.164.

A number without a plus can be read in two ways: as dialled in the site's country, or
as one that lost its plus on the way.  Both are tried, and only what is certain counts:
phonenumbers calls many numbers *possible* that nobody has.  Knows nothing of properties
or search keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
    format_number,
    is_possible_number_with_reason,
    is_valid_number,
    number_type,
    parse,
)

from bridge.spi.identity.letters import plain_dashes, written

# Nothing else: phonenumbers would dial letters ("070 BONUS"), and drop an extension.
DIALLED = re.compile(r"[\s(]*(\+?)\s*[\d(][\d\s()./~-]*")

CLEAR = re.compile(r"\+[1-9][0-9]{1,14}")

LONGEST_LOCAL = 8
"""Digits of the longest number that is dialled within a town, without an area code."""

OUT_OF_EUROPE = re.compile(r"\D*0\D*0")
OUT_OF_AMERICA = re.compile(r"\D*0\D*1\D*1")

MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


class Reading(NamedTuple):
    """One thing that a number can mean."""

    number: PhoneNumber
    whole: bool
    """With a plus, or as the whole number is dialled at home."""

    local: bool = False
    """Whether it may as well be a number within some town."""

    @property
    def valid(self) -> bool:
        return is_valid_number(self.number)

    @property
    def mobile(self) -> bool:
        return number_type(self.number) in MOBILE


class Abroad(NamedTuple):
    """What numbers after a country code look like."""

    lengths: frozenset[int]
    trunk: re.Pattern[str] | None

    def clear(self, rest: str) -> bool:
        """Whether a number is as long as it must be and begins with no trunk prefix."""
        return len(rest) in self.lengths and not (self.trunk and self.trunk.match(rest))


@cache
def _abroad_of(code: str) -> Abroad | None:
    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code))
    if not regions:
        return None
    known = PhoneMetadata.metadata_for_region_or_calling_code(int(code), regions[0])
    assert known is not None
    assert known.general_desc is not None
    trunk = known.national_prefix_for_parsing
    lengths = frozenset(known.general_desc.possible_length)
    return Abroad(lengths, re.compile(trunk) if trunk else None)


@lru_cache(maxsize=4096)
def e164(typed: str, country: str, *, mobile: bool = False) -> str | None:
    """Return a number as ``+46701112233``, or ``None`` for what is not certain.

    ``country`` (ISO alpha-2) is where a number without a country code is at home.  Of
    two numbers that both exist, one that can be a mobile is meant where ``mobile`` says
    so; otherwise the one that is dialled like that at home.  Where there is only one
    way of reading a whole number, *possible* is enough: whether it is in use, and how
    new its range is, is the CRM's to know.
    """
    text = plain_dashes(written(typed)).strip()
    match = DIALLED.fullmatch(text)
    if match is None:
        return None
    readings = list(_abroad(text) if match[1] else _readings(text, country))
    chosen = _certain(readings, mobile=mobile)
    if chosen is None:
        return None
    number = format_number(chosen.number, PhoneNumberFormat.E164)
    return number if CLEAR.fullmatch(number) else None


def is_e164(text: str) -> bool:
    """Whether a text is a whole number in E.164 that needs no repair."""
    if CLEAR.fullmatch(text) is None:
        return False
    for digits in (1, 2, 3):
        abroad = _abroad_of(text[1 : 1 + digits])
        rest = text[1 + digits :]
        if abroad:
            # Nearly all that a CRM has in E.164; the others may have a zero too many.
            return abroad.clear(rest) or e164(text, "ZZ") == text
    return False


def dialled(key: str, country: str) -> str | None:
    """Return the number in a search key as E.164, or ``None`` if none is certain.

    An unencoded ``+`` arrives as a space.  So a leading space means a plus, where that
    makes a number that exists; otherwise it is just a space in front of a number.
    """
    if key.startswith(" "):
        abroad = e164("+" + key.strip(), country)
        if abroad is not None and is_valid_number(parse(abroad)):
            return abroad
    return e164(key, country, mobile=True)


def _readings(text: str, country: str) -> Iterator[Reading]:
    """Read a number without a plus in each way that it may be meant."""
    digits = re.sub(r"\D", "", text)
    local = len(digits) <= LONGEST_LOCAL
    home = _parsed(text, country)
    if home:
        yield Reading(home, _is_whole(digits, country), local)
    if digits.startswith("00"):
        yield from _abroad(OUT_OF_EUROPE.sub("+", text, 1))
        return
    if digits.startswith("011") and not (home and is_valid_number(home)):
        yield from _abroad(OUT_OF_AMERICA.sub("+", text, 1))
    if digits.startswith("0"):
        return  # as no country code does
    for reading in _abroad(f"+{text}"):
        yield reading._replace(whole=False, local=local)


def _abroad(text: str) -> Iterator[Reading]:
    """Read a number with a plus; a zero in brackets is for those who dial at home."""
    for spelling in dict.fromkeys([text, re.sub(r"\(\s*0\s*\)", "", text)]):
        number = _parsed(spelling, None)
        if number:
            yield Reading(number, whole=True)


def _parsed(text: str, country: str | None) -> PhoneNumber | None:
    try:
        number = parse(text, country)
    except NumberParseException:
        return None
    reason = is_possible_number_with_reason(number)
    return number if reason == ValidationResult.IS_POSSIBLE else None


def _is_whole(digits: str, country: str) -> bool:
    """Whether somebody at home would dial it like that, from wherever they are."""
    home = PhoneMetadata.metadata_for_region(country, None)
    if home is None:
        return False
    trunk = home.national_prefix
    # In America the prefix is the country code, and nobody needs it.
    if not trunk or trunk == str(home.country_code):
        return True
    first = re.match(home.national_prefix_for_parsing or trunk, digits)
    return first is not None and first.end() > 0


def _certain(readings: list[Reading], *, mobile: bool) -> Reading | None:
    """Choose the reading that is meant, if that is certain."""
    valid = _distinct([reading for reading in readings if reading.valid])
    if not valid:
        whole = _distinct(readings)
        return whole[0] if len(whole) == 1 and whole[0].whole else None
    mobiles = [reading for reading in valid if reading.mobile]
    if mobile and len(mobiles) == 1:
        return mobiles[0]
    whole = [reading for reading in valid if reading.whole]
    if whole:
        return whole[0]
    sure = len(valid) == 1 and (valid[0].mobile or not valid[0].local)
    return valid[0] if sure else None


def _distinct(readings: list[Reading]) -> list[Reading]:
    """Keep one reading a number, a whole one before the others."""
    best: dict[str, Reading] = {}
    for reading in sorted(readings, key=lambda one: not one.whole):
        best.setdefault(format_number(reading.number, PhoneNumberFormat.E164), reading)
    return list(best.values())
