"""Which redeems somebody looks for.  Knows no index: ``finder`` does.

An id is looked for as it is, and as what stands for it where it is not to be kept: so
support finds a redeem by what a customer or a cashier says, and by what a page shows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from collections.abc import Mapping as Table
from dataclasses import dataclass

from bridge.redeem.desk.phrases import GROUPS
from bridge.redeem.journal.endings import REDEEMED
from bridge.redeem.journal.keys import UNHEARD
from bridge.redeem.journal.receipts import numbers, spelled
from bridge.redeem.record import Redeem
from bridge.site import Shop

Kept = Callable[[str, str], str]
"""What stands for an id at a site, where that is not to be kept."""


def as_it_is(_site: str, id_: str) -> str:
    """Return the id itself."""
    return id_


def kept_at(sites: Table[str, Shop]) -> Kept:
    """Return what says it for these sites."""
    return lambda name, id_: sites[name].pseudonym(id_) if name in sites else id_


@dataclass(frozen=True)
class Filter:
    """What to look for; what is empty does not matter.  Times are Unix seconds."""

    redeem_id: str = ""
    """The whole id, or at least its first three digits."""
    customer_id: str = ""
    item_id: str = ""
    receipt: str = ""
    """A number in a CRM's receipt, in any case and with any spaces."""
    site: str = ""
    store_id: str = ""
    register_id: str = ""
    staff_id: str = ""
    state: str = ""
    """``redeemed``, ``undone``, ``open`` or ``stuck``."""
    outcome: str = ""
    """How it has ended: a word of ``Why``, ``redeemed``, ``trouble`` for
    any of its group, or ``unheard``: a success that nobody heard."""
    since: float = 0.0
    """When the oldest may have begun."""
    until: float = math.inf
    """Before when the newest has begun."""
    no_store: bool = False
    """Whether only those are looked for of which the till did not name the store."""

    def matches(self, redeem: Redeem, kept: Kept = as_it_is) -> bool:
        """Whether a redeem is looked for.

        ``kept`` says what else an id may be kept as at a site: its pseudonym.
        """
        wanted = {
            "site": self.site,
            "store_id": self.store_id,
            "register_id": self.register_id,
            "staff_id": self.staff_id,
        }
        return (
            all(getattr(redeem, name) == id_ for name, id_ in wanted.items() if id_)
            and redeem.redeem_id.startswith(self.redeem_id.upper())
            and self.state in ("", *states(redeem))
            and _is_one(self.customer_id, [redeem.customer_id], redeem, kept)
            and _is_one(self.item_id, [i.item_id for i in redeem.lines], redeem, kept)
            and (not self.receipt or spelled(self.receipt) in numbers(redeem))
            and self.since <= redeem.created_at < self.until
            and not (self.no_store and redeem.store_id)
            and (not self.outcome or redeem.settled)
            and redeem.ending in (self.ways or (redeem.ending,))
        )

    @property
    def ways(self) -> tuple[str, ...]:
        """Return the ways of ending that are looked for; none for any."""
        if self.outcome == UNHEARD:
            return (REDEEMED,)
        one = (self.outcome,) if self.outcome else ()
        return GROUPS["trouble"] if self.outcome == "trouble" else one


def _is_one(id_: str, those: list[str], redeem: Redeem, kept: Kept) -> bool:
    return not id_ or id_ in those or kept(redeem.site, id_) in those


def states(redeem: Redeem) -> tuple[str, ...]:
    """Return the states that a redeem counts as: stuck is open, too."""
    if redeem.settled:
        return (redeem.goal.value,)
    return ("stuck", "open") if redeem.stuck else ("open",)
