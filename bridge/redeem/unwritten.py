"""A success that may not have been written down: Redis went while it was saved."""

from __future__ import annotations

import logging
import threading

from bridge.deadline import Deadline
from bridge.errors import BridgeError, JournalError
from bridge.redeem.record import Goal
from bridge.redeem.saga import Saga
from bridge.redeem.twins import POLL
from bridge.redeem.undoing import Undoing
from bridge.site import Site

log = logging.getLogger(__name__)


class UnwrittenSuccess:
    """Finds out whether Redis has a success; if nobody can tell in time, undoes it."""

    def __init__(self, undoing: Undoing) -> None:
        self.undoing = undoing
        self.tools = undoing.tools
        self.journal = undoing.journal

    def is_there(self, saga: Saga, site: Site) -> bool:
        """Find out whether Redis has the success whose saving got no answer.

        When that cannot be found out in time the POS is told an error, so the success
        is disowned: undone as soon as Redis turns out to have it.
        """
        while saga.deadline.allows(POLL):
            try:
                stored = self.journal.load(saga.redeem.redeem_id)
                return bool(stored and stored.settled and stored.goal is Goal.REDEEMED)
            except JournalError:
                self.tools.pause(POLL)
        disown = threading.Thread(target=self._disown, args=(saga, site), daemon=True)
        disown.start()
        return False

    def _disown(self, saga: Saga, site: Site) -> None:
        """Undo a success that no POS was told of."""
        while True:
            deadline = Deadline(self.tools.settings.attempt_seconds)
            try:
                stored = self.journal.load(saga.redeem.redeem_id)
                if stored and stored.settled and not stored.answers:
                    self.undoing.give_back(stored, site, deadline)
            except JournalError:
                self.tools.pause(1.0)
                continue
            except BridgeError:
                log.warning("a success that no POS was told of is left to recovery")
            return
