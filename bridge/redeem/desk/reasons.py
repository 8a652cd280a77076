"""Why somebody acts on a redeem, in their own words: kept for ever, so without people.

Whatever looks like an e-mail address, a phone number or a personal id is refused.  A
number that a letter or ``#`` stands before is a ticket's.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from bridge.errors import Invalid
from bridge.language import _

REASON_LENGTH = 500
"""Characters: a few sentences."""

UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd\ud800-\udfff]+")

MAIL = re.compile(r"\S@\S")

NUMBER = re.compile(
    r"(?<![\w#-])\d{6}(?:\d\d)?[-+A-FU-Y ]?\d{3}[\dA-Z]{1,2}(?!\w)", re.I
)
"""As people write the personal ids of the Nordic countries."""

PLAIN = re.compile(r"[\w#]*[#A-Za-z]-?\d[\d-]*|\b20\d\d-\d\d-\d\d\b")
"""A ticket or a day."""

EMPTY = _("Say why: the reason is kept with the redeem.")
TOO_LONG = _("The reason is longer than {most} characters.")
HAS_MAIL = _("The reason has an e-mail address in it: take it out, or name a ticket.")
HAS_PHONE = _(
    "The reason has a phone number in it: take it out, or write #123 for a ticket."
)
HAS_ID = _(
    "The reason has a personal id in it: take it out, or write #123 for a ticket."
)


def checked_reason(reason: str, country: str = "SE") -> str:
    """Return a reason in one line of plain text; ``Invalid`` where it cannot be kept.

    ``country`` decides what a phone number without a country code looks like.
    """
    text = UNPRINTABLE.sub(" ", reason).strip()
    if not text:
        raise Invalid(EMPTY)
    if len(text) > REASON_LENGTH:
        raise Invalid(TOO_LONG, most=REASON_LENGTH)
    known = unicodedata.normalize("NFKC", text)
    if MAIL.search(known):
        raise Invalid(HAS_MAIL)
    plain = PLAIN.sub("#", known)
    if any(_is_personal(found[0]) for found in NUMBER.finditer(plain)):
        raise Invalid(HAS_ID)
    if _has_phone(plain, country):
        raise Invalid(HAS_PHONE)
    return text


# What knows numbers is large, and waits for the first reason that has one.


def _has_phone(text: str, country: str) -> bool:
    if not any(character.isdigit() for character in text):
        return False
    from phonenumbers import Leniency, PhoneNumberMatcher

    return PhoneNumberMatcher(text, country, leniency=Leniency.VALID).has_next()


def _is_personal(number: str) -> bool:
    from stdnum.dk import cpr
    from stdnum.fi import hetu
    from stdnum.no import fodselsnummer
    from stdnum.se import personnummer

    kinds: tuple[Any, ...] = (personnummer, fodselsnummer, cpr, hetu)
    return any(kind.is_valid(number) for kind in kinds)
