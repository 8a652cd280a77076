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
from bridge.errors import (
    AccessRefused,
    BridgeError,
    Busy,
    ItemHeld,
    RedeemBusy,
    TookTooLong,
    own_text,
)
from bridge.redeem.kernel.saga import Saga
from bridge.redeem.record import Event, Goal, Redeem, State, Why
from bridge.redeem.till.turns import Turns
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
                raise Answered(last)
            return None
        age = self.tools.clock() - last.settled_at
        if replay_seconds is None:
            replay_seconds = self.tools.settings.replay_seconds
        if not waited and age >= replay_seconds:
            return None
        return last

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
        saga = self.claims.claim(redeem, site, deadline, "the POS, again")
        # Only now: where all is spent, the claim itself would save a success, before
        # anybody could be told of it.
        for line in redeem.lines:
            if line.state is State.KEPT:
                line.state = State.SENDING  # ask before believing it
            elif line.state is State.UNDONE:
                line.send_anew()
        redeem.goal, redeem.why = Goal.REDEEMED, ""
        redeem.reason, redeem.status = "", 0
        redeem.answers, redeem.asked, redeem.unheard = 0, "", False
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
            by = error.by if isinstance(error, ItemHeld) else ""
            self._give_up(saga, error.what, error.said, by)
            raise
        return self.make_way(saga, twin, site) if twin else saga

    def make_way(self, saga: Saga, twin: Redeem, site: Site) -> Saga | Redeem | None:
        """Give up a redeem that has sent nothing, for one that began beside it."""
        self._give_up(saga, Why.TWIN, "", twin.redeem_id)
        return self.answer(twin, site, saga.deadline, math.inf)

    def _give_up(self, saga: Saga, why: str, reason: str, other: str) -> None:
        """Turn a redeem back for another one; it has no status that a twin may hear."""
        for line in saga.redeem.lines:
            if line.state is State.WAITING:
                line.state = State.UNDONE
        if other:
            now = self.tools.clock()
            saga.redeem.tell(Event(now, "in the way", text=other))
        saga.turn(why, reason)
        self.claims.let_go(saga)


SAYS = {kind.what: own_text(kind) for kind in (AccessRefused, Busy, TookTooLong)}
"""What a cashier was told where neither the CRM nor the operation had words for it."""


class Answered(BridgeError):
    """This was answered before."""

    def __init__(self, redeem: Redeem) -> None:
        """Say the same as the POS was answered for this redeem."""
        super().__init__(redeem.reason or SAYS.get(redeem.why, ""))
        self.status, self.what = redeem.status, redeem.why
        self.redeem = redeem
