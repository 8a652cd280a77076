"""What is left over after a crash, a deadline or a lost connection.

Recovery has no way of its own: it claims whatever is due and settles it, as an undo
does.  Any number of machines may do so at once; the claim lets one through.  Each site
has threads of its own, so that none waits for another one's CRM.
"""

from __future__ import annotations

import logging
import uuid
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as Table
from concurrent.futures import Future
from typing import Protocol

from bridge import metrics, traces
from bridge.deadline import Deadline
from bridge.errors import BridgeError, JournalError, LostClaim
from bridge.log import request_id
from bridge.redeem.census import Census
from bridge.redeem.journal.server.complaints import Unreadable
from bridge.redeem.kernel.claims import holds
from bridge.redeem.pools import Pools
from bridge.redeem.record import Redeem
from bridge.redeem.till.redeemer import Redeemer
from bridge.site import Site

log = logging.getLogger(__name__)

SETTLED = "settled"

PAGE = 500
PAGES = 20
"""How many due redeems one round looks through; the next one goes on from there."""

WAITING = 100
"""How many redeems of one site are handed to its threads before they are done."""


class Stop(Protocol):
    """What tells recovery to stop: ``threading.Event``, or what a signal may set."""

    def is_set(self) -> bool:
        """Whether it is to stop."""

    def wait(self, seconds: float, /) -> bool:
        """Wait for so long, or until it is to stop; return whether it is."""


class Recovery:
    """Drives every open redeem that is due, those of each site on their own."""

    def __init__(self, redeemer: Redeemer, sites: Table[str, Site]) -> None:
        self.redeemer = redeemer
        self.tools = redeemer.tools
        self.journal = redeemer.journal
        self.sites = sites

    def run_forever(self, stop: Stop) -> None:
        """Poll until told to stop; a journal that is gone is waited for."""
        with self._pools() as pools:
            handout = Handout(self, pools)
            census = Census(self.journal, self.sites, self.tools.clock)
            while not stop.is_set():
                try:
                    handout.next_round()
                    census.tell()
                except JournalError as error:
                    log.warning(
                        "the journal cannot be reached: recovery waits for it",
                        extra={"redis": error.complaint},
                    )
                stop.wait(self.tools.settings.poll_seconds)

    def run_once(self) -> int:
        """Drive whatever is due now; return how many redeems that settled."""
        with self._pools() as pools:
            looked_after = Handout(self, pools).next_round()
            return sum(future.result() for future in looked_after)

    def _pools(self) -> Pools:
        return Pools("recovery", self.tools.settings.recovery_parallel)

    def look_after(self, redeem_id: str, now: float) -> bool:
        """Settle one redeem, and return whether that is done.

        Whatever is wrong with it, the others have a turn: only ``JournalError`` is
        raised.  Its lines in the log, and what it asks of the CRM, have one id.
        """
        request_id.set(uuid.uuid4().hex)
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
        deadline = self.tools.deadline(self.tools.settings.attempt_seconds)
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
        redeem.attempts += 1
        failure = self._settle(redeem, site, deadline)
        if failure:
            self._report(redeem_id, failure)
        return failure is None

    def _settle(
        self, redeem: Redeem, site: Site, deadline: Deadline
    ) -> BridgeError | None:
        """Try to settle it, and record what came of that."""
        if traces.spans is None:
            return self._tried(redeem, site, deadline)
        with traces.spans.attempt(redeem.site) as step:
            failure = self._tried(redeem, site, deadline)
            step.note({"sitoo_bridge.outcome": _outcome(failure)})
            if failure:
                step.fail(_outcome(failure))
            return failure

    def _tried(
        self, redeem: Redeem, site: Site, deadline: Deadline
    ) -> BridgeError | None:
        """Try to settle it, and count what came of that."""
        outcome = "broken"
        try:
            failure = self.redeemer.turns.settle(redeem, site, deadline, "recovery")
            outcome = _outcome(failure)
        except BridgeError as error:
            outcome = type(error).__name__
            raise
        finally:
            metrics.RECOVERY_ATTEMPTS.labels(redeem.site, outcome).inc()
        if not failure:
            metrics.RECOVERY_SUCCESS.labels(redeem.site).set(self.tools.clock())
        return failure

    def _tidy(
        self, redeem: Redeem, site: Site | None, deadline: Deadline, now: float
    ) -> None:
        """Finish the clean-up of a redeem whose worker died right after its end.

        A reservation of a site that is gone stays; the end of its redeem ends it, too.
        Something is saved: it takes the version that an undo needs which has listed the
        redeem, and whose own save is still on its way.
        """
        self.journal.save(redeem)
        mapping = site and site.mapping(redeem.context, deadline)
        held = holds(redeem, mapping) if mapping else []
        self.journal.close(redeem, held, 0.0, now)

    def _report(self, redeem_id: str, error: BridgeError) -> None:
        log.warning(
            "a redeem is still open",
            extra={"redeem_id": redeem_id, "error": type(error).__name__},
        )


def _outcome(failure: BridgeError | None) -> str:
    return type(failure).__name__ if failure else SETTLED


class Handout:
    """Hands what is due to the threads of its site, each redeem once at a time.

    A site whose CRM hangs keeps its threads, and what waits for them; whatever is due
    of others lies behind that in the journal, and is found there.
    """

    def __init__(self, recovery: Recovery, pools: Pools) -> None:
        self.recovery = recovery
        self.journal = recovery.journal
        self.pools = pools
        self._in_hand: dict[str, tuple[str, Future[bool]]] = {}
        self._skip = 0

    def next_round(self) -> list[Future[bool]]:
        """Hand out what is due now; return what becomes of each."""
        now = self.recovery.tools.clock()
        # Before the journal is asked: what ends meanwhile may still be listed as due.
        self._in_hand = {
            redeem_id: (site, future)
            for redeem_id, (site, future) in self._in_hand.items()
            if not future.done()
        }
        handed = [
            future for ids in self._pages(now) for future in self._hand_out(ids, now)
        ]
        metrics.RECOVERY_ROUND.set(now)
        return handed

    def _pages(self, now: float) -> Iterator[list[str]]:
        first = self._skip
        for self._skip in range(first, first + PAGES * PAGE, PAGE):
            ids = self.journal.due(now, PAGE, self._skip)
            yield [redeem_id for redeem_id in ids if redeem_id not in self._in_hand]
            if len(ids) < PAGE:
                self._skip = 0
                return
        self._skip += PAGE

    def _hand_out(self, ids: list[str], now: float) -> Iterator[Future[bool]]:
        busy = Counter(site for site, _ in self._in_hand.values())
        sites = {redeem.redeem_id: redeem.site for redeem in self._read(ids)}
        for redeem_id in ids:
            site = sites.get(redeem_id, "")
            if busy[site] >= WAITING:
                continue
            busy[site] += 1
            pool = self.pools.of(site)
            future = pool.submit(self.recovery.look_after, redeem_id, now)
            self._in_hand[redeem_id] = site, future
            yield future

    def _read(self, ids: list[str]) -> list[Redeem]:
        """Return the redeems that can be read; the others are nobody's site's."""
        try:
            return self.journal.indexes.load_many(ids) if ids else []
        except Unreadable:  # one of them spoils the lot
            return [redeem for one in ids for redeem in self._read_alone(one)]

    def _read_alone(self, redeem_id: str) -> list[Redeem]:
        try:
            return self.journal.indexes.load_many([redeem_id])
        except Unreadable:
            return []
