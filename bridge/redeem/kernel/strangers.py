"""Whom the CRM does not know, nobody keeps: what a redeem leaves that spent nothing.

A till may ask for anybody, and type anything for an item.  A redeem has to be written
down under just these ids before the CRM is asked.  Once it has ended and nothing of it
was ever spent, an id that stands for nothing gets a pseudonym: the customer's, where
the CRM says that there is none, and an item's, where it looks like somebody's data.
Whoever knows the id finds the redeem by it all the same.

What the CRM cannot say just now stays as it is: support has to be able to tell a
customer what happened while it was away.
"""

from __future__ import annotations

import logging
import threading
from queue import Empty, Full, Queue

from bridge.errors import BridgeError, JournalError, LostClaim, NotFound
from bridge.mapping import offers
from bridge.model.personal import looks_personal
from bridge.redeem.kernel.worker import Tools
from bridge.redeem.record import Goal, Line, Redeem, State
from bridge.site import Site

log = logging.getLogger(__name__)

MOST = 1_000
"""So many redeems wait to be looked at; of what ends meanwhile, the ids are kept."""


class Strangers:
    """Puts pseudonyms where ids turned out to stand for nothing.

    One redeem after the other: tills need the CRM more, however much is refused.
    """

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._journal = tools.journal
        self._waiting: Queue[tuple[Redeem, Site]] = Queue(MOST)
        self._at_work = threading.Lock()

    def forget(self, redeem: Redeem, site: Site) -> None:
        """Do so for a redeem that has ended, aside: no till waits for it."""
        if not _wonders(redeem, site) and not _doubtful(redeem):
            return
        try:
            self._waiting.put_nowait((redeem, site))
        except Full:
            _kept(redeem, "too many wait")
        else:
            self._begin()

    def _begin(self) -> None:
        """Have somebody look at what waits, unless somebody does already."""
        if self._at_work.acquire(blocking=False):
            self._tools.aside("strangers", self._work)

    def _work(self) -> None:
        try:
            while True:
                redeem, site = self._waiting.get_nowait()
                try:
                    self._forget(redeem, site)
                except (JournalError, LostClaim) as error:
                    _kept(redeem, type(error).__name__)
                except Exception as error:
                    log.error("a mistake in the bridge or a mapping", exc_info=error)
        except Empty:
            pass
        finally:
            self._at_work.release()
        if not self._waiting.empty():  # it came after the last look
            self._begin()

    def _forget(self, ended: Redeem, site: Site) -> None:
        redeem = self._journal.load(ended.redeem_id)
        if redeem is None or not redeem.settled:
            return
        customer_id = redeem.customer_id
        if _wonders(redeem, site) and self._is_nobody(redeem, site):
            customer_id = site.pseudonym(customer_id)
        items = [
            site.pseudonym(line.item_id) if line in _doubtful(redeem) else None
            for line in redeem.lines
        ]
        if customer_id != redeem.customer_id or any(items):
            self._journal.rename(redeem, customer_id, items)

    def _is_nobody(self, redeem: Redeem, site: Site) -> bool:
        deadline = self._tools.deadline(self._tools.settings.attempt_seconds)
        try:
            site.mapping(redeem.context, deadline).get(redeem.customer_id)
        except NotFound:
            return True
        except BridgeError:
            return False
        except Exception as error:
            log.error("a mistake in the bridge or a mapping", exc_info=error)
        return False


def _kept(redeem: Redeem, why: str) -> None:
    log.warning(
        "ids that may stand for nobody are kept",
        extra={"redeem_id": redeem.redeem_id, "why": why},
    )


def _wonders(redeem: Redeem, site: Site) -> bool:
    """Whether nothing shows so far that the CRM knows the customer."""
    asks = offers(site.mapping_class, "get")
    return asks and len(_never_spent(redeem)) == len(redeem.lines)


def _doubtful(redeem: Redeem) -> list[Line]:
    """Return the lines whose items look like somebody's data, and were none."""
    return [line for line in _never_spent(redeem) if looks_personal(line.item_id)]


def _never_spent(redeem: Redeem) -> list[Line]:
    if redeem.goal is not Goal.UNDONE or redeem.closed_by:
        return []
    return [
        line
        for line in redeem.lines
        if line.state is State.UNDONE and line.receipt is None
    ]
