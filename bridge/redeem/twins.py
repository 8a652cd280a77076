"""The same request again, and other redeems in the way.

Two requests are *the same* when customer, items, store and register are the same: the
SPI has no idempotency key, so the cashier's second tap looks like the first.  What
becomes of the second depends on where the first one stands:

* it runs: wait for it, and give its answer;
* it has just succeeded (``replay_seconds``): its redeem_id again;
* it failed and nothing is spent: a new redeem;
* it failed and something may still be spent: take it over and finish it.
"""

from __future__ import annotations

from bridge.deadline import Deadline
from bridge.errors import BridgeError, ItemHeld, LostClaim, RedeemBusy
from bridge.redeem.claims import Claims
from bridge.redeem.record import Event, Goal, Redeem, State
from bridge.redeem.saga import Saga
from bridge.site import Site

POLL = 0.025
"""Seconds between two looks at a redeem that another worker is on."""


class Twins:
    """Finds out what an earlier redeem means for a request that comes later."""

    def __init__(self, claims: Claims) -> None:
        self.claims = claims
        self.tools = claims.tools
        self.journal = claims.journal

    def answer(
        self,
        earlier: Redeem,
        site: Site,
        deadline: Deadline,
        replay_seconds: float | None = None,
    ) -> Redeem | Saga | None:
        """Return the success of an equal request, or a saga that took it over.

        ``None`` asks for a new redeem: so does a success that is older than
        ``replay_seconds``, by default those of the settings.  Raise what the first one
        raised if this request has waited for it.
        """
        last = self.wait(earlier, deadline)
        if last is None:
            return None
        if not last.settled:
            return self._take_over(last, site, deadline)
        waited = last.version != earlier.version
        if last.goal is Goal.UNDONE:
            if waited and last.status:
                raise answered(last)
            return None
        age = self.tools.clock() - last.settled_at
        if replay_seconds is None:
            replay_seconds = self.tools.settings.replay_seconds
        if not waited and age >= replay_seconds:
            return None
        return self.again(last, site, deadline)

    def again(
        self, done: Redeem, site: Site, deadline: Deadline
    ) -> Redeem | Saga | None:
        """Give the answer of a success once more, and write down that it was given."""
        done.answers += 1
        done.tell(Event(self.tools.clock(), "asked again"))
        try:
            self.journal.save(done, "")
        except LostClaim:
            changed = self.journal.load(done.redeem_id)
            return self.answer(changed, site, deadline) if changed else None
        return done

    def wait(self, redeem: Redeem, deadline: Deadline) -> Redeem | None:
        """Return the redeem once nobody works on it any more.

        Raise ``RedeemBusy`` when the deadline passes first.
        """
        last: Redeem | None = redeem
        while last and last.running(self.tools.clock()):
            if not deadline.allows(POLL):
                raise RedeemBusy(retry_after=1)
            self.tools.pause(POLL)
            last = self.journal.load(redeem.redeem_id)
        return last

    def _take_over(self, redeem: Redeem, site: Site, deadline: Deadline) -> Saga | None:
        """Go on towards redeemed with what an interrupted redeem has spent.

        An undo that may still take effect has to end first.
        """
        if any(line.state is State.UNDOING for line in redeem.lines):
            failure = self.claims.settle(redeem, site, deadline, "the POS, again")
            if failure:
                raise RedeemBusy(retry_after=1)
            return None
        for line in redeem.lines:
            if line.state is State.KEPT:
                line.state = State.SENDING  # ask before believing it
            elif line.state is State.UNDONE:
                line.state = State.WAITING
                line.round += bool(line.sent_at)
        redeem.goal, redeem.reason, redeem.status = Goal.REDEEMED, "", 0
        return self.claims.claim(redeem, site, deadline, "the POS, again")

    def make_way(
        self, redeem: Redeem, holder_id: str, site: Site, deadline: Deadline
    ) -> Redeem | None:
        """Find out about a redeem that holds an item which this one wants.

        Return ``None`` when its hold has ended, or the redeem itself when it is the
        same request.  Raise ``ItemHeld`` when another till is on it.
        """
        holder = self.journal.load(holder_id)
        if holder is None or holder.settled:
            return None
        if holder.fingerprint == redeem.fingerprint and redeem.goal is Goal.REDEEMED:
            return holder
        other_till = holder.customer_id == redeem.customer_id
        busy = holder.running(self.tools.clock())
        if busy and other_till and redeem.goal is Goal.REDEEMED:
            raise ItemHeld
        try:
            last = self.wait(holder, deadline)
            if last and not last.settled:
                self._end(last, site, deadline)
        except (RedeemBusy, LostClaim) as error:
            raise ItemHeld from error
        return None

    def _end(self, abandoned: Redeem, site: Site, deadline: Deadline) -> None:
        """Finish what nobody works on: it would hold its items for nothing."""
        failure = self.claims.settle(abandoned, site, deadline, "another redeem")
        if failure:
            raise ItemHeld from failure


def answered(redeem: Redeem) -> BridgeError:
    """Return the error that the POS was answered for this redeem."""
    error = BridgeError(redeem.reason)
    error.status = redeem.status
    return error
