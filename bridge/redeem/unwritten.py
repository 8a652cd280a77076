"""A success that may not have been written down: Redis went while it was saved.

Reading alone does not tell: what was sent on a connection that is given up may still
arrive.  So whoever finds no success writes something else in its place.
"""

from __future__ import annotations

import logging
import secrets
import threading

from bridge.deadline import Deadline
from bridge.errors import BridgeError, JournalError, LostClaim
from bridge.redeem.record import Event, Goal, Redeem
from bridge.redeem.saga import Saga
from bridge.redeem.turns import POLL
from bridge.redeem.undoing import Undoing
from bridge.site import Site

log = logging.getLogger(__name__)


class UnwrittenSuccess:
    """Finds out whether Redis has a success; if nobody can tell in time, undoes it."""

    def __init__(self, undoing: Undoing) -> None:
        self.undoing = undoing
        self.turns = undoing.turns
        self.tools = undoing.tools
        self.journal = undoing.journal

    def is_there(self, saga: Saga, site: Site) -> bool:
        """Find out whether Redis has the success whose saving got no answer.

        When that cannot be found out in time the POS is told an error, so the success
        is disowned: undone as soon as Redis turns out to have it.
        """
        while saga.deadline.allows(POLL):
            try:
                return self._decided(saga, site, saga.deadline) is not None
            except (JournalError, LostClaim):
                self.tools.pause(POLL)
        threading.Thread(
            target=self._disown, args=(saga, site), name="disown", daemon=True
        ).start()
        return False

    def _decided(self, saga: Saga, site: Site, deadline: Deadline) -> Redeem | None:
        """Return the success, written down for certain, or see that there is none.

        Either way something is saved: it takes the version that a late save needs.
        """
        stored = self.journal.load(saga.redeem.redeem_id)
        if stored is None:
            return None
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
            deadline = Deadline(self.tools.settings.attempt_seconds)
            try:
                stored = self._decided(saga, site, deadline)
                if stored and not stored.answers:
                    self.undoing.give_back(stored, site, deadline)
            except (JournalError, LostClaim):
                self.tools.pause(1.0)
                continue
            except BridgeError:
                log.warning("a success that no POS was told of is left to recovery")
            return
