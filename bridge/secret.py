"""A password or key that does not show itself in a log, a traceback or a page."""

from __future__ import annotations

import hmac


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
