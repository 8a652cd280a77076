"""Redeems that want the same item, one after the other.

Whoever works on a redeem holds its items.  Who comes second waits for the first, ends
what the first one has left behind, or goes away.
"""

from __future__ import annotations

from bridge.deadline import Deadline
from bridge.errors import HungUp, ItemHeld, LostClaim, RedeemBusy, UpstreamError
from bridge.redeem.journal.server.complaints import Unreadable
from bridge.redeem.kernel.claims import Claims, holds
from bridge.redeem.kernel.saga import Saga
from bridge.redeem.record import Event, Goal, Redeem, Why
from bridge.site import Site

POLL = 0.025
"""Seconds between two looks at a redeem that another worker is on."""


class Turns:
    """Waits, reserves, and settles what nobody works on any more."""

    def __init__(self, claims: Claims) -> None:
        self.claims = claims
        self.tools = claims.tools
        self.journal = claims.journal

    def wait(self, redeem: Redeem, deadline: Deadline) -> Redeem | None:
        """Return the redeem once nobody works on it any more.

        Raise ``RedeemBusy`` when the deadline passes first, and ``HungUp`` when nobody
        waits for this one.
        """
        last: Redeem | None = redeem
        while last and last.running(self.tools.clock()):
            if not deadline.allows(POLL):
                raise RedeemBusy(retry_after=1)
            if deadline.hung_up():
                raise HungUp
            self.tools.pause(POLL)
            last = self.journal.load(redeem.redeem_id)
        return last

    def settle(
        self, redeem: Redeem, site: Site, deadline: Deadline, who: str
    ) -> UpstreamError | None:
        """Bring an abandoned redeem to an end: nothing stays spent.

        Return why it is still open, if it is.  Its POS never saw a success.  Raise
        ``RedeemBusy`` when others have its items, which they can only after its end.
        """
        if redeem.goal is Goal.REDEEMED:
            redeem.goal, redeem.why = Goal.UNDONE, Why.INTERRUPTED
            redeem.tell(Event(self.tools.clock(), "turned", text=Why.INTERRUPTED))
        saga = self.claims.claim(redeem, site, deadline, who)
        try:
            if redeem.untouched:
                # It needs no item, but an earlier worker of its own may have left some.
                self.journal.reserve(redeem, holds(redeem, saga.mapping))
            else:
                self.hold(saga, site)
        except ItemHeld as held:
            self.claims.let_go(saga)
            raise RedeemBusy(retry_after=1) from held
        failure = saga.backward()
        self.claims.let_go(saga)
        return failure

    def hold(
        self, saga: Saga, site: Site, in_the_way: str | None = None
    ) -> Redeem | None:
        """Reserve everything for a claimed redeem, when its turn has come.

        Return the redeem that has the items if it is the same request; else raise
        ``ItemHeld`` when another till is on one.
        """
        redeem, wanted = saga.redeem, holds(saga.redeem, saga.mapping)
        ended: list[str] = []
        in_the_way = in_the_way or self.journal.reserve(redeem, wanted)
        while in_the_way:
            twin = self._make_way(redeem, in_the_way.split()[0], site, saga.deadline)
            if twin:
                return twin
            ended.append(in_the_way)
            in_the_way = self.journal.reserve(redeem, wanted, ended)
        return None

    def _make_way(
        self, redeem: Redeem, holder_id: str, site: Site, deadline: Deadline
    ) -> Redeem | None:
        """Find out about a redeem that holds an item which this one wants.

        Return ``None`` when its hold has ended.
        """
        try:
            holder = self.journal.load(holder_id)
        except Unreadable as error:
            raise ItemHeld(by=holder_id) from error
        if holder is None or holder.settled:
            return None
        forward = redeem.goal is Goal.REDEEMED
        if forward and holder.fingerprint == redeem.fingerprint:
            return holder
        same_customer = holder.customer_id == redeem.customer_id
        if forward and same_customer and holder.running(self.tools.clock()):
            raise ItemHeld(by=holder_id)
        try:
            last = self.wait(holder, deadline)
            if last and not last.settled:
                self._end(last, site, deadline)
        except (RedeemBusy, LostClaim) as error:
            raise ItemHeld(by=holder_id) from error
        return None

    def _end(self, abandoned: Redeem, site: Site, deadline: Deadline) -> None:
        """Finish what nobody works on: it would hold its items for nothing."""
        failure = self.settle(abandoned, site, deadline, "another redeem")
        if failure:
            raise ItemHeld(by=abandoned.redeem_id) from failure
