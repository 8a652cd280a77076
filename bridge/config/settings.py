"""What the configuration says, once it has been read: frozen and complete."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from bridge import bounds
from bridge.errors import ConfigError
from bridge.journal_ui.settings import JournalSettings
from bridge.language.zone import zone
from bridge.redeem.journal.server.settings import RedisSettings
from bridge.redeem.settings import RedeemSettings
from bridge.secret import Secret
from bridge.site import FoundBy
from bridge.spi.door.proxies import TrustedProxies
from bridge.spi.identity.countries import ALPHA_2
from bridge.traces import TelemetrySettings
from bridge.upstream import UpstreamSettings

if TYPE_CHECKING:
    from bridge.mapping import Mapping

BIND = re.compile(r"unix:/.+|(\[[0-9a-fA-F:.]+\]|[^:\[\]]+):(?P<port>\d{1,5})")
"""A name or address with a port (IPv6 in brackets), or a path."""

CRM_URL = re.compile(r"https?://[^/{}\s]+/[^{}\s]*\{customer_id\}[^{}\s]*")
"""The id is never part of the host."""

LAST_PORT = 65535

MODE = re.compile("0?[0-7]{3}")


@dataclass(frozen=True)
class SystemSettings:
    """One CRM, and how to reach it."""

    mapping: str
    """Which CRM: a name in ``mappings``, an entry point, or a dotted module name."""

    upstream: UpstreamSettings


@dataclass(frozen=True)
class BenefitsSettings(SystemSettings):
    """The system that has a site's bonus checks and promotions, where it is another."""

    found_by: FoundBy = "customer_id"
    """What of a customer of the one system finds them in this one: ``customer_id``,
    ``member_number`` or ``email``."""


@dataclass(frozen=True)
class ShopSettings:
    """A site without what is behind it: a country, and who may ask."""

    country: str
    """ISO 3166-1 alpha-2: decides how phone numbers and personal ids are read."""

    users: dict[str, tuple[Secret, ...]]
    """User names, each with one password or several that are valid at once."""

    required: tuple[str, ...] | None = field(default=None, kw_only=True)
    """Properties that a new customer must have, and that no update may clear; by
    default a name or anything to be found by.  An empty list asks for nothing."""

    language: Literal["en", "sv", "nb", "da", "fi", "de"] = field(
        default="en", kw_only=True
    )
    """What the POS's cashiers read: the language of every error text."""

    time_zone: str | None = field(default=None, kw_only=True)
    """In which zone support reads the site's times, where that is neither the
    journal's ``time_zone`` nor its country's."""

    crm_url: str | None = field(default=None, kw_only=True)
    """Where the CRM itself shows a customer to support, with ``{customer_id}`` in the
    place of the id: a link on the journal's pages.  Unsaid, what its mapping knows for
    certain, where ``upstream.url`` begins with https; an empty text for no link."""

    def __post_init__(self) -> None:
        problems = []
        if self.crm_url and not CRM_URL.fullmatch(self.crm_url):
            problems.append(
                "crm_url: must be an https address with {customer_id} once in its path"
            )
        try:
            zone(self.time_zone or "UTC")
        except ValueError as error:
            problems.append(f"time_zone: {error}")
        if self.country not in ALPHA_2:
            problems.append("country: must be an ISO 3166-1 alpha-2 code, such as SE")
        if not all(self.users.values()) or not self.users:
            problems.append("users: at least one name with a password is needed")
        if unknown := _unknown(self.required or ()):
            problems.append(f"required: a customer has no {', '.join(unknown)}")
        if any(":" in name for name in self.users):
            problems.append("users: a name cannot have a colon in HTTP Basic")
        if problems:
            raise ConfigError(*problems)


def _unknown(properties: tuple[str, ...]) -> list[str]:
    """Return those that no customer has."""
    if not properties:
        return []
    # What a customer is made of is large, and most sites name nothing of it.
    from bridge.model import CustomerProperties

    return sorted({*properties} - CustomerProperties.__annotations__.keys())


@dataclass(frozen=True)
class SiteSettings(ShopSettings, SystemSettings):
    """One site: a country, a CRM behind it, and who may ask."""


