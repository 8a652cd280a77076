"""E-mail addresses: what can be one, and the one spelling to find it by."""

from __future__ import annotations

import re
from functools import lru_cache

import idna

from bridge.spi.identity.letters import written

LONGEST = 254
"""Characters in an address that can be delivered to (RFC 5321, errata 1690)."""

# Deliberately loose: letters outside ASCII are allowed on both sides of the @, and
# whether the mailbox exists is not ours to know.
ADDRESS = re.compile(
    r"""[^\s@<>()\[\],;:"\\]{1,64} @ (?:[^\W_](?:[\w-]*[^\W_])?\.)+ [^\W\d_][\w-]*""",
    re.VERBOSE,
)


def is_address(text: str) -> bool:
    """Whether a text can be an e-mail address."""
    return len(text) <= LONGEST and ADDRESS.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def spelling(typed: str) -> str:
    """Return the one spelling of an address: trimmed and in lower case.

    An internationalised domain is in the letters that people read: ``xn--berg-4qa.se``
    and ``ÖBERG.se`` are both ``öberg.se`` (UTS 46).  What is no domain stays as typed.
    """
    local, at, domain = written(typed.strip()).rpartition("@")
    return written(local.lower()) + at + _domain(written(domain.lower()))


def _domain(lower: str) -> str:
    if lower.isascii() and "xn--" not in lower:
        return lower
    try:
        return idna.decode(idna.encode(lower, uts46=True))
    except (idna.IDNAError, UnicodeError):
        return lower
