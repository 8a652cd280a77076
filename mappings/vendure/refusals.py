"""What Vendure refuses, named in words that hold nobody's data."""

from __future__ import annotations

from bridge.errors import AccessRefused, BridgeError, Elsewhere, Missing, Refused, _
from bridge.mapping import Answer
from mappings.vendure.protocol import Json

TAKEN = _(
    "There is already a customer with this e-mail address, mobile number, member "
    "number or personal id."
)
SPENT = _("Can't redeem: something is already redeemed, or is not this customer's.")
NOT_PAID = _("Can't redeem: your customer system is not set up for it. Call support.")
UNSPENT = _("Can't undo: nothing is redeemed any more.")
GONE_ON = _("Can't undo: it has been processed further. Call support.")
NO_CHANNEL = "Vendure has no channel with the token of options.channel."
INVALID = _("One of the values is not valid. Check what is filled in.")


class Unfit(AccessRefused):
    """The customer system is not set up right. Call support."""

    detail = (
        "Vendure lacks something that the bridge is set up for: run sitoo-bridge check."
    )


ERRORS: dict[str, tuple[type[BridgeError], str]] = {
    "ENTITY_NOT_FOUND": (Missing, ""),
    "FORBIDDEN": (AccessRefused, ""),
    "UNAUTHORIZED": (AccessRefused, ""),
    "CHANNEL_NOT_FOUND": (Unfit, NO_CHANNEL),
    "USER_INPUT_ERROR": (Refused, INVALID),
    "BAD_USER_INPUT": (Unfit, ""),
    "GRAPHQL_VALIDATION_FAILED": (Unfit, ""),
}
"""Codes of GraphQL errors (core/dist/common/error/errors.js, 3.7.3; Apollo's own).

With all of them a member has been rolled back, and those after it were not begun.
"""

RESULTS = {
    "EMAIL_ADDRESS_CONFLICT_ERROR": TAKEN,
    "COUPON_CODE_LIMIT_ERROR": SPENT,
    "COUPON_CODE_EXPIRED_ERROR": _("Can't redeem: something has expired."),
    "COUPON_CODE_INVALID_ERROR": _("Can't redeem: something is not valid any more."),
}
"""Codes of error results, which come as the data of a success."""


def explain(answer: Answer) -> BridgeError | None:
    """Name a GraphQL error, which comes within 200 from resolvers, within 400 else."""
    match answer.body:
        case {"errors": [{"extensions": {"code": str(code)}}, *_]} if code in ERRORS:
            error, text = ERRORS[code]
            return error(detail=text) if error is Unfit else error(text)
    # There is one address only, so this says nothing about a customer or an order: a
    # proxy says it, for a Vendure that is being started anew, for instance.
    return Elsewhere() if answer.status == 404 else None


def succeeded(result: Json) -> Json:
    """Return the result of a mutation's member, or raise what it says."""
    code = result.get("errorCode")
    if code is not None:
        raise Refused(RESULTS.get(code, INVALID))
    return result
