"""How to reach Redis: the ``redis`` section of the configuration.

Standalone, Sentinel and Cluster look the same from here on.  Redis 7.0 or newer, or
Valkey.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

import redis
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.retry import Retry
from redis.sentinel import Sentinel

Client = Any
"""A redis client: redis-py's own types differ between its three kinds."""

SCHEMES = (
    "redis",
    "rediss",
    "unix",
    "redis+sentinel",
    "rediss+sentinel",
    "redis+cluster",
    "rediss+cluster",
)


@dataclass(frozen=True)
class RedisSettings:
    """Where the journal is kept and how long to wait for it."""

    url: str
    """``redis://[user:password@]host:port/db``, ``rediss://...``, ``unix:///path``,
    ``redis+sentinel://host:port,host:port/master/db`` or
    ``redis+cluster://host:port,host:port``."""

    prefix: str = "sitoo-bridge"
    """What every key begins with: two bridges may share a Redis under two prefixes."""

    timeout_seconds: float = 1.5
    """How long one command may take, and one connection to be made."""

    connections: int = 64
    """How many connections one process keeps at most."""

    wait_replicas: int = 0
    """How many replicas must have a write before it counts (WAIT); not on a cluster."""

    wait_aof: bool = False
    """Whether the write must be on their disks too (WAITAOF, Redis 7.2 and newer)."""


def connect(settings: RedisSettings) -> Client:
    """Return a client that connects when it is first used.

    Commands are retried over a lost connection: every write of the journal may safely
    arrive twice.
    """
    url = urlsplit(settings.url)
    options: dict[str, Any] = {
        "decode_responses": True,
        # An error while decoding could leave the rest of an answer for the next asker.
        "encoding_errors": "replace",
        "socket_timeout": settings.timeout_seconds,
        "socket_connect_timeout": settings.timeout_seconds,
        "retry": Retry(ExponentialBackoff(cap=0.2, base=0.02), retries=2),
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
            **(login if "sentinel_login" in parse_qs(url.query) else {}),
        },
        ssl=url.scheme.startswith("rediss"),
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
        lambda: RedisCluster(
            startup_nodes=nodes,
            ssl=settings.url.startswith("rediss"),
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

    def __getattr__(self, name: str) -> Any:
        with self._lock:
            self._made = self._made or self._make()
        return getattr(self._made, name)


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


def is_cluster(settings: RedisSettings) -> bool:
    """Whether keys live on several servers, so that nothing spans two of them."""
    return urlsplit(settings.url).scheme.endswith("+cluster")


def without_password(url: str) -> str:
    """Return the URL as it may be shown."""
    parts = urlsplit(url)
    netloc = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, netloc, parts.path, "", ""))
