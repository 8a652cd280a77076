"""Phone numbers in the one form that the SPI knows: E.164.

Knows nothing of properties or search keys.
"""

from __future__ import annotations

from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    format_number,
    is_possible_number,
    is_valid_number,
    parse,
)


def e164(typed: str, country: str) -> str | None:
    """Return a number as ``+46701112233``, or ``None`` for what cannot be a number.

    ``country`` (ISO alpha-2) is where a number without a country code is at home.
    *Possible* is enough: whether a number is in use is the CRM's to know.
    """
    # Without this, phonenumbers dials letters: "070 BONUS" would become a number.
    if any(character.isalpha() for character in typed):
        return None
    try:
        number = parse(typed, country)
    except NumberParseException:
        return None
    if not is_possible_number(number):
        return None
    return format_number(number, PhoneNumberFormat.E164)


def dialled(key: str, country: str) -> str | None:
    """Return the number in a search key as E.164, or ``None`` if there is none.

    An unencoded ``+`` arrives as a space.  So a leading space means a plus, where that
    makes a number that exists; otherwise it is just a space in front of a number.
    """
    if key.startswith(" "):
        abroad = e164("+" + key.strip(), country)
        if abroad is not None and is_valid_number(parse(abroad)):
            return abroad
    return e164(key, country)
