"""All or nothing, over CRMs that know one item at a time.

* ``recovery``: what is left over after a crash, a deadline or a lost connection
* ``desk/``: what support sees of redeems, and may do to them
* ``till/``: what the POS asks for
* ``kernel/``: all or nothing: who works on a redeem, its story, each call to the CRM
* ``journal/``: the memory of redeems in Redis
* ``record`` and ``settings``: the vocabulary of all of them
* ``pools``: threads, each site its own

A room is opened when somebody asks for what is in it: a command's help needs words
alone, and neither Redis nor HTTP.

Each sees only what stands below it.  Read ``record`` and ``kernel.saga`` first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.rooms import rooms

if TYPE_CHECKING:
    from bridge.redeem.journal.journal import Journal
    from bridge.redeem.journal.pace import SharedTurns
    from bridge.redeem.journal.rehearsal import rehearse
    from bridge.redeem.journal.server.connection import connect
    from bridge.redeem.journal.server.product import introduce
    from bridge.redeem.journal.server.settings import RedisSettings
    from bridge.redeem.journal.store import Store
    from bridge.redeem.record import Redeem
    from bridge.redeem.recovery import Recovery
    from bridge.redeem.settings import RedeemSettings
    from bridge.redeem.till.newcomers import Addition, Newcomers
    from bridge.redeem.till.redeemer import Redeemer

__all__ = [
    "Addition",
    "Journal",
    "Newcomers",
    "Recovery",
    "Redeem",
    "RedeemSettings",
    "Redeemer",
    "RedisSettings",
    "SharedTurns",
    "Store",
    "connect",
    "introduce",
    "open_journal",
    "rehearse",
]

HOMES = {
    "Journal": "journal.journal",
    "SharedTurns": "journal.pace",
    "rehearse": "journal.rehearsal",
    "connect": "journal.server.connection",
    "introduce": "journal.server.product",
    "RedisSettings": "journal.server.settings",
    "Store": "journal.store",
    "Redeem": "record",
    "Recovery": "recovery",
    "RedeemSettings": "settings",
    "Addition": "till.newcomers",
    "Newcomers": "till.newcomers",
    "Redeemer": "till.redeemer",
}
"""Where each name is at home."""

__getattr__ = rooms(__name__, HOMES)


def open_journal(redis_settings: RedisSettings, settings: RedeemSettings) -> Journal:
    """Return the journal of a configuration; it connects when it is first used."""
    from bridge.redeem.journal.journal import Journal
    from bridge.redeem.journal.server.connection import connect
    from bridge.redeem.journal.store import Store

    return Journal(Store(connect(redis_settings), redis_settings), settings)
