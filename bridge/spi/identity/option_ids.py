"""The ids of additional options and their values: the SPI's form of whatever a CRM has.

The SPI wants 2 to 32 letters, digits, hyphens and underscores, a letter first and no
mark last; CRMs number their choices from 1, or use GUIDs.  What does not fit gets a
prefix, and loses it on its way back; what does not fit even so gets a digest in its
place, which is found again among the ids that the CRM has.  Either stays the same for
ever: receipts and reports may have it.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b32encode
from collections.abc import Iterable

PATTERN = re.compile(r"^[a-zA-Z][a-zA-Z0-9_\-]{0,30}[a-zA-Z0-9]$")
"""SPI: what the id of an option, and of a value, looks like."""

PREFIX = "id-"

DIGEST = re.compile("id--[a-z2-7]{24}")


def fits(own: str) -> bool:
    """Whether an id of the CRM's needs nothing done to it."""
    return not own.startswith(PREFIX) and PATTERN.fullmatch(own) is not None


def fitting(own: str) -> str:
    """Return an id of the CRM's in the SPI's form; no two share one."""
    if fits(own):
        return own
    prefixed = PREFIX + own
    if PATTERN.fullmatch(prefixed) and not DIGEST.fullmatch(prefixed):
        return prefixed
    digest = hashlib.sha256(own.encode("utf-8", "surrogatepass")).digest()
    return f"{PREFIX}-{b32encode(digest).decode()[:24].lower()}"


def own(fitted: str) -> str:
    """Return the CRM's own id, or the digest of one that has to be found."""
    if DIGEST.fullmatch(fitted) or not fitted.startswith(PREFIX):
        return fitted
    return fitted.removeprefix(PREFIX)


def is_digest(one: str) -> bool:
    """Whether this stands for an id that has to be found."""
    return DIGEST.fullmatch(one) is not None


def found(digest: str, among: Iterable[str]) -> str | None:
    """Return the CRM's own id that a digest stands for."""
    return next((one for one in among if fitting(one) == digest), None)
