"""What a person may do to a redeem: try it now, undo it, close it by hand.

The journal's pages and the command line both come here.  Whoever acts says why, and
names the version that they have looked at: if anything has happened to the redeem since
then, nothing is done.  All of it ends up among the redeem's events, nothing is deleted.

Knows neither passwords nor roles: whoever calls has found out who it is.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Table
from contextlib import suppress
from typing import TypeVar

from bridge.deadline import Deadline
from bridge.errors import (
    BridgeError,
    Invalid,
    JournalError,
    LostClaim,
    NotFound,
    RedeemBusy,
)
from bridge.language import Situation, _
from bridge.redeem.desk.asked import Found
from bridge.redeem.desk.deeds import Deeds
from bridge.redeem.desk.looking import NOT_CONFIGURED, Seen, look, may_change
from bridge.redeem.desk.phrases import SAID
from bridge.redeem.desk.reasons import checked_reason
from bridge.redeem.kernel.claims import holds
from bridge.redeem.record import Event, Goal, Line, Redeem, State, Why
from bridge.redeem.till.redeemer import Redeemer
from bridge.site import Site

log = logging.getLogger(__name__)

T = TypeVar("T")


NO_REDEEM = _("There is no such redeem, or it is older than the journal keeps it.")
NOT_STUCK = _("Only a stuck redeem is closed by hand: this one is tried on.")
NOT_ALL_SAID = _("For each item, say what you found in the CRM.")
NOT_SETTLED = _("Only a redeem that is finished can be compared with the CRM.")
FOUND_BY = _("{who} found: {what}")


class Changed(BridgeError):
    """This redeem has changed since you looked at it: nothing was done."""

    status = 409


class NothingToDo(BridgeError):
    """There is nothing to do: the redeem is where it should be already."""

    status = 409


class Contradicted(BridgeError):
    """The CRM says something else: look again, and confirm if you are sure."""

    status = 409

    def __init__(self, seen: Sequence[Seen]) -> None:
        super().__init__()
        self.seen = seen
        """What the CRM said about each item."""


class People:
    """Acts on redeems for people, by the same ways that the POS and recovery go."""

    def __init__(self, redeemer: Redeemer, sites: Table[str, Site]) -> None:
        self.tools = redeemer.tools
        self.journal = redeemer.journal
        self.turns = redeemer.turns
        self.undoing = redeemer.undoing
        self.sites = sites
        self.deeds = Deeds(self.journal, self.tools.clock)

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
            *(redeem, "tried by hand", who),
            lambda: self.turns.settle(redeem, site, deadline, "by hand"),
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
            *(redeem, "undo by hand", who),
            lambda: self.undoing.give_back(redeem, site, deadline, who),
        )

    def close(
        self,
        redeem_id: str,
        version: int,
        who: str,
        reason: str,
        found: Sequence[Found],
        deadline: Deadline,
        *,
        despite: bool = False,
    ) -> None:
        """Close a stuck redeem: ``found`` says for each line what the CRM has.

        The CRM is asked as well.  ``Contradicted`` when it denies what was found, but
        for ``despite``: whoever closes knows of that, and is sure.  It counts as
        redeemed when everything was found spent, and else as undone.  The items are
        free for others again.  ``RedeemBusy`` while a call that was sent may still
        change what was found.
        """
        redeem = self._seen(redeem_id, version)
        if redeem.settled:
            raise NothingToDo
        if not self.may_close(redeem):
            raise Invalid(NOT_STUCK)
        if may_change(redeem, self.tools.clock() - self.tools.settings.doubt_seconds):
            raise RedeemBusy
        if len(found) != len(redeem.lines):
            raise Invalid(NOT_ALL_SAID)
        self._tell(redeem, "closed", who, reason)
        seen = self.look(redeem, deadline)
        both = list(zip(seen, found, strict=True))
        if not despite and any(one.contradicts(what) for one, what in both):
            raise Contradicted(seen)
        self._tell_seen(redeem, seen, who)
        for number, (line, what) in enumerate(zip(redeem.lines, found, strict=True)):
            _state(line, what, who)
            event = Event(self.tools.clock(), "stated", number, text=what.value, by=who)
            redeem.tell(event)
        _end(redeem, found, who, self.tools.clock())
        self._unless_changed(redeem, "closed", who, lambda: self._put_away(redeem))

    def look(self, redeem: Redeem, deadline: Deadline) -> list[Seen]:
        """Ask the CRM about each item, and change nothing in the journal."""
        return look(redeem, self.sites.get(redeem.site), deadline)

    def check(
        self, redeem_id: str, version: int, who: str, deadline: Deadline
    ) -> list[Seen]:
        """Compare a settled redeem with the CRM, and write down what that says."""
        redeem = self._seen(redeem_id, version)
        if not redeem.settled:
            raise Invalid(NOT_SETTLED)
        seen = self.look(redeem, deadline)
        redeem.tell(Event(self.tools.clock(), "checked", by=who))
        self._tell_seen(redeem, seen, who)
        self._unless_changed(
            *(redeem, "checked", who),
            lambda: self.journal.save(redeem, secrets.token_hex(4)),
        )
        return seen

    def _tell_seen(self, redeem: Redeem, seen: Sequence[Seen], who: str) -> None:
        for number, one in enumerate(seen):
            said = one.why or one.found.value
            event = Event(self.tools.clock(), one.what, number, text=said, by=who)
            redeem.tell(event)

    def may_close(self, redeem: Redeem) -> bool:
        """Whether nobody but a person can end it."""
        return not redeem.settled and (redeem.stuck or redeem.site not in self.sites)

    def _seen(self, redeem_id: str, version: int) -> Redeem:
        """Return the redeem that somebody has looked at, if it is still the same."""
        redeem = self.journal.load(redeem_id)
        if redeem is None:
            raise NotFound(NO_REDEEM)
        if redeem.version != version:
            raise Changed
        if redeem.running(self.tools.clock()):
            raise RedeemBusy
        return redeem

    def _site(self, redeem: Redeem) -> Site:
        if redeem.site not in self.sites:
            raise Invalid(NOT_CONFIGURED)
        return self.sites[redeem.site]

    def _tell(self, redeem: Redeem, what: str, who: str, reason: str) -> None:
        site = self.sites.get(redeem.site)
        text = checked_reason(reason, *[site.country] if site else [])
        redeem.tell(Event(self.tools.clock(), what, text=text, by=who))
        said = {"redeem_id": redeem.redeem_id, "what": what, "user": who}
        log.info("a person acts on a redeem", extra=said)

    def _unless_changed(
        self, redeem: Redeem, what: str, who: str, act: Callable[[], T]
    ) -> T:
        """Act; whoever was quicker has changed what this person has looked at."""
        seen, deed = redeem.version, self.deeds.write(what, who, redeem.redeem_id)
        try:
            return act()
        except LostClaim:
            if redeem.version != seen:  # overtaken later, with something done already
                raise
            with suppress(JournalError):
                self.deeds.take_back(deed)
            raise Changed from None

    def _put_away(self, redeem: Redeem) -> None:
        now = self.tools.clock()
        # Listed as due now, so that `close` takes it off, and not what comes later.
        self.journal.open(redeem, now)
        self.journal.save(redeem, secrets.token_hex(4))
        site = self.sites.get(redeem.site)
        mapping = site and site.mapping(redeem.context, self.tools.deadline(1))
        self.journal.close(redeem, holds(redeem, mapping) if mapping else [], now, now)


def _state(line: Line, found: Found, who: str) -> None:
    """Write down what was found; of what is unknown, the state stays as it is."""
    line.reason = Situation(FOUND_BY, who=who, what=Situation(SAID[found.value]))
    if found is Found.SPENT:
        line.state = State.REDEEMED
    elif found is Found.NOT_SPENT:
        line.state = State.UNDONE


def _end(redeem: Redeem, found: Sequence[Found], who: str, now: float) -> None:
    redeem.goal, redeem.why = Goal.UNDONE, redeem.why or Why.INTERRUPTED
    if all(what is Found.SPENT for what in found):
        redeem.goal, redeem.why = Goal.REDEEMED, ""
        redeem.reason, redeem.status = "", 0
    redeem.closed_by, redeem.settled_at, redeem.stuck = who, now, False
    redeem.lease_until = redeem.due_at = 0.0
