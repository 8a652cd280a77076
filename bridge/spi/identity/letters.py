"""One way of writing a text: composed letters, and no characters that nobody sees.

Two texts that look the same are the same once they went through here: an "å" may be
one character or an "a" with a ring (Unicode's NFC makes it one), and what was copied
from a web page brings zero-width spaces, soft hyphens and direction marks along.  Knows
nothing of what a text means.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

INVISIBLE = (
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
"""Unicode's format characters (category Cf), but for those that can be seen, such as
the Arabic number signs."""

CURSIVE = (
    "\u0600-\u109f\u1780-\u18af\u1900-\u1cff\u2d30-\u2d7f\ua800-\uabff\ufb50-\ufdff"
    "\ufe70-\ufefc\U00010a00-\U00010aff\U00010d00-\U00010fff\U00011000-\U00011fff"
    "\U0001e900-\U0001e95f"
)
"""Scripts in which a joiner or a non-joiner spells a word differently: Arabic and its
kin, those of India and South-East Asia, Mongolian."""

PICTURE = "\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff"

PURPOSEFUL = (
    rf"(?<=[{CURSIVE}])[\u200c\u200d]"
    rf"|(?<=[\u1800-\u18af])\u180e"
    rf"|(?<=[{PICTURE}])\u200d(?=[{PICTURE}])"
    # The flags of England, Scotland and Wales.
    r"|(?<=\U0001f3f4)[\U000e0020-\U000e007e]+\U000e007f"
)
"""Format characters that a text needs: without them it would read differently."""

FORMAT = re.compile(f"({PURPOSEFUL})|[{INVISIBLE}]")

DASHES = dict.fromkeys(
    map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"), "-"
)
"""Whatever a keyboard, a word processor or a spreadsheet makes of a hyphen."""


def written(text: str) -> str:
    """Return a text in its one way of writing: what was right stays the same object."""
    if text.isascii() or is_written(text):
        return text
    return unicodedata.normalize("NFC", FORMAT.sub(r"\1", text))


def is_written(text: str) -> bool:
    """Whether ``written`` would leave a text alone."""
    # No invisible character is printable, and nearly every text is.
    seen = text.isprintable() or not any(not hit[1] for hit in FORMAT.finditer(text))
    return seen and unicodedata.is_normalized("NFC", text)


def all_written(value: Any) -> Any:
    """Return a JSON value with all its texts written that way, but for its names."""
    if isinstance(value, str):
        return written(value)
    if isinstance(value, list):
        return [all_written(element) for element in value]
    if isinstance(value, dict):
        return {name: all_written(part) for name, part in value.items()}
    return value


def plain_dashes(text: str) -> str:
    """Return a text with a hyphen for every kind of dash."""
    return text if text.isascii() else text.translate(DASHES)
