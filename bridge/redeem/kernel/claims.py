"""Who works on a redeem, from the first write to the last.

Everybody who drives a redeem does it through here: a request of the POS, an undo,
recovery, a person.  A claim is a lease with an end; whoever finds it ended may take
over, and the version in the journal stops the one who was too late.
"""

from __future__ import annotations

import random
import secrets

from bridge.deadline import Deadline
from bridge.errors import LostClaim
from bridge.mapping import Mapping
from bridge.redeem.kernel.saga import Saga
from bridge.redeem.kernel.strangers import Strangers
from bridge.redeem.kernel.worker import Tools
from bridge.redeem.record import Event, Redeem, State
from bridge.redeem.settings import GRACE
from bridge.site import Site


class Claims:
    """Claims redeems, drives them, lets them go."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.journal = tools.journal
        self.strangers = Strangers(tools)

    def start(self, redeem: Redeem, site: Site, deadline: Deadline) -> Saga:
        """Return a saga for a redeem that is claimed, or new and not yet written."""
        until = self.tools.clock() + deadline.remaining() + GRACE
        # To the millisecond, as it is written down, and no two of one redeem alike.
        redeem.lease_until = round(until + redeem.claims / 1_000, 3)
        mapping = site.mapping(redeem.context, deadline)
        saga = Saga(redeem, mapping, deadline, secrets.token_hex(4), self.tools)
        saga.ended = lambda: self.strangers.forget(redeem, site)
        return saga

    def claim(self, redeem: Redeem, site: Site, deadline: Deadline, who: str) -> Saga:
        """Become the one worker on an open redeem, or raise ``LostClaim``."""
        if redeem.running(self.tools.clock()):
            raise LostClaim
        redeem.claims += 1
        saga = self.start(redeem, site, deadline)
        redeem.tell(Event(self.tools.clock(), "claimed", text=who))
        self.journal.open(redeem, redeem.lease_until)
        self.journal.save(redeem, saga.writer)
        return saga

    def let_go(self, saga: Saga, wait: float | None = None) -> None:
        """Write down where it stands; release the items, or say when to go on.

        That is in ``wait`` seconds, unless it is left to the settings.
        """
        redeem = saga.redeem
        if not redeem.settled:
            self._schedule(redeem)
            if wait is not None:
                redeem.due_at = self.tools.clock() + wait
            saga.write()
            self.journal.open(redeem, redeem.due_at)
            return
        if redeem.news or not redeem.settled_at:
            saga.write()
        wanted, now = holds(redeem, saga.mapping), self.tools.clock()
        self.journal.close(redeem, wanted, saga.lease_until, now)
        saga.ended()

    def _schedule(self, redeem: Redeem) -> None:
        """Say when recovery goes on; a try before its turn does not put that off."""
        settings, now = self.tools.settings, self.tools.clock()
        was_stuck = redeem.stuck
        redeem.stuck = redeem.attempts >= settings.stuck_after_attempts or any(
            line.state is State.KEPT for line in redeem.lines
        )
        if redeem.stuck and not was_stuck:
            redeem.tell(Event(now, "stuck"))
        wait = settings.retry_seconds * 2 ** min(redeem.attempts, 16)
        if redeem.stuck:
            wait = settings.retry_at_most_seconds
        jitter = random.uniform(0.5, 1.0)  # noqa: S311 - not a secret
        due = now + min(wait, settings.retry_at_most_seconds) * jitter
        redeem.due_at = min(due, redeem.due_at) if redeem.due_at > now else due
        redeem.lease_until = 0.0


def holds(redeem: Redeem, mapping: Mapping) -> list[str]:
    """Return what the redeem reserves, in an order that no two can deadlock in."""
    return sorted({mapping.holds(redeem.item(line)) for line in redeem.lines})
