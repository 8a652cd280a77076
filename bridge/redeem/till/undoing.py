"""Giving a finished redeem back: what the POS asks for, and what an error owes it."""

from __future__ import annotations

from collections.abc import Callable

from bridge.deadline import Deadline
from bridge.errors import CannotUndo, LostClaim, NotFound
from bridge.language import _
from bridge.redeem.kernel.saga import IRREVERSIBLE
from bridge.redeem.record import Event, Goal, Redeem, State, Why
from bridge.redeem.till.turns import POLL, Turns
from bridge.site import Site

About = Callable[[Redeem], None]
"""Is told which redeem a request turned out to be about, as soon as that is known."""


def nothing(_redeem: Redeem) -> None:
    """Be told, and do nothing with it."""


CLOSED = _("Can't undo: support has closed this one by hand. Call support.")


class Undoing:
    """Undoes redeems, whoever else may be working on them."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.tools = turns.tools
        self.journal = turns.journal

    def undo(
        self,
        site: Site,
        customer_id: str,
        redeem_id: str,
        deadline: Deadline,
        about: About = nothing,
    ) -> None:
        """Give back everything under a redeem_id: see ``Redeemer.undo``."""
        while True:
            found = self.journal.load(redeem_id)
            if not found or (found.site, found.customer_id) != (site.name, customer_id):
                raise NotFound
            about(found)
            redeem = self.turns.wait(found, deadline) or found
            if redeem.settled and redeem.goal is Goal.UNDONE:
                _refuse_if_spent(redeem)
                return
            try:
                self.give_back(redeem, site, deadline)
            except LostClaim:  # another undo, or recovery, was quicker
                if not deadline.allows(POLL):
                    raise
                continue
            return

    def give_back(
        self,
        redeem: Redeem,
        site: Site,
        deadline: Deadline,
        who: str = "",
    ) -> None:
        """Give back what is spent under a redeem that nobody works on.

        ``who`` is the person who wants it; "" is the POS, or nobody.
        """
        if redeem.settled:
            self._reopen(redeem, site, deadline, who)
        failure = self.turns.settle(redeem, site, deadline, "undo")
        if failure:
            raise failure

    def _reopen(self, redeem: Redeem, site: Site, deadline: Deadline, who: str) -> None:
        """Turn a success to undone, unless part of it cannot be given back."""
        mapping, now = site.mapping(redeem.context, deadline), self.tools.clock()
        for line in redeem.lines:
            if line.kind in mapping.irreversible:
                redeem.tell(Event(now, "undo refused", text=IRREVERSIBLE))
                self.journal.save(redeem)
                raise CannotUndo(detail=IRREVERSIBLE)
        redeem.turn_anew(Why.GIVEN_BACK, now, who, 409)
        redeem.tell(Event(now, "turned", text=Why.GIVEN_BACK, by=who))


def _refuse_if_spent(redeem: Redeem) -> None:
    """Raise ``CannotUndo`` where a person has closed it with something still spent."""
    if any(line.state is not State.UNDONE for line in redeem.lines):
        raise CannotUndo(CLOSED)
