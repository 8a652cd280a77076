"""What people can ask for: states, ways of ending, so much of an id; what they found.

Only words, so that a form or a command's help has them without the journal behind them.
"""

from __future__ import annotations

from enum import StrEnum

from bridge.language import _
from bridge.redeem.desk.phrases import ENDINGS, GROUP_NAMES
from bridge.redeem.journal.keys import UNHEARD

ID_LENGTH = 32
PREFIX_LENGTH = 3
"""Digits of a redeem id: of a whole one, and of the least that is looked for."""

STATES = {
    "redeemed": _("redeemed"),
    "undone": _("undone"),
    "open": _("open, stuck ones too"),
    "stuck": _("stuck"),
}
"""The states that one can look for, as a form shows them."""

OUTCOMES: dict[str, str] = {
    **{how.replace(" ", "-"): said for how, said in ENDINGS.items()},
    "trouble": GROUP_NAMES["trouble"],
    UNHEARD: _("success that nobody heard"),
}
"""The ways of ending that one can look for, by their names in a query string."""

DEEDS = {
    "acts": _("what was done to redeems, and saved lists"),
    "sign-ins": _("signing in and out"),
    "refused": _("refused sign-ins"),
}
"""The kinds of what people did, as a form shows them."""


class Found(StrEnum):
    """What somebody has found out about an item in the CRM: a person, or the bridge."""

    SPENT = "spent"
    NOT_SPENT = "not spent"
    UNKNOWN = "unknown"


FOUND = {found.value.replace(" ", "-"): found for found in Found}
"""What was found in the CRM, as one word on a command line."""
