"""What a person may do to a redeem: try it now, undo it, close it by hand.

The journal's pages and the command line both come here.  Whoever acts says why, and
names the version that they have looked at: if anything has happened to the redeem since
then, nothing is done.  All of it ends up among the redeem's events, nothing is deleted.

Knows neither passwords nor roles: whoever calls has found out who it is.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Table
from enum import StrEnum
from typing import TypeVar

from bridge.deadline import Deadline
from bridge.errors import BridgeError, Invalid, LostClaim, NotFound, RedeemBusy
from bridge.redeem.claims import holds
from bridge.redeem.record import Event, Goal, Line, Redeem, State
from bridge.redeem.redeemer import Redeemer
from bridge.site import Site

log = logging.getLogger(__name__)

T = TypeVar("T")

REASON_LENGTH = 500
"""Characters: a few sentences."""

UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd\ud800-\udfff]+")


class Changed(BridgeError):
    """This redeem has changed since you looked at it: nothing was done."""

    status = 409


class NothingToDo(BridgeError):
    """There is nothing to do: the redeem is where it should be already."""

    status = 409


class Found(StrEnum):
    """What a person has found out about an item in the CRM."""

    SPENT = "spent"
    NOT_SPENT = "not spent"
    UNKNOWN = "unknown"


class People:
    """Acts on redeems for people, by the same ways that the POS and recovery go."""

    def __init__(self, redeemer: Redeemer, sites: Table[str, Site]) -> None:
        self.tools = redeemer.tools
        self.journal = redeemer.journal
        self.turns = redeemer.turns
        self.undoing = redeemer.undoing
        self.sites = sites

    def try_now(
        self, redeem_id: str, version: int, who: str, reason: str, deadline: Deadline
    ) -> None:
        """Drive an open redeem now, as recovery would when it is due.

        Raise why it is still open, if it is; ``Changed`` and ``NothingToDo`` as all
        here, and ``RedeemBusy`` while somebody else is at work on it.
        """
        redeem = self._seen(redeem_id, version)
        if redeem.settled:
            raise NothingToDo
        site = self._site(redeem)
        self._tell(redeem, "tried by hand", who, reason)
        failure = self._unless_changed(
            redeem, lambda: self.turns.settle(redeem, site, deadline, "by hand")
        )
        if failure:
            raise failure

    def undo(
        self, redeem_id: str, version: int, who: str, reason: str, deadline: Deadline
    ) -> None:
        """Give everything back, as the POS's undo would.

        Raise ``CannotUndo`` when the CRM refuses for good; 503 or 504 when it could not
        be finished now: then recovery goes on.
        """
        redeem = self._seen(redeem_id, version)
        if redeem.settled and redeem.goal is Goal.UNDONE:
            raise NothingToDo
        site = self._site(redeem)
        self._tell(redeem, "undo by hand", who, reason)
        self._unless_changed(
            redeem, lambda: self.undoing.give_back(redeem, site, deadline, who)
        )

    def close(
        self,
        redeem_id: str,
        version: int,
        who: str,
        reason: str,
        found: Sequence[Found],
    ) -> None:
        """Close a stuck redeem: ``found`` says for each line what the CRM has.

        It counts as redeemed when everything was found spent, and else as undone.
        Nothing is sent to the CRM, and the items are free for others again.
        """
        redeem = self._seen(redeem_id, version)
        if redeem.settled:
            raise NothingToDo
        if not self.may_close(redeem):
            raise Invalid(
                "Only a stuck redeem is closed by hand: this one is tried on."
            )
        if len(found) != len(redeem.lines):
            raise Invalid("For each item, say what was found in the CRM.")
        self._tell(redeem, "closed", who, reason)
        for number, (line, what) in enumerate(zip(redeem.lines, found, strict=True)):
            _state(line, what, who)
            event = Event(self.tools.clock(), "stated", number, text=what.value, by=who)
            redeem.tell(event)
        _end(redeem, found, who, self.tools.clock())
        self._unless_changed(redeem, lambda: self._put_away(redeem))

    def may_close(self, redeem: Redeem) -> bool:
        """Whether nobody but a person can end it."""
        return not redeem.settled and (redeem.stuck or redeem.site not in self.sites)

    def _seen(self, redeem_id: str, version: int) -> Redeem:
        """Return the redeem that somebody has looked at, if it is still the same."""
        redeem = self.journal.load(redeem_id)
        if redeem is None:
            raise NotFound("There is no such redeem.")
        if redeem.version != version:
            raise Changed
        if redeem.running(self.tools.clock()):
            raise RedeemBusy
        return redeem

    def _site(self, redeem: Redeem) -> Site:
        if redeem.site not in self.sites:
            raise Invalid("The site of this redeem is not in the configuration.")
        return self.sites[redeem.site]

    def _tell(self, redeem: Redeem, what: str, who: str, reason: str) -> None:
        text = checked_reason(reason)
        redeem.tell(Event(self.tools.clock(), what, text=text, by=who))
        said = {"redeem_id": redeem.redeem_id, "what": what, "user": who}
        log.info("a person acts on a redeem", extra=said)

    def _unless_changed(self, redeem: Redeem, act: Callable[[], T]) -> T:
        """Act; whoever was quicker has changed what this person has looked at."""
        seen = redeem.version
        try:
            return act()
        except LostClaim:
            if redeem.version != seen:  # overtaken later, with something done already
                raise
            raise Changed from None

    def _put_away(self, redeem: Redeem) -> None:
        now = self.tools.clock()
        # Listed as due now, so that `close` takes it off, and not what comes later.
        self.journal.open(redeem, now)
        self.journal.save(redeem, secrets.token_hex(4))
        site = self.sites.get(redeem.site)
        mapping = site and site.mapping(redeem.context, Deadline(1))
        self.journal.close(redeem, holds(redeem, mapping) if mapping else [], now, now)


def checked_reason(reason: str) -> str:
    """Return a reason in one line of plain text; ``Invalid`` where there is none."""
    text = UNPRINTABLE.sub(" ", reason).strip()
    if not text:
        raise Invalid("Say why: the reason is kept with the redeem.")
    if len(text) > REASON_LENGTH:
        raise Invalid(f"The reason is longer than {REASON_LENGTH} characters.")
    return text


def _state(line: Line, found: Found, who: str) -> None:
    """Write down what was found; of what is unknown, the state stays as it is."""
    line.reason = f"{who} found: {found}"
    if found is Found.SPENT:
        line.state = State.REDEEMED
    elif found is Found.NOT_SPENT:
        line.state = State.UNDONE


def _end(redeem: Redeem, found: Sequence[Found], who: str, now: float) -> None:
    redeem.goal = Goal.UNDONE
    if all(what is Found.SPENT for what in found):
        redeem.goal, redeem.reason, redeem.status = Goal.REDEEMED, "", 0
    redeem.closed_by, redeem.settled_at, redeem.stuck = who, now, False
    redeem.lease_until = redeem.due_at = 0.0
