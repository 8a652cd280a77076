"""What Odoo refuses, named in words that hold nobody's data."""

from __future__ import annotations

import re

from bridge.errors import (
    AccessRefused,
    BridgeError,
    Elsewhere,
    Missing,
    Refused,
    Unavailable,
    UpstreamError,
    _,
)
from bridge.mapping import Answer, Signals

TAKEN = _(
    "There is already a customer with this e-mail address, mobile number, member "
    "number or personal id."
)
SPENT = _(
    "Can't redeem: something is already redeemed, has expired, or is not this "
    "customer's."
)
GONE = _("Can't undo: it does not exist any more. Call support.")
NO_CARD = _("The card is not in Odoo any more.")
INVALID = _("One of the values is not valid. Check what is filled in.")


class Locked(AccessRefused):
    """The customer system is not set up right. Call support."""

    detail = "Odoo does not let the bridge in: correct options.user_id or options.key."


class NotAllowed(AccessRefused):
    """The customer system is not set up right. Call support."""

    detail = "The bridge's user in Odoo may not do this: run sitoo-bridge check."


class NoCompany(AccessRefused):
    """The customer system is not set up right. Call support."""

    detail = "The bridge's user does not belong to the company of options.company."


class Unfit(AccessRefused):
    """The customer system is not set up right. Call support."""

    detail = (
        "Odoo lacks something that the bridge is set up for: run sitoo-bridge check."
    )


class NoLanguage(AccessRefused):
    """The customer system is not set up right. Call support."""

    detail = "Odoo has no language of the code in options.language: activate it there."


class Overtaken(Unavailable):
    """Somebody else is using one of these right now. Try again in a moment."""


OVERTAKEN = tuple(
    f"psycopg2.errors.{name}"
    for name in ("SerializationFailure", "DeadlockDetected", "LockNotAvailable")
)
"""What is left after Odoo has tried five times itself (odoo/service/model.py, 18.0)."""

SIGNALS = Signals(
    faults=("error",), throttled=frozenset((200, name) for name in OVERTAKEN)
)
"""These are asked again: nothing has been done."""

BY_MESSAGE: tuple[tuple[str, str, type[UpstreamError], str], ...] = (
    ("AccessDenied", "", Locked, ""),
    ("AccessError", "unauthorized or invalid companies", NoCompany, ""),
    ("AccessError", "", NotAllowed, ""),
    # Odoo looks the user up before anything else.
    ("MissingError", r"Record: res\.users\(", Locked, ""),
    ("MissingError", "", Missing, ""),
    ("UserError", "^Invalid language code", NoLanguage, ""),
    ("UserError", "^Object .* doesn't exist", Unfit, ""),
    ("UserError", "^SITOO_GONE", Refused, GONE),
    ("UserError", "^SITOO_SPENT", Refused, SPENT),
    ("ValidationError", "^New Balance should be", Refused, SPENT),
    ("ValidationError|UserError|RedirectWarning", "", Refused, INVALID),
    ("ValueError|TypeError|KeyError|AttributeError", "", Unfit, ""),
    ("|".join(name.rpartition(".")[2] for name in OVERTAKEN), "", Overtaken, ""),
    ("", "", Unavailable, ""),
)
"""The last word of an error's name, and the message where that tells more.

Messages quote names and values, so ours are shown instead.
"""


def explain(answer: Answer) -> BridgeError | None:
    """Name an error of Odoo's, which comes within 200.

    Whatever raises one rolls its transaction back: nothing has been done.
    """
    match answer.body:
        case {"error": {"data": {"name": str(name), "message": str(said)}}}:
            return _named(name.rpartition(".")[2], said)
    # There is one address only, so this says nothing about a customer: a proxy says
    # it, for an Odoo that is being started anew, for instance.
    return Elsewhere() if answer.status == 404 else None


def _named(name: str, said: str) -> BridgeError:
    return next(
        error(text, detail=NO_CARD if text == GONE else "")
        for kind, part, error, text in BY_MESSAGE
        if (not kind or re.fullmatch(kind, name)) and re.search(part, said)
    )
