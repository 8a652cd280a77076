"""What Voyado refuses, in words for a cashier, or for support where it stays spent.

Its pages name the codes but not where in an answer they stand, so they are looked for
in all of it; of the rest nothing is shown, which may be about a person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial

from bridge.errors import BridgeError, Missing, Refused, Situation, _
from bridge.mapping import Answer

TAKEN = _(
    "There is already a customer with this e-mail address, mobile number, member "
    "number or personal id."
)
SEVERAL = _("Several customers have this. Search by something else.")
NO_SUCH = _("Can't redeem: the customer has no such {thing}.")
SPENT = _("Can't redeem: the {thing} is already redeemed.")
LAPSED = _("Can't redeem: the {thing} has expired.")
UNSURE = _(
    "Voyado says that it is redeemed, but not whether it was by this redeem: look at "
    "the contact in Engage."
)
BONUS_CHECK, PROMOTION = _("bonus check"), _("promotion")


class NotHere(Refused):
    """Can't redeem: the promotion cannot be used in stores."""


class Unspent(Refused):
    """Can't undo: nothing is redeemed any more."""

    detail = "Voyado has nothing redeemed under this reference."


class Limit(Refused):
    """Can't undo: the bonus check was given back too often before. Call support."""

    detail = (
        "The voucher was reactivated as often as Voyado allows it. It stays redeemed: "
        "give the customer a new one in Engage, if they are owed it."
    )


class LapsedSince(Refused):
    """Can't undo: the bonus check has expired since. Call support."""

    detail = (
        "The voucher has expired since it was redeemed. It stays redeemed: give the "
        "customer a new one in Engage, if they are owed it."
    )


class ForGood(Refused):
    """Can't undo: a promotion cannot be given back. Call support."""

    detail = (
        "Voyado takes no redeem of a promotion back. It stays redeemed: give the "
        "customer a new one in Engage, if they are owed it."
    )


class Unnoted(Refused):
    """Can't redeem: your customer system is not set up for it. Call support."""

    detail = (
        "Voyado does not keep what is written to the attribute of "
        "options.reference_field."
    )


class Foreign(Refused):
    """Can't redeem: your customer system is not set up for it. Call support."""

    detail = (
        "The attribute of options.reference_field holds something else than the "
        "bridge's notes."
    )


class NoType(Refused):
    """The customer system is not set up right. Call support."""

    detail = "Voyado does not know options.contact_type."


class Several(Refused):
    """Several customers have this. Call support."""


class AlreadyActivated(Refused):
    """Can't undo: it is undone already."""


class Lapsed(Refused):
    """Can't redeem: something has expired."""


def of(kind: type[Refused], text: str, thing: str) -> Refused:
    """Return a refusal that says what kind of thing it is about."""
    return kind(text, thing=Situation(thing))


CODES: dict[str, Callable[[], Refused]] = {
    "ContactNotFound": Missing,
    "InvalidContactId": Missing,
    "InvalidEmailAddress": Missing,
    "InvalidPhoneNumber": Missing,
    "InvalidSocialSecurityNumber": Missing,
    "InvalidSearchQuery": Missing,
    "InvalidContactType": NoType,
    "InvalidRewardVoucherId": partial(of, Missing, NO_SUCH, BONUS_CHECK),
    "RewardVoucherNotFound": partial(of, Missing, NO_SUCH, BONUS_CHECK),
    "RewardVoucherAlreadyRedeemed": partial(of, Refused, SPENT, BONUS_CHECK),
    "PromotionNotFound": partial(of, Missing, NO_SUCH, PROMOTION),
    "PromotionNotAssociatedWithContact": partial(of, Missing, NO_SUCH, PROMOTION),
    "InvalidPromotionIdNoData": partial(of, Missing, NO_SUCH, PROMOTION),
    "PromotionAlreadyRedeemed": partial(of, Refused, SPENT, PROMOTION),
    "PromotionNotValidForRedemptionChannel": NotHere,
    "NotAValidRedemptionChannel": NotHere,
    "ReactivationLimitExceeded": Limit,
    # What means one thing here and another there:
    "MultipleMatches": Several,
    "RewardVoucherAlreadyActivated": AlreadyActivated,
    "RewardVoucherExpired": Lapsed,
}
"""developer.voyado.com, "Find contact", "Redeem a voucher", "Redeem a promotion" and
"Reactivate a voucher", as of November 2026."""


def explain(answer: Answer) -> BridgeError | None:
    """Name a refusal by the first of its codes that we know."""
    if not 400 <= answer.status < 500 or answer.body is None:
        return None
    words = {*re.findall(r"[A-Za-z]+", json.dumps(answer.body, default=str))}
    return next((kind() for code, kind in CODES.items() if code in words), None)
