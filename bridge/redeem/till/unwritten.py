"""A success that may not have been written down: Redis went while it was saved.

Reading alone does not tell: what was sent on a connection that is given up may still
arrive.  So whoever finds no success writes something else in its place.
"""

from __future__ import annotations

import logging
import secrets

from bridge.deadline import Deadline
from bridge.errors import BridgeError, JournalError, LostClaim
from bridge.redeem.kernel.saga import Saga
from bridge.redeem.record import Event, Goal, Redeem, Why
from bridge.redeem.till.turns import POLL, Turns
from bridge.redeem.till.unheard import UnheardSuccess
from bridge.site import Site

log = logging.getLogger(__name__)


class UnwrittenSuccess:
    """Finds out whether Redis has a success; if nobody can tell in time, undoes it."""

    def __init__(self, turns: Turns, unheard: UnheardSuccess) -> None:
        self.turns = turns
        self.unheard = unheard
        self.tools = turns.tools
        self.journal = turns.journal

    def is_there(self, saga: Saga, site: Site) -> bool:
        """Find out whether Redis has the success whose saving got no answer.

        When that cannot be found out in time the POS is told an error, so the success
        is disowned: undone as soon as Redis turns out to have it.
        """
        while saga.deadline.allows(POLL):
            try:
                found = self._decided(saga, site, saga.deadline)
            except (JournalError, LostClaim):
                self.tools.pause(POLL)
            else:
                # As it stands in Redis now: a till that has hung up may turn it back.
                saga.redeem = found or saga.redeem
                return found is not None
        self.disown(saga, site)
        return False

    def disown(self, saga: Saga, site: Site) -> None:
        """Have a success undone that no POS was told of, as soon as Redis lets it."""
        self.tools.aside("disown", lambda: self._disown(saga, site))

    def _decided(self, saga: Saga, site: Site, deadline: Deadline) -> Redeem | None:
        """Return the success, written down for certain, or see that there is none.

        Either way something is saved: it takes the version that a late save needs.
        """
        stored = self.journal.load(saga.redeem.redeem_id)
        if stored is None or stored.claims != saga.redeem.claims:
            return None  # whoever has taken it over answers for it
        if stored.settled and stored.goal is Goal.REDEEMED:
            stored.tell(Event(self.tools.clock(), "found", text="the success is there"))
            self.journal.save(stored, secrets.token_hex(4))
            return stored
        if stored.version == saga.redeem.version:
            stored.lease_until = 0.0  # it is this very worker's
            self.turns.settle(stored, site, deadline, "the journal was out of reach")
        return None

    def _disown(self, saga: Saga, site: Site) -> None:
        """Undo a success that no POS was told of."""
        while True:
            deadline = self.tools.deadline(self.tools.settings.attempt_seconds)
            try:
                stored = self._decided(saga, site, deadline)
                if stored:
                    self._turn_back(stored, site, deadline)
            except (JournalError, LostClaim):
                self.tools.pause(1.0)
                continue
            except BridgeError:
                log.warning("a success that no POS was told of is left to recovery")
            return

    def _turn_back(self, stored: Redeem, site: Site, deadline: Deadline) -> None:
        turned = self.unheard.strike(stored, why=Why.INTERRUPTED, wait=0.0)
        if turned:
            self.turns.settle(turned, site, deadline, "undo")
