"""What the POS asks for: redeem these items, undo that redeem.

Knows who asks and who holds what.  How a redeem is done is the saga's, what a second,
equal request means is the twins', and what was left undone is recovery's.
"""

from __future__ import annotations

import hashlib
import logging
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from bridge.deadline import Clock, Deadline
from bridge.errors import (
    BridgeError,
    CannotRedeem,
    HungUp,
    JournalError,
    KeyReused,
    LostClaim,
    UpstreamError,
)
from bridge.language import _
from bridge.mapping import redeems
from bridge.model import Context, Item, ItemKind
from bridge.redeem.journal.journal import Journal
from bridge.redeem.journal.server.patience import while_waited_for
from bridge.redeem.kernel.claims import Claims, holds
from bridge.redeem.kernel.saga import Saga
from bridge.redeem.kernel.worker import Tools, on_a_thread
from bridge.redeem.pools import OnePool, Pools
from bridge.redeem.record import Event, Goal, Redeem, Why
from bridge.redeem.settings import SECOND_TAP_SECONDS, RedeemSettings
from bridge.redeem.till.turns import POLL, Turns
from bridge.redeem.till.twins import Answered, Twins
from bridge.redeem.till.undoing import About, Undoing, nothing
from bridge.redeem.till.unheard import UnheardSuccess
from bridge.redeem.till.unwritten import UnwrittenSuccess
from bridge.site import Site

log = logging.getLogger(__name__)

STANDS = (Why.REFUSED, Why.GIVEN_BACK)
"""What an Idempotency-Key is answered once more; all else is worth another try."""

LACKING = _("Can't redeem: your customer system does not offer it.")


