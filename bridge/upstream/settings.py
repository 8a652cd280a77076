"""How to reach one site's CRM: the ``upstream`` section of the configuration."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from bridge import bounds
from bridge.secret import Secret
from bridge.upstream.trust import unusable

TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""The name of a header: RFC 9110, section 5.6.2."""

HEADER = re.compile(
    r"(?!(?:accept|accept-encoding|authorization|connection|content-\w+|cookie|expect"
    r"|host|te|traceparent|trailer|transfer-encoding|upgrade|user-agent)$)"
    + TOKEN.pattern,
    re.IGNORECASE,
)
"""The name of a header that means nothing else yet."""


@dataclass(frozen=True)
class HeaderAuth:
    """A key in a header of every request."""

    name: str
    value: Secret
    kind: Literal["header"] = "header"

    def __post_init__(self) -> None:
        """Refuse what cannot be sent."""
        if not TOKEN.fullmatch(self.name):
            raise ValueError("name: must be a header's name, such as X-Api-Key")


@dataclass(frozen=True)
class BasicAuth:
    """A user name and a password."""

    user: str
    password: Secret
    kind: Literal["basic"] = "basic"


@dataclass(frozen=True)
class OAuth2Auth:
    """Client credentials, which a token server changes into tokens (RFC 6749, 4.4)."""

    token_url: str
    client_id: str
    client_secret: Secret
    scope: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    """Further form fields that the token server wants, such as ``audience``."""
    credentials_in: Literal["body", "header"] = "body"
    kind: Literal["oauth2"] = "oauth2"

    def __post_init__(self) -> None:
        _check_url("token_url", self.token_url)


@dataclass(frozen=True)
class UpstreamSettings:
    """Durations in seconds, sizes in bytes."""

    url: str
    """Where the CRM's API begins: what paths of a mapping are appended to."""

    auth: HeaderAuth | BasicAuth | OAuth2Auth | None = None

    connect_timeout_seconds: float = 2.0
    """For each of: finding the address, connecting, the TLS handshake."""

    read_timeout_seconds: float = 5.0
    """How long the CRM may be silent before an answer, or within one."""

    attempts: int = 3
    """How often one request is tried at most; 1 turns retries off."""

    concurrency: int | None = None
    """How many of a process's threads may wait for this CRM at the same time.

    Without it: all of them for the only site of a process, half of them where there
    are several, so that one hanging CRM leaves the other sites enough to run on.
    """

    rate: int | None = None
    """How many requests in any one second the CRM's maker allows for these credentials,
    all processes and machines together.  Without it: any number.

    A request waits for its turn, for a second at most, or is answered with 429.  Turns
    are shared over the journal's Redis, by all sites with the same credentials; while
    that is away, each process keeps to its share of what a machine may ask.
    """

    parallel: int = 16
    """Threads for the reads that one SPI answer makes side by side."""

    optional_seconds: float = 2.0
    """How long an answer waits for a part that it can do without: the points, say."""

    idle_seconds: float = 30.0
    """How long a kept connection may be idle and still be used for a read."""

    response_limit_bytes: int = 4 * 1024 * 1024
    """How large one answer may be, unpacked."""

    page_limit: int = 50
    """How many pages of a list are read at most."""

    breaker_failures: int = 5
    """Failures in a row after which the CRM is left alone for a while.

    Those of parts that an answer can do without do not count.
    """

    breaker_seconds: float = 2.0
    """How long it is left alone before one request tries again."""

    cache_seconds: float = 300.0
    """How long consents and additional options are kept."""

    ca_file: str = ""
    """PEM certificates that are trusted besides the public ones."""

    proxy: str = field(default="", repr=False)
    """``http://[user:password@]host:port``; the environment's proxies are not used."""

    request_id_header: str | None = "X-Request-ID"
    """In which header each request tells the CRM the id that the log has, so that its
    log and the bridge's go together; ``null`` for a CRM that refuses unknown ones."""

    log_wire: bool = False
    """Log every request and answer, with secrets and personal data left out."""

    def __post_init__(self) -> None:
        _check_url("url", self.url)
        if self.proxy and urlsplit(self.proxy).scheme not in ("http", "https"):
            raise ValueError("proxy: must begin with http:// or https://")
        if self.proxy:
            _check_host("proxy", self.proxy)
        if self.ca_file and (why := unusable(self.ca_file)):
            raise ValueError(f"ca_file: {why}")
        header = self.request_id_header
        if header is not None and not HEADER.fullmatch(header):
            raise ValueError(
                "request_id_header: must be a header's name, and one of the CRM's own "
                "or of the bridge's has another meaning"
            )
        bounds.at_least_one(self, AT_LEAST_ONE)
        bounds.few_threads(self, ("concurrency", "parallel"))
        if self.rate is not None and self.rate < 2:
            raise ValueError("rate: must be 2 or more")
        bounds.above_zero(self, ABOVE_ZERO)


AT_LEAST_ONE = (
    "attempts",
    "breaker_failures",
    "concurrency",
    "page_limit",
    "parallel",
    "response_limit_bytes",
)

ABOVE_ZERO = (
    "connect_timeout_seconds",
    "read_timeout_seconds",
    "optional_seconds",
    "breaker_seconds",
)


def _check_host(key: str, url: str) -> None:
    """Refuse what no name server can be asked for: a name with an empty part."""
    try:
        parts = urlsplit(url)
        (parts.hostname or "").encode("idna")
        known = bool(parts.hostname) and parts.port != 0
    except ValueError:  # also what is no name, or no port, at all
        known = False
    if not known:
        raise ValueError(f"{key}: must name a host that can be, with a port if need be")


def _check_url(key: str, url: str) -> None:
    if re.match("https?://[^/?#]", url, re.IGNORECASE):
        _check_host(key, url)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{key}: must begin with https:// or http:// and name a host")
    if parts.username or parts.password:
        raise ValueError(f"{key}: must not hold credentials, they belong under auth")
    if parts.query or parts.fragment:
        raise ValueError(f"{key}: must end with its path, without ? or #")
