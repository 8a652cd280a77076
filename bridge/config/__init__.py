"""The configuration: one YAML file in, one frozen ``Config`` out.

Every section is checked against the dataclass that its part of the bridge declares,
a mapping's own ``Options`` included; all problems are reported at once.
"""

from __future__ import annotations

from bridge.config.load import Draft, load, plain_secrets, read_draft
from bridge.config.settings import (
    Config,
    LogSettings,
    ServerSettings,
    SiteConfig,
    SiteSettings,
)

__all__ = [
    "Config",
    "Draft",
    "LogSettings",
    "ServerSettings",
    "SiteConfig",
    "SiteSettings",
    "load",
    "plain_secrets",
    "read_draft",
]
