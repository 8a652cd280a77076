"""
Everything that can go wrong, grouped by one question: *may the CRM have changed?*

* BridgeError
  x RequestError ............ the POS asked for something impossible; nothing was sent
    + Invalid ............... a property or parameter is wrong
      - Garbled ............. what no cashier can help: the till's own mistake
    + Unauthorized .......... no valid user name and password
    + NotFound .............. no such customer or redeem
    + Unsupported ........... this mapping does not offer the operation
    + KeyReused ............. an Idempotency-Key came back with another body
  x TooLate ................. it has waited too long already; nothing was begun
  x HungUp .................. nobody waits for the answer; nothing more was begun
  x RedeemBusy .............. another request or recovery holds this redeem
  x ItemHeld ................ another redeem holds one of the items
  x UpstreamError
    + NotDone ............... certain: the CRM did not do it
      - Refused ............. ... and never will (spent, expired, not theirs)
        . Missing ........... ... because it has no such thing (also a NotFound)
        . AccessRefused ..... ... because it does not let the bridge in
        . CannotRedeem ...... ... one of the items of a redeem
        . CannotUndo ........ ... to give back one of the items of a redeem
      - Unavailable ......... ... but may, if asked again: it was not reached
        . NotAsked .......... ... it was not even tried: no time, or left alone
        . Silent ............ ... it was asked, and did not answer
        . TookTooLong ....... ... all went well, but the till waits no longer
        . Failing ........... ... it answered with an error of its own
        . Busy .............. ... a little later, it says
        . Throttled ......... ... and that it has been asked too often (also a Busy)
        . Elsewhere ......... ... at its right address
        . Untrusted ......... ... with a certificate that can be trusted
    + OutcomeUnknown ........ sent, and no answer came back
      - NoVerdict ........... ... and what came back does not say what became of it
        . Misread ........... ... as the mapping cannot make sense of it
  x Unpresentable ........... the CRM's answer has nothing in it that the SPI allows
  x JournalError ............ Redis is gone; raised before any CRM is called
  x LostClaim ............... another worker took the redeem over; stop at once
* ConfigError ............... not a BridgeError: it stops the start, never meets a POS

An error speaks to two.  Its *text* is what the POS shows a cashier: what happened and
what to do now, without jargon, personal data or a value that somebody typed; without a
text it says its class's first line.  Its *detail* is for support and operators: what it
was exactly.  Both are situations (``bridge.language``), said in the reader's language.
"""

from bridge.errors.error import BridgeError, own_text
from bridge.errors.inside import ConfigError, JournalError, LostClaim, Unpresentable
from bridge.errors.request import (
    Garbled,
    HungUp,
    Invalid,
    ItemHeld,
    KeyReused,
    NotFound,
    RedeemBusy,
    RequestError,
    TooLate,
    Unauthorized,
    Unsupported,
)
from bridge.errors.upstream import (
    AccessRefused,
    Busy,
    CannotRedeem,
    CannotUndo,
    Elsewhere,
    Failing,
    Misread,
    Missing,
    NotAsked,
    NotDone,
    NoVerdict,
    OutcomeUnknown,
    Refused,
    Silent,
    Throttled,
    TookTooLong,
    Unavailable,
    Untrusted,
    UpstreamError,
)
from bridge.language import Situation, _

__all__ = [
    "AccessRefused",
    "BridgeError",
    "Busy",
    "CannotRedeem",
    "CannotUndo",
    "ConfigError",
    "Elsewhere",
    "Failing",
    "Garbled",
    "HungUp",
    "Invalid",
    "ItemHeld",
    "JournalError",
    "KeyReused",
    "LostClaim",
    "Misread",
    "Missing",
    "NoVerdict",
    "NotAsked",
    "NotDone",
    "NotFound",
    "OutcomeUnknown",
    "RedeemBusy",
    "Refused",
    "RequestError",
    "Silent",
    "Situation",
    "Throttled",
    "TooLate",
    "TookTooLong",
    "Unauthorized",
    "Unavailable",
    "Unpresentable",
    "Unsupported",
    "Untrusted",
    "UpstreamError",
    "_",
    "own_text",
]

for _kind in list(vars().values()):
    if isinstance(_kind, type) and issubclass(_kind, Exception):
        _kind.__module__ = __name__  # where everybody finds it
