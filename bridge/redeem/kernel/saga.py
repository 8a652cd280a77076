"""The story of a redeem: all of it, or none of it.

Two rules carry everything.  Write down what you are about to do *before* you do it.
Never assume anything about a call whose answer you did not write down: ask.

A third one comes from slow CRMs: a call whose answer was lost may still take effect.
"Not spent" therefore counts only after ``doubt_seconds``; until then it stays in doubt.
And one from tills: what nobody would hear of is not begun, nor does it count.

Knows neither requests nor waiting: see ``redeemer`` for the POS's side and ``recovery``
for what is left over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from bridge.errors import (
    AccessRefused,
    CannotUndo,
    Failing,
    HungUp,
    NotDone,
    NoVerdict,
    OutcomeUnknown,
    Refused,
    Silent,
    TookTooLong,
    Unavailable,
    UpstreamError,
)
from bridge.language import _
from bridge.mapping import offers
from bridge.redeem.kernel.outcome import Outcome, most_telling, refusal, trusted
from bridge.redeem.kernel.parts import Part, waves
from bridge.redeem.kernel.worker import Worker
from bridge.redeem.record import IN_DOUBT, Event, Goal, State, Why

IRREVERSIBLE = _("The CRM gives back nothing of this kind.")


class Saga(Worker):
    """Spends everything, or gives everything back."""

    # Forward: spend everything

    def forward(self) -> None:
        """Spend every part, or turn the goal to undone and raise why.

        ``HungUp`` is raised between two calls to the CRM, once nobody waits any more.

        What can be given back goes first and in parallel, but for equal holds; what
        cannot goes last and one by one, so that a refusal is met while everything can
        still be undone.
        """
        self._prepare([part for part in self.parts if part.state is State.WAITING])
        self._spend([part for part in self.parts if not part.irreversible])
        for part in self.parts:
            if part.irreversible:
                self._spend([part])

    def _prepare(self, waiting: Sequence[Part]) -> None:
        """Have the mapping look at all items, while none of them has been sent.

        Whatever comes of it, nothing is spent: so no outcome is unknown.
        """
        if not (waiting and offers(type(self.mapping), "prepare")):
            return
        began = self.tools.clock()
        refs = {item: part.ref for part in waiting for item in part.items}
        try:
            refused = trusted(lambda: self.mapping.prepare(refs))
        except OutcomeUnknown as error:
            kind = Failing if isinstance(error, NoVerdict) else Silent
            self._stop(kind(detail=error.detail))
        except NotDone as error:
            self._stop(refusal(error))
        for part in waiting:
            for item in filter(refused.get, part.items):
                why = refused[item]
                self.move(part, State.UNDONE, why.what, began, why.why)
        if refused:
            self._stop(refusal(next(iter(refused.values()))))

    def _stop(self, failure: UpstreamError) -> NoReturn:
        self.turn(failure.what, failure.said, failure.status)
        self.write()
        raise failure

    def _spend(self, chosen: Sequence[Part]) -> None:
        if not chosen:
            return
        doubtful = [part for part in chosen if part.state is State.SENDING]
        outcomes = self.ask_all(doubtful)
        anew = [part for part in doubtful if part.state is State.UNDONE]
        for part in anew:
            part.send_anew()
        self._prepare(anew)
        waiting = [part for part in chosen if part.state is State.WAITING]
        for wave in waves(waiting):
            if any(outcomes) or self.deadline.passed or self.deadline.hung_up():
                break
            self.mark(wave, State.SENDING)
            outcomes = self.each(wave, self._spend_one)
        failure = most_telling(outcomes)
        if failure is None and self.deadline.passed:
            failure = TookTooLong()
        if failure is None and self.deadline.hung_up():
            self._leave()
            raise HungUp
        if failure:
            self._stop(failure)
        self.write()

    def _leave(self) -> None:
        """Stop where it stands: what is spent waits for the same request, or its undo.

        It has no status: the same request, if it waits for this one, begins anew.
        """
        for part in self.parts:
            if part.state is State.WAITING:
                self.move(part, State.UNDONE)
        self.turn(Why.HUNG_UP, "")

    def _spend_one(self, part: Part) -> Outcome:
        began = self.tools.clock()
        try:
            trusted(lambda: part.keep(part.spend()))
        except OutcomeUnknown as error:
            self.tell(part, error.what, began, error.why)
            return self._ask_again(part, error)
        except NotDone as error:
            self.move(part, State.UNDONE, error.what, began, error.why)
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

    def turn(self, why: str, reason: str, status: int = 0) -> None:
        """Head for undone from here on; the next save writes it down."""
        self.redeem.goal, self.redeem.why = Goal.UNDONE, why
        self.redeem.reason, self.redeem.status = reason, status
        self.redeem.tell(Event(self.tools.clock(), "turned", text=why))

    def backward(self) -> Outcome:
        """Give back whatever is spent, as far as can be done now.

        Return ``None`` once nothing is spent any more, or why something still is.
        """
        for part in self.parts:
            if part.state is State.WAITING:
                self.move(part, State.UNDONE)
        asked = [p for p in self.parts if p.state in (*IN_DOUBT, State.KEPT)]
        outcomes = self.ask_all(asked)
        spent = [part for part in self.parts if part.state is State.REDEEMED]
        for wave in waves([part for part in spent if not part.irreversible]):
            free = self._free(wave)
            if free and not self.deadline.passed:
                self.mark(free, State.UNDOING)
                outcomes += self.each(free, self._give_back)
        for part in spent:
            if part.irreversible:
                self._keep(part, IRREVERSIBLE)
        return most_telling(outcomes) or self._left_over()

    def _free(self, wave: Sequence[Part]) -> list[Part]:
        """Leave out what shares a hold with a call that may still take effect."""
        taken = {
            part.hold
            for part in self.parts
            if part.state in IN_DOUBT and self.may_still_happen(part)
        }
        return [part for part in wave if part.hold not in taken]

    def _give_back(self, part: Part) -> Outcome:
        began = self.tools.clock()
        try:
            trusted(part.give_back)
        except OutcomeUnknown as error:
            self.tell(part, f"undoing: {error.what}", began, error.why)
            return self._ask_why(part, error)
        except NotDone as error:
            self.move(part, State.REDEEMED, f"undoing: {error.what}", began, error.why)
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
            self._keep(part, error.why)
            return CannotUndo(error.said, detail=error.detail)
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
