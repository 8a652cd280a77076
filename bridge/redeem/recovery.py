"""What is left over after a crash, a deadline or a lost connection.

Recovery has no way of its own: it claims whatever is due and settles it, as an undo
does.  Any number of machines may do so at once; the claim lets one through.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping as Table

from bridge import metrics
from bridge.deadline import Deadline
from bridge.errors import BridgeError, JournalError, LostClaim
from bridge.redeem.claims import holds
from bridge.redeem.record import Redeem
from bridge.redeem.redeemer import Redeemer
from bridge.redeem.store import Unreadable
from bridge.site import Site

log = logging.getLogger(__name__)


class Recovery:
    """Drives every open redeem that is due."""

    def __init__(self, redeemer: Redeemer, sites: Table[str, Site]) -> None:
        self.redeemer = redeemer
        self.tools = redeemer.tools
        self.journal = redeemer.journal
        self.sites = sites

    def run_forever(self, stop: threading.Event) -> None:
        """Poll until told to stop; a journal that is gone is waited for."""
        while not stop.is_set():
            try:
                self.run_once()
            except JournalError:
                log.warning("the journal cannot be reached: recovery waits for it")
            stop.wait(self.tools.settings.poll_seconds)

    def run_once(self) -> int:
        """Drive whatever is due now; return how many redeems that settled."""
        now = self.tools.clock()
        settled = sum(
            self._tried(redeem_id, now) for redeem_id in self.journal.due(now)
        )
        open_, stuck = self.journal.counts()
        metrics.OPEN_REDEEMS.set(open_)
        metrics.STUCK_REDEEMS.set(stuck)
        return settled

    def _tried(self, redeem_id: str, now: float) -> bool:
        """Look after one redeem; whatever is wrong with it, the others have a turn."""
        try:
            return self._look_after(redeem_id, now)
        except LostClaim:
            return False  # another machine is on it
        except Unreadable:
            log.error("a redeem cannot be read", extra={"redeem_id": redeem_id})
        except JournalError:
            raise
        except BridgeError as error:
            self._report(redeem_id, error)
            return False
        except Exception:
            log.exception("recovery broke on a redeem", extra={"redeem_id": redeem_id})
        later = self.tools.clock() + self.tools.settings.retry_at_most_seconds
        self.journal.set_aside(redeem_id, later)
        return False

    def _look_after(self, redeem_id: str, now: float) -> bool:
        redeem = self.journal.load(redeem_id)
        if redeem is None:
            self.journal.forget(redeem_id)
            return False
        site = self.sites.get(redeem.site)
        deadline = Deadline(self.tools.settings.attempt_seconds)
        if redeem.settled:
            self._tidy(redeem, site, deadline, now)
            return False
        if redeem.running(self.tools.clock()):
            self.journal.open(redeem, redeem.lease_until)
            return False
        if site is None:
            log.error("a redeem is open for a site that is not configured")
            later = self.tools.clock() + self.tools.settings.retry_at_most_seconds
            self.journal.set_aside(redeem_id, later)
            return False
        failure = self.redeemer.turns.settle(redeem, site, deadline, "recovery")
        if failure:
            self._report(redeem_id, failure)
        return failure is None

    def _tidy(
        self, redeem: Redeem, site: Site | None, deadline: Deadline, now: float
    ) -> None:
        """Finish the clean-up of a redeem whose worker died right after its end.

        A reservation of a site that is gone stays; the end of its redeem ends it, too.
        """
        mapping = site and site.mapping(redeem.context, deadline)
        held = holds(redeem, mapping) if mapping else []
        self.journal.close(redeem, held, 0.0, now)

    def _report(self, redeem_id: str, error: BridgeError) -> None:
        log.warning(
            "a redeem is still open",
            extra={"redeem_id": redeem_id, "error": type(error).__name__},
        )
