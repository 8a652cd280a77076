"""What an operation makes of a CRM's "no": the same refusal means different things.

A customer who is not there is 404 when read, and "can't redeem" when redeemed for.
SPI: 409 is for redeem and undo only, 501 for lookup only, and a search that finds
nobody is an empty list.
"""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass, field

from bridge.errors import (
    AccessRefused,
    BridgeError,
    Missing,
    NotFound,
    Refused,
    Unsupported,
)
from bridge.language import _

NOBODY = _("There is no such customer any more. Search for the customer again.")


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

    texts: Table[str, str] = field(default_factory=dict)
    """What a cashier is to do when this goes wrong, by what happened (``error.what``);
    where nothing is said, the error's own text does."""

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
        if error.said:
            return error.said
        if isinstance(error, Unsupported) and self.lacks:
            return self.lacks
        if isinstance(error, NotFound) and self.status(error) == 404:
            return self.texts.get("gone", NOBODY)
        return self.texts.get(error.what, error.errortext)
