"""The configuration: one YAML file in, one frozen ``Config`` out.

Every section is checked against the dataclass that its part of the bridge declares,
a mapping's own ``Options`` included; all problems are reported at once.

A room is opened when somebody asks for what is in it: the journal needs no mapping.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.rooms import rooms

if TYPE_CHECKING:
    from bridge.config.journal import JournalConfig, load_journal
    from bridge.config.loading import Draft, load, plain_secrets, read_draft
    from bridge.config.settings import (
        Config,
        LogSettings,
        ServerSettings,
        ShopSettings,
        SiteConfig,
        SiteSettings,
    )

__all__ = [
    "Config",
    "Draft",
    "JournalConfig",
    "LogSettings",
    "ServerSettings",
    "ShopSettings",
    "SiteConfig",
    "SiteSettings",
    "load",
    "load_journal",
    "plain_secrets",
    "read_draft",
]

HOMES = {
    "JournalConfig": "journal",
    "load_journal": "journal",
    "Draft": "loading",
    "load": "loading",
    "plain_secrets": "loading",
    "read_draft": "loading",
    "Config": "settings",
    "LogSettings": "settings",
    "ServerSettings": "settings",
    "ShopSettings": "settings",
    "SiteConfig": "settings",
    "SiteSettings": "settings",
}
"""Where each name is at home."""

__getattr__ = rooms(__name__, HOMES)