@dataclass(frozen=True)
class BenefitsConfig(BenefitsSettings):
    """The second system of a site, with what its mapping's name stands for."""

    mapping_class: type[Mapping] = field(kw_only=True)
    options: Any = field(kw_only=True)


@dataclass(frozen=True)
class SiteConfig(SiteSettings):
    """A site with what its name and its mapping stand for.

    With two systems, ``mapping``, ``upstream`` and ``options`` are the customers'.
    """

    name: str
    mapping_class: type[Mapping]
    options: Any
    """An instance of ``mapping_class.Options``."""

    benefits: BenefitsConfig | None = None


@dataclass(frozen=True)
class ServerSettings:
    """How the bridge listens.  Durations in seconds, sizes in bytes."""

    bind: str = "127.0.0.1:8080"
    """``host:port``, or ``unix:/path`` behind a reverse proxy on the same machine."""

    inside_bind: str | None = None
    """Where monitoring (``/metrics``, ``/readyz``) and the journal's pages are, in the
    same form; they are then nowhere else, and nothing else but ``/healthz`` is there.
    ``null`` has everything at one address."""

    socket_mode: str = "0666"
    """Who may connect to a ``unix:`` path, as ``chmod`` has it.  By default everybody
    on this machine, as with a port of it; 0660 for the service's group alone."""

    docs: bool = True
    """Whether ``/openapi.json`` and the page at ``/docs`` are there, for anybody."""

    workers: int = 2
    """Processes: one per processor is plenty, as they mostly wait for the CRM."""

    threads: int = 32
    """Requests that one worker carries out at the same time."""

    keepalive_seconds: int = 75
    """How long an idle connection stays open: above what proxies usually wait."""

    graceful_seconds: int = 15
    """How long a stop waits for running requests: above the redeem's deadline."""

    deadline_seconds: float = 8.0
    """How long one answer may take, from its request's first byte on: the POS itself
    gives up after 10."""

    queue_seconds: float = 0.5
    """How long a request may wait for a thread: past it, or when it is foreseen, it is
    answered 503 at once, so that those who are served are served quickly."""

    head_seconds: float = 5.0
    """How long the head of a request may take to arrive, from its first byte; and how
    long a new connection may stay silent."""

    body_seconds: float = 8.0
    """How long all of a request may take to arrive, from its first byte."""

    address_connections: int = 256
    """How many connections one address may have open to a worker (of IPv6: one /64);
    ``trusted_proxies`` may have as many as they like."""

    trusted_proxies: int | tuple[str, ...] = 0
    """Which proxies in front append to X-Forwarded-For, by their addresses or networks,
    ``unix`` for one that connects to a path.  Whoever guesses passwords is slowed down
    by address, and without this every client has the proxy's.  Or how many they are,
    where their addresses change: then nobody else may be able to connect, because the
    header is believed from whoever does."""

    def __post_init__(self) -> None:
        for key in ("bind", "inside_bind"):
            if not _is_address(getattr(self, key) or self.bind):
                raise ValueError(f"{key}: must be host:port or unix:/path")
        if self.inside_bind == self.bind and not self.bind.endswith(":0"):
            raise ValueError("inside_bind: must be another address than bind")
        if not MODE.fullmatch(self.socket_mode):
            raise ValueError('socket_mode: must be three octal digits, such as "0660"')
        try:
            TrustedProxies(self.trusted_proxies)
        except ValueError as error:
            raise ValueError(f"trusted_proxies: {error}") from None
        bounds.at_least_one(self, ("workers", "threads", "address_connections"))
        bounds.few_threads(self, ("workers", "threads"))
        bounds.above_zero(self, ("deadline_seconds", "head_seconds", "body_seconds"))

    @property
    def proxies(self) -> TrustedProxies:
        """Whose word about a client's address is taken."""
        return TrustedProxies(self.trusted_proxies)


def _is_address(bind: str) -> bool:
    found = BIND.fullmatch(bind)
    return found is not None and int(found["port"] or 0) <= LAST_PORT


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
    telemetry: TelemetrySettings = field(default_factory=TelemetrySettings)
