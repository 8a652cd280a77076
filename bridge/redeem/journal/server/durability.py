"""What could be lost with the Redis that the journal is kept in, in plain words.

Only asks: it changes no setting and writes nothing.  For ``sitoo-bridge check``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import redis
from redis.sentinel import SentinelConnectionPool

from bridge.deadline import Clock
from bridge.redeem.journal.server.complaints import guarded
from bridge.redeem.journal.server.connection import Client
from bridge.redeem.journal.server.one_server import Finding, one_server
from bridge.redeem.journal.server.settings import RedisSettings, is_cluster

__all__ = ["Finding", "findings"]

ENOUGH_SENTINELS = 3
"""Fewer cannot tell a dead master from a cut line once one of them is gone."""


@guarded
def findings(
    client: Client, settings: RedisSettings, clock: Clock = time.time
) -> list[Finding]:
    """Return what there is to say; raise ``JournalError`` when Redis does not answer.

    What a managed service does not show is said to be unknown.  On a cluster and behind
    Sentinel, every master is asked, and what belongs to it is named.
    """
    if is_cluster(settings):
        return list(_cluster(client, settings, clock))
    found = list(one_server(client, settings, clock))
    watched = isinstance(client.connection_pool, SentinelConnectionPool)
    known = _known(client.connection_pool) if watched else 0
    found += _replicas(client, settings, known)
    if watched:
        found += _sentinels(client.connection_pool)
    return found


def _replicas(server: Client, settings: RedisSettings, known: int) -> Iterator[Finding]:
    """Yield what there is to say about who else has what the server has.

    ``known`` is how many replicas Sentinel knows, also those that are away just now.
    """
    connected, wanted = _followers(server), settings.wait_replicas
    every = max(connected, known)
    if wanted > connected:
        yield Finding(
            False,
            f"wait_replicas is {wanted}, but {connected} are connected: every redeem "
            "is answered 503. Start the others, or lower wait_replicas in the way that "
            "docs/retailers/availability.rst says.",
        )
    elif 0 < wanted < every:
        yield Finding(
            False,
            f"wait_replicas is {wanted}, but there are {every} replicas: if one takes "
            "over that was not waited for, acknowledged redeems are lost, those of "
            f"minutes if it was away. Set wait_replicas: {every}.",
        )
    elif wanted:
        yield Finding(True, f"A redeem counts once {wanted} of {every} have it.")
    elif settings.wait_aof:
        yield Finding(
            False, "wait_aof does nothing without wait_replicas: set that, too."
        )
    elif connected:
        yield Finding(
            False,
            "Replicas follow a little later: if one takes over, the last acknowledged "
            f"redeems may be lost. Set wait_replicas: {every}.",
        )


def _followers(server: Client) -> int:
    """Return how many replicas are connected, as far as the server tells."""
    try:
        return int(server.info("replication").get("connected_slaves", 0))
    except redis.ResponseError:
        return 0


def _cluster(
    client: Client, settings: RedisSettings, clock: Clock
) -> Iterator[Finding]:
    if client.cluster_info().get("cluster_state") != "ok":
        yield Finding(
            False,
            "The cluster is not whole: redeems whose keys are missing are answered "
            "503. See to its nodes.",
        )
    if settings.wait_replicas or settings.wait_aof:
        yield Finding(
            False, "wait_replicas and wait_aof do nothing on a cluster: leave them out."
        )
    yield Finding(
        True,
        "On a cluster no write waits for replicas: if one takes over, the last "
        "acknowledged redeems may be lost, and what they have spent can't be undone.",
    )
    alone = replace(settings, wait_replicas=0, wait_aof=False)
    for node in client.get_primaries():
        server = client.get_redis_connection(node)
        for finding in _master(server, alone, clock):
            yield replace(finding, text=f"{node.name}: {finding.text}")


def _master(server: Client, settings: RedisSettings, clock: Clock) -> Iterator[Finding]:
    try:
        yield from one_server(server, settings, clock)
        followers = _followers(server)
    except redis.ConnectionError:
        yield Finding(False, "This master does not answer: see to it.")
        return
    if not followers:
        yield Finding(
            False,
            "No replica follows this master: while it is down, part of all redeems is "
            "answered 503. Give every master one.",
        )


def _known(pool: SentinelConnectionPool) -> int:
    """Return how many replicas some Sentinel knows, and may have take over."""
    known = 0
    for sentinel in pool.sentinel_manager.sentinels:
        with suppress(redis.RedisError):
            state = sentinel.sentinel_master(pool.service_name)
            known = max(known, state["num-slaves"])
    return known


def _sentinels(pool: SentinelConnectionPool) -> Iterator[Finding]:
    known = silent = 0
    for sentinel in pool.sentinel_manager.sentinels:
        try:
            others = sentinel.sentinel_master(pool.service_name)["num-other-sentinels"]
        except redis.RedisError:
            silent += 1
        else:
            known = max(known, others + 1)
    if silent:
        yield Finding(
            False,
            f"{silent} of the Sentinels in redis.url do not answer: start them, or "
            "leave them out.",
        )
    if known < ENOUGH_SENTINELS:
        yield Finding(
            False,
            f"Sentinels that watch over the master: {known}. With fewer than three "
            "none can be spared: then no replica takes over. Run three.",
        )