class Redeemer:
    """Redeems and undoes for all sites of one process, by the journal's clock."""

    def __init__(
        self,
        journal: Journal,
        settings: RedeemSettings,
        *,
        clock: Clock | None = None,
        steady: Clock = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
        pool: Executor | None = None,
        aside: Callable[[str, Callable[[], None]], None] = on_a_thread,
    ) -> None:
        own = OnePool(pool) if pool else Pools("redeem", 4 * settings.parallel)
        clock = clock or journal.clock
        self.tools = Tools(journal, settings, clock, pause, own, steady, aside)
        self.journal = journal
        self.claims = Claims(self.tools)
        self.turns = Turns(self.claims)
        self.twins = Twins(self.turns)
        self.undoing = Undoing(self.turns)
        self.unheard = UnheardSuccess(self.tools)
        self.unwritten = UnwrittenSuccess(self.turns, self.unheard)

    @while_waited_for
    def redeem(
        self,
        site: Site,
        context: Context,
        customer_id: str,
        bonus_checks: Sequence[str],
        promotions: Sequence[str],
        *,
        deadline: Deadline,
        idempotency_key: str | None = None,
        about: About = nothing,
    ) -> Redeem:
        """Spend every item and return the redeem, or raise why nothing stays spent.

        ``about`` is told which redeem it is that is answered for, once that is known.

        ``CannotRedeem`` when the CRM refuses an item, ``ItemHeld`` when another till is
        on one, ``KeyReused`` for an idempotency key of another request; else 503 or
        504, and recovery sees to it that nothing stays spent.  ``HungUp`` when nobody
        waits any more: what is spent by then is given back, unless the same request
        comes and wants it.
        """
        if not redeems(site.mapping_class):
            raise CannotRedeem(LACKING)
        items = [Item(ItemKind.BONUS_CHECK, id_, customer_id) for id_ in bonus_checks]
        items += [Item(ItemKind.PROMOTION, id_, customer_id) for id_ in promotions]
        key = _digest(site, idempotency_key)
        while True:
            new = Redeem.begin(context, customer_id, items, self.tools.clock())
            try:
                answer = self._begin(new, site, deadline, key)
            except LostClaim:  # nothing sent: somebody else took the first one over
                if not deadline.allows(POLL):
                    raise
                continue
            except BridgeError as error:
                before = error.redeem if isinstance(error, Answered) else new
                if before.version:  # it is in the journal
                    about(before)
                raise
            if isinstance(answer, Redeem):
                about(answer)
                self._remember(key, answer)
                given = self.unheard.promise(answer, deadline)
                if given is None:  # it has turned back meanwhile
                    continue
                return given
            if answer is not None:
                about(answer.redeem)
                self._remember(key, answer.redeem)
                return self._finish(answer, site)

    @while_waited_for
    def undo(
        self,
        site: Site,
        context: Context,
        customer_id: str,
        redeem_id: str,
        *,
        deadline: Deadline,
        about: About = nothing,
    ) -> None:
        """Give back everything under a redeem_id; once given back, do nothing.

        ``NotFound`` for an unknown redeem_id and for another customer's, alike.
        ``CannotUndo`` when the CRM refuses for good; 503 or 504 when it could not be
        finished now: then recovery goes on.
        """
        self.undoing.undo(site, customer_id, redeem_id, deadline, about)

    # Redeeming

    def _begin(
        self, new: Redeem, site: Site, deadline: Deadline, key: str | None
    ) -> Saga | Redeem | None:
        """Return a claimed saga, an equal request's success, or ``None``: once more."""
        twin_id = self.journal.twin(new.fingerprint)
        answer = self._earlier(new, twin_id, site, deadline, key)
        if answer is not None:
            return answer
        if deadline.hung_up():
            raise HungUp
        saga = self.claims.start(new, site, deadline)
        new.holder = site.holder(saga.mapping, new.customer_id)
        new.tell(Event(self.tools.clock(), "begun"))
        wanted = holds(new, saga.mapping)
        in_the_way = self.journal.create(new, wanted, saga.writer)
        if in_the_way:
            answer = self.twins.take_turns(saga, site, in_the_way)
            if answer is not saga:
                return answer
        return self._meanwhile(saga, twin_id, site)

    def _meanwhile(
        self, saga: Saga, twin_id: str | None, site: Site
    ) -> Saga | Redeem | None:
        """Return the saga, unless an equal request was quicker from end to end.

        Only with the items reserved is it sure that there is no other one.
        """
        latest_id = self.journal.twin(saga.redeem.fingerprint)
        if not latest_id or latest_id == twin_id:
            return saga
        latest = self.journal.load(latest_id)
        if latest is None or latest.goal is Goal.UNDONE:
            return saga
        return self.twins.make_way(saga, latest, site)

    def _earlier(
        self,
        new: Redeem,
        twin_id: str | None,
        site: Site,
        deadline: Deadline,
        key: str | None,
    ) -> Saga | Redeem | None:
        """Return what an equal request, or the same key, has led to already."""
        taken = self.journal.claim_key(key, new, self._key_seconds()) if key else None
        if taken:
            redeem_id, fingerprint = taken
            if fingerprint != new.fingerprint:
                raise KeyReused
            under_key = self.journal.load(redeem_id)
            if under_key and under_key.settled and under_key.why in STANDS:
                raise Answered(under_key)
            if under_key and under_key.goal is Goal.REDEEMED:
                return self.twins.answer(under_key, site, deadline, math.inf)
        twin = self.journal.load(twin_id) if twin_id else None
        return self.twins.answer(twin, site, deadline) if twin else None

    def _remember(self, key: str | None, redeem: Redeem) -> None:
        """Let the key stand for the redeem that the POS is about to hear of."""
        if key:
            self.journal.give_key(key, redeem, self._key_seconds())

    def _key_seconds(self) -> int:
        hours: int = self.tools.settings.idempotency_hours
        return hours * 3_600

    def _finish(self, saga: Saga, site: Site) -> Redeem:
        """Spend everything, or give back what was spent and raise why."""
        try:
            saga.forward()
        except HungUp:
            self.claims.let_go(saga, SECOND_TAP_SECONDS)
            raise
        except UpstreamError:
            saga.backward()
            self.claims.let_go(saga)
            raise
        except (JournalError, LostClaim):
            # Lost it is, too, if the answer of Redis was, and somebody has been told
            # of the success before it was saved again.
            if not saga.redeem.settled or not self.unwritten.is_there(saga, site):
                raise
        try:
            self.claims.let_go(saga)
        except BridgeError:
            log.warning("a redeem that succeeded is tidied up later")
        if saga.deadline.hung_up():
            self.unheard.turn_back(saga.redeem)
            raise HungUp
        return saga.redeem


def _digest(site: Site, idempotency_key: str | None) -> str | None:
    """Return a key of fixed length: what a client sends may be anything."""
    if idempotency_key is None:
        return None
    return hashlib.sha256(f"{site.name}\n{idempotency_key}".encode()).hexdigest()[:32]
