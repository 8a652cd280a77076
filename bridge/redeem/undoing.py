"""Giving a finished redeem back: what the POS asks for, and what an error owes it."""

from __future__ import annotations

from bridge.deadline import Deadline
from bridge.errors import CannotUndo, ItemHeld, LostClaim, NotFound, RedeemBusy
from bridge.redeem.claims import GRACE, Claims, holds
from bridge.redeem.record import Event, Goal, Redeem
from bridge.redeem.twins import POLL, Twins
from bridge.site import Site


class Undoing:
    """Undoes redeems, whoever else may be working on them."""

    def __init__(self, claims: Claims, twins: Twins) -> None:
        self.claims = claims
        self.twins = twins
        self.tools = claims.tools
        self.journal = claims.journal

    def undo(
        self, site: Site, customer_id: str, redeem_id: str, deadline: Deadline
    ) -> None:
        """Give back everything under a redeem_id: see ``Redeemer.undo``."""
        while True:
            redeem = self.journal.load(redeem_id)
            if redeem:
                redeem = self.twins.wait(redeem, deadline)
            owner = redeem and (redeem.site, redeem.customer_id)
            if not redeem or owner != (site.name, customer_id):
                raise NotFound("There is no such redeem")
            if redeem.settled and redeem.goal is Goal.UNDONE:
                return
            try:
                self.give_back(redeem, site, deadline)
            except LostClaim:  # another undo, or recovery, was quicker
                if not deadline.allows(POLL):
                    raise
                continue
            return

    def give_back(self, redeem: Redeem, site: Site, deadline: Deadline) -> None:
        """Give back what is spent under a redeem that nobody works on."""
        if redeem.settled:
            self._reopen(redeem, site, deadline)
        failure = self.claims.settle(redeem, site, deadline, "undo")
        if failure:
            raise failure

    def _reopen(self, redeem: Redeem, site: Site, deadline: Deadline) -> None:
        """Turn a success to undone, unless part of it cannot be given back."""
        mapping, now = site.mapping(redeem.context, deadline), self.tools.clock()
        for line in redeem.lines:
            if line.kind in mapping.irreversible:
                text = f"Can't undo redeem: the CRM gives back no {line.kind}"
                redeem.tell(Event(now, "undo refused", text=text))
                self.journal.save(redeem, "")
                raise CannotUndo(text)
        redeem.goal, redeem.reason, redeem.status = (
            Goal.UNDONE,
            "undone by the POS",
            409,
        )
        redeem.settled_at, redeem.attempts = 0.0, 0
        redeem.tell(Event(now, "turned", text=redeem.reason))
        self._hold_again(redeem, holds(redeem, mapping), site, deadline)

    def _hold_again(
        self, redeem: Redeem, wanted: list[str], site: Site, deadline: Deadline
    ) -> None:
        # Listed first, so that recovery finds the reservation of a worker that dies.
        self.journal.open(redeem, self.tools.clock() + deadline.remaining() + GRACE)
        holder_id = self.journal.reserve(redeem, wanted, "")
        while holder_id:
            try:
                self.twins.make_way(redeem, holder_id, site, deadline)
            except ItemHeld as held:
                raise RedeemBusy(retry_after=1) from held
            holder_id = self.journal.reserve(redeem, wanted, holder_id)
