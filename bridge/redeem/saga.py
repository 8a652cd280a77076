"""The story of a redeem: all of it, or none of it.

Two rules carry everything.  Write down what you are about to do *before* you do it.
Never assume anything about a call whose answer you did not write down: ask.

A third one comes from slow CRMs: a call whose answer was lost may still take effect.
"Not spent" therefore counts only after ``doubt_seconds``; until then it stays in doubt.

Knows neither requests nor waiting: see ``redeemer`` for the POS's side and ``recovery``
for what is left over.
"""

from __future__ import annotations

from collections.abc import Sequence

from bridge.errors import (
    AccessRefused,
    CannotUndo,
    NotDone,
    OutcomeUnknown,
    Refused,
    Unavailable,
    UpstreamError,
)
from bridge.redeem.outcome import Outcome, most_telling, refusal, trusted
from bridge.redeem.parts import Part
from bridge.redeem.record import IN_DOUBT, Event, Goal, State
from bridge.redeem.worker import Worker


class Saga(Worker):
    """Spends everything, or gives everything back."""

    # Forward: spend everything

    def forward(self) -> None:
        """Spend every part, or turn the goal to undone and raise why.

        What can be given back goes first and in parallel; what cannot goes last and
        one by one, so that a refusal is met while everything can still be undone.
        """
        self._spend([part for part in self.parts if not part.irreversible])
        for part in self.parts:
            if part.irreversible:
                self._spend([part])

    def _spend(self, chosen: Sequence[Part]) -> None:
        if not chosen:
            return
        doubtful = [part for part in chosen if part.state is State.SENDING]
        outcomes = self.each(doubtful, self.ask)
        for part in doubtful:
            if part.state is State.UNDONE:
                part.send_anew()
        waiting = [part for part in chosen if part.state is State.WAITING]
        if waiting and not any(outcomes):
            self.mark(waiting, State.SENDING)
            outcomes = self.each(waiting, self._spend_one)
        failure = most_telling(outcomes)
        if failure is None and self.deadline.passed:
            failure = Unavailable("Can't redeem: the CRM took too long")
        if failure:
            self.turn(failure.errortext, failure.status)
        self.write()
        if failure:
            raise failure

    def _spend_one(self, part: Part) -> Outcome:
        began = self.tools.clock()
        try:
            trusted(lambda: part.keep(part.spend()))
        except OutcomeUnknown as error:
            self.tell(part, "no answer", began)
            return self._ask_again(part, error)
        except NotDone as error:
            self.move(part, State.UNDONE, "refused", began, error.errortext)
            return refusal(error)
        self.move(part, State.REDEEMED, "redeemed", began)
        return None

    def _ask_again(self, part: Part, lost: OutcomeUnknown) -> Outcome:
        """Ask once; go on asking where nothing could be given back."""
        pause = 0.1
        while self.ask(part) is not None:
            if not part.irreversible or not self.deadline.allows(pause):
                return lost
            self.tools.pause(pause)
            pause = min(2 * pause, 1.0)
        return None if part.state is State.REDEEMED else lost

    # Backward: give everything back

    def turn(self, reason: str, status: int = 0) -> None:
        """Head for undone from here on; the next save writes it down."""
        self.redeem.goal = Goal.UNDONE
        self.redeem.reason, self.redeem.status = reason, status
        self.redeem.tell(Event(self.tools.clock(), "turned", text=reason))

    def backward(self) -> Outcome:
        """Give back whatever is spent, as far as can be done now.

        Return ``None`` once nothing is spent any more, or why something still is.
        """
        for part in self.parts:
            if part.state is State.WAITING:
                self.move(part, State.UNDONE)
        asked = [p for p in self.parts if p.state in (*IN_DOUBT, State.KEPT)]
        outcomes = self.each(asked, self.ask)
        spent = [part for part in self.parts if part.state is State.REDEEMED]
        returnable = [part for part in spent if not part.irreversible]
        if returnable and not self.deadline.passed:
            self.mark(returnable, State.UNDOING)
            outcomes += self.each(returnable, self._give_back)
        for part in spent:
            if part.irreversible:
                self._keep(part, "the CRM cannot give back this kind of item")
        return most_telling(outcomes) or self._left_over()

    def _give_back(self, part: Part) -> Outcome:
        began = self.tools.clock()
        try:
            trusted(part.give_back)
        except OutcomeUnknown as error:
            self.tell(part, "not undone", began, error.errortext)
            return self._ask_why(part, error)
        except NotDone as error:
            self.move(part, State.REDEEMED, "not undone", began, error.errortext)
            return self._ask_why(part, error) if isinstance(error, Refused) else error
        self.move(part, State.UNDONE, "undone", began)
        return None

    def _ask_why(self, part: Part, error: UpstreamError) -> Outcome:
        """After an undo that failed: is it spent still?"""
        failure = self.ask(part)
        if part.state is State.UNDONE:
            return None
        for_good = isinstance(error, Refused) and not isinstance(error, AccessRefused)
        if failure is None and for_good:
            self._keep(part, error.errortext)
            return CannotUndo(error.errortext)
        return failure or error

    def _keep(self, part: Part, why: str) -> None:
        self.move(part, State.KEPT, "kept", text=why)
        for line in part.lines:
            line.reason = why

    def _left_over(self) -> Outcome:
        """Name what keeps the redeem from being settled, if anything does."""
        if any(part.state is State.KEPT for part in self.parts):
            return CannotUndo()
        return None if self.redeem.settled else Unavailable()
