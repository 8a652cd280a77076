"""What finds a redeem again: sorted sets and lists of redeem ids.

An entry is written before its redeem and removed after it, so that whoever reads here
has to expect entries without a redeem, and drops them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from bridge.errors import JournalError
from bridge.redeem.codec import loads
from bridge.redeem.keys import DAY, Keys
from bridge.redeem.record import Redeem
from bridge.redeem.store import Command, Store, guarded


class Indexes:
    """Lists redeems by time, customer, store, item and first digits."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self.store = store
        self.keys = keys

    def entries(self, redeem: Redeem, keep_seconds: int) -> Iterator[Command]:
        """Yield the commands that list a new redeem everywhere; each is kept longer
        than any redeem that it lists.
        """
        at, mine, keys = redeem.created_at, redeem.redeem_id, self.keys
        yield ("ZADD", keys.open, redeem.lease_until, mine)
        by_time = [keys.day(at), keys.customer(redeem.site, redeem.customer_id)]
        if redeem.store_id:
            by_time.append(keys.store(redeem.site, redeem.store_id, at))
        for key in by_time:
            yield ("ZADD", key, round(at, 3), mine)
        listed = [(keys.ids(mine, at), mine)]
        for line in redeem.lines:
            items = keys.items(redeem.site, line.item_id, at)
            listed.append((items, f"{line.item_id} {mine}"))
        for key, entry in listed:
            yield ("RPUSH", key, entry)
        for key in (*by_time, *(key for key, _ in listed)):
            yield ("EXPIRE", key, keep_seconds + 32 * DAY)

    @guarded
    def load_many(self, ids: Sequence[str], index: str = "") -> list[Redeem]:
        """Return those redeems that are there and can be read.

        Entries of ``index`` whose redeem has expired are dropped from it.
        """
        names = [self.keys.redeem(redeem_id) for redeem_id in ids]
        rows = self.store.run(*(("HMGET", key, "version", "body") for key in names))
        gone = [id_ for id_, (_, body) in zip(ids, rows, strict=True) if body is None]
        if gone and index:
            self.store.run(("ZREM", index, *gone))
        redeems = []
        for redeem_id, (version, body) in zip(ids, rows, strict=True):
            with suppress(JournalError):
                redeems += [] if body is None else [loads(redeem_id, body, version)]
        return redeems

    @guarded
    def indexed(
        self, index: str, after: tuple[float, str], limit: int
    ) -> list[tuple[float, str]]:
        """Return the next entries of an index by time, newest first."""
        score, redeem_id = after
        client = self.store.client
        rank = client.zrevrank(index, redeem_id) if redeem_id else -1
        if rank is None:  # it has expired meanwhile: go on with what is older
            rank = client.zcount(index, score, "+inf") - 1
        rows = client.zrevrange(index, rank + 1, rank + limit, withscores=True)
        return [(float(at), str(id_)) for id_, at in rows]

    @guarded
    def listed(self, keys: Sequence[str]) -> list[str]:
        """Return what stands in some lists, each entry once."""
        rows = self.store.run(*(("LRANGE", key, 0, -1) for key in dict.fromkeys(keys)))
        return list(dict.fromkeys(entry for row in rows for entry in row))

    @guarded
    def open_ids(self, stuck: bool = False) -> list[str]:
        """Return the ids of all open redeems, or of those that are stuck."""
        client = self.store.client
        if stuck:
            return list(client.smembers(self.keys.stuck))
        return list(client.zrange(self.keys.open, 0, -1))
