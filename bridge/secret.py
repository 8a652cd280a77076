"""A password or key that does not show itself in a log, a traceback or a page."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable


class Secret:
    """Holds a secret; only ``reveal`` gives it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself: for the one line that sends or compares it."""
        return self._value

    def matches(self, offered: str) -> bool:
        """Compare in constant time, whatever is offered."""
        return hmac.compare_digest(
            self._value.encode(), offered.encode("utf-8", "replace")
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.matches(other._value)

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "***"


class Pseudonyms:
    """Names that stand for what is not to be kept, the same one each time.

    Whoever has the secrets of the configuration can find out whether a name stands for
    something they know; nobody else can, and nobody can turn one back.  Other secrets,
    other names.
    """

    def __init__(self, secrets: Iterable[Secret]) -> None:
        known = sorted({one.reveal() for one in secrets})
        digests = (hashlib.sha256(one.encode()).digest() for one in known)
        self._key = hashlib.sha256(b"pseudonyms" + b"".join(digests)).digest()

    def __call__(self, text: str) -> str:
        """Return the name for a text: short enough for people to read."""
        return f"~{self.digest(text)[:16]}"

    def digest(self, text: str) -> str:
        """Return the whole digest, where two texts must never be taken for one."""
        said = text.encode("utf-8", "replace")
        return hmac.digest(self._key, said, "sha256").hex()
