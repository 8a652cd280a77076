"""A redeem that never was, written down and settled by the very scripts of real ones.

A Redis that answers PING may still take no redeem: its user may run no scripts, it is
out of memory, it has too few replicas.  Only writing tells.
"""

from __future__ import annotations

from dataclasses import replace

from bridge.deadline import Clock
from bridge.errors import JournalError
from bridge.model import Context, Item, ItemKind
from bridge.redeem.journal.journal import Journal
from bridge.redeem.journal.server.complaints import guarded
from bridge.redeem.journal.store import Command, Store
from bridge.redeem.record import Event, Goal, Redeem, State
from bridge.redeem.settings import RedeemSettings

OF_ITS_OWN = "rehearsal"
"""What its keys have after the prefix, so that nobody finds it among real redeems."""

HOLDS = ["nothing"]


@guarded
def rehearse(journal: Journal, clock: Clock | None = None) -> None:
    """Raise ``JournalError`` unless a redeem can be written down and settled now."""
    settings = journal.store.settings
    apart = replace(settings, prefix=f"{settings.prefix}:{OF_ITS_OWN}")
    stage = Journal(Store(journal.store.client, apart), RedeemSettings(keep_days=1))
    redeem = _redeem((clock or journal.clock)())
    try:
        _play(stage, redeem)
    finally:
        stage.store.run(*_sweep(stage, redeem))
    journal.store.written = True


def _redeem(now: float) -> Redeem:
    context = Context(site=OF_ITS_OWN, store_id=OF_ITS_OWN)
    nothing = Item(ItemKind.PROMOTION, HOLDS[0], "nobody")
    redeem = Redeem.begin(context, "nobody", [nothing], now)
    redeem.lease_until = now
    redeem.tell(Event(now, "begun"))
    return redeem


def _play(stage: Journal, redeem: Redeem) -> None:
    now = redeem.created_at
    stage.create(redeem, HOLDS, "")
    stage.open(redeem, now)
    redeem.lines[0].state = State.REDEEMED
    redeem.settled_at = now
    redeem.tell(Event(now, f"all {Goal.REDEEMED}"))
    stage.save(redeem, "", twin_seconds=1)
    if stage.load(redeem.redeem_id) is None:
        raise JournalError
    stage.close(redeem, HOLDS, now, now)


def _sweep(stage: Journal, redeem: Redeem) -> list[Command]:
    """Return what leaves nothing behind, however far it came."""
    keys, mine = stage.keys, redeem.redeem_id
    listed = {str(one[1]) for one in stage.indexes.entries(redeem, 0)} - {keys.open}
    names = [
        keys.redeem(mine),
        keys.events(mine),
        keys.twin(redeem.fingerprint),
        keys.ended(redeem.site, redeem.ending, redeem.created_at),
        *listed,
    ]
    return [
        ("ZREM", keys.open, mine),
        *stage.reservations.leaving(redeem, HOLDS),
        *(("DEL", name) for name in names),
    ]
