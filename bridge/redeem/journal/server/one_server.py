"""What one Redis server says about itself, and what it means for the journal.

One function for each thing there is to say; none of them changes anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import redis

from bridge.deadline import Clock
from bridge.redeem.journal.server.connection import Client
from bridge.redeem.journal.server.settings import RedisSettings
from bridge.redeem.settings import GRACE

OLDEST = (7, 0)
OLDEST_WITH_WAITAOF = (7, 2)

FULL_SOON = 0.8
"""The share of its memory from which a server counts as full soon."""

Facts = dict[str, Any]
"""What INFO tells; a managed service may leave out some of it."""


@dataclass(frozen=True)
class Finding:
    """One thing about Redis, in one or two sentences, with what to do about it."""

    ok: bool
    """Whether it may stay as it is."""

    text: str


def one_server(
    server: Client, settings: RedisSettings, clock: Clock
) -> Iterator[Finding]:
    """Yield what there is to say about one server."""
    yield _skew(server, clock)
    try:
        facts: Facts = server.info()
    except redis.ResponseError:
        yield Finding(
            False,
            "INFO is not allowed for this user, so nothing is known about what could "
            "be lost: allow it.",
        )
        return
    yield _version(facts, settings)
    yield from _role(facts)
    yield from _disk(facts, _setting(server, "appendfsync"), settings)
    yield from _memory(facts)


def _setting(server: Client, name: str) -> str | None:
    """Return a setting, or ``None`` where settings are kept from us."""
    try:
        value: str | None = server.config_get(name).get(name)
    except redis.ResponseError:
        return None
    return value


def _skew(server: Client, clock: Clock) -> Finding:
    began = clock()
    try:
        seconds, microseconds = server.time()
    except redis.ResponseError:
        return Finding(
            False,
            "TIME is not allowed for this user, so nothing can be redeemed: allow it.",
        )
    here = (began + clock()) / 2
    apart = abs(seconds + microseconds / 1e6 - here)
    if apart < GRACE / 2:
        return Finding(True, "The clocks of this machine and of Redis agree.")
    return Finding(
        False,
        f"The clocks of this machine and of Redis are {apart:.0f} s apart: redeems go "
        "by Redis's, but logs and certificates by this machine's. "
        "Let all machines follow a time server.",
    )


def _version(facts: Facts, settings: RedisSettings) -> Finding:
    valkey = facts.get("valkey_version")
    name = f"Valkey {valkey}" if valkey else f"Redis {facts['redis_version']}"
    version = tuple(int(part) for part in facts["redis_version"].split(".")[:2])
    if version < OLDEST:
        return Finding(False, f"{name} is too old: the journal needs 7.0 or newer.")
    if settings.wait_aof and version < OLDEST_WITH_WAITAOF:
        return Finding(
            False,
            f"{name} knows no WAITAOF: with wait_aof no redeem can be written down. "
            "Use 7.2 or newer, or turn wait_aof off.",
        )
    return Finding(True, f"{name} is new enough.")


def _role(facts: Facts) -> Iterator[Finding]:
    if facts.get("role") != "master":
        yield Finding(
            False,
            "This is a replica, which takes no writes: every redeem and undo is "
            "answered 503. Let redis.url name the master, or use redis+sentinel://.",
        )
    if facts.get("loading"):
        yield Finding(
            False, "The server is still loading its data: redeems are answered 503."
        )


def _disk(
    facts: Facts, fsync: str | None, settings: RedisSettings
) -> Iterator[Finding]:
    if not facts.get("aof_enabled"):
        yield Finding(
            False,
            "appendonly is off: when the server dies, all redeems since its last "
            "snapshot are forgotten, and what they have spent can't be undone. "
            "Set appendonly yes.",
        )
    else:
        yield _fsync(fsync, settings)
    for what in ("aof_last_write_status", "rdb_last_bgsave_status"):
        if facts.get(what, "ok") != "ok":
            yield Finding(
                False,
                f"The server could not write to its disk ({what}): it may take no "
                "redeems, or forget them. See to the disk and the server's log.",
            )


def _fsync(fsync: str | None, settings: RedisSettings) -> Finding:
    if fsync is None:
        return Finding(
            True,
            "Settings can't be read here (CONFIG GET is not allowed), so it is unknown "
            "how often the server writes to disk. Unless that is appendfsync always, a "
            "power cut may lose the last second of acknowledged redeems.",
        )
    if fsync == "always":
        return Finding(True, "Every write is on disk before it counts.")
    if settings.wait_aof and settings.wait_replicas:
        return Finding(
            False,
            f"appendfsync is {fsync}: with wait_aof every write then waits a second or "
            "longer, and redeems are answered 503. Set appendfsync always, on the "
            "replicas as well.",
        )
    lost = "up to a second" if fsync == "everysec" else "half a minute or more"
    text = (
        f"appendfsync is {fsync}: a power cut may lose {lost} of acknowledged redeems"
    )
    if settings.wait_replicas:
        return Finding(True, f"{text}, unless a replica takes over, which has them.")
    return Finding(
        False,
        f"{text}, whose items stay spent and can't be undone. Set appendfsync always.",
    )


def _memory(facts: Facts) -> Iterator[Finding]:
    policy = facts.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        dropped = "redeems, reservations and all else"
        if policy.startswith("volatile"):
            dropped = "settled redeems, which then can't be undone"
        yield Finding(
            False,
            f"maxmemory-policy is {policy}: a full server drops {dropped}. Set "
            "maxmemory-policy noeviction.",
        )
    limit = facts.get("maxmemory") or facts.get("total_system_memory") or 0
    share = facts["used_memory"] / limit if limit else 0
    if share >= FULL_SOON:
        yield Finding(
            False,
            f"The server's memory is {share:.0%} full: when it is full, every redeem "
            "and undo is answered 503. Give it more, or lower redeem.keep_days.",
        )
    elif policy == "noeviction":
        yield Finding(True, "The server has memory left, and never drops what it has.")
