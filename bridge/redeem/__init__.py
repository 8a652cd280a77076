"""All or nothing, over CRMs that know one item at a time.

Read ``record`` for the vocabulary, ``saga`` for the story, ``redeemer`` and ``twins``
for what the POS asks, ``claims`` for who may work on a redeem, ``journal`` for the
storage and ``recovery`` for what is left over.
"""

from bridge.redeem.connection import RedisSettings, connect
from bridge.redeem.journal import Journal
from bridge.redeem.record import Redeem
from bridge.redeem.recovery import Recovery
from bridge.redeem.redeemer import Redeemer
from bridge.redeem.settings import RedeemSettings
from bridge.redeem.store import Store

__all__ = [
    "Journal",
    "Recovery",
    "Redeem",
    "RedeemSettings",
    "Redeemer",
    "RedisSettings",
    "Store",
    "connect",
    "open_journal",
]


def open_journal(redis_settings: RedisSettings, settings: RedeemSettings) -> Journal:
    """Return the journal of a configuration; it connects when it is first used."""
    return Journal(Store(connect(redis_settings), redis_settings), settings)
