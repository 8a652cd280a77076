"""What goes wrong in the bridge itself."""

from __future__ import annotations

from typing import Any

from bridge.errors.error import BridgeError


class Unpresentable(BridgeError):
    """What the customer system says cannot be shown. Call support."""

    status = 502


class JournalError(BridgeError):
    """Nothing can be redeemed or undone right now. Try again in a moment."""

    status = 503
    what = "no journal"
    detail = "The journal cannot be reached."

    def __init__(
        self, errortext: str = "", *, complaint: str = "", **others: Any
    ) -> None:
        """``complaint`` is for the log: an error's class, and Redis's code word."""
        super().__init__(errortext, **others)
        self.complaint = complaint


class LostClaim(BridgeError):
    """This is being worked on already. Wait a moment, then try again."""

    status = 503
    what = "held"


class ConfigError(Exception):
    """The service must not start like this.

    ``problems`` holds one sentence each, with what to do about it.
    """

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))
