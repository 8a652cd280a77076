"""What the words of the journal mean to people: phrases, for the catalogues.

Knows no redeem: ``story`` puts the phrases together.
"""

from __future__ import annotations

from bridge.language import _
from bridge.model import ItemKind
from bridge.redeem.record import State, Why

KINDS = {
    ItemKind.BONUS_CHECK: _("bonus check"),
    ItemKind.PROMOTION: _("promotion"),
}

STANDING = {
    State.WAITING: _("not sent yet"),
    State.SENDING: _("perhaps spent"),
    State.REDEEMED: _("spent"),
    State.UNDOING: _("perhaps given back"),
    State.UNDONE: _("not spent"),
    State.KEPT: _("spent, and the CRM does not give it back"),
}
"""What is known about one item."""

ENDINGS: dict[str, str] = {
    "redeemed": _("redeemed"),
    Why.REFUSED: _("refused by the CRM"),
    Why.NOT_ASKED: _("CRM not asked"),
    Why.NOT_REACHED: _("CRM not reached"),
    Why.SHUT_OUT: _("bridge not let in"),
    Why.PUT_OFF: _("put off by the CRM"),
    Why.NO_ANSWER: _("no answer"),
    Why.FAILED: _("error in the CRM"),
    Why.HELD: _("another till had it"),
    Why.TWIN: _("asked twice"),
    Why.TOO_LATE: _("took too long"),
    Why.HUNG_UP: _("till hung up"),
    Why.INTERRUPTED: _("interrupted"),
    Why.GIVEN_BACK: _("given back on request"),
}
"""How a redeem ended, in a few words: for lists, filters and numbers."""

GROUPS: dict[str, tuple[str, ...]] = {
    "redeemed": ("redeemed",),
    "refused": (Why.REFUSED,),
    "trouble": (
        Why.NOT_ASKED,
        Why.NOT_REACHED,
        Why.SHUT_OUT,
        Why.PUT_OFF,
        Why.NO_ANSWER,
        Why.FAILED,
        Why.TOO_LATE,
        Why.INTERRUPTED,
        Why.HUNG_UP,
    ),
    "held": (Why.HELD, Why.TWIN),
    "undone": (Why.GIVEN_BACK,),
}
"""Endings that mean the same to a customer: numbers and colours go by these."""

GROUP_NAMES = {
    "redeemed": _("redeemed"),
    "refused": _("refused by the CRM"),
    "trouble": _("CRM or till in trouble"),
    "held": _("another till had it"),
    "undone": _("given back on request"),
}

STATES = {"open": _("open"), "stuck": _("stuck")}

REASONS: dict[str, str] = {
    Why.REFUSED: _("the CRM refused"),
    Why.NOT_ASKED: _("the CRM was not asked"),
    Why.NOT_REACHED: _("the CRM was not reached"),
    Why.SHUT_OUT: _("the CRM did not let the bridge in"),
    Why.PUT_OFF: _("the CRM wanted to be asked later"),
    Why.NO_ANSWER: _("the CRM gave no answer"),
    Why.FAILED: _("the CRM had an error of its own"),
    Why.HELD: _("another till had one of the items"),
    Why.TWIN: _("the same request had come twice, and the other one was quicker"),
    Why.TOO_LATE: _("it took longer than the till waits"),
    Why.HUNG_UP: _("the till had hung up"),
    Why.INTERRUPTED: _("it was interrupted before the till had its answer"),
    Why.GIVEN_BACK: _("it was to be given back"),
}
"""Why a redeem is not spent: what happened, to go into a sentence."""

HAPPENED = {
    "begun": _("the till asked for the redeem"),
    "sending": _("the CRM is about to be asked to redeem it"),
    "redeemed": _("the CRM redeemed it"),
    "asked": _("the CRM was asked about it"),
    "turned": _("from here on, everything is given back"),
    "in the way": _("another redeem was in the way"),
    "undoing": _("the CRM is about to be asked to give it back"),
    "undone": _("the CRM gave it back"),
    "kept": _("it stays spent"),
    "claimed": _("taken over"),
    "stuck": _("stuck: a person has to look at it"),
    "all redeemed": _("the redeem is complete"),
    "all undone": _("nothing is spent any more"),
    "asked again": _("the till asked again, and got the same answer"),
    "found": _("the success was found written down after all"),
    "undo refused": _("the undo was refused"),
    "tried by hand": _("tried by hand"),
    "undo by hand": _("undone by hand"),
    "closed": _("closed by hand"),
    "stated": _("looked up in the CRM"),
    "checked": _("compared with the CRM by hand"),
    "answered": _("the till was answered"),
    "undo answered": _("the till was answered about the undo"),
}
"""What the words of the journal mean."""

CALLS = {"asked": _("asked about it"), "undoing": _("to give it back")}
"""What the CRM was called for, where that came to nothing; else it was to redeem."""

SAID = {
    "spent": _("spent"),
    "not spent": _("not spent"),
    "spent so far": _("spent so far"),
    "not spent so far": _("not spent so far"),
    "unknown": _("unknown"),
}
"""What the CRM, or a person, has said about an item."""

WORKERS = {
    "till": _("the till"),
    "till again": _("the till, again"),
    "recovery": _("recovery"),
    "the POS, again": _("the till, again"),
    "undo": _("an undo"),
    "another redeem": _("a redeem that wanted the same item"),
    "by hand": _("by hand"),
    "the journal was out of reach": _("the bridge, as the journal was out of reach"),
}
"""Who has worked on a redeem."""

DONE = {
    "tried by hand": _("tried it at once"),
    "undo by hand": _("wanted it undone"),
    "closed": _("closed it by hand"),
    "checked": _("compared it with the CRM"),
    "exported": _("saved a list as CSV"),
    "signed in": _("signed in"),
    "signed out": _("signed out"),
    "sign-in refused": _("was refused at the sign-in"),
}
"""What a person has done."""
