"""What Tryton refuses, named in words that hold nobody's data."""

from __future__ import annotations

import re

from bridge.errors import (
    AccessRefused,
    BridgeError,
    Refused,
    Unavailable,
    UpstreamError,
    _,
)
from bridge.mapping import Answer

GONE_ON = _("Can't undo: it has been processed further. Call support.")

NO_MAIL = _("The e-mail address is not valid.")


class Overtaken(Unavailable):
    """Somebody else is using one of these right now. Try again in a moment."""


REFUSALS: tuple[tuple[str, type[UpstreamError], str], ...] = (
    # A coupon is shut as soon as it is used up.
    ('^You are not allowed to modify the field "Number"', Overtaken, ""),
    ("^You are not allowed to|^Calling button", AccessRefused, ""),
    ('^You can not call "cancel"', Refused, GONE_ON),
    ("^The phone number .* is not valid", Refused, _("The phone number is not valid.")),
    (
        "^The email address .* is not valid",
        Refused,
        NO_MAIL,
    ),
    ("^The .* for party .* is not valid", Refused, _("The id number is not valid.")),
    ("", Refused, _("One of the values is not valid. Check what is filled in.")),
)
"""The beginnings of Tryton's messages (party/message.xml, ir/message.xml, 8.2.1).

They quote names and numbers, so ours are shown instead.  They come in English, whatever
the language of the bridge's user in Tryton: writes ask for it.
"""


def explain(answer: Answer) -> BridgeError | None:
    """Name a refusal of REST (400) or of JSON-RPC (an ``error`` within 200).

    Whatever raises these in Tryton undoes the transaction, so nothing has been done.
    """
    match answer.body:
        case {"error": ["ConcurrencyException", *_]}:
            return Overtaken()
        case {"error": ["UserError" | "UserWarning", [str(said), *_]]}:
            return _named(said)
        case {"status": 400, "message": str(said)}:
            return _named(said)
    return None


def _named(said: str) -> BridgeError:
    return next(
        error(text) for beginning, error, text in REFUSALS if re.search(beginning, said)
    )
