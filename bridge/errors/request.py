"""What the POS asks for cannot be done, or not now; nothing was sent to the CRM."""

from __future__ import annotations

from typing import Any

from bridge.errors.error import BridgeError


class RequestError(BridgeError):
    """This cannot be done as asked."""

    status = 400
    what = "impossible"


class Invalid(RequestError):
    """Something is not filled in right. Check it and try again."""


class Garbled(Invalid):
    """The till sent something that cannot be read. Call support."""


class Unauthorized(RequestError):
    """The till is not let in: its user name or password is wrong. Call support."""

    status = 401


class NotFound(RequestError):
    """This cannot be found. Search for the customer again."""

    status = 404
    what = "refused"


class Unsupported(RequestError):
    """This is not possible in your customer system."""

    status = 501
    what = "refused"


class KeyReused(RequestError):
    """This was taken for an earlier request. Begin again."""

    status = 409


class TooLate(BridgeError):
    """Too many are waiting right now. Try again in a moment."""

    status = 503
    what = "not asked"
    detail = "The request had waited too long when its turn came."


class HungUp(BridgeError):
    """The till had hung up, so nothing was done. Try again."""

    status = 503
    what = "hung up"


class RedeemBusy(BridgeError):
    """This is still being worked on. Wait a moment, then try again."""

    status = 503
    what = "held"


class ItemHeld(BridgeError):
    """Another till is using one of these right now. Wait a moment, then try again."""

    status = 409
    what = "held"

    def __init__(self, errortext: str = "", *, by: str = "", **others: Any) -> None:
        """``by`` is the redeem_id of the redeem that has the item."""
        super().__init__(errortext, **others)
        self.by = by
