"""Reads what it takes to read the journal: of each site all but what is behind it.

So the journal can be read where a mapping is not installed, or a password of a CRM is
not known.  ``sitoo-bridge check`` reads all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.config.document import read_document
from bridge.config.sections import (
    PAIR,
    SYSTEM,
    Problems,
    ambiguous,
    raw_sites,
    sections,
    unknown,
)
from bridge.config.settings import LogSettings, ShopSettings
from bridge.errors import ConfigError
from bridge.journal_ui.settings import JournalSettings
from bridge.redeem.journal.server.settings import RedisSettings
from bridge.redeem.settings import RedeemSettings

BEHIND = {*SYSTEM, *PAIR}
"""The keys of what is behind a site."""


@dataclass(frozen=True)
class JournalConfig:
    """Where the journal is, how it is kept, and whose redeems are in it."""

    shops: Mapping[str, ShopSettings]
    redis: RedisSettings
    redeem: RedeemSettings
    journal: JournalSettings
    log: LogSettings


def load_journal(path: Path) -> JournalConfig:
    """Read it, or raise ``ConfigError`` with all that is wrong, but for the CRMs."""
    document = read_document(path)
    problems = Problems(unknown(document.content))
    raw = raw_sites(document.content, problems)
    shops = {name: _shop(name, one, problems) for name, one in raw.items()}
    whole = {name: one for name, one in shops.items() if one is not None}
    problems.extend(ambiguous(whole.values()))
    found = sections(document.content, problems)
    if problems:
        raise ConfigError(*map(document.placed, problems))
    return JournalConfig(
        shops=whole,
        redis=found["redis"],
        redeem=found["redeem"],
        journal=found["journal"],
        log=found["log"],
    )


def _shop(name: str, raw: Mapping[Any, Any], problems: Problems) -> ShopSettings | None:
    own = {key: one for key, one in raw.items() if key not in BEHIND}
    return problems.read(ShopSettings, own, f"sites.{name}")
