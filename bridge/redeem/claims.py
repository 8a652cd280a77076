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
from bridge.redeem.record import Event, Line, Redeem, State
from bridge.redeem.saga import Saga
from bridge.redeem.worker import Tools
from bridge.site import Site

GRACE = 5.0
"""Seconds a claim outlasts its deadline.

After the deadline no request is sent any more, so a worker that is overtaken has long
stopped calling the CRM, even if the clocks of two machines differ a little.
"""


class Claims:
    """Claims redeems, drives them, lets them go."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.journal = tools.journal

    def start(self, redeem: Redeem, site: Site, deadline: Deadline) -> Saga:
        """Return a saga for a redeem that is claimed, or new and not yet written."""
        until = self.tools.clock() + deadline.remaining() + GRACE
        # To the millisecond, as it is written down, and no two of one redeem alike.
        redeem.lease_until = round(until + redeem.claims / 1_000, 3)
        mapping = site.mapping(redeem.context, deadline)
        return Saga(redeem, mapping, deadline, secrets.token_hex(4), self.tools)

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

    def let_go(self, saga: Saga) -> None:
        """Write down where it stands; release the items, or say when to go on."""
        redeem = saga.redeem
        if not redeem.settled:
            self._schedule(redeem)
            saga.write()
            self.journal.open(redeem, redeem.due_at)
            return
        if redeem.news or not redeem.settled_at:
            saga.write()
        wanted, now = holds(redeem, saga.mapping), self.tools.clock()
        self.journal.close(redeem, wanted, saga.lease_until, now)

    def _schedule(self, redeem: Redeem) -> None:
        settings, now = self.tools.settings, self.tools.clock()
        was_stuck = redeem.stuck
        redeem.stuck = redeem.attempts >= settings.stuck_after_attempts or any(
            line.state is State.KEPT for line in redeem.lines
        )
        if redeem.stuck and not was_stuck:
            redeem.tell(Event(now, "stuck", text=why_open(redeem)))
        wait = settings.retry_seconds * 2 ** min(redeem.attempts, 16)
        if redeem.stuck:
            wait = settings.retry_at_most_seconds
        jitter = random.uniform(0.5, 1.0)  # noqa: S311 - not a secret
        redeem.due_at = now + min(wait, settings.retry_at_most_seconds) * jitter
        redeem.lease_until = 0.0


def why_open(redeem: Redeem) -> str:
    """Say in words what keeps a redeem open."""
    reasons = [_why(line) for line in redeem.lines if line.state != redeem.goal.value]
    return "; ".join(reasons)


def _why(line: Line) -> str:
    return f"{line.kind} {line.item_id} is {line.state}" + (
        f": {line.reason}" if line.reason else ""
    )


def holds(redeem: Redeem, mapping: Mapping) -> list[str]:
    """Return what the redeem reserves, in an order that no two can deadlock in."""
    return sorted({mapping.holds(redeem.item(line)) for line in redeem.lines})
