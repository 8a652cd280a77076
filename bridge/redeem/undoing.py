"""Giving a finished redeem back: what the POS asks for, and what an error owes it."""

from __future__ import annotations

from bridge.deadline import Deadline
from bridge.errors import CannotUndo, LostClaim, NotFound
from bridge.redeem.record import GIVEN_BACK, Event, Goal, Redeem, State
from bridge.redeem.turns import POLL, Turns
from bridge.site import Site


class Undoing:
    """Undoes redeems, whoever else may be working on them."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.tools = turns.tools
        self.journal = turns.journal

    def undo(
        self, site: Site, customer_id: str, redeem_id: str, deadline: Deadline
    ) -> None:
        """Give back everything under a redeem_id: see ``Redeemer.undo``."""
        while True:
            found = self.journal.load(redeem_id)
            if not found or (found.site, found.customer_id) != (site.name, customer_id):
                raise NotFound("There is no such redeem.")
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
        self, redeem: Redeem, site: Site, deadline: Deadline, who: str = "the POS"
    ) -> None:
        """Give back what is spent under a redeem that nobody works on."""
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
                text = f"Can't undo redeem: the CRM gives back no {line.kind}"
                redeem.tell(Event(now, "undo refused", text=text))
                self.journal.save(redeem, "")
                raise CannotUndo(text)
        redeem.goal, redeem.status = Goal.UNDONE, 409
        redeem.reason = f"{GIVEN_BACK}{who}"
        redeem.settled_at, redeem.lease_until, redeem.attempts = 0.0, 0.0, 0
        redeem.closed_by = ""
        redeem.tell(Event(now, "turned", text=redeem.reason))


def _refuse_if_spent(redeem: Redeem) -> None:
    """Raise ``CannotUndo`` where a person has closed it with something still spent."""
    if any(line.state is not State.UNDONE for line in redeem.lines):
        raise CannotUndo("Can't undo redeem: it was closed by hand, with items spent.")
