"""What Voucherify refuses, named in words that hold nobody's data."""

from __future__ import annotations

from bridge.errors import BridgeError, Refused, Unavailable, _
from bridge.mapping import Answer

TAKEN = _("There is already a customer with this {thing}.")
NOUNS = {
    "member_number": _("member number"),
    "email": _("e-mail address"),
    "mobile": _("mobile number"),
    "personal_id": _("personal id"),
    "company_id": _("company id"),
}
INVALID = _("One of the values is not valid. Check what is filled in.")
SPENT = _("Can't redeem: something is already redeemed.")
NOT_THEIRS = _("Can't redeem: something is not valid now, or is not this customer's.")
EXPIRED = _("Can't redeem: something has expired.")
RULES = _(
    "Can't redeem: the conditions for one of these are not met. Take it away and try "
    "again."
)
NOT_TOGETHER = _(
    "Can't redeem: not all of these can be used together. Take one away and try again."
)
ONE_EACH = _(
    "Can't redeem: two of these are from the same card. Take one away and try again."
)
TOO_MANY = _("Can't redeem: too many at once. Take some away and try again.")
NO_BALANCE = _(
    "Can't redeem: not enough is left on the card. Search for the customer again."
)
NOT_TAKEN = _("Can't redeem: one of these cannot be used. Take it away and try again.")
LIST_IS_LATE = _("Voucherify does not say yet what was redeemed.")
LIST_IS_FULL = _("The customer has more redemptions than Voucherify lists.")


class Late(Refused):
    """Can't undo: it is too late to give it back. Call support."""

    detail = "Voucherify does not give it back; three months are the limit."


class UsedUp(Unavailable):
    """The customer system cannot be reached. Call support."""

    detail = "Voucherify takes no more calls: its plan is used up or has ended."


class RolledBack(Refused):
    """Can't undo: it is undone already."""


KEYS = {
    "quantity_exceeded": SPENT,
    "gift_amount_exceeded": NO_BALANCE,
    "loyalty_card_points_exceeded": NO_BALANCE,
    "zero_card_balance": NO_BALANCE,
    "voucher_expired": EXPIRED,
    "voucher_disabled": NOT_THEIRS,
    "voucher_not_active": NOT_THEIRS,
    "voucher_not_active_now": NOT_THEIRS,
    "promotion_inactive": NOT_THEIRS,
    "promotion_not_active_now": NOT_THEIRS,
    "customer_rules_violated": RULES,
    "order_rules_violated": RULES,
    "redemption_rules_violated": RULES,
    "missing_order_items": RULES,
    "referrer_not_permitted_to_redeem": NOT_THEIRS,
    "preceding_validation_failed": NOT_TAKEN,
    "no_effect": NOT_TOGETHER,
    "exclusion_rules_not_met": NOT_TOGETHER,
    "applicable_redeemables_limit_exceeded": NOT_TOGETHER,
    "applicable_redeemables_per_category_limit_exceeded": NOT_TOGETHER,
    "applicable_exclusive_redeemables_limit_exceeded": NOT_TOGETHER,
    "applicable_exclusive_redeemables_per_category_limit_exceeded": NOT_TOGETHER,
    "invalid_customer": INVALID,
    "invalid_payload": INVALID,
}
"""Keys of errors, and of what became of one item of a redeem.

Voucherify's own messages quote codes and may be the retailer's, so ours are shown.
"""


def explain(answer: Answer) -> BridgeError | None:
    """Name a refusal by its key; what says that something is missing, its status does.

    402 is a plan that is used up (errors.mdx): it has nothing to do with the request.
    """
    if answer.status == 402:
        return UsedUp()
    match answer.body:
        case {"key": "already_rolled_back"}:
            return RolledBack()
        case {"key": str(key)} if key in KEYS and answer.status != 404:
            return Refused(KEYS[key])
    return None
