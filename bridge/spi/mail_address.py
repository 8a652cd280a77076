"""E-mail addresses: what can be one, and the one spelling to find it by."""

from __future__ import annotations

import re

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


def spelling(typed: str) -> str:
    """Return the one spelling of an address: trimmed and in lower case."""
    return typed.strip().lower()
