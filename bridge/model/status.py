"""What a card says of benefits that could not be read: they may be there."""

from __future__ import annotations

from bridge.language import Situation, _
from bridge.model.customer import CustomerStatus

PROMOTIONS = _("Could not be read just now: promotions.")
BONUS_CHECKS = _("Could not be read just now: bonus checks.")
BOTH = _("Could not be read just now: promotions and bonus checks.")


def unread(*what: str, known: CustomerStatus | None = None) -> CustomerStatus:
    """Return the status of a card without benefits, after what is ``known`` of it.

    ``what``: ``"promotions"``, ``"bonus checks"``.
    """
    one = PROMOTIONS if "promotions" in what else BONUS_CHECKS
    said = Situation(BOTH if len(what) > 1 else one)
    if known is None:
        return CustomerStatus(color="orange", text=said)
    if known.text:
        said = Situation("{known} {unread}", known=known.text, unread=said)
    color = "orange" if known.color == "green" else known.color
    return CustomerStatus(color=color, text=said)
