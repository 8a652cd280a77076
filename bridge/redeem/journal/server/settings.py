"""Where Redis is: the ``redis`` section of the configuration, checked.

Knows addresses and certificates; nothing is reached from here.  No message quotes an
address, which may hold a password.
"""

from __future__ import annotations

import os
import re
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bridge import bounds

SCHEMES = (
    "redis",
    "rediss",
    "unix",
    "redis+sentinel",
    "rediss+sentinel",
    "redis+cluster",
    "rediss+cluster",
)


QUERY = ("sentinel_login", "protocol", "client_name")
"""What may stand behind a ``?``."""

LAST_PORT = 65535

HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]/@]+)(:\d{1,5})?")


@dataclass(frozen=True)
class TLSSettings:
    """How Redis shows who it is, and the bridge who it is.  For ``rediss`` only."""

    ca_file: str = ""
    """PEM certificates that are trusted instead of the public ones."""

    cert_file: str = ""
    """The bridge's own certificate, where Redis asks for one (PEM)."""

    key_file: str = ""
    """Its private key (PEM)."""

    def __post_init__(self) -> None:
        if bool(self.cert_file) != bool(self.key_file):
            raise ValueError("cert_file: goes together with key_file: set both or none")
        for key in ("ca_file", "cert_file", "key_file"):
            if (path := getattr(self, key)) and not os.access(path, os.R_OK):
                raise ValueError(f"{key}: {path} is not there, or may not be read")
        try:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            if self.ca_file:
                context.load_verify_locations(self.ca_file)
        except (ssl.SSLError, OSError):
            raise ValueError("ca_file: must hold PEM certificates") from None
        try:
            if self.cert_file:
                context.load_cert_chain(self.cert_file, self.key_file)
        except (ssl.SSLError, OSError):
            raise ValueError(
                "cert_file: must be a PEM certificate, and key_file its private key"
            ) from None

    def options(self) -> dict[str, Any]:
        """Return what redis-py calls them."""
        own = {"ssl_certfile": self.cert_file, "ssl_keyfile": self.key_file}
        return {
            name: value
            for name, value in {"ssl_ca_certs": self.ca_file, **own}.items()
            if value
        }


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
    """How many replicas must have a write before it counts (WAIT); not on a cluster.

    With fewer than there are, one that has not may take over."""

    wait_aof: bool = False
    """Whether the write must be on their disks too (WAITAOF, Redis 7.2 and newer)."""

    tls: TLSSettings | None = None
    """Certificates for a ``rediss`` address, where the public ones will not do."""

    def __post_init__(self) -> None:
        if why := wrong_with(self.url):
            raise ValueError(f"url: {why}")
        bounds.above_zero(self, ("timeout_seconds",))
        bounds.at_least_one(self, ("connections",))
        if self.tls and not self.url.startswith("rediss"):
            raise ValueError("tls: needs a url that begins with rediss")


def wrong_with(url: str) -> str:
    """Say what is wrong with an address of Redis, quoting none of it; "" if nothing.

    It may hold a password, and a stray character moves that to where it looks like a
    host or a path.
    """
    scheme, found, rest = url.partition("://")
    if not found or scheme not in SCHEMES:
        return f"must begin with one of {', '.join(f'{one}://' for one in SCHEMES)}"
    netloc, slash, tail = rest.partition("/")
    path, _, query = (slash + tail).partition("?")
    if "@" in f"{path}{query}" or any(sign in netloc for sign in "?#"):
        return (
            "a user name or password must not hold / ? # or @ as they are: write "
            "%2F, %3F, %23 or %40"
        )
    if netloc.count("@") > 1:
        return "a user name or password must not hold @ as it is: write %40"
    if unknown := [key for key in parse_qs(query, True) if key not in QUERY]:
        return f"{len(unknown)} of its ?settings are not known: {', '.join(QUERY)} are"
    return _wrong_place(scheme, netloc.rpartition("@")[2], path)


def _wrong_place(scheme: str, hosts: str, path: str) -> str:
    """Say what is wrong with the hosts and with what follows them."""
    kind = scheme.partition("+")[2]
    if scheme == "unix":
        return "" if path.strip("/") and not hosts else "must be unix:///a/path"
    each = hosts.split(",") if kind else [hosts]
    if not all(map(_is_host, each)):
        return "must name a host, and perhaps a port between 1 and 65535"
    place = path.strip("/")
    if kind == "sentinel":
        master, _, place = place.partition("/")
        if not master:
            return "must name the master after the hosts: .../mymaster/0"
    if kind == "cluster" and place not in ("", "0"):
        return "must end after the hosts: a cluster has one database only"
    return "" if not place or place.isdecimal() else "must end with a database number"


def _is_host(text: str) -> bool:
    found = HOST.fullmatch(text)
    return found is not None and 0 < int((found[2] or ":1")[1:]) <= LAST_PORT


def is_cluster(settings: RedisSettings) -> bool:
    """Whether keys live on several servers, so that nothing spans two of them."""
    return urlsplit(settings.url).scheme.endswith("+cluster")


def without_password(url: str) -> str:
    """Return the URL as it may be shown."""
    parts = urlsplit(url)
    netloc = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{netloc}{parts.path}"
