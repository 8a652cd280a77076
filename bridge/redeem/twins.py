"""The same request again.

Two requests are *the same* when customer, items, store and register are the same: the
SPI has no idempotency key, so the cashier's second tap looks like the first.  What
becomes of the second depends on where the first one stands:

* it runs: wait for it, and give its answer;
* it has just succeeded (``replay_seconds``): its redeem_id again;
* it failed and nothing is spent: a new redeem;
* it failed and something may still be spent: take it over and finish it.
"""

from __future__ import annotations

import math

from bridge.deadline import Deadline
from bridge.errors import BridgeError, LostClaim, RedeemBusy
from bridge.redeem.record import Event, Goal, Redeem, State
from bridge.redeem.saga import Saga
from bridge.redeem.turns import Turns
from bridge.site import Site


class Twins:
    """Finds out what an earlier redeem means for a request that comes later."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.claims = turns.claims
        self.tools = turns.tools
        self.journal = turns.journal

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
        last = self.turns.wait(earlier, deadline)
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

    def _take_over(
        self, redeem: Redeem, site: Site, deadline: Deadline
    ) -> Saga | Redeem | None:
        """Go on towards redeemed with what an interrupted redeem has spent.

        An undo that may still take effect has to end first.
        """
        if any(line.state is State.UNDOING for line in redeem.lines):
            failure = self.turns.settle(redeem, site, deadline, "the POS, again")
            if failure:
                raise RedeemBusy(retry_after=1)
            return None
        for line in redeem.lines:
            if line.state is State.KEPT:
                line.state = State.SENDING  # ask before believing it
            elif line.state is State.UNDONE:
                line.send_anew()
        redeem.goal, redeem.reason, redeem.status = Goal.REDEEMED, "", 0
        saga = self.claims.claim(redeem, site, deadline, "the POS, again")
        return self.take_turns(saga, site)

    def take_turns(
        self, saga: Saga, site: Site, in_the_way: str | None = None
    ) -> Saga | Redeem | None:
        """Return the saga once it has every item reserved.

        Or give it up: for the answer of an equal request, or because another till is
        on an item.
        """
        try:
            twin = self.turns.hold(saga, site, in_the_way)
        except BridgeError as error:
            self._give_up(saga, error.errortext)
            raise
        return self.make_way(saga, twin, site) if twin else saga

    def make_way(self, saga: Saga, twin: Redeem, site: Site) -> Saga | Redeem | None:
        """Give up a redeem that has sent nothing, for one that began beside it."""
        self._give_up(saga, f"the same request as {twin.redeem_id}")
        return self.answer(twin, site, saga.deadline, math.inf)

    def _give_up(self, saga: Saga, reason: str) -> None:
        """Turn a redeem back; the CRM has refused nothing, so it has no status."""
        for line in saga.redeem.lines:
            if line.state is State.WAITING:
                line.state = State.UNDONE
        saga.turn(reason)
        self.claims.let_go(saga)


def answered(redeem: Redeem) -> BridgeError:
    """Return the error that the POS was answered for this redeem."""
    error = BridgeError(redeem.reason)
    error.status = redeem.status
    return error
