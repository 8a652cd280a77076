"""What the configuration says, once it has been read: frozen and complete."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from bridge.errors import ConfigError
from bridge.journal_ui.settings import JournalSettings
from bridge.mapping import Mapping
from bridge.redeem.connection import RedisSettings
from bridge.redeem.settings import RedeemSettings
from bridge.secret import Secret
from bridge.spi.countries import ALPHA_2
from bridge.upstream import UpstreamSettings

BIND = re.compile(r"unix:/.+|(\[[0-9a-fA-F:.]+\]|[^:\[\]]+):(?P<port>\d{1,5})")
"""A name or address with a port (IPv6 in brackets), or a path."""

LAST_PORT = 65535


@dataclass(frozen=True)
class SiteSettings:
    """One site: a country, a CRM behind it, and who may ask."""

    country: str
    """ISO 3166-1 alpha-2: decides how phone numbers and personal ids are read."""

    mapping: str
    """Which CRM: a name in ``mappings``, an entry point, or a dotted module name."""

    users: dict[str, tuple[Secret, ...]]
    """User names, each with one password or several that are valid at once."""

    upstream: UpstreamSettings

    def __post_init__(self) -> None:
        problems = []
        if self.country not in ALPHA_2:
            problems.append("country: must be an ISO 3166-1 alpha-2 code, such as SE")
        if not all(self.users.values()) or not self.users:
            problems.append("users: at least one name with a password is needed")
        if any(":" in name for name in self.users):
            problems.append("users: a name cannot have a colon in HTTP Basic")
        if problems:
            raise ConfigError(*problems)


@dataclass(frozen=True)
class SiteConfig(SiteSettings):
    """A site with what its name and its mapping stand for."""

    name: str
    mapping_class: type[Mapping]
    options: Any
    """An instance of ``mapping_class.Options``."""


@dataclass(frozen=True)
class ServerSettings:
    """How the bridge listens.  Durations in seconds, sizes in bytes."""

    bind: str = "127.0.0.1:8080"
    """``host:port``, or ``unix:/path`` behind a reverse proxy on the same machine."""

    workers: int = 2
    """Processes: one per processor is plenty, as they mostly wait for the CRM."""

    threads: int = 32
    """Requests that one worker carries out at the same time."""

    keepalive_seconds: int = 75
    """How long an idle connection stays open: above what proxies usually wait."""

    graceful_seconds: int = 15
    """How long a stop waits for running requests: above the redeem's deadline."""

    deadline_seconds: float = 8.0
    """How long one answer may take: the POS itself gives up after 10."""

    trusted_proxies: int = 0
    """How many proxies in front append to X-Forwarded-For: whoever guesses passwords
    is slowed down by address, and without this every client has the proxy's."""

    def __post_init__(self) -> None:
        bind = BIND.fullmatch(self.bind)
        if not bind or int(bind["port"] or 0) > LAST_PORT:
            raise ValueError("bind: must be host:port or unix:/path")
        for key in ("workers", "threads"):
            if getattr(self, key) < 1:
                raise ValueError(f"{key}: must be 1 or more")


@dataclass(frozen=True)
class LogSettings:
    """What is logged, and in which form."""

    level: Literal["debug", "info", "warning", "error"] = "info"

    format: Literal["auto", "json", "text"] = "auto"
    """``auto``: text in a terminal, otherwise JSON lines."""


@dataclass(frozen=True)
class Config:
    """Everything that a process of the bridge needs to know."""

    sites: tuple[SiteConfig, ...]
    redis: RedisSettings
    redeem: RedeemSettings = field(default_factory=RedeemSettings)
    server: ServerSettings = field(default_factory=ServerSettings)
    journal: JournalSettings = field(default_factory=JournalSettings)
    log: LogSettings = field(default_factory=LogSettings)
