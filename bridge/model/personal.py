"""Whether a text that should be an id looks like somebody's personal data.

A till may say a cashier's e-mail address where the SPI means a number, and a client may
ask for a customer by what it has at hand.  Shapes only: no check digits, because a
number that was mistyped is just as personal.
"""

from __future__ import annotations

import re
import unicodedata

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")

PHONE = re.compile(r"(\+|00)\d{7,15}|0\d{8,10}")
"""International, or as people of most countries dial at home."""

BORN = re.compile(
    r"(?:19|20)?(?:"
    r"\d\d(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])"  # YYMMDD
    r"|(?:[04][1-9]|[1256]\d|[37][01])(?:0[1-9]|1[0-2])\d\d"  # DDMMYY
    r")(?:\d{4,5}|[A-FU-Y]?\d{3}[0-9A-Y])",
    re.IGNORECASE,
)
"""A day of birth and some digits: Nordic numbers, those for foreigners included."""

SEPARATORS = re.compile("[\\s().+/\u2010-\u2015\u2212-]")


def looks_personal(text: str) -> bool:
    """Whether it is shaped like an e-mail address, a phone number or a personal id."""
    text = _plain(text)
    if EMAIL.search(text):
        return True
    plus = "+" if text.lstrip().startswith("+") else ""
    bare = SEPARATORS.sub("", text)
    return bool(PHONE.fullmatch(plus + bare) or BORN.fullmatch(bare))


def _plain(text: str) -> str:
    """Return it in the digits and signs of ASCII, whatever keyboard it comes from."""
    if text.isascii():
        return text
    known = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(one, one)) for one in known)
