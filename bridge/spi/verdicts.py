"""What an operation makes of a CRM's "no": the same refusal means different things.

A customer who is not there is 404 when read, and "can't redeem" when redeemed for.
SPI: 409 is for redeem and undo only, 501 for lookup only, and a search that finds
nobody is an empty list.
"""

from __future__ import annotations

from dataclasses import dataclass

from bridge.errors import (
    AccessRefused,
    BridgeError,
    Missing,
    NotFound,
    Refused,
    Unsupported,
)

NOBODY = "There is no such customer."


@dataclass(frozen=True)
class Verdict:
    """HTTP statuses for what a mapping raises; every other error has its own."""

    refused: int
    missing: int
    """For what the CRM itself has not got."""

    lacking: int | None
    """For what the mapping does not offer; ``None`` answers an empty list."""

    lacks: str = ""
    """What to say then, unless the mapping says it better itself."""

    not_found: int = 404
    """For what the mapping or the journal says there is not."""

    def status(self, error: BridgeError) -> int:
        """Return the status of the error answer."""
        match error:
            case AccessRefused():
                return error.status
            case Missing():
                return self.missing
            case Refused():
                return self.refused
            case Unsupported():
                return self.lacking or error.status
            case NotFound():
                return self.not_found
            case _:
                return error.status

    def text(self, error: BridgeError) -> str:
        """Return the text of the error answer: the mapping's own where it has one."""
        if error.errortext != type(error)().errortext:
            return error.errortext
        if isinstance(error, Unsupported) and self.lacks:
            return self.lacks
        if isinstance(error, NotFound) and self.status(error) == 404:
            return NOBODY
        return error.errortext
