"""How Redis is reached.

Standalone, Sentinel and Cluster look the same from here on.  Redis 7.0 or newer, or
Valkey.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import redis
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.cluster import ClusterNode
from redis.retry import Retry
from redis.sentinel import Sentinel

from bridge.redeem.journal.server.patience import ClusterWhileWaitedFor, WhileWaitedFor
from bridge.redeem.journal.server.settings import RedisSettings

Client = Any
"""A redis client: redis-py's own types differ between its three kinds."""


def connect(settings: RedisSettings) -> Client:
    """Return a client that connects when it is first used.

    Commands are retried over a lost connection, while somebody waits: every write of
    the journal may safely arrive twice.
    """
    url = urlsplit(settings.url)
    options: dict[str, Any] = {
        "decode_responses": True,
        # An error while decoding could leave the rest of an answer for the next asker.
        "encoding_errors": "replace",
        "socket_timeout": settings.timeout_seconds,
        "socket_connect_timeout": settings.timeout_seconds,
        "retry": WhileWaitedFor(ExponentialBackoff(cap=0.2, base=0.02), retries=2),
        "health_check_interval": 0,
    }
    if url.scheme.endswith("+sentinel"):
        return _sentinel(settings, options)
    if url.scheme.endswith("+cluster"):
        return _cluster(settings, options)
    pool = redis.BlockingConnectionPool.from_url(
        settings.url,
        max_connections=settings.connections,
        timeout=settings.timeout_seconds,
        **options,
        **(settings.tls.options() if settings.tls else {}),
    )
    return redis.Redis.from_pool(pool)


def _sentinel(settings: RedisSettings, options: dict[str, Any]) -> Client:
    url = urlsplit(settings.url)
    master, _, database = url.path.strip("/").partition("/")
    login = _login(settings.url)
    sentinels = Sentinel(  # type: ignore[no-untyped-call]
        _hosts(settings.url, 26379),
        sentinel_kwargs={
            "socket_timeout": settings.timeout_seconds,
            "socket_connect_timeout": settings.timeout_seconds,
            # The next Sentinel is asked instead.
            "retry": Retry(NoBackoff(), retries=0),
            **_encrypted(settings),
            **(login if "sentinel_login" in parse_qs(url.query) else {}),
        },
        **_encrypted(settings),
        **options,
        **login,
    )
    return sentinels.master_for(  # type: ignore[no-untyped-call]
        master, db=int(database or 0)
    )


def _cluster(settings: RedisSettings, options: dict[str, Any]) -> Client:
    nodes = [
        ClusterNode(*host)  # type: ignore[no-untyped-call]
        for host in _hosts(settings.url, 6379)
    ]
    return _Later(
        lambda: ClusterWhileWaitedFor(
            startup_nodes=nodes,
            **_encrypted(settings),
            **options,
            **_login(settings.url),
        )
    )


class _Later:
    """A client that is made when it is first used.

    One for a cluster asks for its slots at once, which would stop the start of a bridge
    whose Redis is down for a moment.
    """

    def __init__(self, make: Callable[[], Client]) -> None:
        self._make = make
        self._made: Client = None
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close what was made, and make nothing for it."""
        if self._made:
            self._made.close()

    def __getattr__(self, name: str) -> Any:
        with self._lock:
            self._made = self._made or self._make()
        return getattr(self._made, name)


def _encrypted(settings: RedisSettings) -> dict[str, Any]:
    tls = settings.tls.options() if settings.tls else {}
    return {"ssl": True, **tls} if settings.url.startswith("rediss") else {}


def _hosts(url: str, default_port: int) -> list[tuple[str, int]]:
    parts = urlsplit(url).netloc.rpartition("@")[2].split(",")
    hosts = [urlsplit(f"//{part}") for part in parts]
    return [(host.hostname or "", host.port or default_port) for host in hosts]


def _login(url: str) -> dict[str, Any]:
    login, found, _ = urlsplit(url).netloc.rpartition("@")
    if not found:
        return {}
    user, _, password = login.partition(":")
    named = {"username": unquote(user)} if user else {}
    return {**named, "password": unquote(password)}
