"""What to do about a redeem: the how-tos for support, as far as they fit how it stands.

In the page itself and in the reader's language, so that they are there without a
network.  ``docs/support`` has them at length, from what a customer says on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.language import Situation, _
from bridge.redeem import Redeem
from bridge.redeem.desk.story import tone, unheard
from bridge.redeem.record import Event


@dataclass(frozen=True)
class Guide:
    """A how-to, with the labels of the page in its steps."""

    title: str
    steps: Sequence[str]
    urgent: bool = False
    """Whether somebody has to do something, so that it stands unfolded."""


UNDO, UNDO_IT = Situation(_("Undo…")), Situation(_("Undo it"))
TRY, COMPARE = Situation(_("Try now…")), Situation(_("Compare with the CRM…"))
CLOSE, CLOSE_IT = Situation(_("Close by hand…")), Situation(_("Close it"))
WHERE, EVENTS = Situation(_("Who and where")), Situation(_("Every event"))
RECEIPT = Situation(_("The CRM's receipt"))
TOLD = Situation(_("What the till was told"))
CUSTOMER, ITEMS = Situation(_("Same customer")), Situation(_("Same items"))
HOLDER = Situation(_("Who had the item"))

NOT_HEARD = Situation(
    _("“{told}” shows that nobody at the till heard of it: ask the shop at once."),
    told=TOLD,
)

NO_DISCOUNT = (
    _("Make sure with the shop that the receipt really has no discount."),
    Situation(
        _("Press “{undo}”, say why, with the receipt's number, and press “{undo_it}”."),
        undo=UNDO,
        undo_it=UNDO_IT,
    ),
    _("The customer can use it again at once. The till is not told."),
)

GIVEN_BACK = (
    _("Nothing is spent any more: the customer can use it again at once."),
    Situation(
        _("If the CRM shows something else, press “{compare}”."), compare=COMPARE
    ),
)

DISCOUNT = _("It is spent, but the receipt has no discount")

GUIDES: dict[str, Sequence[Guide]] = {
    "unheard": (Guide(DISCOUNT, (NOT_HEARD, *NO_DISCOUNT), urgent=True),),
    "redeemed": (
        Guide(DISCOUNT, NO_DISCOUNT),
        Guide(
            _("The customer says: I never used that"),
            (
                Situation(
                    _(
                        "“{where}” has the store, the register, the staff and the "
                        "time: with these the shop finds the receipt."
                    ),
                    where=WHERE,
                ),
                Situation(
                    _("“{receipt}” below an item has the CRM's own number."),
                    receipt=RECEIPT,
                ),
                Situation(
                    _(
                        "“{customer}” and “{items}” lead to what happened around it. "
                        "If it was a mistake at the till, press “{undo}”."
                    ),
                    customer=CUSTOMER,
                    items=ITEMS,
                    undo=UNDO,
                ),
            ),
        ),
    ),
    "refused": (
        Guide(
            _("The till said that it can't redeem"),
            (
                _("Nothing is lost: none of the items is spent by this redeem."),
                Situation(
                    _(
                        "“{events}” has the CRM's own reason: spent already, expired, "
                        "or somebody else's."
                    ),
                    events=EVENTS,
                ),
                _(
                    "If it is spent already, press the item's id: the list shows every "
                    "redeem with it."
                ),
                _("The customer can try again with the other items."),
            ),
        ),
    ),
    "trouble": (Guide(_("The till waited, then gave up"), GIVEN_BACK),),
    "held": (
        Guide(
            _("Another redeem had one of the items"),
            (
                Situation(
                    _("“{holder}” leads to the other redeem, if it is still there."),
                    holder=HOLDER,
                ),
                Situation(
                    _(
                        "If that one has ended, the customer can try again. If it is "
                        "open, press “{try_now}” there."
                    ),
                    try_now=TRY,
                ),
            ),
        ),
    ),
    "undone": (Guide(_("It was given back"), GIVEN_BACK),),
    "open": (
        Guide(
            _("The till waited, then gave up"),
            (
                _("Nothing has to be done: it is tried again by itself until it ends."),
                Situation(
                    _(
                        "If the customer is waiting, press “{try_now}” and say why. If "
                        "the CRM is still away, the page says so, and nothing is worse "
                        "than before."
                    ),
                    try_now=TRY,
                ),
                _(
                    "If the cashier repeats the same redeem at the same register, that "
                    "is safe: nothing is ever spent twice."
                ),
            ),
        ),
    ),
    "stuck": (
        Guide(
            _("It is stuck"),
            (
                Situation(
                    _(
                        "Press “{try_now}” first, if the reason may be gone: the CRM "
                        "is back, or somebody has mended something there."
                    ),
                    try_now=TRY,
                ),
                _("If it is still stuck, look up each of the items in the CRM itself."),
                Situation(
                    _(
                        "Press “{close}”, choose for each item what you have found, "
                        "say why, with your ticket's number, and press “{close_it}”."
                    ),
                    close=CLOSE,
                    close_it=CLOSE_IT,
                ),
                _(
                    "Closing changes nothing in the CRM: what the customer is owed is "
                    "settled by you."
                ),
            ),
            urgent=True,
        ),
    ),
}
"""By how a redeem stands: a group of endings, ``open``, ``stuck`` or ``unheard``."""


def guides(redeem: Redeem, events: Sequence[Event]) -> Sequence[Guide]:
    """Return the how-tos that fit how a redeem stands."""
    return GUIDES["unheard" if unheard(redeem, events) else tone(redeem)]
