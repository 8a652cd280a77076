"""The durable memory of redeems, in Redis.  Knows no CRM and no HTTP.

One hash per redeem with a version, and a list of its events.  Index entries are written
before the record and removed after it, so a crash leaves at most a stale entry, which
readers drop.  Every write may arrive twice without harm: redis-py may then retry what a
broken connection lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from bridge.errors import LostClaim
from bridge.redeem.codec import dump_event, dumps, load_event, loads
from bridge.redeem.indexes import Indexes
from bridge.redeem.keys import DAY, Keys
from bridge.redeem.record import Event, Redeem
from bridge.redeem.settings import RedeemSettings
from bridge.redeem.store import Command, Store, guarded

SAVE, RESERVE, RELEASE = (
    files("bridge.redeem").joinpath(f"{name}.lua").read_text()
    for name in ("save", "reserve", "release")
)


class Journal:
    """Saves redeems one version after the other, and finds them again."""

    def __init__(self, store: Store, settings: RedeemSettings) -> None:
        self.store = store
        self.keys = Keys(store.settings.prefix)
        self.indexes = Indexes(store, self.keys)
        self.keep_seconds = settings.keep_days * DAY

    # One redeem

    @guarded
    def create(self, redeem: Redeem, holds: Sequence[str], writer: str) -> str | None:
        """Write a new redeem down and reserve its items, in one round trip.

        Return ``None``, or the id of a redeem that already holds one of the items.
        """
        record = [
            *self.indexes.entries(redeem, self.keep_seconds),
            self._save(redeem, writer),
        ]
        if self.store.cluster:
            self.store.run(*record)
            holder = self.reserve(redeem, holds, "")
        else:
            reserve = [self._reserve(redeem, hold, "") for hold in holds]
            holders = self.store.run(*record, *reserve, durable=True)[len(record) :]
            holder = next((who for who in holders if who != redeem.redeem_id), None)
        redeem.version += 1
        redeem.news.clear()
        return holder

    @guarded
    def load(self, redeem_id: str) -> Redeem | None:
        """Return the redeem as it stands, or ``None``."""
        key = self.keys.redeem(redeem_id)
        version, body = self.store.client.hmget(key, "version", "body")
        return None if body is None else loads(redeem_id, body, version)

    @guarded
    def save(self, redeem: Redeem, writer: str, twin_seconds: int = 0) -> None:
        """Write the redeem down, or raise ``LostClaim`` if another worker did first.

        ``twin_seconds`` makes it the redeem that an equal request finds, for so long.
        """
        twin = ("SET", self.keys.twin(redeem.fingerprint), redeem.redeem_id)
        first = [(*twin, "EX", twin_seconds)] if twin_seconds else []
        if not self.store.run(*first, self._save(redeem, writer), durable=True)[-1]:
            raise LostClaim
        redeem.version += 1
        redeem.news.clear()

    @guarded
    def events(self, redeem: Redeem) -> list[Event]:
        """Return what happened to a redeem, oldest first."""
        key = self.keys.events(redeem.redeem_id)
        told = self.store.client.lrange(key, 0, -1)
        return [load_event(redeem, text) for text in told]

    def _save(self, redeem: Redeem, writer: str) -> Command:
        names = self.keys.redeem(redeem.redeem_id), self.keys.events(redeem.redeem_id)
        keep = str(self.keep_seconds) if redeem.settled else ""
        told = [dump_event(redeem, event) for event in redeem.news]
        body = dumps(redeem)
        return ("EVAL", SAVE, 2, *names, redeem.version, writer, body, keep, *told)

    # Reservations

    @guarded
    def reserve(self, redeem: Redeem, holds: Sequence[str], over: str) -> str | None:
        """Reserve items, also where the finished redeem ``over`` still holds them.

        Return ``None``, or the id of the redeem that holds one of them now.
        """
        for hold in holds:
            (who,) = self.store.run(self._reserve(redeem, hold, over))
            if who != redeem.redeem_id:
                return str(who)
        return None

    def _reserve(self, redeem: Redeem, hold: str, over: str) -> Command:
        key = self.keys.reservation(redeem.site, hold)
        return ("EVAL", RESERVE, 1, key, redeem.redeem_id, over)

    # Open redeems

    @guarded
    def open(self, redeem: Redeem, due: float) -> None:
        """List a redeem as open, to be looked at when it is due."""
        entries: list[Command] = [("ZADD", self.keys.open, due, redeem.redeem_id)]
        if redeem.stuck:
            entries.append(("SADD", self.keys.stuck, redeem.redeem_id))
        self.store.run(*entries)

    @guarded
    def close(self, redeem: Redeem, holds: Sequence[str]) -> None:
        """Release the items of a settled redeem and take it off the list."""
        mine = redeem.redeem_id
        self.store.run(
            *(
                ("EVAL", RELEASE, 1, self.keys.reservation(redeem.site, hold), mine)
                for hold in holds
            ),
            ("SREM", self.keys.stuck, mine),
            ("ZREM", self.keys.open, mine),
        )

    @guarded
    def forget(self, redeem_id: str) -> None:
        """Drop a stale entry of a redeem that never came to be."""
        self.store.run(
            ("SREM", self.keys.stuck, redeem_id), ("ZREM", self.keys.open, redeem_id)
        )

    @guarded
    def due(self, now: float, limit: int = 100) -> list[str]:
        """Return the ids of open redeems that are due, the longest due first."""
        return list(
            self.store.client.zrangebyscore(self.keys.open, "-inf", now, 0, limit)
        )

    @guarded
    def counts(self) -> tuple[int, int]:
        """Return how many redeems are open, and how many of them are stuck."""
        return self.store.client.zcard(self.keys.open), self.store.client.scard(
            self.keys.stuck
        )

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
        self.store.client.set(self.keys.idempotency(digest), mine, ex=seconds)

    @guarded
    def ping(self) -> None:
        """Raise ``JournalError`` unless Redis answers."""
        self.store.client.ping()
