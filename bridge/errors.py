"""
Everything that can go wrong, grouped by one question: *may the CRM have changed?*

* BridgeError
  x RequestError ............ the POS asked for something impossible; nothing was sent
    + Invalid ............... a property or parameter is wrong
    + Unauthorized .......... no valid user name and password
    + NotFound .............. no such customer or redeem
    + Unsupported ........... this mapping does not offer the operation
    + KeyReused ............. an Idempotency-Key came back with another body
  x RedeemBusy .............. another request or recovery holds this redeem
  x ItemHeld ................ another redeem holds one of the items
  x UpstreamError
    + NotDone ............... certain: the CRM did not do it
      - Refused ............. ... and never will (spent, expired, not theirs)
        . Missing ........... ... because it has no such thing (also a NotFound)
        . AccessRefused ..... ... because it does not let the bridge in
        . CannotRedeem ...... ... one of the items of a redeem
        . CannotUndo ........ ... to give back one of the items of a redeem
      - Unavailable ......... ... but may, if asked again
        . Throttled ......... ... a little later: the CRM has had enough for now
        . Elsewhere ......... ... at its right address
    + OutcomeUnknown ........ sent, and no trustworthy answer came back
  x Unpresentable ........... the CRM's answer has nothing in it that the SPI allows
  x JournalError ............ Redis is gone; raised before any CRM is called
  x LostClaim ............... another worker took the redeem over; stop at once
* ConfigError ............... not a BridgeError: it stops the start, never meets a POS

The message of an error is what the POS shows: one sentence, no personal data, no
value that somebody typed.  Without a message, an error says its class's first line.
"""

from __future__ import annotations


class BridgeError(Exception):
    """Something went wrong inside the bridge."""

    status = 500
    """The HTTP status, and the ``statuscode``, of the SPI's error answer."""

    def __init__(
        self, errortext: str = "", *, retry_after: float | None = None
    ) -> None:
        """``retry_after`` is in seconds, and only a hint for whoever asks again."""
        self.errortext = errortext or (type(self).__doc__ or "").partition("\n")[0]
        self.retry_after = retry_after
        super().__init__(self.errortext)


class RequestError(BridgeError):
    """The request cannot be carried out as asked."""

    status = 400


class Invalid(RequestError):
    """A property or parameter is wrong."""


class Unauthorized(RequestError):
    """A valid user name and password are required."""

    status = 401


class NotFound(RequestError):
    """There is no such customer or redeem."""

    status = 404


class Unsupported(RequestError):
    """The CRM behind this bridge does not offer this."""

    status = 501


class KeyReused(RequestError):
    """This Idempotency-Key was used before, with another request."""

    status = 409


class RedeemBusy(BridgeError):
    """The redeem is still being worked on: ask again in a moment."""

    status = 503


class ItemHeld(BridgeError):
    """Can't redeem: another redeem is using one of the items right now."""

    status = 409


class UpstreamError(BridgeError):
    """The CRM did not give what it was asked for."""

    status = 502


class NotDone(UpstreamError):
    """The CRM certainly did not do it."""


class Refused(NotDone):
    """The CRM said no, and would say no again."""

    status = 400


class Missing(NotFound, Refused):
    """The CRM has no such thing."""

    status = 404


class AccessRefused(Refused):
    """The CRM does not let the bridge in: its credentials or rights need a look."""

    status = 502


class CannotRedeem(Refused):
    """Can't redeem: the CRM refuses one of the items."""

    status = 409


class CannotUndo(Refused):
    """Can't undo redeem: the CRM does not give back one of the items."""

    status = 409


class Unavailable(NotDone):
    """The CRM cannot be reached right now."""

    status = 503


class Throttled(Unavailable):
    """The CRM has been asked too often: try again in a moment."""

    status = 429


class Elsewhere(Unavailable):
    """The CRM is not where the bridge looks for it: its address needs a look."""


class OutcomeUnknown(UpstreamError):
    """The CRM did not answer in time: it is not known whether it did it."""

    status = 504


class Unpresentable(BridgeError):
    """The CRM's answer cannot be shown: a required property is missing or wrong."""

    status = 502


class JournalError(BridgeError):
    """The journal cannot be reached, so nothing can be redeemed or undone now."""

    status = 503


class LostClaim(BridgeError):
    """Another worker has taken the redeem over."""

    status = 503


class ConfigError(Exception):
    """The service must not start like this.

    ``problems`` holds one sentence each, with what to do about it.
    """

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))
