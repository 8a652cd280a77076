"""A success that is written down, and that perhaps no till hears of.

Whoever is to be told of it is on the list first: the request that made it a success by
that alone, each equal request by a mark of its own.  Who is not told after all, because
the till has hung up or Redis did not answer, is taken off again.  When nobody is left,
the success turns back; but not at once, because the cashier may press the button again.
"""

from __future__ import annotations

import secrets
from contextlib import suppress

from bridge.deadline import Deadline
from bridge.errors import HungUp, JournalError, LostClaim
from bridge.redeem.kernel.worker import Tools
from bridge.redeem.record import Event, Goal, Redeem, Why
from bridge.redeem.settings import SECOND_TAP_SECONDS
from bridge.redeem.till.turns import POLL


class UnheardSuccess:
    """Keeps the list of who is told of a success; turns back what nobody is told of."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.journal = tools.journal

    def promise(self, done: Redeem, deadline: Deadline) -> Redeem | None:
        """Write down that an equal request is told of a success, and return it.

        ``None`` when it is none any more.  Raise ``HungUp`` when nobody would hear of
        it, and ``JournalError`` when that cannot be written down in time.
        """
        if deadline.hung_up():
            raise HungUp
        mark = secrets.token_hex(4)
        while True:
            try:
                given = self._enter(done, mark)
                break
            except JournalError:
                if not deadline.allows(POLL):
                    self.turn_back(done, mark)
                    raise
                self.tools.pause(POLL)
        if given and deadline.hung_up():
            self.turn_back(done, mark)
            raise HungUp
        return given

    def turn_back(self, done: Redeem, mark: str = "") -> None:
        """Take somebody off the list who is not told; by default who made the success.

        Where Redis is away, that is done as soon as it is back.
        """
        try:
            self.strike(done, mark)
        except JournalError:
            self.tools.aside("disown", lambda: self._insist(done, mark))

    def strike(
        self,
        done: Redeem,
        mark: str = "",
        why: Why = Why.HUNG_UP,
        wait: float = SECOND_TAP_SECONDS,
    ) -> Redeem | None:
        """Take somebody off the list, and return the redeem if that turns it back.

        Recovery goes on with it in ``wait`` seconds, unless the same request comes.
        Something is saved even where the mark is not found: it takes the version that
        needs whatever is still on its way.
        """
        while (found := self._standing(done)) and not found.closed_by:
            if not mark and found.unheard:
                return None
            _take_off(found, mark)
            nobody = found.unheard and not found.answers
            if nobody:
                self._turn(found, why, wait)
            with suppress(LostClaim):
                self.journal.save(found)
                return found if nobody else None
        return None

    def _enter(self, done: Redeem, mark: str) -> Redeem | None:
        while (found := self._standing(done)) and mark not in found.asked.split():
            found.asked = f"{found.asked} {mark}".strip()
            found.answers += 1
            found.tell(Event(self.tools.clock(), "asked again"))
            with suppress(LostClaim):
                self.journal.save(found, mark)
                return found
        return found

    def _standing(self, done: Redeem) -> Redeem | None:
        """Return the success as it stands now, unless it has become another one's."""
        found = self.journal.load(done.redeem_id)
        if found and found.settled and found.goal is Goal.REDEEMED:
            return found if found.claims == done.claims else None
        return None

    def _turn(self, redeem: Redeem, why: Why, wait: float) -> None:
        now = self.tools.clock()
        redeem.turn_anew(why, now)
        redeem.tell(Event(now, "turned", text=why))
        redeem.due_at = now + wait
        self.journal.open(redeem, redeem.due_at)

    def _insist(self, done: Redeem, mark: str) -> None:
        while True:
            try:
                self.strike(done, mark)
            except JournalError:
                self.tools.pause(1.0)
            else:
                return


def _take_off(redeem: Redeem, mark: str) -> None:
    marks = redeem.asked.split()
    if not mark:
        redeem.unheard = True
    elif mark in marks:
        marks.remove(mark)
        redeem.asked = " ".join(marks)
        redeem.answers -= 1
