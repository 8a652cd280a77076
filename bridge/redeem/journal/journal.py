"""The durable memory of redeems, in Redis.  Knows no CRM and no HTTP.

One hash per redeem with a version, and a list of its events while it is open; they
move into the hash when it is settled.  Index entries are written before the record and
removed after it, so a crash leaves at most a stale entry, which readers drop.  Every
write may arrive twice without harm: redis-py may then retry what a broken connection
lost.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from importlib.resources import files

from bridge.errors import JournalError, LostClaim
from bridge.redeem.journal.clock import JournalClock
from bridge.redeem.journal.codec import dump_event, dumps, load_event, loads
from bridge.redeem.journal.endings import Endings
from bridge.redeem.journal.indexes import Indexes
from bridge.redeem.journal.keys import DAY, Keys
from bridge.redeem.journal.receipts import Receipts
from bridge.redeem.journal.reservations import Reservations
from bridge.redeem.journal.server.complaints import guarded
from bridge.redeem.journal.store import Command, Store
from bridge.redeem.record import Event, Redeem
from bridge.redeem.settings import RedeemSettings

SAVE, TELL, UNLIST = (
    files("bridge.redeem.journal").joinpath(f"{name}.lua").read_text()
    for name in ("save", "tell", "unlist")
)


class Journal:
    """Saves redeems one version after the other, and finds them again."""

    def __init__(self, store: Store, settings: RedeemSettings) -> None:
        self.store = store
        self.keys = Keys(store.settings.prefix)
        self.indexes = Indexes(store, self.keys)
        self.reservations = Reservations(store, self.keys)
        self.keep_seconds = settings.keep_days * DAY
        self.clock = JournalClock(store, self.keys)
        """What all that is written here goes by, on every machine."""
        self.receipts = Receipts(store, self.keys, self.keep_seconds)
        self.endings = Endings(store, self.keys, self.keep_seconds)

    # One redeem

    @guarded
    def create(self, redeem: Redeem, holds: Sequence[str], writer: str) -> str | None:
        """Write a new redeem down and reserve its items, in one round trip.

        Return ``None``, or the hold that one of the items is under already: then none
        is reserved.
        """
        save, kept = self._save(redeem, writer), self.keep_seconds
        record = *self.indexes.entries(redeem, kept), *save
        if self.store.cluster:
            self.store.run(*record)
            in_the_way = self.reserve(redeem, holds)
        else:
            reserve = self.reservations.taking(redeem, holds)
            held = self.store.run(*record, *reserve, durable=True)[-1]
            in_the_way = None if held == redeem.hold else str(held)
        redeem.version += 1
        redeem.news.clear()
        return in_the_way

    @guarded
    def load(self, redeem_id: str) -> Redeem | None:
        """Return the redeem as it stands, or ``None`` if there certainly is none.

        Raise ``Unreadable`` for what cannot be one.
        """
        key = self.keys.redeem(redeem_id)
        version, body = self.store.client.hmget(key, "version", "body")
        if body is None:
            version, body = self.store.certain(("HMGET", key, "version", "body"))
        return None if body is None else loads(redeem_id, body, version)

    @guarded
    def save(self, redeem: Redeem, writer: str = "", twin_seconds: int = 0) -> None:
        """Write the redeem down, or raise ``LostClaim`` if another worker did first.

        ``writer`` is whoever has claimed it.  Somebody without a claim is a writer of
        one save: two of them never take each other's for their own.
        ``twin_seconds`` makes it the redeem that an equal request finds, for so long.
        """
        listing = list(self.endings.listing(redeem))
        save = self._save(redeem, writer or secrets.token_hex(4), twin_seconds)
        first = *self.receipts.listing(redeem), *listing
        if not self.store.run(*first, *save, durable=True)[-1]:
            if listing:
                there = self.load(redeem.redeem_id)
                self.endings.run(self.endings.lost(redeem, there))
            raise LostClaim
        with suppress(JournalError):  # it is saved: a stale entry is all that is left
            self.endings.run(self.endings.leaving(redeem))
        redeem.version += 1
        redeem.news.clear()

    @guarded
    def rename(
        self, redeem: Redeem, customer_id: str, items: Sequence[str | None]
    ) -> None:
        """Write a settled redeem down under other ids, and find it by those only.

        ``items`` has an id for each line, or ``None`` where it stays.  Raise
        ``LostClaim`` if somebody saved it meanwhile.
        """
        lines = [
            replace(line, item_id=item or line.item_id)
            for line, item in zip(redeem.lines, items, strict=True)
        ]
        named = replace(redeem, customer_id=customer_id, lines=lines)
        first, last = self.indexes.renaming(redeem, named, self.keep_seconds)
        self.store.run(*first)
        self.save(named)
        self.store.run(*last)

    @guarded
    def tell(self, redeem: Redeem, event: Event) -> None:
        """Add an event to a redeem that somebody else may be at work on."""
        names = self.keys.redeem(redeem.redeem_id), self.keys.events(redeem.redeem_id)
        tell = ("EVAL", TELL, 2, *names, dump_event(redeem, event))
        self.store.run(*self.endings.told(redeem, event), tell)

    @guarded
    def events(self, redeem: Redeem) -> list[Event]:
        """Return what happened to a redeem, oldest first."""
        redeem_id, client = redeem.redeem_id, self.store.client
        settled = client.hget(self.keys.redeem(redeem_id), "events")
        since = client.lrange(self.keys.events(redeem_id), 0, -1)
        earlier = settled.split("\n") if settled else []
        events = [load_event(redeem, text) for text in (*earlier, *since)]
        # An answer is written down once it was sent: another worker may be quicker.
        return sorted(events, key=lambda event: event.at)

    def _save(self, redeem: Redeem, writer: str, twin: int = 0) -> list[Command]:
        mine, keys = redeem.redeem_id, self.keys
        found = [keys.twin(redeem.fingerprint)] if twin else []
        # Set with it, so that a save which comes too late hides no later redeem.
        apart = found if self.store.cluster else []
        names = keys.redeem(mine), keys.events(mine), *([] if apart else found)
        keep = str(self.keep_seconds) if redeem.settled else ""
        told = [dump_event(redeem, event) for event in redeem.news]
        saved = redeem.version, writer, dumps(redeem), keep, mine, twin, *told
        save = ("EVAL", SAVE, len(names), *names, *saved)
        return [*(("SET", one, mine, "EX", twin) for one in apart), save]

    # Reservations

    @guarded
    def reserve(
        self, redeem: Redeem, holds: Sequence[str], ended: Sequence[str] = ()
    ) -> str | None:
        """Reserve items for the worker on a redeem, also where ``ended`` holds stand.

        Return ``None``, or the hold that is in the way: then none is reserved; on a
        cluster, those before it are, which is why their order must never vary.
        """
        for command in self.reservations.taking(redeem, holds, ended):
            (held,) = self.store.run(command, durable=True)
            if held != redeem.hold:
                return str(held)
        return None

    # Open redeems

    @guarded
    def open(self, redeem: Redeem, due: float) -> None:
        """List a redeem as open, to be looked at when it is due."""
        entries: list[Command] = [("ZADD", self.keys.open, due, redeem.redeem_id)]
        if redeem.stuck:
            entries.append(("SADD", self.keys.stuck, redeem.redeem_id))
        self.store.run(*entries)

    @guarded
    def close(
        self, redeem: Redeem, holds: Sequence[str], listed: float, now: float
    ) -> None:
        """Release the items of a settled redeem and take it off the list.

        ``listed`` is until when the worker has had it.  Whatever a later worker has
        reserved or listed stays: this one may be late.  What has been saved since stays
        listed as well, and recovery takes it off if nothing is left to do.
        """
        mine = redeem.redeem_id
        apart = [] if self.store.cluster else [self.keys.redeem(mine)]
        keys = (1 + len(apart), self.keys.open, *apart)
        self.store.run(
            *self.reservations.leaving(redeem, holds),
            ("SREM", self.keys.stuck, mine),
            ("EVAL", UNLIST, *keys, mine, listed, now, redeem.version),
        )

    @guarded
    def set_aside(self, redeem_id: str, due: float) -> None:
        """Count as stuck what recovery cannot even look at, and look again when due."""
        self.store.run(
            ("SADD", self.keys.stuck, redeem_id),
            ("ZADD", self.keys.open, due, redeem_id),
        )

    @guarded
    def forget(self, redeem_id: str) -> None:
        """Drop a stale entry of a redeem that never came to be."""
        self.store.run(
            ("SREM", self.keys.stuck, redeem_id), ("ZREM", self.keys.open, redeem_id)
        )

    @guarded
    def due(self, now: float, limit: int = 100, skip: int = 0) -> list[str]:
        """Return the ids of open redeems that are due, the longest due first."""
        ask = self.store.client.zrangebyscore
        return list(ask(self.keys.open, "-inf", now, skip, limit))

    @guarded
    def counts(self) -> tuple[int, int]:
        """Return how many redeems are open, and how many of them are stuck."""
        client, keys = self.store.client, self.keys
        return client.zcard(keys.open), client.scard(keys.stuck)

    # The same request again

    @guarded
    def twin(self, fingerprint: str) -> str | None:
        """Return the latest redeem id of an equal request, if it is remembered."""
        found: str | None = self.store.client.get(self.keys.twin(fingerprint))
        return found

    @guarded
    def claim_key(
        self, digest: str, redeem: Redeem, seconds: int
    ) -> tuple[str, str] | None:
        """Let an Idempotency-Key stand for this redeem, unless it is taken.

        Return ``None``, or the redeem id and the fingerprint it stands for already.
        """
        key = self.keys.idempotency(digest)
        mine = f"{redeem.redeem_id} {redeem.fingerprint}"
        if self.store.client.set(key, mine, nx=True, ex=seconds):
            return None
        found = self.store.client.get(key)
        if found is None or found == mine:
            return None
        redeem_id, _, fingerprint = found.partition(" ")
        return redeem_id, fingerprint

    @guarded
    def give_key(self, digest: str, redeem: Redeem, seconds: int) -> None:
        """Let an Idempotency-Key stand for this redeem from now on."""
        mine = f"{redeem.redeem_id} {redeem.fingerprint}"
        give = ("SET", self.keys.idempotency(digest), mine, "EX", seconds)
        self.store.run(give, durable=True)
