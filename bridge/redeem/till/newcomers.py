"""A new customer is added once, however often a till asks.

A cashier taps twice, or the answer to the first tap is lost.  Two requests are *the
same* when site, store, register and what was sent are the same.  The second one waits
for the first and gets its answer, also for a short while after it.  Where nobody knows
what became of the first, the CRM is searched before the customer is added again.

Redis knows a digest of the request and the id of who was added, and nothing of a
person.  The digest's key comes of the site's own passwords: all bridges of a site have
them, and whoever reads Redis has not.  Without Redis customers are added all the same,
only without this protection.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bridge.deadline import Deadline
from bridge.errors import (
    BridgeError,
    JournalError,
    OutcomeUnknown,
    Unavailable,
    Unpresentable,
)
from bridge.language import _
from bridge.model import Context, Customer
from bridge.redeem.journal.additions import Additions
from bridge.redeem.journal.server.patience import while_waited_for
from bridge.redeem.kernel.worker import Tools
from bridge.redeem.settings import GRACE, NEWCOMER_SECONDS
from bridge.redeem.till.turns import POLL
from bridge.site import Site

log = logging.getLogger(__name__)

DONE, RUNNING, DOUBT = "done", "running", "doubt"

BUSY = _("This customer is being added right now. Try again in a moment.")

UNSURE = (OutcomeUnknown, Unpresentable)
"""Errors after which the customer may be there."""


@dataclass(frozen=True)
class Addition:
    """How one customer is added, and looked for, in whatever CRM it is."""

    create: Callable[[], Customer]
    find: Callable[[], Customer | None]
    """Search for somebody who has what was sent; ``None`` if nobody is found."""
    show: Callable[[str], Customer]


class Newcomers:
    """Adds customers for all sites of one process."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        journal = tools.journal
        self._additions = Additions(journal.store, journal.keys)

    @while_waited_for
    def add(
        self,
        site: Site,
        context: Context,
        sent: str,
        addition: Addition,
        *,
        deadline: Deadline,
    ) -> Customer:
        """Return the customer, added now or by the same request a moment ago.

        ``sent`` is what the till sent, in one spelling.  Raise what ``addition`` does,
        and ``Unavailable`` when the first one does not end in time.
        """
        said = "\0".join((site.name, context.store_id, context.register_id, sent))
        digest = site.pseudonym.digest(said)
        try:
            claim = self._claim(deadline)
            earlier, doubtful = self._turn(site.name, digest, claim, deadline)
        except JournalError as error:
            log.warning(
                "a customer is added without protection from a second tap",
                extra={"site": site.name, "why": error.complaint},
            )
            return addition.create()
        if earlier:
            return addition.show(earlier)
        if doubtful and (found := self._looked_for(site.name, digest, claim, addition)):
            return found
        return self._added(site.name, digest, claim, addition)

    def _turn(
        self, site: str, digest: str, claim: str, deadline: Deadline
    ) -> tuple[str, bool]:
        """Wait for our turn.  Return who was added, or "" and whether anybody was."""
        doubtful = False
        seconds = deadline.remaining() + GRACE + self._tools.settings.doubt_seconds
        while True:
            there = self._additions.take(site, digest, claim, seconds)
            if there is None:
                return "", doubtful
            if not there:
                continue
            state, _, rest = there.partition(":")
            if state == DONE:
                return rest, False
            if state == RUNNING and self._tools.clock() < float(rest.split(":")[0]):
                if not deadline.allows(POLL):
                    raise Unavailable(BUSY, retry_after=1)
                self._tools.pause(POLL)
                continue
            # Its answer was lost, or whoever was on it is dead.
            doubtful = True
            self._additions.leave(site, digest, there)

    def _added(
        self, site: str, digest: str, claim: str, addition: Addition
    ) -> Customer:
        try:
            customer = addition.create()
        except Exception as error:
            if isinstance(error, BridgeError) and not isinstance(error, UNSURE):
                self._say(lambda: self._additions.leave(site, digest, claim))
                raise
            try:
                found = self._looked_for(site, digest, claim, addition)
            except Exception:
                raise error from None
            if found is None:
                self._doubt(site, digest, claim)
                raise
            return found
        self._done(site, digest, claim, customer)
        return customer

    def _looked_for(
        self, site: str, digest: str, claim: str, addition: Addition
    ) -> Customer | None:
        """Search for whoever may have been added; while that fails, doubt stays."""
        try:
            found = addition.find()
        except Exception:
            self._doubt(site, digest, claim)
            raise
        if found is not None:
            self._done(site, digest, claim, found)
        return found

    def _doubt(self, site: str, digest: str, claim: str) -> None:
        seconds = self._tools.settings.doubt_seconds
        unsure = f"{DOUBT}:{claim}"
        self._say(lambda: self._additions.tell(site, digest, unsure, seconds))

    def _done(self, site: str, digest: str, claim: str, customer: Customer) -> None:
        said = f"{DONE}:{customer.customer_id}"
        if customer.customer_id:
            self._say(
                lambda: self._additions.tell(site, digest, said, NEWCOMER_SECONDS)
            )
        else:
            self._say(lambda: self._additions.leave(site, digest, claim))

    def _say(self, write: Callable[[], None]) -> None:
        """Write down how it went; without Redis, what has happened has happened."""
        try:
            write()
        except JournalError as error:
            log.warning(
                "how an addition went is not kept", extra={"why": error.complaint}
            )

    def _claim(self, deadline: Deadline) -> str:
        until = self._tools.clock() + deadline.remaining() + GRACE
        return f"{RUNNING}:{until:.3f}:{secrets.token_hex(8)}"
