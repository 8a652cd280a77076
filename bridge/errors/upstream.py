"""What the CRM did not do, or may not have done."""

from __future__ import annotations

from typing import Any

from bridge.errors.error import BridgeError
from bridge.errors.request import NotFound


class UpstreamError(BridgeError):
    """The customer system did not manage. Try again; if it goes on, call support."""

    status = 502
    what = "failed"


class NotDone(UpstreamError):
    """Nothing was done. Try again; if it goes on, call support."""


class Refused(NotDone):
    """The customer system does not accept this."""

    status = 400
    what = "refused"


class Missing(NotFound, Refused):
    """The customer system does not have this. Search for the customer again."""

    status = 404


class AccessRefused(Refused):
    """The customer system does not let the till in. Call support."""

    status = 502
    detail = "The CRM does not let the bridge in: credentials or rights need a look."
    what = "shut out"


class CannotRedeem(Refused):
    """Can't redeem: one of these cannot be used. Take it away and try again."""

    status = 409


class CannotUndo(Refused):
    """Can't undo: one of these cannot be given back. Call support."""

    status = 409


class Unavailable(NotDone):
    """The customer system cannot be reached. Try again in a moment."""

    status = 503
    detail = "The CRM cannot be reached."
    what = "not reached"


class NotAsked(Unavailable):
    """The customer system is not answering. Try again in a moment."""

    what = "not asked"
    detail = "The CRM was not asked."


class Silent(Unavailable):
    """The customer system has not answered. Try again in a moment."""

    what = "no answer"
    detail = "The CRM did not answer."


class Failing(Unavailable):
    """The customer system is in trouble. Try again in a moment."""

    what = "failed"
    detail = "The CRM has an error of its own."


class Busy(Unavailable):
    """The customer system is busy. Try again in a moment."""

    what = "put off"
    detail = "The CRM is busy, and wants to be asked later."


class Throttled(Busy):
    """The customer system is very busy. Try again in a moment."""

    status = 429
    detail = "The CRM has been asked too often."


class TookTooLong(Unavailable):
    """The customer system was too slow, so nothing was redeemed. Try again."""

    what = "too late"
    detail = "The CRM took longer than the till waits."


class Elsewhere(Unavailable):
    """The customer system cannot be reached. Call support."""

    detail = "The CRM is not where the bridge looks for it: its address needs a look."

    def __init__(self, errortext: str = "", *, moved: str = "", **others: Any) -> None:
        """``moved`` is the one thing of the address that the CRM has a new one for."""
        super().__init__(errortext, **others)
        self.moved = moved


class Untrusted(Unavailable):
    """The connection to the customer system is not safe. Call support."""

    detail = "The CRM's certificate is not trusted: the set-up needs a look."

    def __init__(self, errortext: str = "", *, reason: str = "", **others: Any) -> None:
        """``reason`` is OpenSSL's own, for whoever looks at the set-up."""
        super().__init__(errortext, **others)
        self.reason = reason


class OutcomeUnknown(UpstreamError):
    """The customer system has not answered. Check what is done, then try again."""

    status = 504
    what = "no answer"
    detail = "The CRM did not answer."


class NoVerdict(OutcomeUnknown):
    """The customer system is in trouble. Check what is done, then try again."""

    what = "failed"
    detail = "The CRM answered, but not whether it has done it."


class Misread(NoVerdict):
    """The customer system is in trouble. Check what is done, and call support."""

    detail = "The CRM's answer was not understood: the bridge's log has more."
