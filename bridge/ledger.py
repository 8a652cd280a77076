"""What it takes to read the journal: no CRM, and nothing that a CRM needs.

Nothing is connected here: Redis is reached when somebody first asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import UTC, tzinfo

from bridge.config import JournalConfig, ShopSettings
from bridge.language.zone import zone, zone_of
from bridge.redeem import Journal, open_journal
from bridge.site import Shop


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The journal, whose redeems it keeps, and by which clocks they are read."""

    sites: Table[str, Shop]
    journal: Journal

    zone: tzinfo = UTC
    """By which clock the journal is read, as far as it is not about one site."""


def open_ledger(config: JournalConfig) -> Ledger:
    """Make what the configuration says of the journal and its sites."""
    said = config.journal.time_zone
    sites = {
        name: Shop(name=name, users=one.users, zone=zone_at(said, one))
        for name, one in config.shops.items()
    }
    return Ledger(
        sites=sites,
        journal=open_journal(config.redis, config.redeem),
        zone=zone_of_all(said, sites.values()),
    )


def zone_at(said: str | None, site: ShopSettings) -> tzinfo:
    """Return by which clock a site's people live; ``said`` is the journal's, if any."""
    name = site.time_zone or said
    return zone(name) if name else zone_of(site.country)


def zone_of_all(said: str | None, sites: Iterable[Shop]) -> tzinfo:
    """Return the journal's clock: what is said, or else the one that all sites have."""
    if said:
        return zone(said)
    zones = {site.zone for site in sites}
    return zones.pop() if len(zones) == 1 else UTC
