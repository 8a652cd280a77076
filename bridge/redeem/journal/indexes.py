"""What finds a redeem again: sorted sets and lists of redeem ids.

An entry is written before its redeem and removed after it, so that whoever reads here
has to expect entries without a redeem, and drops them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bridge.errors import JournalError
from bridge.redeem.journal.codec import loads
from bridge.redeem.journal.keys import DAY, Keys
from bridge.redeem.journal.server.complaints import guarded
from bridge.redeem.journal.store import Command, Store
from bridge.redeem.record import Redeem


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
        # Should this arrive once more, it takes the place of no later worker's entry.
        yield ("ZADD", keys.open, "NX", redeem.lease_until, mine)
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

    def renaming(
        self, redeem: Redeem, named: Redeem, keep_seconds: int
    ) -> tuple[list[Command], list[Command]]:
        """Return the commands that list a redeem by its new ids, and by those only:
        the first ones for before it is saved, the others for after that.
        """
        keys, site, mine = self.keys, redeem.site, redeem.redeem_id
        at = redeem.created_at
        seconds = keep_seconds + 32 * DAY
        first: list[Command] = []
        last: list[Command] = []
        if named.customer_id != redeem.customer_id:
            customer = keys.customer(site, named.customer_id)
            first += [("ZADD", customer, round(at, 3), mine)]
            first += [("EXPIRE", customer, seconds)]
            last += [("ZREM", keys.customer(site, redeem.customer_id), mine)]
        before, now = ({line.item_id for line in one.lines} for one in (redeem, named))
        for item_id in now - before:
            items = keys.items(site, item_id, at)
            first += [("RPUSH", items, f"{item_id} {mine}")]
            first += [("EXPIRE", items, seconds)]
        for item_id in before - now:
            items = keys.items(site, item_id, at)
            last += [("LREM", items, 0, f"{item_id} {mine}")]
        return first, last

    @guarded
    def load_many(
        self, ids: Sequence[str], index: str = "", unread: list[str] | None = None
    ) -> list[Redeem]:
        """Return those redeems that can be read; add the others to ``unread``.

        Entries of ``index`` whose redeem has expired are dropped from it.  An entry is
        an id, and may have more behind a space.
        """
        entries, ids = ids, [entry.partition(" ")[0] for entry in ids]
        names = [self.keys.redeem(redeem_id) for redeem_id in ids]
        rows = self.store.run(*(("HMGET", key, "version", "body") for key in names))
        gone = [one for one, (_, body) in zip(entries, rows, strict=True) if not body]
        if gone and index:
            self.store.run(("ZREM", index, *gone))
        redeems = []
        for redeem_id, (version, body) in zip(ids, rows, strict=True):
            try:
                redeems += [] if body is None else [loads(redeem_id, body, version)]
            except JournalError:
                if unread is not None:
                    unread.append(redeem_id)
        return redeems

    @guarded
    def indexed(
        self, index: str, after: tuple[float, str], limit: int
    ) -> list[tuple[float, str]]:
        """Return the next entries of an index by time, newest first."""
        score, entry = after
        client = self.store.client
        rank = client.zrevrank(index, entry) if entry else None
        if rank is None and entry:
            # An index of endings, which names the store as well.
            same = client.zrangebyscore(index, score, score)
            named = (one for one in same if one.startswith(f"{entry} "))
            entry = next(named, "")
            rank = client.zrevrank(index, entry) if entry else None
        if rank is None:  # a time, or what has expired meanwhile: go on from there
            rank = client.zcount(index, score, "+inf") - 1
        rows = client.zrevrange(index, rank + 1, rank + limit, withscores=True)
        return [(float(at), str(one)) for one, at in rows]

    @guarded
    def there(self, keys: Sequence[str]) -> list[str]:
        """Return those indexes that list anything."""
        found = self.store.run(*(("EXISTS", key) for key in keys))
        return [key for key, one in zip(keys, found, strict=True) if one]

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
